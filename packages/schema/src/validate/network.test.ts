import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { contains, parseAddress, parseNetwork } from './network.ts';

const text = (address: string) => Buffer.from(parseAddress(address) ?? []).toString('hex');

test('addresses in every way of writing', () => {
  assert.equal(text('192.0.2.10'), '00000000000000000000ffffc000020a');
  assert.equal(text('::ffff:192.0.2.10'), text('192.0.2.10'));
  assert.equal(text('[::1]'), '00000000000000000000000000000001');
  assert.equal(text('fe80::1%eth0'), 'fe800000000000000000000000000001');
  assert.equal(text('2001:DB8::A:0'), '20010db80000000000000000000a0000');
});

test('what is no address or network is none', () => {
  const wrong = [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '0x7f.1',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    'g::1',
  ];
  for (const each of [...wrong, '1:2:3:4:5:6:7:8::', '::1.2.3', 'host.example.org', '1'.repeat(1000)])
    assert.equal(parseAddress(each), undefined, each);
  for (const each of ['1.2.3.4/33', '::/129', '1.2.3.4/', '1.2.3.4/-1', '1.2.3.4/8/8', '/8', '1.2.3.4/08x'])
    assert.equal(parseNetwork(each), undefined, each);
});

test('a network holds what Node says it holds (fixed seed)', () => {
  const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4());
  const v6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }), fc.ipV6());
  const near = fc.tuple(
    fc.integer({ min: 0, max: 255 }),
    fc.integer({ min: 8, max: 32 }),
    fc.integer({ min: 0, max: 255 }),
  );
  const close = near.map(([a, bits, b]): [string, number, string] => [`10.0.0.${a}`, bits, `10.0.0.${b}`]);
  fc.assert(
    fc.property(fc.oneof(v4, v6, close), ([address, bits, probe]) => {
      const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
      const oracle = new BlockList();
      oracle.addSubnet(address, bits, family);
      assert.equal(contains(parseNetwork(`${address}/${bits}`)!, parseAddress(probe)!), oracle.check(probe, family));
    }),
    { seed: 7, numRuns: 1000 },
  );
});
