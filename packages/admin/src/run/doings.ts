import { ANY_ETAG, type Removed, type Stored } from '@parley/directory';
import type { CmdletDefinition } from '@parley/schema';
import { HISTORY, IMPORT } from '../rest/operations.ts';
import { identityIn, neededIdentity } from './identity.ts';
import { instanceIn } from './instance.ts';
import { listed } from './listing.ts';
import type { Changed, Row, RunResult } from './ports.ts';
import { nameOf } from './shown.ts';
import { importLines } from './table.ts';
import type { Doing, Work } from './work.ts';

const DOINGS: ReadonlyMap<string, Doing> = new Map([
  ['get', get],
  ['new', make],
  ['set', change],
  ['remove', remove],
  [HISTORY, history],
  [IMPORT, importLines],
]);

/** What does the work of a cmdlet of a kind: the same four for all kinds, or what only this kind can do. */
export const workOf = (does: string): Doing => DOINGS.get(does) ?? act;

const changed = (what: Changed['what'], stored: Stored): Changed => ({
  what,
  kind: stored.kind,
  id: stored.object.id,
  name: nameOf(stored),
});

async function get(work: Work): Promise<RunResult> {
  const { kind, cmdlet, bound, asked, by, objects } = work;
  const identity = identityIn(kind, cmdlet, bound);
  if (identity !== undefined && (asked.one || !/[*?]/.test(identity)))
    return { objects: [await objects.get(kind, identity, by)], warnings: [], changes: [] };
  return { warnings: [], changes: [], ...(await listed(kind, work)) };
}

async function make({ kind, bound, asked, by, objects }: Work): Promise<RunResult> {
  // What is made in memory only is what a trial answers with.
  const how = bound.named.InMemory === true ? { ...by, trial: true as const } : by;
  const stored = await objects.create(kind, asked.input ?? bound.properties, how);
  if (how !== by) return { objects: [stored], warnings: [], changes: [] };
  return { objects: [stored], warnings: [], changes: [changed('created', stored)] };
}

async function change({ kind, cmdlet, bound, asked, by, objects }: Work): Promise<RunResult> {
  const instance = instanceIn(cmdlet, bound);
  const patch = asked.input ?? { ...instance?.patch, ...bound.properties };
  const etag = asked.etag ?? instance?.etag ?? ANY_ETAG;
  const stored = await objects.change(kind, neededIdentity(kind, cmdlet, bound), { etag, patch }, by);
  return { objects: [stored], warnings: [], changes: [changed('changed', stored)] };
}

async function remove({ kind, cmdlet, bound, asked, by, objects }: Work): Promise<RunResult> {
  const gone = await objects.remove(kind, neededIdentity(kind, cmdlet, bound), asked.etag ?? ANY_ETAG, by);
  const changes = gone.map((each: Removed): Changed => ({ what: 'removed', ...each }));
  return { objects: [], warnings: [], changes };
}

async function history({ kind, cmdlet, bound, by, objects }: Work): Promise<RunResult> {
  const entries = await objects.history(kind, neededIdentity(kind, cmdlet, bound), by);
  const rows = entries.map(
    ({ seq, objectName = '', ...rest }): Row => ({
      kind: 'AdminAuditLogEvent',
      id: String(seq),
      name: objectName,
      properties: { seq, objectName, ...rest },
    }),
  );
  return { objects: [], rows, warnings: [], changes: [] };
}

/** What only this kind can do: its rules know how. */
async function act({ kind, cmdlet, bound, by, objects }: Work): Promise<RunResult> {
  const identity = identityIn(kind, cmdlet, bound);
  const { Identity: _, ...parameters } = bound.named;
  const acted = await objects.act(
    kind,
    cmdlet.does,
    { ...(identity === undefined ? {} : { identity }), parameters },
    by,
  );
  return {
    objects: acted.objects,
    warnings: acted.warnings,
    changes: cmdlet.changes ? acted.objects.map(each => changed('changed', each)) : [],
    ...(acted.result === undefined ? {} : { rows: rowsOf(cmdlet, acted.result) }),
  };
}

/** What an action answers beside objects: one thing with properties, or several. */
function rowsOf({ name }: CmdletDefinition, result: unknown): Row[] {
  const noun = name.slice(name.indexOf('-') + 1);
  const all: readonly unknown[] = Array.isArray(result) ? result : [result];
  return all.map(each => {
    const properties =
      typeof each === 'object' && each !== null ? Object.fromEntries(Object.entries(each)) : { Value: each };
    return { kind: noun, id: String(properties.Identity ?? ''), name: String(properties.Identity ?? ''), properties };
  });
}
