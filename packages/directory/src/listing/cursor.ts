import { problem } from '@parley/schema';
import { ObjectInvalid } from '../objects.ts';

/** What is remembered of the last object of a page. */
export interface Cursor {
  /** What the order is by: a cursor of another order is none. */
  readonly order: string;
  /** Values by which the object was sorted; its id. */
  readonly keys: readonly (string | number)[];
  readonly id: string;
}

const LONGEST = 8192;

export function writeCursor({ order, keys, id }: Cursor): string {
  return Buffer.from(JSON.stringify([order, keys, id])).toString('base64url');
}

/** Throws `ObjectInvalid` for what was never written by `writeCursor` for this order. */
export function readCursor(text: string, order: string): Cursor {
  const read = text.length <= LONGEST ? parsed(text) : undefined;
  if (read?.order === order) return read;
  throw new ObjectInvalid([problem('after', text, 'what came as `next` with the page before, in the same order')]);
}

function parsed(text: string): Cursor | undefined {
  const json = Buffer.from(text, 'base64url').toString();
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!Array.isArray(value) || value.length !== 3) return undefined;
  const [order, keys, id]: readonly unknown[] = value;
  const isKey = (each: unknown) => typeof each === 'string' || typeof each === 'number';
  if (typeof order !== 'string' || typeof id !== 'string' || !Array.isArray(keys) || !keys.every(isKey))
    return undefined;
  return { order, keys, id };
}
