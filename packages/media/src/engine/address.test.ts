import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachable } from './address.ts';

test('addresses are spelt as the system spells them', () => {
  assert.deepEqual(reachable({ address: '10.0.0.1', port: 1 }, '0.0.0.0'), { address: '10.0.0.1', port: 1 });
  assert.deepEqual(reachable({ address: '2001:DB8::0:1', port: 1 }, '::'), { address: '2001:db8::1', port: 1 });
  assert.deepEqual(reachable({ address: '10.0.0.1', port: 1 }, '::'), { address: '::ffff:10.0.0.1', port: 1 });
});

test('where nobody can be reached is nowhere', () => {
  for (const address of ['0.0.0.0', '::', 'phone.example', '', '10.0.0', '10.0.0.1/8', '2001:db8::1'])
    assert.equal(reachable({ address, port: 4000 }, '0.0.0.0'), undefined, address);
  for (const port of [0, -1, 65_536, Number.NaN])
    assert.equal(reachable({ address: '10.0.0.1', port }, '0.0.0.0'), undefined, `${port}`);
});
