import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { ROOT } from './peers/documents.ts';
import { type Server, startServer, testFolder } from './peers/parley.ts';
import { seedData } from './peers/seed.ts';
import { suiteScope } from './peers/suite-scope.ts';

/** Written beside the program under test: tells every file that it loads. */
const WATCH = `
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    appendFileSync(process.env.LOADED_FILES, url + '\\n');
    return next(url, context);
  },
});
`;

// Starting takes as long as there are files to load, each a fraction of a millisecond. Times depend on the machine, files do not.
suite('what a command loads before it does anything', () => {
  const scope = suiteScope();
  let folder: string;
  let server: Server;

  before(async () => {
    folder = testFolder(scope);
    writeFileSync(join(folder, 'watch.mjs'), WATCH);
    const data = join(folder, 'data');
    await seedData(data);
    server = await startServer(scope, { data });
  });

  /** Runs a command; the files that it loaded, and the libraries. */
  function loadedBy(...words: readonly string[]) {
    const list = join(folder, 'loaded');
    writeFileSync(list, '');
    const watch = join(folder, 'watch.mjs');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', watch, join(ROOT, 'bin/parley.js'), ...words, '--data', server.data],
      { env: { ...process.env, LOADED_FILES: list }, encoding: 'utf8', input: '' },
    );
    assert.equal(status, 0, stderr);
    const files = readFileSync(list, 'utf8')
      .split('\n')
      .filter(url => url.startsWith('file:'));
    const libraries = new Set(files.map(url => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]));
    return { stdout, files, libraries: [...libraries].filter(name => name !== undefined) };
  }

  test('a line whose words mean themselves: no library, no grammar, no command of the language', () => {
    const { stdout, files, libraries } = loadedBy('Get-UMDialPlan', 'Main');
    assert.match(stdout, /^Main /m);
    assert.deepEqual(libraries, []);
    assert.deepEqual(
      files.filter(url => /language\/(?:grammar|lexer|tokens)|run\/built-ins|\/nouns\//.test(url)),
      [],
    );
    assert.ok(files.length < 200, `${files.length} files`);
  });

  test('nouns: no library, nothing of the language', () => {
    const { files, libraries } = loadedBy('mailbox', 'list');
    assert.deepEqual(libraries, []);
    assert.ok(files.length < 200, `${files.length} files`);
  });

  test('the grammar is there when it is needed', () => {
    const { stdout, libraries } = loadedBy('(Get-UMDialPlan Main).Name');
    assert.equal(stdout, 'Main\n');
    assert.ok(libraries.includes('chevrotain'));
  });
});
