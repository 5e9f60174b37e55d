import { ParleyError } from '@parley/base';
import { isKind, type Kind } from '@parley/schema';
import { canonical } from './canonical.ts';

/**
 * The file: gzip (RFC 1952) of lines of canonical JSON. A header, a line for every object (kinds in the order of `kinds`, and the objects
 * of one by their ids), a trailer that counts them, with the SHA-256 of all lines before it, signed.
 */
export const FORMAT_VERSION = 1;

export interface Header {
  /** Id of the only organisation that is in it; undefined: everything. */
  readonly organization: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface ObjectLine {
  readonly kind: Kind;
  readonly id: string;
  readonly organization: string;
  readonly document: Readonly<Record<string, unknown>>;
}

export interface Trailer {
  readonly counts: Readonly<Record<string, number>>;
  readonly sha256: string;
  readonly key: string;
  readonly signature: string;
}

export const headerLine = ({ organization, at }: Header): string =>
  canonical({ parley: 'configuration', version: FORMAT_VERSION, organization: organization ?? null, at });

export const objectLine = ({ kind, id, organization, document }: ObjectLine): string =>
  canonical({ kind, id, organization, document });

/** What the signature is of: everything the trailer says, and by its hash everything else. */
export const signedText = ({ counts, sha256, key }: Omit<Trailer, 'signature'>): string =>
  canonical({ counts, sha256, key });

export const trailerLine = ({ counts, sha256, key, signature }: Trailer): string =>
  canonical({ counts, sha256, key, signature });

/** A file that is no export, or not the one it was. */
export const damaged = (why: string, options?: { cause: unknown }) =>
  new ParleyError('BACKUP_DAMAGED', `the file is damaged or no export of a configuration: ${why}`, options);

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects within objects, deepest. Ours have three: the document, its lists, the records in them. */
const DEEPEST = 8;

/** @throws ParleyError BACKUP_DAMAGED for what is no JSON object, or one in another spelling than ours. */
function fieldsOf(line: string, what: string): Fields {
  if (isTooDeep(line)) throw damaged(`${what} is nested deeper than ${DEEPEST}`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw damaged(`${what} is no JSON`, { cause: error });
  }
  // Twice the same key, other spaces: the same file would mean different things to different readers.
  if (!isFields(value) || canonical(value) !== line) throw damaged(`${what} is not written as exports are`);
  return value;
}

/** Looks at brackets outside of strings, without recursion. */
function isTooDeep(line: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < line.length; at++) {
    const unit = line.charCodeAt(at);
    if (inString) {
      if (unit === 0x5c) at++;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > DEEPEST) return true;
    } else if (unit === 0x7d || unit === 0x5d) depth--;
  }
  return false;
}

/** @throws ParleyError BACKUP_DAMAGED, BACKUP_NEWER. */
export function headerOf(line: string): Header {
  const { parley, version, organization, at } = fieldsOf(line, 'the first line');
  if (parley !== 'configuration' || typeof version !== 'number') throw damaged('the first line says no version');
  if (version > FORMAT_VERSION)
    throw new ParleyError(
      'BACKUP_NEWER',
      `the file was made by a newer version of Parley (format ${version}, this one knows ${FORMAT_VERSION})`,
    );
  if (typeof at !== 'number' || !Number.isSafeInteger(at)) throw damaged('the first line says no time');
  if (organization !== null && typeof organization !== 'string') throw damaged('the first line names no organisation');
  return { organization: organization ?? undefined, at };
}

/** @throws ParleyError BACKUP_DAMAGED. */
export function trailerOf(line: string): Trailer {
  const { counts, sha256, key, signature } = fieldsOf(line, 'the last line');
  if (typeof sha256 !== 'string' || typeof key !== 'string' || typeof signature !== 'string' || !isFields(counts))
    throw damaged('it is cut off: the last line is no signature');
  const numbers = Object.entries(counts).map(([kind, count]): [string, number] => {
    if (typeof count !== 'number') throw damaged('the last line counts wrongly');
    return [kind, count];
  });
  return { counts: Object.fromEntries(numbers), sha256, key, signature };
}

/** An object as a file has it. @throws ParleyError BACKUP_DAMAGED, BACKUP_INVALID. `number`: of its line. */
export function objectOfLine(line: string, number: number): ObjectLine {
  const { kind, id, organization, document } = fieldsOf(line, `line ${number}`);
  if (typeof kind !== 'string' || !isKind(kind))
    throw new ParleyError('BACKUP_INVALID', `line ${number}: objects of this kind are not known`);
  if (typeof id !== 'string' || id === '' || id.length > 64 || !isFields(document) || typeof organization !== 'string')
    throw new ParleyError('BACKUP_INVALID', `line ${number}: a ${kind} without an id, an organisation or a document`);
  return { kind, id, organization, document };
}
