/**
 * Everything wrong with a raw message by the letter of RFC 5322, 2045 to 2047 and 2231, as sentences; empty when nothing is.
 * Stricter than any mail reader: it is what the tests hold every message against.
 */
export function strictCheck(raw: Uint8Array): string[] {
  const text = Buffer.from(raw).toString('latin1');
  const problems: string[] = [];
  if (/(^|[^\r])\n/.test(text) || /\r(?!\n)/.test(text)) problems.push('a line end is not CRLF (RFC 5322 section 2.3)');
  if (!text.endsWith('\r\n')) problems.push('the last line has no CRLF');
  for (const line of text.split('\r\n'))
    if (line.length > 998) problems.push(`a line has ${line.length} octets, 998 are allowed (RFC 5322 section 2.1.1)`);
  for (const byte of raw)
    if (byte > 126 || (byte < 32 && byte !== 13 && byte !== 10 && byte !== 9)) {
      problems.push(`octet ${byte} is not allowed in a 7-bit message (RFC 2045 section 2.7)`);
      break;
    }
  checkEntity(text, problems, 0);
  const headers = fieldsOf(headOf(text).head);
  for (const name of ['date', 'from', 'message-id', 'mime-version', 'subject', 'to']) {
    const count = headers.filter(field => field.name === name).length;
    if (count !== 1) problems.push(`${name} occurs ${count} times, once is right (RFC 5322 section 3.6)`);
  }
  return problems;
}

interface Field {
  readonly name: string;
  readonly value: string;
  readonly raw: string;
}

function headOf(entity: string): { head: string; body: string } {
  const end = entity.indexOf('\r\n\r\n');
  return end < 0 ? { head: entity, body: '' } : { head: entity.slice(0, end), body: entity.slice(end + 4) };
}

function fieldsOf(head: string): Field[] {
  return head.split(/\r\n(?![ \t])/).map(raw => {
    const colon = raw.indexOf(':');
    return {
      name: raw.slice(0, colon).toLowerCase(),
      value: raw
        .slice(colon + 1)
        .replace(/\r\n/g, '')
        .trim(),
      raw,
    };
  });
}

/** One entity, header and body; nesting is bounded. */
function checkEntity(entity: string, problems: string[], depth: number): void {
  if (depth > 8) return void problems.push('more than 8 levels of multipart');
  const { head, body } = headOf(entity);
  const fields = fieldsOf(head);
  for (const field of fields) checkField(field, problems);
  const type = fields.find(field => field.name === 'content-type')?.value ?? 'text/plain';
  const encoding = (fields.find(field => field.name === 'content-transfer-encoding')?.value ?? '7bit').toLowerCase();
  if (/^multipart\//i.test(type)) {
    const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type);
    const name = boundary?.[1] ?? boundary?.[2];
    if (!name || name.length > 70)
      return void problems.push('a multipart has no boundary of 1 to 70 characters (RFC 2046 section 5.1.1)');
    const parts = `\r\n${body}`.split(`\r\n--${name}`);
    if (!parts.at(-1)?.startsWith('--')) problems.push('a multipart is not closed (RFC 2046 section 5.1.1)');
    for (const part of parts.slice(1, -1)) checkEntity(part.replace(/^[ \t]*\r\n/, ''), problems, depth + 1);
    return;
  }
  checkEncoded(encoding, body, problems);
}

function checkField(field: Field, problems: string[]): void {
  if (!/^[!-9;-~]+$/.test(field.name)) problems.push(`"${field.name}" is not a field name (RFC 5322 section 2.2)`);
  if (field.raw.split('\r\n').some((line, i) => i > 0 && line.trim() === ''))
    problems.push(`${field.name} is folded into an empty line`);
  for (const word of field.value.match(/=\?[^\s]*\?=/g) ?? []) {
    if (word.length > 75)
      problems.push(
        `an encoded word in ${field.name} has ${word.length} characters, 75 are allowed (RFC 2047 section 2)`,
      );
    if (!/^=\?[A-Za-z0-9-]+\?(?:[Bb]\?[A-Za-z0-9+/]*={0,2}|[Qq]\?[!->@-~]*)\?=$/.test(word))
      problems.push(`"${word}" in ${field.name} is no encoded word (RFC 2047)`);
  }
  if (/"[^"]*=\?[^"]*"/.test(field.value))
    problems.push(`${field.name} has an encoded word inside a quoted string (RFC 2047 section 5)`);
}

function checkEncoded(encoding: string, body: string, problems: string[]): void {
  const lines = body.split('\r\n');
  if (encoding === 'base64') {
    if (lines.some(line => line.length > 76))
      problems.push('a base64 line is longer than 76 characters (RFC 2045 section 6.8)');
    if (!/^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$/.test(body)) problems.push('a base64 body holds other characters');
  } else if (encoding === 'quoted-printable') {
    if (lines.some(line => line.length > 76))
      problems.push('a quoted-printable line is longer than 76 characters (RFC 2045 section 6.7)');
    if (/=(?![0-9A-F]{2}|\r\n)/.test(body)) problems.push('a quoted-printable body has a lone "="');
  } else if (encoding !== '7bit')
    problems.push(`the transfer encoding is ${encoding}; 7bit, quoted-printable or base64 are right here`);
}
