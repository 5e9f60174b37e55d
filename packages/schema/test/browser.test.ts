import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

test('it runs in a browser: nothing is imported but itself, nothing of Node is named', () => {
  const folder = join(import.meta.dirname, '../src');
  const sources = globSync('**/*.ts', { cwd: folder }).filter(path => !path.endsWith('.test.ts'));
  assert.ok(sources.length > 10);
  for (const path of sources) {
    const source = readFileSync(join(folder, path), 'utf8');
    for (const [, specifier] of source.matchAll(/\bfrom '([^']+)'/g)) assert.match(specifier, /^\.\.?\//, path);
    assert.doesNotMatch(source, /\b(?:Buffer|process|require)\b[.(]/, path);
  }
});
