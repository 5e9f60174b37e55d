import { ParleyError } from '@parley/base';
import { isKind, type Kind } from '@parley/schema';
import { canonical } from './canonical.ts';

/**
 * The file: one line of canonical JSON, the header, then gzip (RFC 1952) of a line of the same for every object: kinds in the order of
 * `kinds`, and the objects of one by their ids. The header is signed and holds the hash of what follows, so that nothing is unpacked, and
 * no object looked at, before it is known whose it is.
 */
export const FORMAT_VERSION = 1;

export interface Header {
  /** Id of the only organisation that is in it; undefined: everything. */
  readonly organization: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Objects of each kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** Octets that the objects unpack to. */
  readonly unpacked: number;
  /** Of the octets behind the header, in hexadecimal. */
  readonly sha256: string;
  /** Public key of who signed it, base64url. */
  readonly key: string;
}

export interface SignedHeader extends Header {
  readonly signature: string;
}

export interface ObjectLine {
  readonly kind: Kind;
  readonly id: string;
  readonly organization: string;
  readonly document: Readonly<Record<string, unknown>>;
}

const fieldsIn = ({ organization, at, counts, unpacked, sha256, key }: Header) => ({
  parley: 'configuration',
  version: FORMAT_VERSION,
  organization: organization ?? null,
  at,
  counts,
  unpacked,
  sha256,
  key,
});

/** What the signature is of: all of the header but itself, and by the hash everything else. */
export const signedText = (header: Header): string => canonical(fieldsIn(header));

export const headerLine = (header: SignedHeader): string =>
  canonical({ ...fieldsIn(header), signature: header.signature });

export const objectLine = ({ kind, id, organization, document }: ObjectLine): string =>
  canonical({ kind, id, organization, document });

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
export function headerOf(line: string): SignedHeader {
  const { parley, version, organization, at, counts, unpacked, sha256, key, signature } = fieldsOf(
    line,
    'the first line',
  );
  if (parley !== 'configuration' || !isWhole(version)) throw damaged('the first line says no version');
  if (version > FORMAT_VERSION)
    throw new ParleyError(
      'BACKUP_NEWER',
      `the file was made by a newer version of Parley (format ${version}, this one knows ${FORMAT_VERSION})`,
    );
  if (organization !== null && typeof organization !== 'string') throw damaged('the first line names no organisation');
  if (!isWhole(at) || !isWhole(unpacked)) throw damaged('the first line says no time or no length');
  if (typeof sha256 !== 'string' || typeof key !== 'string' || typeof signature !== 'string')
    throw damaged('the first line is not signed');
  const header = { at, counts: countsOf(counts), unpacked, sha256, key, signature };
  return { ...header, organization: organization ?? undefined };
}

const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);

function countsOf(counts: unknown): Record<string, number> {
  if (!isFields(counts)) throw damaged('the first line counts nothing');
  const numbers = Object.entries(counts).map(([kind, count]): [string, number] => {
    if (!isWhole(count)) throw damaged('the first line counts wrongly');
    return [kind, count];
  });
  return Object.fromEntries(numbers);
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
