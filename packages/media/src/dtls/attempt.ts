import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { FieldReader } from './bytes.ts';
import type { HelloTerms } from './client-hello.ts';
import { clientProblem, readCertificate } from './client-proof.ts';
import type { DtlsSettings } from './dtls-endpoint.ts';
import { CERTIFICATE, CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE, FINISHED } from './dtls-format.ts';
import { Assembler, type Fragment, fragmentsOf, type HandshakeMessage, handshakeMessage } from './fragments.ts';
import { keyShare } from './key-exchange.ts';
import { prf } from './prf.ts';
import { type DtlsRecord, ProtectedRecords } from './records.ts';
import { serverFlight } from './server-flight.ts';
import type { Secrets } from './srtp-profiles.ts';

/** What a client sends after our flight, in this order; its Finished follows under the new keys. */
const ORDER: readonly number[] = [CERTIFICATE, CLIENT_KEY_EXCHANGE, CERTIFICATE_VERIFY];
/** Without a cookie the client's second flight begins with this number. */
const FIRST_NUMBER = 1;
const MASTER_BYTES = 48;
const VERIFY_BYTES = 12;

/** What a client's Finished came to. */
export type Finish =
  | { readonly kind: 'proved'; readonly finished: Uint8Array }
  /** It has the keys of this handshake, and is not who it has to be. */
  | { readonly kind: 'stranger'; readonly why: string };

/** One handshake: what followed from one ClientHello. */
export class Attempt {
  readonly hello: HandshakeMessage;
  readonly terms: HelloTerms;
  /** Our flight, to be sent until it is answered. */
  readonly flight: readonly HandshakeMessage[];
  /** When that was last sent, and how often. */
  sentAt = Number.NEGATIVE_INFINITY;
  sent = 0;
  #records: ProtectedRecords | undefined;
  #secrets: Secrets | undefined;
  readonly #settings: DtlsSettings;
  readonly #random = randomBytes(32);
  readonly #share;
  #assembler = new Assembler(FIRST_NUMBER);
  #taken: HandshakeMessage[] = [];
  #spoilt = false;

  constructor(hello: HandshakeMessage, terms: HelloTerms, settings: DtlsSettings) {
    this.hello = hello;
    this.terms = terms;
    this.#settings = settings;
    this.#share = keyShare(terms.group);
    const { identity } = settings;
    this.flight = serverFlight({ terms, random: this.#random, share: this.#share, identity });
  }

  /** From the client's key exchange on. */
  get records(): ProtectedRecords | undefined {
    return this.#records;
  }

  get secrets(): Secrets | undefined {
    return this.#secrets;
  }

  /** A part of the client's second flight. */
  take(fragment: Fragment): void {
    this.#assembler.add(fragment);
    for (let message = this.#assembler.take(); message; message = this.#assembler.take()) this.#message(message);
  }

  /**
   * What of the client's flight nobody can tell forged from true (it is in clear) is forgotten, if it led to nothing: the client sends it again when it
   * sees ours again. True parts that came so far are kept otherwise.
   */
  again(): void {
    if (!this.#spoilt && !this.#assembler.contradicted) return;
    this.#spoilt = false;
    this.#assembler = new Assembler(FIRST_NUMBER);
    this.#taken = [];
    this.#records = this.#secrets = undefined;
  }

  /** A record under the new keys that may hold the client's Finished; undefined when it does not. */
  finish(record: DtlsRecord): Finish | undefined {
    const secrets = this.#secrets;
    if (!secrets || !this.#records || !this.#isComplete) return undefined;
    const [fragment] = fragmentsOf(this.#records.open(record) ?? NONE);
    if (fragment?.type !== FINISHED || fragment.piece.length !== fragment.length) {
      this.#spoilt = true;
      return undefined;
    }
    const said = this.#transcript();
    if (!isSame(fragment.piece, verifyData(secrets, 'client finished', said))) return undefined;
    const why = this.#stranger();
    if (why !== undefined) return { kind: 'stranger', why };
    const theirs = handshakeMessage(FINISHED, fragment.number, fragment.piece).whole;
    const finished = verifyData(secrets, 'server finished', Buffer.concat([said, theirs]));
    return { kind: 'proved', finished: handshakeMessage(FINISHED, this.flight.length, finished).whole };
  }

  /** A client without a certificate has nothing to prove (RFC 5246 section 7.4.8). */
  get #isComplete(): boolean {
    const [shown] = this.#taken;
    return this.#taken.length === (shown && readCertificate(shown.body) ? ORDER.length : ORDER.length - 1);
  }

  #message(message: HandshakeMessage): void {
    if (message.type !== ORDER[this.#taken.length]) {
      this.#spoilt = true;
      return;
    }
    this.#taken.push(message);
    if (message.type === CLIENT_KEY_EXCHANGE) this.#agree(message);
  }

  /** RFC 8422 section 5.7, RFC 7627 section 4. */
  #agree({ body }: HandshakeMessage): void {
    const reader = new FieldReader(body);
    const theirs = reader.vector(1);
    const premaster = reader.ok && reader.left === 0 ? this.#share.agree(theirs) : undefined;
    if (!premaster) {
      this.#spoilt = true;
      return;
    }
    const session = createHash('sha256').update(this.#transcript()).digest();
    const master = prf(premaster, 'extended master secret', [session], MASTER_BYTES);
    this.#secrets = { master, clientRandom: this.terms.random, serverRandom: this.#random };
    this.#records = new ProtectedRecords(this.#secrets);
  }

  /** Everything that was said so far; without the last `less` messages. */
  #transcript(less = 0): Buffer {
    const taken = this.#taken.slice(0, this.#taken.length - less);
    return Buffer.concat([this.hello, ...this.flight, ...taken].map(message => message.whole));
  }

  #stranger(): string | undefined {
    const [shown, , verify] = this.#taken;
    const certificate = readCertificate(shown.body);
    if (!certificate) return 'it shows no certificate';
    const { fingerprints } = this.#settings;
    return clientProblem(certificate, { verify: verify.body, said: this.#transcript(1), fingerprints });
  }
}

const NONE = new Uint8Array();

/** RFC 5246 section 7.4.9. */
function verifyData({ master }: Secrets, label: string, said: Uint8Array): Buffer {
  return prf(master, label, [createHash('sha256').update(said).digest()], VERIFY_BYTES);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
