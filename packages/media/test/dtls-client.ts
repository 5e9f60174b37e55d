import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';
import { FieldReader, field, vector } from '../src/dtls/bytes.ts';
import { fragmentsOf, handshakeMessage } from '../src/dtls/fragments.ts';
import { type DtlsIdentity, makeIdentity } from '../src/dtls/identity.ts';
import { keyShare } from '../src/dtls/key-exchange.ts';
import { prf } from '../src/dtls/prf.ts';
import { RecordCipher, RecordWriter, recordsOf } from '../src/dtls/records.ts';
import type { Secrets } from '../src/dtls/srtp-profiles.ts';

const [HANDSHAKE, CHANGE_CIPHER_SPEC] = [22, 20];
const EMPTY = Buffer.alloc(0);

const WORDS = (...words: number[]) => Buffer.concat(words.map(word => field(2, word)));

/** The extensions of an ordinary ClientHello, by number. */
export const EXTENSIONS: Readonly<Record<number, Buffer>> = {
  10: vector(2, WORDS(29, 23)),
  11: vector(1, Buffer.of(0)),
  13: vector(2, WORDS(0x0403)),
  14: Buffer.concat([vector(2, WORDS(0x0007, 0x0001)), vector(1)]),
  23: EMPTY,
};

export interface ClientOptions {
  /** In place of the ordinary ones; those that are undefined are left out. */
  readonly extensions?: Readonly<Record<number, Buffer | undefined>>;
  readonly suites?: readonly number[];
  readonly version?: number;
  /** Who it says it is. */
  readonly identity?: DtlsIdentity;
  /** What it signs with; the key of `identity` when not given. */
  readonly key?: KeyObject;
  /** Shows no certificate at all. */
  readonly bare?: true;
}

/** A DTLS client that does as a test wants. What it does rightly is proved against OpenSSL and browsers elsewhere; here is what they never would do. */
export class TestClient {
  readonly identity: DtlsIdentity;
  readonly #options: ClientOptions;
  readonly #writer = new RecordWriter(0);
  readonly #random = randomBytes(32);
  readonly #hello: Buffer;
  #said: Buffer[];
  #secrets: Secrets | undefined;
  #protected: RecordWriter | undefined;
  #theirs: RecordCipher | undefined;

  constructor(options: ClientOptions = {}) {
    this.#options = options;
    this.identity = options.identity ?? makeIdentity(Date.now());
    this.#hello = Buffer.from(handshakeMessage(1, 0, this.#helloBody()).whole);
    this.#said = [this.#hello];
  }

  get secrets(): Secrets | undefined {
    return this.#secrets;
  }

  /** A datagram with its hello; `pieces` of it when more than one is asked for. */
  hello(): Buffer {
    return this.#writer.write(HANDSHAKE, this.#hello);
  }

  helloInPieces(size: number): Buffer[] {
    const body = this.#hello.subarray(12);
    return Array.from({ length: Math.ceil(body.length / size) }, (_, i) => {
      const piece = body.subarray(i * size, i * size + size);
      const head = [this.#hello.subarray(0, 6), field(3, i * size), field(3, piece.length)];
      return this.#writer.write(HANDSHAKE, Buffer.concat([...head, piece]));
    });
  }

  /** The records of its second flight in answer to the server's: certificate, key exchange, proof, change of cipher, Finished. */
  answer(flight: Uint8Array): Buffer[] {
    const messages = recordsOf(flight).flatMap(record => fragmentsOf(record.content));
    this.#said = [
      this.#hello,
      ...messages.map(each => Buffer.from(handshakeMessage(each.type, each.number, each.piece).whole)),
    ];
    const { group, point, random } = readServer(messages.map(({ type, piece }) => ({ type, piece })));
    const share = keyShare(group);
    const premaster = share.agree(point);
    if (!premaster) throw new Error('no key of the server');
    const shown = this.#options.bare ? vector(3) : vector(3, vector(3, this.identity.certificate));
    const records = [this.#say(11, 1, shown), this.#say(16, 2, vector(1, share.publicKey))];
    const session = createHash('sha256').update(Buffer.concat(this.#said)).digest();
    const master = prf(premaster, 'extended master secret', [session], 48);
    this.#secrets = { master, clientRandom: this.#random, serverRandom: random };
    const signature = sign('sha256', Buffer.concat(this.#said), this.#options.key ?? this.identity.privateKey);
    if (!this.#options.bare) records.push(this.#say(15, 3, Buffer.concat([WORDS(0x0403), vector(2, signature)])));
    return [...records, this.#writer.write(CHANGE_CIPHER_SPEC, Buffer.of(1)), this.finished()];
  }

  /** Its Finished, each time in another record; `wrong` with another proof. */
  finished(wrong = false): Buffer {
    if (!this.#secrets) throw new Error('there are no keys yet');
    const { master, clientRandom, serverRandom } = this.#secrets;
    const block = prf(master, 'key expansion', [serverRandom, clientRandom], 40);
    this.#protected ??= new RecordWriter(1, new RecordCipher(block.subarray(0, 16), block.subarray(32, 36)));
    this.#theirs = new RecordCipher(block.subarray(16, 32), block.subarray(36, 40));
    const proof = prf(master, wrong ? 'other' : 'client finished', [this.#hash()], 12);
    return this.#protected.write(HANDSHAKE, handshakeMessage(20, this.#options.bare ? 3 : 4, proof).whole);
  }

  /** Anything under the new keys. */
  protect(type: number, content: Uint8Array): Buffer {
    if (!this.#protected) throw new Error('there are no keys yet');
    return this.#protected.write(type, content);
  }

  /** What the server wrote under the new keys; undefined when it cannot be opened. */
  opened(datagram: Uint8Array): Buffer | undefined {
    const record = recordsOf(datagram).find(({ epoch }) => epoch === 1);
    return record && this.#theirs?.open(record);
  }

  /** Whether the server's Finished is right. */
  isFinished(datagram: Uint8Array): boolean {
    if (!this.#secrets) return false;
    const { master } = this.#secrets;
    const own = handshakeMessage(20, 4, prf(master, 'client finished', [this.#hash()], 12)).whole;
    const hash = createHash('sha256')
      .update(Buffer.concat([...this.#said, own]))
      .digest();
    const expected = handshakeMessage(20, 5, prf(master, 'server finished', [hash], 12)).whole;
    return this.opened(datagram)?.equals(expected) ?? false;
  }

  #hash(): Buffer {
    return createHash('sha256').update(Buffer.concat(this.#said)).digest();
  }

  #say(type: number, number: number, body: Uint8Array): Buffer {
    const { whole } = handshakeMessage(type, number, body);
    this.#said.push(Buffer.from(whole));
    return this.#writer.write(HANDSHAKE, whole);
  }

  #helloBody(): Buffer {
    const { version = 0xfefd, suites = [0xc02b, 0x00ff], extensions } = this.#options;
    const all = Object.entries({ ...EXTENSIONS, ...extensions });
    const written = all.flatMap(([type, value]) => (value ? [field(2, Number(type)), vector(2, value)] : []));
    const head = [field(2, version), this.#random, vector(1), vector(1), vector(2, WORDS(...suites))];
    return Buffer.concat([...head, vector(1, Buffer.of(0)), vector(2, ...written)]);
  }
}

function readServer(messages: readonly { readonly type: number; readonly piece: Uint8Array }[]) {
  const [hello, , exchange] = messages;
  const helloReader = new FieldReader(hello.piece);
  helloReader.number(2);
  const random = Uint8Array.from(helloReader.take(32));
  const reader = new FieldReader(exchange.piece);
  reader.number(1);
  return { random, group: reader.number(2), point: reader.vector(1) };
}
