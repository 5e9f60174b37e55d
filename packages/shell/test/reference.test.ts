import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { cmdlets } from '@parley/schema';
import { referencePages } from '../src/help/reference.ts';
import { REFERENCE } from './reference-folder.ts';

test('the reference pages say what the declarations say', async () => {
  const pages = referencePages(cmdlets);
  const remedy = 'make them again: node packages/shell/test/write-reference.ts';
  assert.deepEqual((await readdir(REFERENCE)).toSorted(), pages.map(({ file }) => file).toSorted(), remedy);
  for (const { file, text } of pages)
    assert.equal(await readFile(join(REFERENCE, file), 'utf8'), text, `${file}: ${remedy}`);
});
