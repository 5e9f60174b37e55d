import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { LocalAddress } from './local-address.ts';
import { isLoopback } from './loopback.ts';

test('our own are the addresses of the interfaces, however a socket writes them, and no others', () => {
  const local = new LocalAddress(new FakeClock(), 'advertised.example');
  const all = Object.values(networkInterfaces()).flatMap(list => list ?? []);
  for (const { address } of all) assert.ok(local.isOwn(address), address);
  assert.ok(local.isOwn('::ffff:127.0.0.1'));
  // Neighbours in the same networks, unspecified addresses and names are not ours.
  for (const address of ['127.0.0.77', '198.51.100.7', '::ffff:198.51.100.7', '0.0.0.0', '::', '', 'localhost'])
    assert.ok(!local.isOwn(address), address);
});

test('loopback is 127.0.0.0/8 and ::1', () => {
  for (const address of ['127.0.0.1', '127.9.8.7', '::1', '::ffff:127.0.0.1']) assert.ok(isLoopback(address), address);
  for (const address of ['192.0.2.2', '12.7.0.1', '::', '::ffff:192.0.2.2', 'fe80::1', '::127.0.0.1', ''])
    assert.ok(!isLoopback(address), address);
});
