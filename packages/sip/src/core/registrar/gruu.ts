import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SipUri, Uri } from '../../message/grammar.ts';
import { printUri } from '../../message/index.ts';
import { addressOfRecord, partsOf } from './address-of-record.ts';
import type { Binding } from './bindings.ts';

/** What a GRUU names: a device of somebody; a temporary one only as long as the device registers under the same Call-ID. */
export interface GruuMeaning {
  readonly aor: string;
  readonly instance: string;
  readonly callId?: string;
}

const PREFIX = 'tgruu.';
const IV = 12;
const TAG = 16;
/** Characters of a user part that is still looked at. */
const LONGEST = 1024;
const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/**
 * Globally routable URIs of user agents (RFC 5627). None of them is remembered: a public one says what it means, a temporary one has it
 * encrypted and authenticated, so that it tells nobody whose it is and nobody can make one. A temporary one is void as soon as its
 * device is not registered any more, or registers under another Call-ID (section 3.3).
 */
export class Gruus {
  readonly #key: Buffer;

  /** @param secret at least 32 random octets; nodes that have the same ones understand each other's. */
  constructor(secret: Uint8Array) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'sip temporary gruu', 32));
  }

  /** The public one: the same for ever. */
  publicOf(aor: string, instance: string): string {
    const { user, host } = partsOf(aor);
    return printUri(uriOf(user, host, instance));
  }

  /** Another temporary one: never the same twice. */
  temporaryOf(aor: string, { instance, callId }: Pick<Binding, 'callId'> & { readonly instance: string }): string {
    const iv = randomBytes(IV);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    const sealed = cipher.update([aor, instance, callId].join('\0'), 'utf8');
    const token = Buffer.concat([iv, sealed, cipher.final(), cipher.getAuthTag()]).toString('base64url');
    return printUri(uriOf(`${PREFIX}${token}`, partsOf(aor).host, ''));
  }

  /** What a URI means that has the parameter `gr`; undefined for any other, and for one that was not made here. */
  read(uri: Uri): GruuMeaning | undefined {
    if (uri.scheme !== 'sip' && uri.scheme !== 'sips') return undefined;
    const gr = uri.parameters.get('gr');
    if (gr === undefined) return undefined;
    if (gr === '') return this.#opened(uri);
    const aor = addressOfRecord(uri);
    return aor === undefined ? undefined : { aor, instance: gr };
  }

  #opened({ user, host }: SipUri): GruuMeaning | undefined {
    if (!user.startsWith(PREFIX) || user.length > LONGEST) return undefined;
    const bytes = Buffer.from(user.slice(PREFIX.length), 'base64url');
    if (bytes.length <= IV + TAG) return undefined;
    const text = this.#decrypted(bytes);
    const [aor, instance, callId] = text?.split('\0') ?? [];
    return callId === undefined || partsOf(aor).host !== host ? undefined : { aor, instance, callId };
  }

  #decrypted(bytes: Buffer): string | undefined {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, IV));
    decipher.setAuthTag(bytes.subarray(-TAG));
    const text = decipher.update(bytes.subarray(IV, -TAG), undefined, 'utf8');
    try {
      return text + decipher.final('utf8');
    } catch {
      // The only thing that `final` says: this was not sealed with our key.
      return undefined;
    }
  }
}

const uriOf = (user: string, host: string, gr: string): SipUri => ({
  scheme: 'sip',
  user,
  host,
  parameters: new Map([['gr', gr]]),
  headers: NO_HEADERS,
});
