import type { CmdletAnswer, ShownObject } from '@parley/admin/client';
import { fromJson, ShellObject, type Value } from '../run/values.ts';

/** An object of the server as the language has it. Everything can be called by `Identity` and `Guid`. */
export function objectOf({ kind, id, name, properties }: ShownObject): ShellObject {
  const entries = Object.entries(properties).map(([property, value]): [string, Value] => [
    property,
    fromJson(value, kind),
  ]);
  const has = new Set(entries.map(([property]) => property.toLowerCase()));
  if (name !== '' && !has.has('identity')) entries.push(['Identity', name]);
  if (id !== '' && !has.has('guid')) entries.push(['Guid', id]);
  return new ShellObject(kind, entries, { kind, id, name });
}

/** The file that an answer carries. */
export function fileOf({ name, type, base64 }: NonNullable<CmdletAnswer['file']>): ShellObject {
  const content = new Uint8Array(Buffer.from(base64, 'base64'));
  return new ShellObject('File', [
    ['Name', name],
    ['Type', type],
    ['Length', content.length],
    ['AudioData', content],
    ['Content', content],
  ]);
}
