import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { buildPackages, PUBLISHABLE } from '../scripts/build-packages.ts';
import { blocksOf, documents, ROOT } from './peers/documents.ts';
import { testFolder } from './peers/parley.ts';

interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** What stands in the imports of compiled code, other files of the same package left out; and the package in that. */
const IMPORTED = /(?:from |import |import\(|import\.meta\.resolve\()'([^'.][^']*)'/g;
const PACKAGE = /^(?:@[^/]+\/)?[^/]+/;

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

suite('the packages that are of use without the rest', { timeout: 120_000 }, () => {
  const cleanUp: (() => unknown)[] = [];
  const scope = { after: (work: unknown) => void (typeof work === 'function' && cleanUp.unshift(() => work())) };
  let folder: string;

  // Somebody's project, in which nothing is installed but what the manifests ask for.
  before(() => {
    folder = testFolder(scope);
    const scoped = join(folder, 'node_modules/@parley');
    mkdirSync(scoped, { recursive: true });
    buildPackages(scoped);
    const asked = PUBLISHABLE.flatMap(name => Object.keys(manifestOf(join(scoped, name)).dependencies));
    for (const name of new Set(asked.filter(each => !each.startsWith('@parley/'))))
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  });

  for (const name of PUBLISHABLE)
    test(`${name}: imports what its manifest names, and names nothing else`, () => {
      const { dependencies } = manifestOf(join(ROOT, 'packages', name));
      const compiled = join(folder, 'node_modules/@parley', name, 'src');
      const code = globSync('**/*.js', { cwd: compiled }).map(path => readFileSync(join(compiled, path), 'utf8'));
      const found = code.flatMap(text => [...text.matchAll(IMPORTED)].map(([, specifier]) => specifier));
      const packages = found.filter(each => !each.startsWith('node:')).map(each => each.match(PACKAGE)?.[0]);
      assert.deepEqual([...new Set(packages)].sort(), Object.keys(dependencies).sort());
    });

  test('the examples of their READMEs have the right types and run where Node finds packages that were installed', () => {
    const examples = PUBLISHABLE.flatMap(name => {
      const readme = documents().find(({ path }) => path === `packages/${name}/README.md`);
      assert.ok(readme);
      return blocksOf(readme).filter(({ language, info }) => language === 'ts' && info === '');
    });
    assert.ok(examples.length > 10);
    const files = examples.map((example, at) => {
      writeFileSync(join(folder, `example-${at}.ts`), example.code);
      return `example-${at}.ts`;
    });
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        noUnusedLocals: false,
        noUnusedParameters: false,
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const runs = (...words: readonly string[]) =>
      execFileSync(process.execPath, words, { cwd: folder, encoding: 'utf8', timeout: 30_000 });
    runs(tsc, '-p', folder);
    // What they print is looked at where all examples are (readme-examples): here it counts that they find what they need.
    for (const file of files) assert.notEqual(runs(file), '');
  });

  after(async () => {
    for (const work of cleanUp) await work();
  });
});
