import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalAddress, withoutZone } from './canonical-address.ts';

test('every spelling of an address is one address', () => {
  for (const [spelling, canonical] of [
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::FFFF:127.0.0.1', '127.0.0.1'],
    ['::ffff:7f00:1', '127.0.0.1'],
    ['0:0:0:0:0:ffff:7f00:1', '127.0.0.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['::1', '::1'],
    ['192.0.2.1', '192.0.2.1'],
    // Neither mapped nor loopback: deprecated compatible addresses stay what they are.
    ['::127.0.0.1', '::127.0.0.1'],
    ['Example.ORG', 'example.org'],
    ['', ''],
  ])
    assert.equal(canonicalAddress(spelling), canonical, spelling);
});

test('a zone is left out of what goes into messages', () => {
  assert.equal(withoutZone('fe80::1%eth0'), 'fe80::1');
  assert.equal(withoutZone('2001:db8::1'), '2001:db8::1');
});
