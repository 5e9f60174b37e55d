import { isSrtpSuite, type SrtpKey, type SrtpSuite, SUITES } from '../srtp/suites.ts';
import type { Attribute } from './description.ts';
import { decimal, isDigits } from './lines.ts';

/** Longest value of `a=crypto` that is looked at, characters. One key takes 130 at most; the rest is for parameters. */
const LONGEST = 512;

/** One `a=crypto` line (RFC 4568): a suite under a tag, and the key that its sender protects its packets with. Never to be logged. */
export interface CryptoLine {
  /** 0 to 999,999,999; an answer names the line of the offer that it takes by it. */
  readonly tag: number;
  readonly suite: SrtpSuite;
  readonly key: SrtpKey;
}

/** Why a line cannot be used, in words for a `Warning`; nothing of the line is in them. */
export type CryptoProblem =
  | 'not a=crypto:<tag> <suite> inline:<key>'
  | 'a suite that is not known'
  | 'a key of the wrong length'
  | 'several keys or a master key identifier'
  | 'a lifetime out of range'
  | 'a session parameter that is not known';

export type CryptoReading =
  | { readonly kind: 'usable'; readonly line: CryptoLine }
  | { readonly kind: 'unusable'; readonly problem: CryptoProblem };

/**
 * Reads the value of an `a=crypto` attribute: `1 AES_CM_128_HMAC_SHA1_80 inline:<base64 of key and salt>|2^31`. Refused are master key identifiers (section 6.1;
 * one key a direction is what we have) and parameters that would change how packets look (section 6.3), above all those that switch encryption off.
 */
export function readCrypto(value: string): CryptoReading {
  if (value.length > LONGEST) return unusable('not a=crypto:<tag> <suite> inline:<key>');
  const [tagText = '', suite = '', keys = '', ...parameters] = value.split(/[ \t]/).filter(word => word !== '');
  const tag = tagText.length > 9 ? undefined : decimal(tagText, 999_999_999);
  if (tag === undefined || keys.slice(0, 7).toLowerCase() !== 'inline:')
    return unusable('not a=crypto:<tag> <suite> inline:<key>');
  const name = suite.toUpperCase();
  if (!isSrtpSuite(name)) return unusable('a suite that is not known');
  const [text, ...rest] = keys.slice(7).split('|');
  if (keys.includes(';') || rest.some(part => part.includes(':')))
    return unusable('several keys or a master key identifier');
  if (rest.length > 1 || rest.some(part => !isLifetime(part))) return unusable('a lifetime out of range');
  const key = readKey(text, name);
  if (!key) return unusable('a key of the wrong length');
  if (!parameters.every(isHarmless)) return unusable('a session parameter that is not known');
  return { kind: 'usable', line: { tag, suite: name, key } };
}

/** The attribute of a line of ours. It has no lifetime: that means the most that RFC 3711 allows (section 6.1). */
export function printCrypto({ tag, suite, key }: CryptoLine): Attribute {
  const text = Buffer.concat([key.key, key.salt]).toString('base64');
  return { name: 'crypto', value: `${tag} ${suite} inline:${text}` };
}

function unusable(problem: CryptoProblem): CryptoReading {
  return { kind: 'unusable', problem };
}

/** Base64 of key and salt together, with its padding or without. */
function readKey(text: string, suite: SrtpSuite): SrtpKey | undefined {
  const sizes = SUITES[suite];
  const unpadded = text.replace(/={1,2}$/, '');
  if (unpadded.length !== Math.ceil(((sizes.key + sizes.salt) * 4) / 3) || !/^[A-Za-z0-9+/]*$/.test(unpadded))
    return undefined;
  // A copy: what `Buffer.from` gives is a part of a larger piece of memory, which would travel to the media thread as a whole.
  const bytes = new Uint8Array(Buffer.from(unpadded, 'base64'));
  return { key: bytes.slice(0, sizes.key), salt: bytes.slice(sizes.key) };
}

/** `2^31` or a number, up to 2^48: how many packets the other side will protect with its key. It is its promise, there is nothing for us to do. */
function isLifetime(text: string): boolean {
  if (text.startsWith('2^')) {
    const power = decimal(text.slice(2), 48);
    return power !== undefined;
  }
  if (!isDigits(text) || text.length > 15) return false;
  const count = Number(text);
  return count >= 1 && count <= 2 ** 48;
}

/** A window size hint (section 6.3.7), or one of those that may be passed over (section 6.3.8: a dash before the name). */
function isHarmless(parameter: string): boolean {
  return parameter.startsWith('-') || (parameter.startsWith('WSH=') && isDigits(parameter.slice(4)));
}
