import type { By, Objects } from '@parley/directory';
import type { CmdletDefinition, Kind } from '@parley/schema';
import type { Principal } from '../access/principal.ts';
import type { Bound } from './bind.ts';
import type { Asked, RunResult } from './ports.ts';

/** What is known when a cmdlet of a kind does its work. */
export interface Work {
  readonly kind: Kind;
  readonly cmdlet: CmdletDefinition;
  readonly bound: Bound;
  readonly asked: Asked;
  readonly by: By;
  readonly objects: Objects;
  readonly principal: Principal;
}

export type Doing = (work: Work) => Promise<RunResult>;
