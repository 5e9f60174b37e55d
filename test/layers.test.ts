import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const RULE = 'Imports point down, siblings are strangers, and only server names an implementation (ARCHITECTURE.md)';

interface Row {
  readonly layer: number;
  readonly may: readonly string[];
}

/** The table under "The direction of imports", package name -> row. */
function table(): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const line of readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8').split('\n')) {
    const cells = line.split('|').map(cell => cell.trim());
    if (cells.length !== 5 || !/^\d$/.test(cells[2])) continue;
    rows.set(cells[1], { layer: Number(cells[2]), may: cells[3] === '–' ? [] : cells[3].split(/\s+/) });
  }
  return rows;
}

/** Everything that a source file names in `import`, `export ... from` and `import()`. */
function importsOf(source: string): string[] {
  return [...source.matchAll(/(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s+)['"]([^'"]+)['"]/gm)].map(match => match[1]);
}

/** The complaint about one import, or undefined when it is allowed. */
export function complaint(
  rows: Map<string, Row>,
  importer: string,
  file: string,
  specifier: string,
): string | undefined {
  const row = rows.get(importer);
  if (!row) return `package ${importer} has no row in the table of ARCHITECTURE.md`;
  if (specifier.startsWith('.')) {
    const inside = relative(join(ROOT, 'packages', importer), join(dirname(file), specifier));
    return inside.startsWith('..')
      ? `leaves its package with "${specifier}"; import @parley/... instead. ${RULE}`
      : undefined;
  }
  if (importer === 'base' && !specifier.startsWith('node:'))
    return `base imports nothing, npm included, but names "${specifier}"`;
  if (!specifier.startsWith('@parley/')) return undefined;
  const [, name, ...rest] = specifier.split('/');
  if (row.may.includes('everything') || name === importer) return undefined;
  const isTest = file.includes('.test.') || file.includes('/test/');
  const path = [name, ...rest].join('/');
  const allowed = row.may.some(entry => entry === name || entry === path);
  if (!allowed) return `may not import "${specifier}". ${RULE}`;
  const isPort = rest.length === 0 || row.may.includes(path) || name === 'base';
  return isPort || isTest
    ? undefined
    : `names the implementation "${specifier}" of ${name}; import its port "@parley/${name}". ${RULE}`;
}

test('the table itself points down and leaves out no package', () => {
  const rows = table();
  const folders = globSync('packages/*', { cwd: ROOT }).map(path => path.slice('packages/'.length));
  assert.deepEqual([...rows.keys()].sort(), folders.sort());
  for (const [name, row] of rows)
    for (const entry of row.may) {
      // A client program sits on the same layer as the door it knocks at: shell names admin/client and nothing else of admin.
      if (entry === 'everything' || (name === 'shell' && entry === 'admin/client')) continue;
      assert.ok(
        rows.get(entry.split('/')[0])!.layer < row.layer,
        `${name} (layer ${row.layer}) may not import ${entry}. ${RULE}`,
      );
    }
});

test('every import of every package is allowed by the table', () => {
  const rows = table();
  const complaints: string[] = [];
  for (const path of globSync('packages/*/**/*.ts', { cwd: ROOT, exclude: path => path.includes('node_modules') })) {
    const file = join(ROOT, path);
    const importer = path.split('/')[1];
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
      const problem = complaint(rows, importer, file, specifier);
      if (problem) complaints.push(`${path}: ${problem}`);
    }
  }
  assert.deepEqual(complaints, []);
});

test('an import that points up, a sibling and an implementation are found', () => {
  const rows = table();
  const inSip = join(ROOT, 'packages/sip/src/x.ts');
  assert.match(complaint(rows, 'sip', inSip, '@parley/messaging')!, /may not import/);
  assert.match(complaint(rows, 'sip', inSip, '@parley/media')!, /siblings are strangers/);
  assert.match(complaint(rows, 'sip', inSip, '../../media/src/index.ts')!, /leaves its package/);
  const inMessaging = join(ROOT, 'packages/messaging/src/x.ts');
  assert.match(complaint(rows, 'messaging', inMessaging, '@parley/mail-store/maildir')!, /names the implementation/);
  assert.match(complaint(rows, 'base', join(ROOT, 'packages/base/src/x.ts'), 'pino')!, /imports nothing/);
  assert.equal(complaint(rows, 'messaging', inMessaging, '@parley/spool'), undefined);
});
