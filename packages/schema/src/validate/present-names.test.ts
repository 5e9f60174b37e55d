import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionOf, kinds } from '../objects/index.ts';
import { withPresentNames } from './present-names.ts';

test('a former name gives way to the present one, whose value is the newer', () => {
  assert.deepEqual(withPresentNames('Contact', { name: 'ann', organizationalUnit: 'a' }), { name: 'ann', ou: 'a' });
  assert.deepEqual(withPresentNames('Contact', { organizationalUnit: 'a', ou: 'b' }), { ou: 'b' });
  assert.deepEqual(withPresentNames('User', { organizationalUnit: 'a' }), { organizationalUnit: 'a' });
});

test('a hostile name stays a name', () => {
  const values: Record<string, unknown> = JSON.parse(
    '{"__proto__":{"ou":"a"},"constructor":1,"organizationalUnit":"b"}',
  );
  const renamed = withPresentNames('Contact', values);
  assert.equal(Object.getPrototypeOf(renamed), Object.prototype);
  assert.deepEqual(Object.keys(renamed), ['__proto__', 'constructor', 'ou']);
});

test('a former name is the name of no property, and leads to one', () => {
  for (const { kind, properties, formerly = {} } of kinds.map(definitionOf))
    for (const [former, present] of Object.entries(formerly)) {
      assert.ok(!Object.hasOwn(properties, former), `${kind}.${former}`);
      assert.ok(Object.hasOwn(properties, present), `${kind}.${present}`);
    }
});
