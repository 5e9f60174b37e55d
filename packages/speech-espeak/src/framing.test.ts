// SPDX-License-Identifier: GPL-3.0-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frame, RequestReader } from './framing.ts';

const REQUEST = { id: 1, text: 'Où êtes-vous ?', language: 'fr-FR' };

test('requests are the same however the bytes are cut', () => {
  const bytes = Buffer.concat([frame(REQUEST), frame({ ...REQUEST, id: 2 })]);
  for (let size = 1; size <= bytes.length; size++) {
    const reader = new RequestReader();
    const requests = [];
    for (let at = 0; at < bytes.length; at += size) requests.push(...reader.push(bytes.subarray(at, at + size)));
    assert.deepEqual(requests, [REQUEST, { ...REQUEST, id: 2 }]);
  }
});

test('what is no request, or too much, is refused', () => {
  const broken = [
    Buffer.from('GET / HTTP/1.1\r\n'),
    frame({ id: 1, text: 'x' }),
    frame({ ...REQUEST, id: '1' }),
    frame({ ...REQUEST, text: 'x'.repeat(70_000) }),
  ];
  for (const bytes of broken) assert.throws(() => new RequestReader().push(bytes));
});

test('an answer is its header and its samples, little-endian', () => {
  const bytes = frame({ id: 1, rate: 22050, samples: 2 }, Int16Array.of(1, -2));
  const header = bytes.readUInt32BE(0);
  assert.deepEqual(JSON.parse(bytes.toString('utf8', 4, 4 + header)), { id: 1, rate: 22050, samples: 2 });
  assert.deepEqual([...bytes.subarray(4 + header)], [1, 0, 0xfe, 0xff]);
});
