import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { codeOf, defer } from '@parley/base';
import { DgramSockets, type PacketReceiver, type PacketSocket } from '../src/engine/index.ts';

const ADDRESS = '127.0.0.1';
const deaf = { packet() {} };

/** Binds a socket that is closed with the test. */
async function bind(t: TestContext, port: number, receiver: PacketReceiver = deaf): Promise<PacketSocket> {
  const socket = await new DgramSockets().bind({ address: ADDRESS, port }, receiver);
  t.after(() => socket.close());
  return socket;
}

test('a port that is taken is refused with its code, and is free again after close', async t => {
  const first = await bind(t, 33_900);
  await assert.rejects(bind(t, 33_900), error => codeOf(error) === 'EADDRINUSE');
  first.close();
  first.close();
  const again = await bind(t, 33_900);
  again.close();
  again.send(new Uint8Array(4), 4, { address: ADDRESS, port: 33_901 });
});

test('an address that is not ours is refused', async () => {
  const elsewhere = new DgramSockets().bind({ address: '192.0.2.1', port: 33_902 }, deaf);
  await assert.rejects(elsewhere, error => codeOf(error) === 'EADDRNOTAVAIL');
});

test('what is sent arrives with its sender, cut to its length; a send that fails is counted and hurts nobody', async t => {
  const arrived = defer<string>();
  await bind(t, 33_904, { packet: (bytes, address, port) => arrived.resolve(`${[...bytes]} ${address} ${port}`) });
  const from = await bind(t, 33_906);
  // A broadcast without the right to it.
  from.send(Uint8Array.of(9), 1, { address: '255.255.255.255', port: 9 });
  from.send(Uint8Array.of(1, 2, 3, 4), 3, { address: ADDRESS, port: 33_904 });
  assert.equal(await arrived.promise, '1,2,3 127.0.0.1 33906');
  assert.ok(from.failures > 0);
});
