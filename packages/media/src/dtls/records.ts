import { createCipheriv, createDecipheriv } from 'node:crypto';
import { ReplayWindow } from '../srtp/replay-window.ts';
import { DTLS_1_0, DTLS_1_2 } from './dtls-format.ts';
import { prf } from './prf.ts';
import type { Secrets } from './srtp-profiles.ts';

const HEADER_BYTES = 13;
const EXPLICIT_BYTES = 8;
const TAG_BYTES = 16;
const KEY_BYTES = 16;
const IV_BYTES = 4;
/** Records of one datagram that are looked at. A flight has seven. */
const MOST_RECORDS = 16;

/** A record as it lies in its datagram (RFC 6347 section 4.1). */
export interface DtlsRecord {
  readonly type: number;
  readonly epoch: number;
  /** Header: what is authenticated with the content begins with its epoch and sequence number. */
  readonly head: Uint8Array;
  readonly content: Uint8Array;
}

/** The records of a datagram, up to the first that cannot be. */
export function recordsOf(bytes: Uint8Array): DtlsRecord[] {
  const records: DtlsRecord[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length && records.length < MOST_RECORDS; ) {
    const version = (bytes[at + 1] << 8) | bytes[at + 2];
    const end = at + HEADER_BYTES + ((bytes[at + 11] << 8) | bytes[at + 12]);
    if ((version !== DTLS_1_2 && version !== DTLS_1_0) || end > bytes.length) break;
    records.push({
      type: bytes[at],
      epoch: (bytes[at + 3] << 8) | bytes[at + 4],
      head: bytes.subarray(at, at + HEADER_BYTES),
      content: bytes.subarray(at + HEADER_BYTES, end),
    });
    at = end;
  }
  return records;
}

/** Counts the records of an epoch and writes them. */
export class RecordWriter {
  readonly #epoch: number;
  readonly #cipher: RecordCipher | undefined;
  #sequence = 0;

  constructor(epoch: number, cipher?: RecordCipher) {
    this.#epoch = epoch;
    this.#cipher = cipher;
  }

  write(type: number, content: Uint8Array): Buffer {
    const head = Buffer.alloc(HEADER_BYTES);
    head[0] = type;
    head.writeUInt16BE(DTLS_1_2, 1);
    head.writeUInt16BE(this.#epoch, 3);
    head.writeUIntBE(this.#sequence++, 5, 6);
    const body = this.#cipher ? this.#cipher.seal(head, content) : content;
    head.writeUInt16BE(body.length, 11);
    return Buffer.concat([head, body]);
  }
}

/** AES-128-GCM of one direction (RFC 5288). */
export class RecordCipher {
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#key = key;
    this.#iv = iv;
  }

  seal(head: Uint8Array, content: Uint8Array): Buffer {
    // The part of the nonce that is sent: epoch and sequence number, which come once.
    const explicit = head.subarray(3, 3 + EXPLICIT_BYTES);
    const cipher = createCipheriv('aes-128-gcm', this.#key, Buffer.concat([this.#iv, explicit]));
    cipher.setAAD(authenticated(head, content.length));
    return Buffer.concat([explicit, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  }

  /** The content; undefined when it is not what the other side wrote. */
  open({ head, content }: DtlsRecord): Buffer | undefined {
    const length = content.length - EXPLICIT_BYTES - TAG_BYTES;
    if (length < 0) return undefined;
    const nonce = Buffer.concat([this.#iv, content.subarray(0, EXPLICIT_BYTES)]);
    const cipher = createDecipheriv('aes-128-gcm', this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(authenticated(head, length));
    cipher.setAuthTag(content.subarray(content.length - TAG_BYTES));
    const opened = cipher.update(content.subarray(EXPLICIT_BYTES, EXPLICIT_BYTES + length));
    try {
      return Buffer.concat([opened, cipher.final()]);
    } catch {
      return undefined;
    }
  }
}

/** RFC 5246 section 6.2.3.3, with the epoch of DTLS in the sequence number. */
function authenticated(head: Uint8Array, length: number): Buffer {
  return Buffer.from([...head.subarray(3, 11), ...head.subarray(0, 3), length >> 8, length & 0xff]);
}

/** Both directions after the handshake: opens what the client wrote, each record once, and writes ours. */
export class ProtectedRecords {
  readonly writer: RecordWriter;
  readonly #theirs: RecordCipher;
  readonly #window = new ReplayWindow();

  constructor({ master, clientRandom, serverRandom }: Secrets) {
    const block = prf(master, 'key expansion', [serverRandom, clientRandom], 2 * (KEY_BYTES + IV_BYTES));
    const [theirKey, ourKey] = [block.subarray(0, KEY_BYTES), block.subarray(KEY_BYTES, 2 * KEY_BYTES)];
    const ivs = block.subarray(2 * KEY_BYTES);
    this.#theirs = new RecordCipher(theirKey, ivs.subarray(0, IV_BYTES));
    this.writer = new RecordWriter(1, new RecordCipher(ourKey, ivs.subarray(IV_BYTES)));
  }

  /** The content of a record of epoch 1; undefined when it is forged or came before. */
  open(record: DtlsRecord): Buffer | undefined {
    const sequence = Buffer.from(record.head).readUIntBE(5, 6);
    if (!this.#window.isNew(sequence)) return undefined;
    const content = this.#theirs.open(record);
    if (content) this.#window.accept(sequence);
    return content;
  }
}
