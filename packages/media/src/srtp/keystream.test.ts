import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import { Keystream } from './keystream.ts';
import { LONGEST_PACKET, PacketPlace } from './packet-cipher.ts';

const KEY = Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex');
const SALT = Buffer.from('f0f1f2f3f4f5f6f7f8f9fafbfcfd', 'hex');
const AT_A_TIME = 8;

interface Packet {
  readonly ssrc: number;
  readonly index: number;
  readonly length: number;
}

/** As RFC 3711 section 4.1.1 says it, by a cipher in counter mode of its own for each packet. */
function expected({ ssrc, index, length }: Packet): string {
  const start = (BigInt(`0x${SALT.toString('hex')}`) << 16n) ^ (BigInt(ssrc) << 64n) ^ (BigInt(index) << 16n);
  const iv = Buffer.from(start.toString(16).padStart(32, '0'), 'hex');
  return createCipheriv('aes-128-ctr', KEY, iv).update(Buffer.alloc(length)).toString('hex');
}

function check(packets: readonly Packet[]): void {
  const keystream = new Keystream(KEY, SALT, AT_A_TIME);
  for (const packet of packets) {
    const { ssrc, index, length } = packet;
    const bytes = Buffer.alloc(12 + length);
    keystream.apply(bytes, Object.assign(new PacketPlace(), { ssrc, index, start: 12, end: 12 + length }));
    assert.equal(bytes.toString('hex', 12), expected(packet), JSON.stringify(packet));
    assert.deepEqual(bytes.subarray(0, 12), Buffer.alloc(12), 'the header is not touched');
  }
}

const packet = (index: number, length = 160, ssrc = 0xdecafbad): Packet => ({ ssrc, index, length });
const packets = (first: number, count: number) => Array.from({ length: count }, (_, i) => packet(first + i));

test('a stream in order, over more than one filling', () => check(packets(0xfff0, 3 * AT_A_TIME)));

test('packets that are lost, late, or come once more', () =>
  check([
    ...packets(100, 3),
    packet(107),
    packet(108),
    packet(103),
    packet(101),
    packet(1000),
    packet(999),
    packet(999),
  ]));

test('the parts of an index: every byte of the 48 bits', () => {
  for (const bits of [8, 16, 24, 32, 40]) check(packets(2 ** bits - 3, 6));
  check(packets(2 ** 48 - AT_A_TIME, AT_A_TIME));
});

test('packets of different lengths: keys between the audio, longer ones, the longest', () =>
  check([
    packet(0, 4),
    packet(1),
    packet(2, 4),
    packet(3, 161),
    packet(4, 1),
    packet(5, LONGEST_PACKET - 12),
    packet(6),
  ]));

test('two sources of one key in turns', () =>
  check([1, 2, 3, 4].flatMap(index => [packet(index), packet(index, 160, 0x80000001), packet(index, 4, 0)])));

test('nothing to encrypt', () => check([packet(5, 0), packet(6), packet(7, 0)]));
