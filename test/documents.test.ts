import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readConfig, reference } from '../packages/server/src/config/config.ts';
import { blocksOf, documents, inlineCode, ROOT } from './peers/documents.ts';
import { testFolder } from './peers/parley.ts';

const all = documents();
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Complaints of a look at each document, "path: what". */
function complaints(look: (document: (typeof all)[number]) => readonly string[]): string[] {
  return all.flatMap(document => look(document).map(problem => `${document.path}: ${problem}`));
}

/** The anchor that a heading gets. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

function anchorsOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(match => anchorOf(match[1]));
}

function brokenLinks({ path, text }: (typeof all)[number]): string[] {
  const running = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
  return [...running.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(match => match[1])
    .filter(link => !/^[a-z]+:/.test(link))
    .filter(link => {
      const [file, anchor] = link.split('#');
      const target = file === '' ? join(ROOT, path) : join(ROOT, dirname(path), file);
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
}

test('every relative link leads somewhere, its anchor too', () => {
  assert.ok(all.length > 30);
  assert.deepEqual(complaints(brokenLinks), []);
});

/** Paths in running text, up to their first placeholder: from the project's root on, or from the package's own folder on. */
function missingPaths(document: (typeof all)[number]): string[] {
  const own = /^packages\/[^/]+/.exec(document.path)?.[0] ?? '.';
  return inlineCode(document)
    .filter(code => /^(packages|docs|test|scripts|prompts|bin|bench|src)\/[\w./<>*-]*$/.test(code))
    .filter(code => {
      const path = code.replace(/[<*].*$/, '');
      return !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, own, path));
    });
}

test('every path that is named exists', () => {
  assert.deepEqual(complaints(missingPaths), []);
});

test('every configuration key that is named exists, and every example of the file is one', () => {
  const keys = new Set(reference().map(({ key }) => key));
  const groups = [...new Set([...keys].map(key => key.split('.')[0]))].filter(group => group !== 'node');
  // A file, and a property of a TypeScript object.
  const others = new Set(['admin.sock', 'database.kysely']);
  const looksLikeKey = new RegExp(`^(${groups.join('|')})\\.[a-z][A-Za-z]*$`);
  assert.deepEqual(
    complaints(document =>
      inlineCode(document).filter(code => looksLikeKey.test(code) && !keys.has(code) && !others.has(code)),
    ),
    [],
  );
  const guides = all.filter(({ path }) => path === 'README.md' || path.startsWith('docs/'));
  for (const { document, language, code } of guides.flatMap(blocksOf))
    if (language === 'yaml') assert.doesNotThrow(() => readConfig(code, document));
});

test('every npm script that is named exists', () => {
  const scripts = new Set(['ci', 'install', ...Object.keys(JSON.parse(read('package.json')).scripts)]);
  const missing = complaints(document =>
    [...inlineCode(document), ...blocksOf(document).map(({ code }) => code)]
      .flatMap(code => [...code.matchAll(/\bnpm (?:run )?([a-z][a-z:]*)/g)].map(match => match[1]))
      .filter(script => !scripts.has(script)),
  );
  assert.deepEqual(missing, []);
});

test('the keys of the guide are those of the code', async () => {
  const { AFTER_RECORDING } = await import('../packages/messaging/src/answering/keys.ts');
  const table = read('docs/guides/keys.md').split('## After a recording')[1];
  const named = [...table.matchAll(/^\| ([^|]+) \|/gm)]
    .filter(([row]) => !/mean nothing|means nothing/.test(table.slice(table.indexOf(row)).split('\n')[0]))
    .flatMap(([, cell]) => [...cell.matchAll(/`(.)`/g)].map(match => match[1]));
  assert.deepEqual(named.sort(), Object.keys(AFTER_RECORDING).sort());
});

interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

test('every package that a server is installed with is listed with its licence', () => {
  const packages: Record<string, Locked> = JSON.parse(read('package-lock.json')).packages;
  const locked = Object.entries(packages)
    .filter(([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link)
    .map(([path, { license }]) => `${path.split('node_modules/').at(-1)} ${license}`);
  const rows = [
    ...read('LICENSES.md')
      .split('## What npm installs')[1]
      .matchAll(/^\| ([\w.-]+) \| (`.*) \|$/gm),
  ];
  const listed = rows.flatMap(([, licence, names]) =>
    [...names.matchAll(/`([^`]+)`/g)].map(match => `${match[1]} ${licence}`),
  );
  assert.deepEqual(listed.sort(), [...new Set(locked)].sort());
});

test('systemd understands the service of the guide', t => {
  const analyze = '/usr/bin/systemd-analyze';
  if (!existsSync(analyze)) {
    process.stderr.write('LEFT OUT: needs systemd-analyze. Install with: apt-get install systemd\n');
    return t.skip('needs systemd-analyze');
  }
  const unit = join(testFolder(t), 'parley.service');
  writeFileSync(unit, read('docs/guides/parley.service').replaceAll('/opt/parley/', `${ROOT}/`));
  const { status, stdout, stderr } = spawnSync(analyze, ['verify', unit], { encoding: 'utf8' });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
});
