import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf } from './multipart.ts';

const parts = (text: string, boundary: string | undefined = 'b') =>
  partsOf(Buffer.from(text, 'latin1'), boundary)?.map(part => [
    part.headers.get('content-type'),
    Buffer.from(part.content).toString('latin1'),
  ]);

test('parts with and without headers, a preamble, an epilogue, a delimiter inside a line', () => {
  const text =
    'preamble\r\n--b\r\nContent-Type: a/b\r\n\r\none --b two\r\n--b  \r\n\r\nbare\r\n--b--\r\nepilogue\r\n--b\r\n\r\nno\r\n--b--';
  assert.deepEqual(parts(text), [
    ['a/b', 'one --b two'],
    [undefined, 'bare'],
  ]);
});

test('what is malformed or too much is no multipart body', () => {
  const many = `${Array.from({ length: 17 }, () => '--b\r\n\r\nx\r\n').join('')}--b--`;
  const headers = Array.from({ length: 17 }, (_, at) => `h${at}: x\r\n`).join('');
  const broken = [
    '',
    '--b',
    '--b--',
    '--b\r\n',
    '--b\r\nContent-Type: a/b',
    '--b\r\n\r\nno end',
    '--b\r\nh: x\r\n--b--',
    many,
  ];
  for (const text of [...broken, `--b\r\n${headers}\r\nx\r\n--b--`]) assert.equal(parts(text), undefined, text);
  assert.equal(parts('--\r\n\r\nx\r\n----', ''), undefined);
  assert.equal(partsOf(Buffer.from('--b\r\n\r\nx\r\n--b--'), undefined), undefined);
  assert.equal(parts(`--${'b'.repeat(71)}\r\n\r\nx\r\n--${'b'.repeat(71)}--`, 'b'.repeat(71)), undefined);
});
