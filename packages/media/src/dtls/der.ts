/** What a self-signed certificate is written with: DER (ITU-T X.690), as far as it goes. */
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT = 0x06;
const UTF8 = 0x0c;
const UTC_TIME = 0x17;
const LONG_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;

function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

export const sequence = (...parts: readonly Uint8Array[]) => tagged(SEQUENCE, ...parts);
export const set = (...parts: readonly Uint8Array[]) => tagged(SET, ...parts);
/** A part that is known by its number, all of it. */
export const explicit = (number: number, part: Uint8Array) => tagged(0xa0 + number, part);
/** Bytes of a positive number, the highest bit not set. */
export const integer = (bytes: Uint8Array) => tagged(INTEGER, bytes);
export const bitString = (bytes: Uint8Array) => tagged(BIT_STRING, Buffer.of(0), bytes);
export const text = (value: string) => tagged(UTF8, Buffer.from(value));

/** An object identifier, `1.2.840…`. */
export function object(name: string): Buffer {
  const [first, second, ...rest] = name.split('.').map(Number);
  return tagged(OBJECT, Buffer.from([40 * first + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

/** Milliseconds since 1970, in seconds. RFC 5280 section 4.1.2.5: two digits for the year until 2049, four from then on. */
export function time(millis: number): Buffer {
  const digits = new Date(millis).toISOString().replace(/[-:T]|\.\d+/g, '');
  const isLong = Number(digits.slice(0, 4)) >= 2050;
  return tagged(isLong ? LONG_TIME : UTC_TIME, Buffer.from(isLong ? digits : digits.slice(2)));
}
