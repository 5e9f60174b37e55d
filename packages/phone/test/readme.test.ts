import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

test('the example of the README runs and tells how the call ended', async t => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  assert.ok(example);
  // In here, so that imports are resolved as anybody's are.
  const folder = mkdtempSync(join(import.meta.dirname, 'readme-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'example.ts'), example);
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'example.ts')]);
  assert.match(stdout, /^local \d/);
});
