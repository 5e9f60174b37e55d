import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailDate } from './date.ts';

test('the date carries the offset of its zone at that moment, summer and winter', () => {
  assert.equal(mailDate(Date.UTC(2026, 10, 21, 8, 5, 0), 'Europe/Paris'), 'Sat, 21 Nov 2026 09:05:00 +0100');
  assert.equal(mailDate(Date.UTC(2026, 6, 1, 8, 5, 9), 'Europe/Paris'), 'Wed, 1 Jul 2026 10:05:09 +0200');
  assert.equal(mailDate(Date.UTC(2026, 0, 1, 1, 0, 0), 'America/New_York'), 'Wed, 31 Dec 2025 20:00:00 -0500');
  assert.equal(mailDate(0.9, 'UTC'), 'Thu, 1 Jan 1970 00:00:00 +0000');
});
