import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A message of RFC 4475, as its archive holds it. */
export function rfc4475(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, 'rfc4475', `${name}.dat`));
}

/** A message of RFC 5118: with CRLF, the empty line that some lack, and the Content-Length that the body really has. */
export function rfc5118(name: string): Buffer {
  const [head, body = ''] = readFileSync(join(import.meta.dirname, 'rfc5118', name), 'latin1')
    .replaceAll('\n', '\r\n')
    .split('\r\n\r\n', 2);
  const corrected = head.trimEnd().replace(/Content-Length: \d+/, `Content-Length: ${body.length}`);
  return Buffer.from(`${corrected}\r\n\r\n${body}`, 'latin1');
}
