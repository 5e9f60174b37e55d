import { HEX, isAll } from '../message/octets.ts';
import { SipParseError } from '../message/sip-parse-error.ts';
import { type NamedAlgorithm, namedAlgorithm, printAlgorithm } from './algorithm.ts';
import { parseDigestParameters, printDigest, required } from './auth-parameters.ts';
import { QOPS, type Qop } from './digest.ts';

/** Digest credentials: Authorization or Proxy-Authorization (RFC 7616 section 3.4). */
export interface DigestCredentials extends NamedAlgorithm {
  readonly user: string;
  readonly realm: string;
  readonly nonce: string;
  /** The digest-uri as written. */
  readonly uri: string;
  /** Lower-case hexadecimal digits. */
  readonly response: string;
  readonly opaque?: string;
  /** Undefined for a peer of RFC 2069. */
  readonly qop?: Qop;
  /** '' without qop. */
  readonly cnonce: string;
  /** Eight hexadecimal digits; '' without qop. */
  readonly nc: string;
}

const LONGEST_RESPONSE = 128;

/** Reads credentials; undefined when they are of another scheme or an algorithm that we do not know. Throws `SipParseError`. */
export function parseCredentials(text: string, where = 'Authorization'): DigestCredentials | undefined {
  const parameters = parseDigestParameters(text, where);
  const named = namedAlgorithm(parameters?.get('algorithm'));
  if (!parameters || !named) return undefined;
  // RFC 7616 section 3.4.4: a hash in the place of the name. Our challenges do not offer it.
  if (parameters.get('userhash')?.toLowerCase() === 'true') throw new SipParseError(where, 'userhash was not offered');
  const response = required(parameters, 'response', where).toLowerCase();
  if (response.length > LONGEST_RESPONSE || !isAll(response, HEX))
    throw new SipParseError(where, 'response is not made of hexadecimal digits');
  const all = (name: string) => required(parameters, name, where);
  const common = { user: all('username'), realm: all('realm'), nonce: all('nonce'), uri: all('uri'), response };
  const opaque = parameters.get('opaque');
  const qop = QOPS.find(one => one === parameters.get('qop')?.toLowerCase());
  if (!parameters.has('qop')) return { ...named, ...common, opaque, cnonce: '', nc: '' };
  if (!qop) throw new SipParseError(where, 'qop is neither auth nor auth-int');
  const nc = all('nc');
  if (nc.length !== 8 || !isAll(nc, HEX)) throw new SipParseError(where, 'nc is not made of eight hexadecimal digits');
  return { ...named, ...common, opaque, qop, cnonce: all('cnonce'), nc };
}

export function printCredentials(credentials: DigestCredentials): string {
  const { user, realm, nonce, uri, response, opaque, qop, cnonce, nc } = credentials;
  const algorithm = printAlgorithm(credentials);
  const values = { username: user, realm, nonce, uri, response, algorithm, opaque };
  const counted = qop ? { ...values, qop, nc, cnonce } : values;
  return printDigest(counted, ['algorithm', 'qop', 'nc']);
}
