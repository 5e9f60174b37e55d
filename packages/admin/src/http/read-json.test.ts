import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readJson } from './read-json.ts';

const read = (text: string | Buffer) => readJson(Buffer.from(text));

test('what must not be in a body', () => {
  const table: [string | Buffer, RegExp][] = [
    ['{"a":', /not JSON/],
    [Buffer.from([0x22, 0xff, 0x22]), /not JSON in UTF-8/],
    [`${'['.repeat(17)}${']'.repeat(17)}`, /deeper than 16/],
    ['['.repeat(200_000), /deeper than 16/],
    [`[${'1,'.repeat(20_000)}1]`, /more than 20000 values/],
    ['{"a":1,"a":2}', /the key "a" twice/],
    ['{"a":1,"\\u0061" :2}', /the key "a" twice/],
    ['[{"x":{"a":1,"b":{"a":1},"a":2}}]', /the key "a" twice/],
    ['{"__proto__":{"x":1}}', /reserved: __proto__/],
    ['{"__pr\\u006fto__" \n:{"x":1}}', /reserved: __proto__/],
    ['{"constructor":{"prototype":{"x":1}}}', /reserved: constructor/],
    ['{"a":"x\\u0000y"}', /NUL/],
    ['{"a":"\\ud800"}', /surrogate/],
    ['{"a":"\\ud800\\ud800"}', /surrogate/],
    ['{"a":"\\udc00"}', /surrogate/],
  ];
  for (const [text, why] of table)
    assert.throws(() => read(text), { code: 'REQUEST_INVALID', message: why }, String(text).slice(0, 40));
});

test('what looks like it and is not', () => {
  for (const text of [
    '{"a":"__proto__","b":["constructor"]}',
    '{"a":"\\\\u0000","b":"\\"a\\":1,","c":"\\ud83d\\ude00"}',
    '[{"a":1},{"a":2}]',
    `${'['.repeat(16)}${']'.repeat(16)}`,
    '{"a":{"a":{"a":null}}}',
  ])
    assert.deepEqual(read(text), JSON.parse(text));
  assert.equal(read(''), undefined);
});

test('every value that JSON can write is read as it was written', () => {
  const property = fc.property(fc.jsonValue({ maxDepth: 4, noUnicodeString: false }), value => {
    const text = JSON.stringify(value);
    if (/__proto__|constructor|prototype|\\u0000|\\ud[89a-f]/.test(text)) return;
    assert.deepEqual(read(text), JSON.parse(text));
  });
  fc.assert(property, { seed: 11, numRuns: 500 });
});
