import { asBuffer } from '@parley/base';

/** Characters in a line, the most that RFC 2045 section 6.8 allows. */
const LINE = 76;

/** Base64 in lines with CRLF between them, none at the end (RFC 2045 section 6.8). */
export function base64Lines(content: Uint8Array): Buffer {
  const encoded = Buffer.from(asBuffer(content).toString('base64'), 'latin1');
  const breaks = Math.max(0, Math.ceil(encoded.length / LINE) - 1);
  const lines = Buffer.allocUnsafe(encoded.length + 2 * breaks);
  let to = 0;
  for (let from = 0; from < encoded.length; from += LINE) {
    if (from > 0) to = lines.writeUInt16BE(0x0d0a, to);
    const line = encoded.subarray(from, from + LINE);
    lines.set(line, to);
    to += line.length;
  }
  return lines;
}
