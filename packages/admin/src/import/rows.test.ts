import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Row, readRows } from './rows.ts';
import { separatorOf } from './separator.ts';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string | Buffer, size = 7): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of (await readRows(pieces(Buffer.from(text), size))).rows) all.push(row);
  return all;
}

const cells = async (text: string | Buffer) => (await read(text)).map(row => row.cells);

test('what spreadsheets write', async () => {
  const expected = [
    ['Name', 'Note'],
    ['Ann', 'a, "b"; c'],
    ['Bob', ''],
  ];
  assert.deepEqual(await cells('Name,Note\r\nAnn,"a, ""b""; c"\r\nBob,\r\n'), expected);
  assert.deepEqual(await cells('\ufeffName;Note\nAnn;"a, ""b""; c"\nBob;'), expected);
  assert.deepEqual(await cells('Name\tNote\rAnn\t"a, ""b""; c"\r\rBob\t\r'), expected);
  const utf16 = Buffer.from('\ufeffName,Note\r\nAnn,"a, ""b""; c"\r\nBob,\r\n', 'utf16le');
  assert.deepEqual(await cells(utf16), expected);
  assert.deepEqual(await cells('Name,Note\nZoë,名前\n'), [
    ['Name', 'Note'],
    ['Zoë', '名前'],
  ]);
  assert.deepEqual(await cells(''), []);
});

test('lines are counted as an editor does', async () => {
  const text = 'Name,Note\n\nAnn,"two\r\nlines"\nBob,x\n\n\nCarl,"y\n\n"\nDora,z';
  assert.deepEqual(
    (await read(text)).map(({ line, cells: [name] }) => [name, line]),
    [
      ['Name', 1],
      ['Ann', 3],
      ['Bob', 5],
      ['Carl', 8],
      ['Dora', 11],
    ],
  );
});

test('what is no table is told with its line', async () => {
  await assert.rejects(read('Name\n"Ann\nBob\n'), { code: 'REQUEST_INVALID', message: /line \d: a quote is opened/ });
  await assert.rejects(read('Name\n"Ann"x\n'), { code: 'REQUEST_INVALID', message: /line 2: after a closing quote/ });
  await assert.rejects(read('Name\nA"nn\n'), {
    code: 'REQUEST_INVALID',
    message: /line 2: a quote stands in the middle/,
  });
  await assert.rejects(read(`Name\n${'x'.repeat(70_000)}\n`), {
    code: 'REQUEST_INVALID',
    message: /longer than 65536/,
  });
  await assert.rejects(read(Buffer.from([0x4e, 0x0a, 0xff, 0x0a])), { message: /line 1 .* not UTF-8/ });
  await assert.rejects(read(Buffer.from([0x4e, 0x0a, 0xc3])), { message: /not UTF-8/ });
});

test('separators', () => {
  assert.equal(separatorOf('Name'), ',');
  assert.equal(separatorOf('Name;Last, First;x\na,b,c,d,e'), ';');
  assert.equal(separatorOf('"a,b,c,d";x'), ';');
});

test('whatever cells a table has, they are read as they were written', async () => {
  const cell = fc.string({ maxLength: 6 }).filter(text => !/^\s*$/.test(text) && text.isWellFormed());
  const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 });
  const property = fc.asyncProperty(table, fc.integer({ min: 1, max: 9 }), async (rows, size) => {
    const text = rows.map(row => row.map(each => `"${each.replaceAll('"', '""')}"`).join(',')).join('\n');
    const found = await read(`"a","b"\n${text}`, size);
    assert.deepEqual(
      found.slice(1).map(row => row.cells),
      rows,
    );
  });
  await fc.assert(property, { seed: 3, numRuns: 300 });
});
