/** One value of a certificate's subjectAltName: the kind as Node names it ("DNS", "URI", "IP Address", "email" ...), and the value unquoted. */
export interface AltName {
  readonly kind: string;
  readonly value: string;
}

/**
 * Takes apart what Node prints of a subjectAltName ("DNS:a.example, URI:sip:b.example"). A value with a comma, a quote, a control
 * character or anything else that could be taken for the next value is printed as a JSON string: cutting at commas alone let a
 * certificate for one domain claim others (CVE-2021-44532). Undefined when the text has another form: nothing of it is to be believed.
 */
export function altNamesOf(text: string): readonly AltName[] | undefined {
  const names: AltName[] = [];
  let at = 0;
  while (at < text.length) {
    const colon = text.indexOf(':', at);
    if (colon < 0) return undefined;
    const kind = text.slice(at, colon);
    const end = text[colon + 1] === '"' ? endOfQuoted(text, colon + 1) : endOfPlain(text, colon + 1);
    if (end < 0 || (end < text.length && !text.startsWith(', ', end))) return undefined;
    const value = unquoted(text.slice(colon + 1, end));
    if (value === undefined) return undefined;
    names.push({ kind, value });
    at = end + 2;
  }
  return names;
}

function endOfPlain(text: string, start: number): number {
  const comma = text.indexOf(', ', start);
  return comma < 0 ? text.length : comma;
}

/** Behind the closing quote; -1 when there is none. */
function endOfQuoted(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return -1;
}

function unquoted(value: string): string | undefined {
  if (!value.startsWith('"')) return value;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' ? parsed : undefined;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
