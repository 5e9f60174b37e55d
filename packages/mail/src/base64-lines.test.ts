import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64Lines } from './base64-lines.ts';

test('lines of 76 characters with CRLF between them and none at the end, for every length around a line', () => {
  const content = Uint8Array.from({ length: 300 }, (_, i) => (i * 151) & 255);
  for (let length = 0; length <= content.length; length++) {
    const lines = base64Lines(content.subarray(0, length)).toString('latin1');
    const expected =
      Buffer.from(content.buffer, 0, length)
        .toString('base64')
        .match(/.{1,76}/g) ?? [];
    assert.equal(lines, expected.join('\r\n'));
  }
});
