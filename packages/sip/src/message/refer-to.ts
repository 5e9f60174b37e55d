import type { SipUri, TelUri } from './grammar.ts';
import { nameAddress, parseNameAddress, printNameAddress } from './name-address.ts';
import { classOf, isAll, TOKEN, VISIBLE } from './octets.ts';
import { NO_PARAMETERS } from './parameters.ts';
import { parseReplaces, printReplaces, type Replaces } from './replaces.ts';
import { SipParseError } from './sip-parse-error.ts';
import { parseUri } from './uri.ts';

const WHERE = 'Refer-To';
/** What a referrer may write into a request of ours: so many headers, so many characters in all. */
const MOST_HEADERS = 8;
const LONGEST_HEADERS = 2_048;
const LONGEST_METHOD = 32;

/**
 * Headers that a referrer may ask for. RFC 3261 section 19.1.5 warns of those that would forge the sender or the way of a request;
 * what is not known to be harmless is not passed on either.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  'accept-contact',
  'history-info',
  'join',
  'priority',
  'reason',
  'referred-by',
  'reject-contact',
  'replaces',
  'request-disposition',
  'require',
  'subject',
  'target-dialog',
  'user-to-user',
]);

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** Whom a REFER points at, and with what kind of request (RFC 3515 section 2.1). */
export interface ReferTo {
  /** '' when there is none. */
  readonly display: string;
  /** What to send the request to: without `method` and without headers. */
  readonly uri: SipUri | TelUri;
  /** "INVITE" when not said. */
  readonly method: string;
  /** The dialog that the new call is to take the place of (RFC 3891); undefined when none is named. */
  readonly replaces: Replaces | undefined;
  /** Other headers to put into the request, by lower-case name. Only those that cannot forge anything. */
  readonly headers: ReadonlyMap<string, string>;
  /** Names of the headers that were asked for and left out. */
  readonly ignored: readonly string[];
}

/**
 * Parses Refer-To as hostile input. Throws `SipParseError`: 400 for what breaks the grammar, control characters in headers, more
 * than 8 headers or 2,048 characters of them; 416 for a scheme other than sip, sips and tel.
 */
export function parseReferTo(text: string): ReferTo {
  const { display, uri } = parseNameAddress(text, WHERE);
  if (uri.scheme === 'other')
    throw new SipParseError(WHERE, 'only sip, sips and tel URIs can be referred to', { status: 416 });
  if (uri.scheme === 'tel')
    return { display, uri, method: 'INVITE', replaces: undefined, headers: NO_HEADERS, ignored: [] };
  checkHeaders(uri.headers);
  const { replaces, headers, ignored } = sorted(uri.headers);
  return { display, uri: bare(uri), method: methodOf(uri), replaces, headers, ignored };
}

function checkHeaders(headers: ReadonlyMap<string, string>): void {
  if (headers.size > MOST_HEADERS) throw new SipParseError(WHERE, `more than ${MOST_HEADERS} headers in the URI`);
  let length = 0;
  for (const [name, value] of headers) {
    length += name.length + value.length;
    if (!isAll(name, TOKEN)) throw new SipParseError(WHERE, 'the name of a header in the URI is no token');
    if (hasControls(value)) throw new SipParseError(WHERE, 'a header in the URI has control characters');
  }
  if (length > LONGEST_HEADERS)
    throw new SipParseError(WHERE, `headers of more than ${LONGEST_HEADERS} characters in the URI`);
}

function hasControls(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code !== 0x20 && code < 0x80 && (classOf(code) & VISIBLE) === 0) return true;
  }
  return false;
}

function sorted(all: ReadonlyMap<string, string>): Pick<ReferTo, 'replaces' | 'headers' | 'ignored'> {
  const headers = new Map<string, string>();
  const ignored: string[] = [];
  for (const [name, value] of all) {
    if (!ALLOWED.has(name)) ignored.push(name);
    else if (name !== 'replaces') headers.set(name, value);
  }
  const value = all.get('replaces');
  return { replaces: value === undefined ? undefined : parseReplaces(value), headers, ignored };
}

function methodOf({ parameters }: SipUri): string {
  const method = parameters.get('method') ?? 'INVITE';
  if (!isAll(method, TOKEN) || method.length > LONGEST_METHOD) throw new SipParseError(WHERE, 'the method is no token');
  return method;
}

function bare(uri: SipUri): SipUri {
  if (uri.headers.size === 0 && !uri.parameters.has('method')) return uri;
  const parameters = new Map(uri.parameters);
  parameters.delete('method');
  return { ...uri, parameters: parameters.size === 0 ? NO_PARAMETERS : parameters, headers: NO_HEADERS };
}

/** What to point at. */
export interface ReferToParts {
  /** INVITE when left out. */
  readonly method?: string;
  /** As the receiver of the new call knows the dialog (RFC 3891 section 6.1). */
  readonly replaces?: Replaces;
}

/** Prints Refer-To. Throws `SipParseError` for a URI that cannot be read, or is neither sip, sips nor tel. */
export function printReferTo(target: string, { method, replaces }: ReferToParts = {}): string {
  const uri = parseUri(target, WHERE);
  if (uri.scheme === 'other')
    throw new SipParseError(WHERE, 'only sip, sips and tel URIs can be referred to', { status: 416 });
  if (uri.scheme === 'tel') {
    if (method !== undefined || replaces) throw new SipParseError(WHERE, 'a tel URI has neither method nor headers');
    return printNameAddress(nameAddress(uri));
  }
  const parameters = new Map(uri.parameters);
  if (method !== undefined) parameters.set('method', method);
  const headers = new Map(uri.headers);
  if (replaces) {
    headers.delete('replaces');
    headers.set('Replaces', printReplaces(replaces));
  }
  return printNameAddress(nameAddress({ ...uri, parameters, headers }));
}
