import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** An attribute as it is written: type and value. */
export type StunAttribute = readonly [type: number, value: Uint8Array];

export interface CheckOptions {
  readonly userName: string;
  readonly password: string;
  readonly priority?: number;
  readonly useCandidate?: boolean;
  /** Stand before MESSAGE-INTEGRITY. */
  readonly extra?: readonly StunAttribute[];
  /** Stand behind it. */
  readonly unproved?: readonly StunAttribute[];
  readonly type?: number;
  readonly transaction?: Uint8Array;
  readonly withoutFingerprint?: boolean;
  readonly withoutIntegrity?: boolean;
}

const TRANSACTION = Buffer.from('0123456789ab');

/** A connectivity check as a browser makes it (RFC 8445 section 7.2.2). */
export function check(options: CheckOptions): Buffer {
  const { userName, password, priority = 1000, useCandidate = false, extra = [], unproved = [] } = options;
  let message = Buffer.alloc(20);
  message.writeUInt16BE(options.type ?? 0x0001, 0);
  message.writeUInt32BE(0x2112a442, 4);
  message.set(options.transaction ?? TRANSACTION, 8);
  const add = (type: number, value: Uint8Array) => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(value.length, 2);
    message = Buffer.concat([message, head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
  };
  const announce = (more: number) => message.writeUInt16BE(message.length - 20 + more, 2);
  add(0x0006, Buffer.from(userName));
  add(0x0024, word(priority));
  add(0x802a, Buffer.alloc(8, 7));
  if (useCandidate) add(0x0025, Buffer.alloc(0));
  for (const [type, value] of extra) add(type, value);
  if (!options.withoutIntegrity) {
    announce(24);
    add(0x0008, createHmac('sha1', password).update(message).digest());
  }
  for (const [type, value] of unproved) add(type, value);
  if (!options.withoutFingerprint) {
    announce(8);
    add(0x8028, word((crc32(message) ^ 0x5354554e) >>> 0));
  }
  announce(0);
  return message;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
}

/** The attributes of a message, by type. */
export function attributesOf(message: Uint8Array): Map<number, Buffer> {
  const bytes = Buffer.from(message);
  const found = new Map<number, Buffer>();
  for (let at = 20; at < bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    found.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + ((length + 3) & ~3);
  }
  return found;
}

/** Whether a response is proved with this password, and whole. */
export function isProved(message: Uint8Array, password: string): boolean {
  const bytes = Buffer.from(message);
  const [integrityAt, fingerprintAt] = [bytes.length - 32, bytes.length - 8];
  const covered = Buffer.from(bytes.subarray(0, integrityAt));
  covered.writeUInt16BE(integrityAt + 4, 2);
  const digest = createHmac('sha1', password).update(covered).digest();
  const crc = (crc32(bytes.subarray(0, fingerprintAt)) ^ 0x5354554e) >>> 0;
  return (
    bytes.readUInt16BE(2) === bytes.length - 20 &&
    digest.equals(bytes.subarray(integrityAt + 4, integrityAt + 24)) &&
    bytes.readUInt32BE(fingerprintAt + 4) === crc
  );
}
