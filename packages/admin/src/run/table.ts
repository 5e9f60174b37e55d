import { ObjectInvalid } from '@parley/directory';
import { definitionOf, type Kind, remark } from '@parley/schema';
import { importTable } from '../import/import-table.ts';
import { type Bound, textIn } from './bind.ts';
import type { RunResult } from './ports.ts';
import { propertyNamed } from './shown.ts';
import type { Work } from './work.ts';

/** Makes objects of the lines of a table, which came with the request or in `FileData`. */
export async function importLines({ kind, cmdlet, bound, asked, by, objects }: Work): Promise<RunResult> {
  const table = asked.table ?? tableIn(bound);
  const defaults = defaultsOf(kind, bound);
  const made = await importTable(objects, { kind, table, defaults, onProgress: asked.onProgress }, by);
  const properties = { Kind: kind, Made: made, WhatIf: by.trial === true };
  return { objects: [], rows: [{ kind: cmdlet.name, id: '', name: kind, properties }], warnings: [], changes: [] };
}

async function* tableIn(bound: Bound): AsyncGenerator<Uint8Array> {
  const text = textIn(bound, 'FileData', LONGEST_TEXT);
  if (text === undefined)
    throw new ObjectInvalid([
      remark('FileData', undefined, 'FileData is missing: a file named by Path is read by the shell'),
    ]);
  yield Buffer.from(text);
}

const LONGEST_TEXT = 200_000;

/** Parameters that are properties too hold for the lines that do not say otherwise; a mailbox that is imported is in use. */
function defaultsOf(kind: Kind, { named }: Bound): Readonly<Record<string, unknown>> {
  const definition = definitionOf(kind);
  const given = Object.entries(named).flatMap(([name, value]): [string, unknown][] => {
    const property = name === 'Organization' ? undefined : propertyNamed(definition, name);
    return property === undefined || value === null ? [] : [[property, value]];
  });
  const inUse = Object.hasOwn(definition.properties, 'umEnabled') ? { umEnabled: true } : {};
  return { ...inUse, ...Object.fromEntries(given) };
}
