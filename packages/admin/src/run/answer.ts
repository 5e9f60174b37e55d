import type { CmdletDefinition } from '@parley/schema';
import type { Changed, RunResult } from './ports.ts';
import { nameOf, shownProperties } from './shown.ts';

/** One thing that a cmdlet answers with. */
export interface ShownObject {
  /** A kind of the schema, or what a row is: "UMCallDataRecord". */
  readonly kind: string;
  readonly id: string;
  /** Empty for what cannot be changed. */
  readonly etag: string;
  readonly name: string;
  /** By the names that are shown; references by name, `null` what is not set. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The answer of `POST /v1/cmdlets/<Name>`. */
export interface CmdletAnswer {
  readonly objects: readonly ShownObject[];
  readonly warnings: readonly string[];
  readonly changes?: readonly Pick<Changed, 'what' | 'kind' | 'name'>[];
  /** There are more objects: give it as `after`. */
  readonly next?: string;
  readonly file?: { readonly name: string; readonly type: string; readonly base64: string };
}

/** What came of a cmdlet, as it is sent. */
export function answerOf({ shows }: CmdletDefinition, result: RunResult): CmdletAnswer {
  const { objects, rows = [], warnings, changes, next, file } = result;
  const shown = objects.map(
    (stored): ShownObject => ({
      kind: stored.kind,
      id: stored.object.id,
      etag: stored.etag,
      name: nameOf(stored),
      properties: shownProperties(stored, shows),
    }),
  );
  return {
    objects: [...shown, ...rows.map(row => ({ ...row, etag: '' }))],
    warnings,
    ...(changes.length > 0 ? { changes: changes.map(({ what, kind, name }) => ({ what, kind, name })) } : {}),
    ...(next === undefined ? {} : { next }),
    ...(file
      ? { file: { name: file.name, type: file.type, base64: Buffer.from(file.content).toString('base64') } }
      : {}),
  };
}
