/** What an INFO said: a key; 'nothing' that concerns us; or the status that refuses it. */
export type InfoReading =
  | { readonly kind: 'key'; readonly key: string; readonly millis: number }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly status: 400 | 415 };

/** A relay body is two short lines; what is longer is not one. */
const MAX_BYTES = 256;
const KEYS = '0123456789*#ABCD';
const DEFAULT_MILLIS = 250;
const SHORTEST_MILLIS = 40;
const LONGEST_MILLIS = 5000;

/**
 * Reads a key from the body of an INFO: `application/dtmf-relay` ("Signal=5", "Duration=160", as Cisco introduced it) or
 * `application/dtmf` (the key alone). Neither has an RFC; what phones send is read generously: blanks, lower case, the
 * event numbers 10 and 11 for * and #.
 */
export function readInfo(contentType: string | undefined, body: Uint8Array): InfoReading {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  // An empty INFO is a keep-alive of the days before RFC 6086.
  if (type === undefined && body.length === 0) return { kind: 'nothing' };
  if (type !== 'application/dtmf-relay' && type !== 'application/dtmf') return { kind: 'refused', status: 415 };
  if (body.length > MAX_BYTES) return { kind: 'refused', status: 400 };
  const text = new TextDecoder('latin1').decode(body);
  return type === 'application/dtmf' ? asKey(text.trim(), DEFAULT_MILLIS) : readRelay(text);
}

function readRelay(text: string): InfoReading {
  let signal: string | undefined;
  let duration: string | undefined;
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    const name = line.slice(0, Math.max(0, equals)).trim().toLowerCase();
    if (name === 'signal') signal ??= line.slice(equals + 1).trim();
    else if (name === 'duration') duration ??= line.slice(equals + 1).trim();
  }
  if (signal === undefined) return { kind: 'refused', status: 400 };
  const millis = duration ? readMillis(duration) : DEFAULT_MILLIS;
  if (millis === undefined) return { kind: 'refused', status: 400 };
  return asKey(signal, Math.min(LONGEST_MILLIS, Math.max(SHORTEST_MILLIS, millis)));
}

function readMillis(text: string): number | undefined {
  for (const character of text) if (character < '0' || character > '9') return undefined;
  return Number(text);
}

function asKey(text: string, millis: number): InfoReading {
  const signal = text.toUpperCase();
  // The hook flash (RFC 4733 event 16) is no key.
  if (signal === '16' || signal === '!' || signal === 'HF') return { kind: 'nothing' };
  const key = EVENT_NUMBERS.get(signal) ?? signal;
  if (key.length !== 1 || !KEYS.includes(key)) return { kind: 'refused', status: 400 };
  return { kind: 'key', key, millis };
}

/** RFC 4733 section 3.2: events above 9. */
const EVENT_NUMBERS: ReadonlyMap<string, string> = new Map([
  ['10', '*'],
  ['11', '#'],
  ['12', 'A'],
  ['13', 'B'],
  ['14', 'C'],
  ['15', 'D'],
]);
