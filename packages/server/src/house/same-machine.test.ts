import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alsoFromHere } from './same-machine.ts';

const own = { isOwn: (address: string) => address === '192.0.2.2' || address === '127.0.0.1' };
const from = (address: string) => ({ transport: 'udp', address, port: 5060 }) as const;

test('who calls over loopback and names an address of ours may send from where it called', () => {
  assert.equal(alsoFromHere(own, from('127.0.0.1'), '192.0.2.2'), '127.0.0.1');
  assert.equal(alsoFromHere(own, from('127.0.0.5'), '192.0.2.2'), '127.0.0.5');
});

test('nobody else may: not from outside, not with an address that is not ours', () => {
  assert.equal(alsoFromHere(own, from('192.0.2.2'), '192.0.2.2'), undefined);
  assert.equal(alsoFromHere(own, from('192.0.2.9'), '192.0.2.2'), undefined);
  assert.equal(alsoFromHere(own, from('127.0.0.1'), '192.0.2.9'), undefined);
  assert.equal(alsoFromHere(own, from('127.0.0.1'), 'localhost'), undefined);
});
