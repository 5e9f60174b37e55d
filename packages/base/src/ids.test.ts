import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUlid, ulid } from './ids.ts';

test('a ULID has 26 characters, the example time of its specification, and sorts by time', () => {
  assert.equal(ulid(1469918176385, new Uint8Array(10)), '01ARYZ6S410000000000000000');
  assert.equal(ulid(1469918176385, new Uint8Array(10).fill(255)).slice(10), 'ZZZZZZZZZZZZZZZZ');
  assert.ok(ulid(1000) < ulid(1001));
  assert.ok(isUlid(ulid(Date.now())));
});

test('a text that could leave its folder is not a ULID', () => {
  assert.equal(isUlid('../../../../etc/passwd0000'), false);
  assert.equal(isUlid('01ARYZ6S4100000000000000'), false);
});
