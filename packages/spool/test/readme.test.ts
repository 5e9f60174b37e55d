import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

test("the README's example runs", async t => {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const code = readme.split('```ts\n')[1].split('```')[0];
  const folder = mkdtempSync(join(tmpdir(), 'parley-readme-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const args = ['--input-type=module-typescript', '--eval', code];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    cwd: import.meta.dirname,
    env: { ...process.env, TMPDIR: folder },
  });
  assert.equal(stdout, "{ outcome: 'message', millis: 2000 }\n");
  assert.equal(stderr, '');
});
