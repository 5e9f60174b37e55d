import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RECORD_HEAD, RecordType, readBody, readHead, saltOf, sealRecord } from './record.ts';
import { decodeSegmentHeader, encodeSegmentHeader } from './segment-header.ts';

const salt = saltOf(Buffer.from('00112233445566778899aabbccddeeff', 'hex'));

/** A record of `text` at a place. */
function record(text: string, place: number): Buffer {
  const bytes = Buffer.alloc(RECORD_HEAD + text.length);
  bytes.write(text, RECORD_HEAD);
  sealRecord(bytes, 0, { salt, place, type: RecordType.choice, length: text.length });
  return bytes;
}

test('a record is laid out as the README says', () => {
  const bytes = record('abc', 0);
  assert.equal(bytes.toString('hex', 0, 8), 'a7c35e9105000003');
  assert.equal(bytes.toString('latin1', 16), 'abc');
});

test('a record is read back where it was written, and nowhere else', () => {
  for (const place of [0, 1, 0xffffffff, 2 ** 32, 2 ** 40 + 7]) {
    const bytes = record('hello', place);
    assert.deepEqual(readHead(bytes, 0, { salt, place }), { type: RecordType.choice, length: 5 });
    assert.equal(readBody(bytes, 0, { salt, place, length: 5 })?.toString(), 'hello');
    for (const other of [place + 1, place + 2 ** 32]) {
      assert.equal(readHead(bytes, 0, { salt, place: other }), undefined);
      assert.equal(readBody(bytes, 0, { salt, place: other, length: 5 }), undefined);
    }
    assert.equal(
      readHead(bytes, 0, { salt: { head: 1, body: 2 }, place }),
      undefined,
      'another writer cannot have written it',
    );
  }
});

test('any flipped bit of a record is found', () => {
  const bytes = record('hello', 4096);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes);
    damaged[bit >> 3] ^= 1 << (bit & 7);
    const head = readHead(damaged, 0, { salt, place: 4096 });
    assert.ok(!head || !readBody(damaged, 0, { salt, place: 4096, length: head.length }), `bit ${bit}`);
  }
});

test('a segment header is read back, also from its second copy', () => {
  const header = { node: 'node-1', worker: 'w12', writer: Buffer.alloc(16, 9), number: 42, base: 2 ** 41 + 5 };
  const bytes = encodeSegmentHeader(header);
  assert.deepEqual(decodeSegmentHeader(bytes), header);
  assert.deepEqual(decodeSegmentHeader(Buffer.from(bytes).fill(0, 0, 256)), header);
  assert.equal(decodeSegmentHeader(Buffer.from(bytes).fill(0)), undefined);
  assert.equal(decodeSegmentHeader(bytes.subarray(0, 511)), undefined);
});
