import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { cmdlets } from '@parley/schema';
import { start } from '../peers/child.ts';
import { BIN, startServer, testFolder } from '../peers/parley.ts';

/** Cmdlets about a whole server; the examples of all others are run on an organisation of their own by @parley/shell. */
const ABOUT_SERVERS: ReadonlySet<string> = new Set(['Export-CsConfiguration', 'Import-CsConfiguration']);

suite('the examples of cmdlets about a whole server', () => {
  for (const { name, examples } of cmdlets)
    for (const { line, says, before = [] } of ABOUT_SERVERS.has(name) ? examples : [])
      test(`${line} (${says})`, async t => {
        const folder = testFolder(t);
        const data = join(folder, 'data');
        await startServer(t, { data });
        writeFileSync(join(folder, 'example.ps1'), [...before, line].join('\n'));
        const shell = start(t, process.execPath, [BIN, 'run', 'example.ps1', '--data', data], { cwd: folder });
        assert.equal(await shell.ended, 0, shell.output());
        assert.ok(existsSync(join(folder, 'c.zip')));
      });
});
