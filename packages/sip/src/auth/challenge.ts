import { SipParseError } from '../message/sip-parse-error.ts';
import { type NamedAlgorithm, namedAlgorithm, printAlgorithm } from './algorithm.ts';
import { parseDigestParameters, printDigest, required } from './auth-parameters.ts';
import { QOPS, type Qop } from './digest.ts';

/** A digest challenge: WWW-Authenticate or Proxy-Authenticate (RFC 7616 section 3.3). */
export interface Challenge extends NamedAlgorithm {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string;
  /** What it offers; empty for a peer of RFC 2069, which knows no qop. */
  readonly qops: readonly Qop[];
  /** The nonce was too old, but the secret was right. */
  readonly isStale: boolean;
}

/**
 * Reads one challenge; undefined when it is one that cannot be answered: another scheme, an algorithm or only qops that we do not
 * know. Throws `SipParseError`.
 */
export function parseChallenge(text: string, where = 'WWW-Authenticate'): Challenge | undefined {
  const parameters = parseDigestParameters(text, where);
  if (!parameters) return undefined;
  const named = namedAlgorithm(parameters.get('algorithm'));
  const offered = parameters.get('qop');
  const qops = offered === undefined ? [] : qopsIn(offered);
  // "-sess" needs the client's nonce, which only goes with a qop (RFC 7616 section 3.4).
  if (!named || ((offered !== undefined || named.isSession) && qops.length === 0)) return undefined;
  const nonce = required(parameters, 'nonce', where);
  if (nonce === '') throw new SipParseError(where, 'nonce is empty');
  return {
    ...named,
    realm: required(parameters, 'realm', where),
    nonce,
    opaque: parameters.get('opaque'),
    qops,
    isStale: parameters.get('stale')?.toLowerCase() === 'true',
  };
}

function qopsIn(list: string): readonly Qop[] {
  const names = list.split(',').map(name => name.trim().toLowerCase());
  return QOPS.filter(qop => names.includes(qop));
}

export function printChallenge(challenge: Challenge): string {
  const { realm, nonce, opaque, qops, isStale } = challenge;
  const values = {
    realm,
    nonce,
    opaque,
    stale: isStale ? 'true' : undefined,
    algorithm: printAlgorithm(challenge),
    qop: qops.length > 0 ? qops.join(',') : undefined,
  };
  return printDigest(values, ['stale', 'algorithm']);
}
