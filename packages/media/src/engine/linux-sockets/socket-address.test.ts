import assert from 'node:assert/strict';
import { SocketAddress } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { ADDRESS_WORDS, portAt, textAt, writeAddress } from './socket-address.ts';

const SEED = 20_260_301;
const words = new Uint32Array(ADDRESS_WORDS + 1);

/** What the kernel gets: bytes as in memory. */
function bytesOf(address: string, port: number): string {
  const own = new Uint32Array(ADDRESS_WORDS);
  const length = writeAddress({ address, port }, own);
  return Buffer.from(own.buffer, 0, length).toString('hex');
}

test('laid out as sockaddr_in and sockaddr_in6 of Linux', () => {
  assert.equal(bytesOf('192.0.2.1', 5004), '0200138cc00002010000000000000000');
  assert.equal(
    bytesOf('2001:db8::a:1', 65535),
    `0a00ffff${'0'.repeat(8)}20010db80000000000000000000a0001${'0'.repeat(8)}`,
  );
  assert.equal(
    bytesOf('::ffff:192.0.2.1', 1),
    `0a000001${'0'.repeat(8)}00000000000000000000ffffc0000201${'0'.repeat(8)}`,
  );
  assert.equal(bytesOf('::', 0), `0a00${'0'.repeat(52)}`);
});

test('what is not numeric, or has a scope, has no address', () => {
  for (const address of ['localhost', '', '192.0.2', '192.0.2.256', 'fe80::1%eth0', '::1::'])
    assert.equal(writeAddress({ address, port: 1 }, words), 0, address);
});

test('every address is read back in the text of the system', () => {
  const addresses = fc.oneof(fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(addresses, fc.integer({ min: 0, max: 65535 }), (address, port) => {
      const own = words.subarray(1);
      assert.ok(writeAddress({ address, port }, own) > 0);
      const family = address.includes(':') ? 'ipv6' : 'ipv4';
      assert.equal(textAt(words, 1), new SocketAddress({ address, family }).address);
      assert.equal(portAt(words, 1), port);
    }),
    { seed: SEED, numRuns: 2000 },
  );
});
