import { once } from '../define/once.ts';
import type { TextFormat } from '../define/property.ts';
import { isAddress, isDomain, isHostName, isSipAddress } from './addresses.ts';
import { CS_FORMATS } from './cs-formats.ts';
import { EXCHANGE_FORMATS } from './exchange-formats.ts';
import { parseNetwork } from './network.ts';

/** One shape of text. */
export interface Format {
  readonly fits: (text: string) => boolean;
  /** What is allowed, to be read after "must be". */
  readonly allowed: string;
  /** What exactly is wrong with a text that does not fit, when that can be told. */
  readonly instead?: (text: string) => string | undefined;
  /** The one way in which texts that mean the same are kept. */
  readonly canonical?: (text: string) => string;
}

// Every expression here is a single class repeated, or a fixed sequence of those without overlap: linear in the text's length.
const FORBIDDEN_IN_NAMES = /["/\\[\]:;|=,+*?<>]/;
// Bidirectional marks and overrides would let a name show as another one (Unicode TR 36).
const INVISIBLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
const INVISIBLE_BUT_LINE_ENDS = /(?![\n\r\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}$/i;
const LANGUAGE = /^[a-z]{2,3}-[A-Z]{2}$/;

const isMailAddress = (text: string) => {
  const local = text.slice(0, text.lastIndexOf('@'));
  return isAddress(text, LOCAL_PART) && !local.startsWith('.') && !local.endsWith('.') && !local.includes('..');
};
const isE164 = (text: string) => /^\+[1-9][0-9]{1,14}$/.test(text);
const isSipUri = (text: string) => /^sips?:/i.test(text) && text.slice(text.indexOf(':') + 1).length > 0;

/** The names that ICU lists: making a formatter to ask for one of them costs a hundred times as much. It knows older names beside these. */
const timeZones = once((): ReadonlySet<string> => new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]));

function isTimeZone(text: string): boolean {
  if (timeZones().has(text)) return true;
  // Only names: "+01:00" is understood by some runtimes, but knows no summer time.
  if (!/^[A-Z][A-Za-z0-9_+/-]{0,63}$/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone.length > 0;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const isPath = (text: string) => text.trim() === text && !text.split('/').includes('..');

const FORMATS: Readonly<Record<TextFormat, Format>> = {
  ...CS_FORMATS,
  name: {
    fits: text => !FORBIDDEN_IN_NAMES.test(text) && text.trim() === text,
    allowed: 'a name without " / \\ [ ] : ; | = , + * ? < > and without blanks around it',
  },
  digits: { fits: text => /^[0-9]+$/.test(text), allowed: 'digits only' },
  number: {
    fits: text => /^\+?[0-9*#]+$/.test(text) || isSipAddress(text),
    allowed: 'a number (digits, * and #, + in front) or a SIP address',
  },
  'number mask': { fits: text => /^\+?[0-9xX*]+$/.test(text), allowed: 'digits and x' },
  pilot: {
    fits: text =>
      /^\+?[0-9]+$/.test(text) || isSipAddress(text.replace(/^sips?:/i, '')) || /^[A-Za-z0-9._ -]+$/.test(text),
    allowed: 'an extension, an E.164 number, a SIP address or the name of a dial plan',
  },
  'sip resource': {
    fits: text => isE164(text) || isSipAddress(text),
    allowed: 'a SIP address such as ann@example.org (without sip:) or an E.164 number such as +33123456789',
  },
  'sip uri': { fits: isSipUri, allowed: 'a SIP URI such as sip:fax.example.org:5060;transport=tcp' },
  'mail address': { fits: isMailAddress, allowed: 'a mail address such as ann@example.org' },
  domain: { fits: isDomain, allowed: 'a domain such as example.org' },
  language: {
    fits: text => LANGUAGE.test(text) || text === 'x-tones',
    allowed: 'a language and region such as en-US or fr-FR',
  },
  'time zone': { fits: isTimeZone, allowed: 'a time zone name (IANA) such as Europe/Paris or UTC' },
  network: {
    fits: text => parseNetwork(text) !== undefined,
    allowed:
      'an IPv4 or IPv6 address or network such as 192.0.2.10, 192.0.2.0/24 or 2001:db8::/32 (host names are not looked up)',
  },
  'gateway address': {
    fits: text => parseNetwork(text) !== undefined || isHostName(text),
    allowed:
      'an IPv4 or IPv6 address or network such as 192.0.2.10 or 2001:db8::/32, or the full name that the certificate of a TLS peer proves, such as gateway.example.org (names are not looked up)',
  },
  'wave file': {
    fits: text => isPath(text) && /\.wav$/i.test(text),
    allowed: 'the path of a .wav file without ".."',
  },
  folder: { fits: isPath, allowed: 'a path without ".."' },
  paragraphs: { fits: () => true, allowed: 'text' },
  ...EXCHANGE_FORMATS,
};

/** Says what is allowed when a text does not fit, undefined when it does. */
export function misfit(text: string, format: TextFormat | undefined): string | undefined {
  const invisible = format === 'paragraphs' ? INVISIBLE_BUT_LINE_ENDS : INVISIBLE;
  if (invisible.test(text)) return 'text without control characters and bidirectional marks';
  if (!format || FORMATS[format].fits(text)) return undefined;
  return FORMATS[format].instead?.(text) ?? FORMATS[format].allowed;
}

/** The one way in which texts that mean the same are kept; the text itself when its format knows no other. */
export function canonical(text: string, format: TextFormat | undefined): string {
  return (format && FORMATS[format].canonical?.(text)) ?? text;
}

/** What a format allows, for help and JSON Schema. */
export function allowedBy(format: TextFormat): string {
  return FORMATS[format].allowed;
}
