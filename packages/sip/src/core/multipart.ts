/** One part of a multipart body: header names in lower case. */
export interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly content: Uint8Array;
}

const MOST_PARTS = 16;
const MOST_HEADERS = 16;
/** RFC 2046 5.1.1. */
const LONGEST_BOUNDARY = 70;

/**
 * The parts of a multipart body (RFC 2046 5.1), nested ones not opened; undefined when it is malformed or has too many of
 * anything. Work is linear in the body's length times a constant.
 */
export function partsOf(body: Buffer, boundary: string | undefined): readonly Part[] | undefined {
  if (!boundary || boundary.length > LONGEST_BOUNDARY) return undefined;
  const delimiter = `--${boundary}`;
  const parts: Part[] = [];
  let at = delimiterAt(body, delimiter, 0);
  while (at >= 0) {
    const after = at + delimiter.length;
    if (body.toString('latin1', after, after + 2) === '--') return parts.length > 0 ? parts : undefined;
    const start = body.indexOf('\r\n', after, 'latin1');
    const next = start < 0 ? -1 : delimiterAt(body, delimiter, start);
    if (next < 0 || parts.length === MOST_PARTS) return undefined;
    const part = partOf(body.subarray(start + 2, Math.max(start + 2, next - 2)));
    if (!part) return undefined;
    parts.push(part);
    at = next;
  }
  return undefined;
}

/** The next delimiter at the beginning of a line. */
function delimiterAt(body: Buffer, delimiter: string, from: number): number {
  for (let at = body.indexOf(delimiter, from, 'latin1'); at >= 0; at = body.indexOf(delimiter, at + 1, 'latin1'))
    if (at === 0 || (body[at - 2] === 0x0d && body[at - 1] === 0x0a)) return at;
  return -1;
}

function partOf(bytes: Buffer): Part | undefined {
  // A part without headers begins with the empty line.
  const bare = bytes[0] === 0x0d && bytes[1] === 0x0a;
  const end = bare ? 0 : bytes.indexOf('\r\n\r\n', 0, 'latin1');
  if (end < 0) return undefined;
  const lines = bare ? [] : bytes.toString('latin1', 0, end).split('\r\n', MOST_HEADERS + 1);
  if (lines.length > MOST_HEADERS) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, content: bytes.subarray(bare ? 2 : end + 4) };
}
