import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { AdminClient, RunOptions } from '@parley/admin/client';
import { defer } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { runCommand } from '../run-command.ts';
import { localFiles } from './files.ts';
import { lineOptions } from './line-options.ts';
import { quoteBack } from './quote-back.ts';
import { interruptible } from './run-line.ts';
import { hasColours, type Terminal } from './terminal.ts';

test('words get their quotes back, and only those that need them', async () => {
  const table: [string[], string][] = [
    [
      ['Set-UMMailboxPolicy', '-identity', 'My Policy', '-AllowMissedCallNotifications', '$true'],
      "Set-UMMailboxPolicy -identity 'My Policy' -AllowMissedCallNotifications $true",
    ],
    [['Set-X', '-Flag:$false', '-Text:a b'], "Set-X -Flag:$false -Text:'a b'"],
    [
      ['Set-X', 'a,b', '0150', "it's", '', '$home', 'a;b', '#x', '-5'],
      "Set-X a,b 0150 'it''s' '' '$home' 'a;b' '#x' -5",
    ],
    [
      ['Set-X', '@{Add="a b"}', '(Get-Y z)', '{ $_.A }', '(not closed'],
      `Set-X @{Add="a b"} (Get-Y z) { $_.A } '(not closed'`,
    ],
    [['Get-X', '|', 'Format-List'], 'Get-X | Format-List'],
    [['Get-X | fl'], 'Get-X | fl'],
    [['exchucutil.ps1', '-Forest:litwareinc.com'], 'exchucutil.ps1 -Forest:litwareinc.com'],
  ];
  for (const [words, line] of table) assert.equal((await quoteBack(words)).source, line);
});

test('options of the program stand anywhere', () => {
  const { words, ...options } = lineOptions(['Get-X', '--data=/d', 'a', '--no-color', '--json']);
  assert.deepEqual([words, options], [['Get-X', 'a'], { data: '/d', isPlain: true, json: true, help: false }]);
  assert.throws(() => lineOptions(['Get-X', '--jsn']), /there is no option "--jsn"/);
  assert.throws(() => lineOptions(['Get-X', '--data']), /--data needs a value/);
});

/** A terminal that keeps what is printed, and a server that remembers what it was asked. */
function desk(environment: Terminal['environment'] = {}) {
  const asked: [string, RunOptions | undefined][] = [];
  const first = defer<void>();
  let [out, err] = ['', ''];
  const terminal: Terminal = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    environment,
    out: text => {
      out += text;
    },
    err: text => {
      err += text;
    },
  };
  const run: AdminClient['run'] = async (name, options) => {
    asked.push([name, options]);
    first.resolve();
    return {
      objects: [{ kind: 'UMMailbox', id: '1', etag: '1', name: 'ann', properties: { Name: 'ann' } }],
      warnings: [],
    };
  };
  return {
    asked,
    /** Resolves when the server is asked something. */
    isAsked: first.promise,
    async parley(...argv: string[]) {
      [out, err] = ['', ''];
      const stdout = terminal.out;
      const stderr = terminal.err;
      const connect = () => Object.assign(Object.create(null), { run });
      const code = await runCommand(argv, { terminal, stdout, stderr, connect });
      return { code, out, err };
    },
  };
}

test('a cmdlet on the command line: true and $true, a pipeline in one word, JSON, help without a server', async () => {
  const { parley, asked } = desk();
  for (const word of ['$true', 'true', '1']) {
    assert.equal(
      (await parley('Set-UMMailboxPolicy', '-identity', 'My Policy', '-AllowMissedCallNotifications', word)).code,
      0,
    );
    assert.deepEqual(asked.at(-1)?.[1]?.parameters, { Identity: 'My Policy', AllowMissedCallNotifications: true });
  }
  assert.equal((await parley('Get-UMMailbox | % Name')).out, 'ann\n');
  assert.equal(JSON.parse((await parley('Get-UMMailbox', '--json')).out)[0].Name, 'ann');
  const before = asked.length;
  assert.match((await parley('Set-UMMailbox', '--help')).out, /PARAMETERS\n {4}-Identity/);
  assert.match((await parley('run', '--help')).out, /^Usage: parley run/);
  assert.match((await parley('shell', '--help')).out, /^Usage: parley shell/);
  assert.equal(asked.length, before);
});

test('true and false are words where a shell of the operating system takes $true and $false away', async () => {
  const { parley, asked } = desk();
  for (const given of ['-Confirm:false', '-Confirm:$false', '-Confirm:no', '-Confirm:0']) {
    assert.equal((await parley('Remove-UMMailboxPolicy', 'x', given)).code, 0, given);
    assert.deepEqual(asked.at(-1), ['Remove-UMMailboxPolicy', { parameters: { Identity: 'x' }, whatIf: false }]);
  }
  const asks = await parley('Remove-UMMailboxPolicy', 'x', '-Confirm:true');
  assert.deepEqual([asks.code, /nobody is here to answer/.test(asks.err)], [1, true]);
  for (const [given, whatIf] of [
    ['-WhatIf:false', false],
    ['-WhatIf', true],
    ['-WhatIf:true', true],
  ] as const) {
    await parley('Set-UMMailboxPolicy', 'x', '-MinPINLength', '7', given);
    assert.equal(asked.at(-1)?.[1]?.whatIf, whatIf, given);
  }
  // What is left of -WhatIf:$true: whether it was that or $false, nobody knows.
  const before = asked.length;
  for (const given of ['-WhatIf:', '-Confirm:', '-WhatIf:maybe', '-Confirm:maybe']) {
    const { code, err } = await parley('Remove-UMMailboxPolicy', 'x', given);
    assert.equal(code, 2, given);
    assert.match(err, /must be \$true or \$false/);
  }
  assert.equal(asked.length, before);
});

test('Ctrl-C ends a script that waits for nothing', { timeout: 20_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-script-'));
  const file = join(folder, 'endless.ps1');
  const listeners = process.listenerCount('SIGINT');
  for (const endless of [
    'foreach ($i in 1..1000000) { foreach ($j in 1..1000) { $x = $i } }',
    '1..1000000 | ForEach-Object { 1..1000 | Where-Object { $_ -lt 0 } }',
  ]) {
    const { parley, isAsked } = desk();
    await writeFile(file, `Get-UMMailbox | Out-Null; ${endless}`);
    const ended = parley('run', file);
    await isAsked;
    process.emit('SIGINT');
    // The same one again, by way of whoever started this.
    assert.equal(process.listenerCount('SIGINT'), listeners + 1);
    process.emit('SIGINT');
    const { code, err } = await ended;
    assert.deepEqual([code, err], [130, 'the command was ended\n']);
  }
  assert.equal(process.listenerCount('SIGINT'), listeners);
  await rm(folder, { recursive: true });
});

test('Ctrl-C, Ctrl-D or the end of the terminal is no answer to a question', { timeout: 20_000 }, async () => {
  const leave: readonly ((stdin: PassThrough) => void)[] = [
    stdin => stdin.write('\u0003'),
    stdin => stdin.write('\u0004'),
    stdin => stdin.end(),
  ];
  for (const leaving of leave) {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
    const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
    let err = '';
    const terminal: Terminal = {
      stdin,
      stdout,
      environment: { TERM: 'dumb' },
      out: () => undefined,
      err: text => {
        err += text;
      },
    };
    stdout.on('data', (shown: Buffer) => {
      if (/default is "Y"/.test(shown.toString())) leaving(stdin);
    });
    const never: AdminClient['run'] = () => assert.fail('the server is asked');
    const connect = () => Object.assign(Object.create(null), { run: never });
    const code = await runCommand(['Remove-UMDialPlan', 'a'], {
      terminal,
      stdout: terminal.out,
      stderr: terminal.err,
      connect,
    });
    assert.deepEqual([code, err], [130, 'the command was ended\n']);
  }
});

test('another Ctrl-C ends the process as if nobody listened', t => {
  const clock = new FakeClock();
  const killed: unknown[] = [];
  t.mock.method(process, 'kill', (...given: unknown[]) => killed.push(...given, process.listenerCount('SIGINT')));
  const listeners = process.listenerCount('SIGINT');
  using interrupt = interruptible(clock);
  process.emit('SIGINT');
  assert.equal(interrupt.signal.aborted, true);
  clock.advance(499);
  process.emit('SIGINT');
  assert.deepEqual(killed, []);
  clock.advance(1);
  process.emit('SIGINT');
  assert.deepEqual(killed, [process.pid, 'SIGINT', listeners]);
});

test('Ctrl-C ends a line whose server does not answer', { timeout: 20_000 }, async () => {
  const asked = defer<void>();
  const run = () => {
    asked.resolve();
    return new Promise(() => undefined);
  };
  const { terminal, printed } = plainTerminal();
  const connect = () => Object.assign(Object.create(null), { run });
  const ended = runCommand(['Get-UMMailbox'], { terminal, stdout: terminal.out, stderr: terminal.err, connect });
  await asked.promise;
  process.emit('SIGINT');
  assert.equal(await ended, 130);
  assert.equal(printed(), 'the command was ended\n');
});

/** No terminal, and what is printed to it. */
function plainTerminal(): { readonly terminal: Terminal; readonly printed: () => string } {
  let text = '';
  const print = (more: string) => {
    text += more;
  };
  const terminal = { stdin: new PassThrough(), stdout: new PassThrough(), environment: {}, out: print, err: print };
  return { terminal, printed: () => text };
}

test('what is not understood is exit code 2', async () => {
  const { parley } = desk();
  for (const [line, message] of [
    [['Get-UMMailbix'], /there is no command "Get-UMMailbix": did you mean Get-UMMailbox/],
    [['Zz-Qq'], /none is spelled like it \(Get-Command shows them all\)/],
    [['"x" | Write-Output; quit'], /"exit" leaves, and so does Ctrl-D/],
    [['Set-UMMailbox', 'ann', '-UMEnabled'], /-UMEnabled needs a value: true or false\n/],
    [['New-UMDialPlan', 'x', '-URIType'], /-URIType needs a value: TelExtn, SipName or E164\n/],
    [['Set-UMMailbox', 'ann', '-DisplayName'], /-DisplayName needs a value\n/],
    [['shell', 'Get-UMMailbox'], /shell takes no words: "parley Get-UMMailbox" is one line/],
    [['shell', '--json'], /shell has no --json/],
    [['zzqq'], /there is no command "zzqq": none is spelled like it \("parley help" tells what there is\)/],
    [['serv'], /did you mean serve/],
    [['mailbox', 'list', '--text', 'a', '--text', 'b'], /--text is given twice/],
    [['Get-UMMailbox', '-Foo', '1'], /there is no parameter "-Foo"/],
    [['Get-UMMailbox', '--foo'], /there is no option "--foo"/],
    [['run'], /run needs the name of a script/],
    [['Get-UMMailbox', '--server', 'https://x.example'], /needs an API token in the environment variable PARLEY_TOKEN/],
  ] as const) {
    const { code, err } = await parley(...line);
    assert.equal(code, 2, line.join(' '));
    assert.match(err, message);
  }
  const elsewhere = await desk({ PARLEY_TOKEN: 't' }).parley('Get-UMMailbox', '--server', 'http://x.example');
  assert.deepEqual(elsewhere.code, 1);
});

test('a script takes what stands behind it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-script-'));
  const file = join(folder, 'x.ps1');
  await writeFile(
    file,
    '\ufeffparam($Name, [switch]$Loud)\r\nGet-UMMailbox $Name | Out-Null\r\nif ($Loud) { exit 3 }\r\n',
  );
  const { parley, asked } = desk();
  assert.equal((await parley('run', file, '-Name', 'a b')).code, 0);
  assert.deepEqual(asked[0]?.[1]?.parameters, { Identity: 'a b' });
  assert.equal((await parley('run', file, 'x', '-Loud')).code, 3);
  const missing = await parley('run', join(folder, 'y.ps1'));
  assert.deepEqual([missing.code, missing.err], [1, `parley: ${join(folder, 'y.ps1')}: there is no such file\n`]);
  await rm(folder, { recursive: true });
});

test('files have a limit, and what there is is kept on demand', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-files-'));
  const file = join(folder, 'f');
  await localFiles.write(file, Buffer.from('abc'));
  await localFiles.write(file, Buffer.from('d'), { append: true });
  assert.equal(Buffer.from(await localFiles.read(file, 4)).toString(), 'abcd');
  await assert.rejects(localFiles.read(file, 3), { code: 'FILE_TOO_BIG' });
  await assert.rejects(localFiles.read('/dev/zero', 1000), { code: 'FILE_TOO_BIG' });
  await assert.rejects(localFiles.write(file, Buffer.from(''), { keep: true }), /it is there already/);
  await assert.rejects(localFiles.read(folder, 4), /it is a folder/);
  await rm(folder, { recursive: true });
});

test('colours are for terminals that show them to people who want them', () => {
  const terminal = (isTTY: boolean, environment: Terminal['environment'] = {}): Terminal => ({
    stdin: new PassThrough(),
    stdout: Object.assign(new PassThrough(), { isTTY }),
    environment,
    out: () => undefined,
    err: () => undefined,
  });
  assert.equal(hasColours(terminal(true), false), true);
  assert.equal(hasColours(terminal(false), false), false);
  assert.equal(hasColours(terminal(true), true), false);
  assert.equal(hasColours(terminal(true, { NO_COLOR: '1' }), false), false);
  assert.equal(hasColours(terminal(true, { TERM: 'dumb' }), false), false);
});
