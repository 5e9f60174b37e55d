import type { Log } from '@parley/base';
import type { By, Objects, Stored } from '@parley/directory';
import type { CmdletDefinition, Kind } from '@parley/schema';
import type { Principal } from '../access/principal.ts';
import type { Bound } from './bind.ts';

/** What is asked of a cmdlet. */
export interface Asked {
  /** By the names that are shown, in any case; `null` takes a property back to its default. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Everything is checked and what would change is told; nothing changes (-WhatIf). */
  readonly trial?: boolean;
  /** In the log, the audit and the answer. */
  readonly requestId?: string;
  /** Properties by their own names, as REST has them: instead of the parameters that set properties. */
  readonly input?: unknown;
  /** What a change is based on; whatever is there when not given. */
  readonly etag?: string;
  /** `Identity` means one object, even with wildcards in it. */
  readonly one?: true;
  /** Of a listing, beside `Filter` and `ResultSize`. */
  readonly listing?: Listing;
  /** A table that comes with the request instead of in a parameter, for imports. */
  readonly table?: AsyncIterable<Uint8Array>;
  /** Told as work that takes long goes on. */
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface Listing {
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly text?: string | undefined;
  /** The same as the parameter `Filter`. */
  readonly filter?: string | undefined;
  readonly limit?: number | undefined;
  /** Property names, as REST has them; `-name` for the other direction. */
  readonly sort?: string | undefined;
}

/** How far work has come. */
export interface Progress {
  readonly done: number;
  /** Undefined while nobody knows. */
  readonly of?: number;
  /** "reading", "making". */
  readonly step: string;
}

/** One row that is no object of a kind: a call, a line of the audit log. */
export interface Row {
  /** What it is: "UMCallDataRecord". */
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  /** By the names that are shown. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A file that a cmdlet answers with. */
export interface AnsweredFile {
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly content: Uint8Array;
}

/** One thing that was changed, or that would be. */
export interface Changed {
  readonly what: 'created' | 'changed' | 'removed';
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
}

/** What came of a cmdlet. */
export interface RunResult {
  readonly objects: readonly Stored[];
  readonly rows?: readonly Row[];
  readonly file?: AnsweredFile;
  readonly warnings: readonly string[];
  readonly changes: readonly Changed[];
  /** Give it as `listing.after` for the next page. */
  readonly next?: string;
}

/** What an action of a cmdlet without a kind works with. */
export interface ActionRequest {
  readonly cmdlet: CmdletDefinition;
  readonly bound: Bound;
  readonly asked: Asked;
  readonly by: By;
  readonly objects: Objects;
  readonly principal: Principal;
}

/** What a cmdlet without a kind does; the name is `does` of its declaration. */
export type Action = (request: ActionRequest) => Promise<Partial<RunResult>>;

export interface RunParts {
  readonly objects: Objects;
  readonly actions: Readonly<Record<string, Action>>;
  readonly log: Log;
}

/** The one way in: the shell, REST and everything else that administrators do goes through it. */
export type Run = (cmdlet: CmdletDefinition, asked: Asked, principal: Principal) => Promise<RunResult>;
