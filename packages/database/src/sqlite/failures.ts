import { ParleyError } from '@parley/base';
import type { Failure } from './protocol.ts';

// Primary result codes: https://sqlite.org/rescode.html (the low byte of an extended code).
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const CONSTRAINT = 19;
const NOTADB = 26;

const SENTENCES: Readonly<Record<number, readonly [string, string]>> = {
  [BUSY]: ['DATABASE_LOCKED', 'is held by another process: stop that one first, or use another data folder'],
  [LOCKED]: ['DATABASE_LOCKED', 'is held by another process: stop that one first, or use another data folder'],
  [READONLY]: ['DATABASE_UNWRITABLE', 'may not be written: check its owner and mode'],
  [CANTOPEN]: ['DATABASE_UNWRITABLE', 'cannot be opened: check that its folder exists and may be written'],
  [IOERR]: ['DATABASE_IO', 'could not be read or written: check the disk'],
  [FULL]: ['DATABASE_FULL', 'cannot grow: the disk is full'],
  [CORRUPT]: ['DATABASE_DAMAGED', 'is damaged: restore it from a backup'],
  [NOTADB]: ['DATABASE_DAMAGED', 'is not a database of Parley'],
  [CONSTRAINT]: ['DATABASE_CONFLICT', 'refused a row that contradicts another'],
};

// Extended codes: what a trigger of ours refuses.
const CONSTRAINT_TRIGGER = 1811;

/** SQLite's failure as a catalogued error whose message is one line for an administrator. */
export function operationalFailure(file: string, failure: Failure): ParleyError {
  if (failure.errcode === CONSTRAINT_TRIGGER)
    return new ParleyError('DATABASE_APPEND_ONLY', `${file} keeps what was written: ${failure.message}`);
  const [code, sentence] = SENTENCES[failure.errcode & 0xff] ?? ['DATABASE_FAILED', 'refused a statement'];
  return new ParleyError(code, `${file} ${sentence} (${failure.message})`);
}
