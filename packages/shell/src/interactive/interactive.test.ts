import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { AdminClient } from '@parley/admin/client';
import { defer } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { fakeShell, person } from '../../test/fake-host.ts';
import type { Terminal } from '../cli/terminal.ts';
import { complete } from './completion.ts';
import { historyPath, isKept, readHistory, writeHistory } from './history.ts';
import { runInteractive } from './interactive.ts';
import { placeIn } from './place.ts';

const clock = new FakeClock();
const people = { 'Get-UMMailbox': () => ({ objects: [person('ann'), person('ann lee'), person('bob')] }) };

test('completion knows what stands where', async () => {
  const { shell } = fakeShell({ ...people, 'Get-UMDialPlan': () => ({ objects: [] }) });
  await shell.execute('$person = 1');
  const words = async (line: string) => (await complete(line, shell.session, clock)).words;
  assert.deepEqual(await words('Set-UMMailboxPo'), ['Set-UMMailboxPolicy']);
  assert.ok((await words('get-um')).includes('Get-UMMailbox'));
  assert.deepEqual(await words('Get-UMMailbox | Where'), ['Where-Object', 'where']);
  assert.deepEqual(await words('Set-Thing ann -Nu'), ['-Number', '-NumberOfDigitsInExtension']);
  assert.deepEqual(await words('Set-Thing ann -Number 1 -Nu'), ['-NumberOfDigitsInExtension']);
  assert.deepEqual(await words('Set-Thing ann -Wh'), ['-WhatIf']);
  assert.deepEqual(await words('Set-Thing ann -Flag '), ['$false', '$true']);
  assert.deepEqual(await words('Set-Thing ann -Flag $t'), ['$true']);
  assert.deepEqual(await words('Set-Thing ann -Number Un'), ['Unlimited']);
  assert.deepEqual(await words('New-UMDialPlan -URIType S'), ['SipName']);
  assert.deepEqual(await words('Set-Thing an'), ["'ann lee'", 'ann']);
  assert.deepEqual(await words('Set-Thing -Identity "ann l'), ["'ann lee'"]);
  assert.deepEqual(await words('foreach ($x in $pe'), ['$person']);
  assert.deepEqual(await words('Get-Help Set-UMMailboxPo'), ['Set-UMMailboxPolicy']);
  assert.deepEqual(await words('Write-Error x -ErrorAction St'), ['Stop']);
  assert.deepEqual(await words('$x.Na'), []);
  const folder = await mkdtemp(join(tmpdir(), 'parley-names-'));
  await writeHistory(join(folder, 'table one.csv'), []);
  assert.deepEqual(await words(`Import-Csv ${folder}/tab`), [`'${folder}/table one.csv'`]);
  for (let i = 0; i < 250; i++) await writeFile(join(folder, `many${i}.csv`), '');
  assert.equal((await words(`Import-Csv ${folder}/many`)).length, 200);
  await rm(folder, { recursive: true });
});

test('a server that does not answer keeps nobody waiting', async () => {
  const never = defer<never>();
  const asked = defer<void>();
  const run = () => {
    asked.resolve();
    return never.promise;
  };
  const { shell } = fakeShell({}, { server: { run, importTable: () => never.promise } });
  const own = new FakeClock();
  const proposed = complete('Get-UMMailbox a', shell.session, own);
  await asked.promise;
  await own.advance(1000);
  assert.deepEqual((await proposed).words, []);
});

test('whatever is typed has a place', () => {
  for (const line of ['', '"', "'", '$(', '@{a=', '`', ')', '|||', '\u0000', '-', 'x -a:', 'x "$(y -'.repeat(20)])
    assert.ok(placeIn(line).type, line);
});

test('the history is for its owner, bounded, and without secrets', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-history-'));
  const path = join(folder, 'a/b/shell-history');
  assert.deepEqual(await readHistory(path), []);
  const secrets = [
    'Set-UMMailboxPIN ann -Pin 123456',
    'New-Administrator x -Password y',
    ' Get-Hidden',

    'x -Credential y',
  ];
  await writeHistory(path, ['new\nline\\', ...secrets, 'old', ...Array.from({ length: 2000 }, (_, i) => `Get-X ${i}`)]);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const lines = await readHistory(path);
  assert.deepEqual(lines.slice(0, 3), ['new\nline\\', 'old', 'Get-X 0']);
  assert.equal(lines.length, 1000);
  for (const line of secrets) assert.equal(isKept(line), false, line);
  assert.doesNotMatch(await readFile(path, 'utf8'), /123456|Password/);
  assert.equal(historyPath({ HOME: '/home/ann' }), '/home/ann/.local/state/parley/shell-history');
  assert.equal(historyPath({ HOME: '/home/ann', XDG_STATE_HOME: '/s' }), '/s/parley/shell-history');
  assert.equal(historyPath({}), undefined);
  await rm(folder, { recursive: true });
});

/** Somebody who types into `parley shell`. */
function typist(
  run: AdminClient['run'],
  { isTTY, environment = {} }: { isTTY: boolean; environment?: Terminal['environment'] },
) {
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode: () => stdin });
  const stdout = Object.assign(new PassThrough(), { isTTY, columns: 100 });
  let [out, err] = ['', ''];
  let awaited: RegExp | undefined;
  let shown = defer<void>();
  const show = (text: string) => {
    out += text;
    if (awaited?.test(out)) shown.resolve();
  };
  stdout.on('data', (chunk: Buffer) => show(chunk.toString()));
  const terminal: Terminal = {
    stdin,
    stdout,
    environment: { TERM: 'dumb', ...environment },
    out: show,
    err: text => {
      err += text;
    },
  };
  const ended = runInteractive([], terminal, { connect: () => Object.assign(Object.create(null), { run }) });
  return {
    ended,
    type: (text: string) => stdin.write(text),
    end: () => stdin.end(),
    /** Waits until something is on the screen. */
    async sees(wanted: RegExp): Promise<void> {
      if (wanted.test(out)) return;
      shown = defer();
      awaited = wanted;
      await shown.promise;
    },
    text: () => ({ out, err }),
  };
}

const nothing: AdminClient['run'] = async () => ({ objects: [], warnings: [] });

test('lines are run one after the other; what is open waits for more; exit leaves with its code', async () => {
  const someone = typist(nothing, { isTTY: true });
  await someone.sees(/parley> /);
  someone.type('$x = 20\nforeach ($i in 1..2) {\n"n$($i + $x)"\n}\n');
  await someone.sees(/n21\r?\nn22/);
  assert.match(someone.text().out, />> /);
  someone.type('"not closed\n');
  await someone.sees(/n22[\s\S]*>> /);
  someone.type('"; exit 4\n');
  assert.equal(await someone.ended, 4);
  // How to go on is told once, and so is how to leave.
  assert.equal(
    someone.text().err,
    'Type "help" for help, "exit" to leave.\nSomething is still open: a quote, a bracket or a statement. Go on, or drop it with Ctrl-C.\n',
  );
});

test('Ctrl-C drops what is open', async () => {
  const someone = typist(nothing, { isTTY: true });
  someone.type('"not closed\n');
  await someone.sees(/>> /);
  someone.type('\u0003');
  someone.type('"all $(20 + 1)"\n');
  await someone.sees(/all 21/);
  someone.type('exit\n');
  assert.equal(await someone.ended, 0);
});

test('Ctrl-C ends the command that runs and nothing else', async () => {
  const asked = defer<void>();
  const someone = typist(
    () => {
      asked.resolve();
      return new Promise(() => undefined);
    },
    { isTTY: true },
  );
  someone.type('$x = "kept"; Get-UMMailbox\n');
  await asked.promise;
  someone.type('\u0003');
  someone.type('"$x too"\n');
  await someone.sees(/kept too/);
  assert.match(someone.text().err, /the command was ended/);
  someone.type('exit\n');
  assert.equal(await someone.ended, 0);
});

test('a question is answered on the same terminal', async () => {
  const removed: string[] = [];
  const someone = typist(
    async (name, options) => {
      removed.push(`${name} ${options?.parameters?.Identity}`);
      return { objects: [], warnings: [] };
    },
    { isTTY: true },
  );
  someone.type('Remove-UMDialPlan a; Remove-UMDialPlan b\n');
  await someone.sees(/target "a"\?[\s\S]*default is "Y"/);
  someone.type('what\n');
  await someone.sees(/target "a"\?[\s\S]*target "a"\?[\s\S]*default is "Y"/);
  someone.type('n\n');
  await someone.sees(/target "b"\?[\s\S]*default is "Y"/);
  someone.type('y\n');
  someone.type('exit\n');
  await someone.ended;
  assert.deepEqual(removed, ['Remove-UMDialPlan b']);
});

test('who leaves instead of answering has not said yes', { timeout: 20_000 }, async () => {
  for (const leaving of ['\u0003exit\n', '\u0004']) {
    const asked: string[] = [];
    const someone = typist(
      async name => {
        asked.push(name);
        return { objects: [], warnings: [] };
      },
      { isTTY: true },
    );
    someone.type('Remove-UMDialPlan a\n');
    await someone.sees(/default is "Y"/);
    someone.type(leaving);
    await someone.ended;
    assert.match(someone.text().err, /the command was ended/);
    assert.deepEqual(asked, []);
  }
});

test('what was typed is there the next time, but for secrets', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-state-'));
  const environment = { XDG_STATE_HOME: folder };
  const someone = typist(nothing, { isTTY: true, environment });
  someone.type('"first"\nSet-UMMailboxPIN ann -Pin 4711\n');
  await someone.sees(/first\r?\n/);
  someone.type('exit\n');
  await someone.ended;
  const path = historyPath(environment) ?? '';
  assert.deepEqual((await readHistory(path)).slice(-1), ['"first"']);
  assert.doesNotMatch(await readFile(path, 'utf8'), /4711/);
  await rm(folder, { recursive: true });
});

test('without a terminal the lines that come are a script', async () => {
  const script = typist(nothing, { isTTY: false });
  script.type('foreach ($i in 1..2) {\n  "n$i"\n}\nGet-Nothing\n"end"');
  script.end();
  assert.equal(await script.ended, 2);
  assert.match(script.text().out, /^n1\nn2\nend\n$/);
  const open = typist(nothing, { isTTY: false });
  open.type('if ($true) {\n');
  open.end();
  assert.equal(await open.ended, 2);
  assert.match(open.text().err, /this "\{" is never closed/);
});
