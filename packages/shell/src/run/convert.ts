import { usage } from './failure.ts';
import { Formatted, ScriptBlock, ShellObject, Table, typeNameOf, type Value } from './values.ts';

/** A value as text: `True`, entries with blanks between, an object by its identity. */
export function textOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(textOf).join(' ');
  if (value instanceof Uint8Array) return Array.from(value.subarray(0, 4096)).join(' ');
  if (value instanceof ShellObject) return objectText(value);
  if (value instanceof Formatted) return value.lines.join('\n');
  if (value instanceof Table) return `@{${pairsOf(value)}}`;
  return '{ ... }';
}

const pairsOf = (names: ShellObject | Table) =>
  names
    .entries()
    .map(([name, each]) => `${name}=${each instanceof ShellObject || each instanceof Table ? '...' : textOf(each)}`)
    .join('; ');

/** What comes from the server is called by its name. */
function objectText(object: ShellObject): string {
  const name = object.get('Identity') ?? object.get('Name');
  if (object.origin) return object.origin.name || (typeof name === 'string' ? name : object.origin.id);
  return `@{${pairsOf(object)}}`;
}

/** Whether a value counts as true: not null, false, 0, an empty text or an empty list. */
export function truthOf(value: Value): boolean {
  if (Array.isArray(value)) return value.length === 1 ? truthOf(value[0] ?? null) : value.length > 1;
  return value !== null && value !== false && value !== 0 && value !== '';
}

/** A number, or undefined when the value is none. */
export function numberIn(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === null) return 0;
  if (
    typeof value !== 'string' ||
    value.length > 40 ||
    !/^\s*[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+|0x[0-9a-f]+)\s*$/i.test(value)
  )
    return undefined;
  return Number(value);
}

function wholeNumber(value: Value): number {
  const number = numberIn(value);
  if (number === undefined) throw usage(`${shown(value)} is no number`);
  // Halves go to the even neighbour, as in the originals.
  const floor = Math.floor(number);
  const half = number - floor === 0.5;
  return half ? (floor % 2 === 0 ? floor : floor + 1) : Math.round(number);
}

const shown = (value: Value) => JSON.stringify(textOf(value).slice(0, 60));

function bytesOf(value: Value): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const entries = Array.isArray(value) ? value : value === null ? [] : [value];
  const bytes = new Uint8Array(entries.length);
  for (const [i, entry] of entries.entries()) {
    const number = wholeNumber(entry);
    if (number < 0 || number > 255) throw usage(`${number} is no byte: bytes are 0 to 255`);
    bytes[i] = number;
  }
  return bytes;
}

type Cast = (value: Value) => Value;
const entries = (cast: Cast) => (value: Value) =>
  (Array.isArray(value) ? value : value === null ? [] : [value]).map(cast);

const CASTS: ReadonlyMap<string, Cast> = new Map<string, Cast>([
  ['string', textOf],
  ['string[]', entries(textOf)],
  ['int', wholeNumber],
  ['int32', wholeNumber],
  ['int64', wholeNumber],
  ['long', wholeNumber],
  ['int[]', entries(wholeNumber)],
  ['double', value => numberIn(value) ?? wholeNumber(value)],
  ['decimal', value => numberIn(value) ?? wholeNumber(value)],
  ['bool', truthOf],
  ['boolean', truthOf],
  ['switch', truthOf],
  ['byte[]', bytesOf],
  ['array', entries(each => each)],
  ['object', value => value],
  ['object[]', entries(each => each)],
  ['hashtable', tableOf],
  ['ordered', tableOf],
  ['pscustomobject', value => new ShellObject('Object', tableOf(value).entries())],
]);

function tableOf(value: Value): Table {
  if (value instanceof Table) return value;
  if (value instanceof ShellObject) return new Table(value.entries());
  throw usage(`${typeNameOf(value)} cannot become a table`);
}

/** The names of types that values can be made of. */
export const TYPES: readonly string[] = [...CASTS.keys()];

/** A value made of a type: `[byte[]]`. Throws a `ShellFailure` when it cannot be. */
export function cast(value: Value, type: string): Value {
  const make = CASTS.get(type);
  if (!make) throw usage(`there is no type [${type}]: there are ${TYPES.join(', ')}`);
  return make(value);
}

/** A value for JSON: what cmdlets are given, what ConvertTo-Json writes. `depth` levels below it, then text. */
export function plain(value: Value, depth = 16): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof ScriptBlock || value instanceof Formatted || depth <= 0) return textOf(value);
  if (Array.isArray(value)) return value.map(each => plain(each, depth - 1));
  return Object.fromEntries(value.entries().map(([name, each]) => [name, plain(each, depth - 1)]));
}
