import { type Document, type Property, parseNetwork } from '@parley/schema';
import { comparableAddress } from '../lookup/comparable.ts';
import type { ReferencePlace } from './declared.ts';

/** Texts that are the same address with and without a scheme in front. */
const ADDRESSES: ReadonlySet<string | undefined> = new Set(['sip resource', 'sip uri', 'sip address']);

/** Longest value that an index of either database takes, characters. */
const LONGEST = 600;

/** A text as values of a property are compared: without regard to case, addresses without their scheme; ids are compared as they are. */
export function comparable(declared: Property, value: string): string {
  const of = declared.type === 'list' ? declared.of : declared;
  if (of.type === 'ref' || of.type === 'record') return value;
  const folded = value.normalize('NFC').toWellFormed().replaceAll('\0', '\ufffd').toLowerCase();
  const format = of.type === 'text' ? of.format : undefined;
  if (format === 'gateway address') return comparableNetwork(folded);
  return (ADDRESSES.has(format) ? comparableAddress(folded) : folded).slice(0, LONGEST);
}

/** Networks are equal when their addresses are, however they are written; names of hosts are texts. */
function comparableNetwork(text: string): string {
  const network = parseNetwork(text);
  return network ? `${Buffer.from(network.bytes).toString('hex')}/${network.bits}` : text.slice(0, LONGEST);
}

/** The ids that a document holds at one place. */
export function idsAt(document: Document, { property, field }: Pick<ReferencePlace, 'property' | 'field'>): string[] {
  const value: unknown = document[property];
  const entries: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return entries.flatMap(entry => {
    const id: unknown = field === undefined ? entry : fieldOf(entry, field);
    return typeof id === 'string' ? [id] : [];
  });
}

function fieldOf(entry: unknown, field: string): unknown {
  if (typeof entry !== 'object' || entry === null) return undefined;
  return new Map<string, unknown>(Object.entries(entry)).get(field);
}
