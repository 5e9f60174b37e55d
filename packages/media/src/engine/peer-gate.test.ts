import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PeerGate } from './peer-gate.ts';

const BYTES = new Uint8Array(12);
const PEER = { address: '192.0.2.2', port: 4000 };

/** What of packets from these places is let in. */
function admitted(gate: PeerGate, places: readonly (readonly [string, number])[]): boolean[] {
  return places.map(([address, port]) => {
    const before = gate.accepted;
    gate.packet(BYTES, { address, port, at: Number.NaN });
    return gate.accepted > before;
  });
}

test('the peer alone is let in; a second address only where it was granted, at the same port', () => {
  let heard = 0;
  const gate = new PeerGate(() => {
    heard += 1;
  });
  const places = [
    ['192.0.2.2', 4000],
    ['127.0.0.1', 4000],
    ['192.0.2.2', 4002],
    ['127.0.0.1', 4002],
    ['192.0.2.3', 4000],
  ] as const;
  assert.deepEqual(admitted(gate, places), [false, false, false, false, false], 'nobody before an agreement');
  gate.agree(PEER);
  assert.deepEqual(admitted(gate, places), [true, false, false, false, false]);
  gate.agree(PEER, '127.0.0.1');
  assert.deepEqual(admitted(gate, places), [true, true, false, false, false]);
  assert.equal(gate.peer, PEER, 'which stays the one that is sent to');
  gate.agree(PEER);
  assert.deepEqual(admitted(gate, places), [true, false, false, false, false], 'a grant ends with its agreement');
  gate.agree(undefined, '127.0.0.1');
  assert.deepEqual(admitted(gate, places), [false, false, false, false, false], 'nor is it one by itself');
  assert.deepEqual([gate.accepted, gate.foreign, heard], [4, 21, 4]);
});

test('the last stranger since the agreement is remembered', () => {
  const gate = new PeerGate(() => undefined);
  gate.packet(BYTES, { address: '192.0.2.9', port: 9, at: Number.NaN });
  gate.agree(PEER);
  gate.packet(BYTES, { ...PEER, at: Number.NaN });
  assert.equal(gate.stranger, undefined);
  gate.packet(BYTES, { address: '192.0.2.7', port: 7, at: Number.NaN });
  gate.packet(BYTES, { address: '192.0.2.8', port: 8, at: Number.NaN });
  assert.deepEqual(gate.stranger, { address: '192.0.2.8', port: 8 });
});
