import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const PACKAGE = join(import.meta.dirname, '..');

test('the example of the README runs and tells how the call ended', async () => {
  const [, example] = readFileSync(join(PACKAGE, 'README.md'), 'utf8').split(/```(?:ts\n)?/);
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', example], {
    cwd: PACKAGE,
  });
  assert.match(stdout, /^local \d/);
});
