import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { start } from './child.ts';
import { testFolder } from './parley.ts';

test('a test file that something keeps open ends, and says what it was', { timeout: 30_000 }, async t => {
  const file = join(testFolder(t), 'open.test.ts');
  writeFileSync(file, "import { test } from 'node:test'; test('over', () => { setInterval(() => {}, 1000); });");
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const overdue = fileURLToPath(new URL('overdue.ts', import.meta.url));
  const child = start(t, process.execPath, ['--test', '--import', overdue, file], {
    env: { ...env, PARLEY_TEST_OVERDUE_MILLIS: '700' },
  });
  assert.equal(await child.ended, 1);
  assert.match(child.output(), /This test file still runs after 0\.7 s\. Kept open by: .*Timeout/);
});
