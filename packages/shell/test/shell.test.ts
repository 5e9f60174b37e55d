import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connectAdmin } from '@parley/admin/client';
import { nouns } from '../src/nouns/nouns.ts';
import { runCommand } from '../src/run-command.ts';

let folder: string;
let server: ChildProcess;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-shell-'));
  server = spawn(process.execPath, [join(import.meta.dirname, '../../admin/test/serve.ts'), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(server.stdout!, 'data');
});

after(async () => {
  server.stdin!.end();
  await once(server, 'exit');
  await rm(folder, { recursive: true });
});

/** Words of a line, quoted ones together. */
const words = (line: string) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(match => match[1] ?? match[2]);

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

async function parley(...argv: string[]): Promise<Outcome> {
  const out: string[] = [];
  const error: string[] = [];
  const code = await runCommand(argv, {
    stdout: text => out.push(text),
    stderr: text => error.push(text),
    connect: dataFolder => connectAdmin(dataFolder === './parley-data' ? folder : dataFolder),
  });
  return { code, out: out.join(''), error: error.join('') };
}

const line = (text: string) => parley(...words(text).slice(1));

test('every example in the help works, in the order of the nouns', async () => {
  const examples = nouns.flatMap(noun => noun.verbs.flatMap(verb => verb.examples));
  assert.ok(examples.length > 30);
  for (const example of examples) {
    const { code, error } = await line(example.replaceAll('\\\\', '\\'));
    assert.equal(code, 0, `${example}\n${error}`);
  }
});

test('a mailbox is made, seen, changed and removed', async () => {
  const made = await line(
    'parley mailbox create eve --um-mailbox-policy "Main Default Policy" --extensions 1007,1008 --sipResourceIdentifier eve@parley.test',
  );
  assert.match(made.out, /^umEnabled +: true$/m);
  const listed = await line('parley mailbox list --text eve');
  assert.deepEqual(
    listed.out.split('\n').map(each => each.split(/ {2,}/)),
    [
      ['name', 'extensions', 'displayName', 'sipResourceIdentifier', 'umEnabled', 'umMailboxPolicy'],
      ['----', '----------', '-----------', '---------------------', '---------', '-------------------'],
      ['eve', '1007, 1008', 'eve@parley.test', 'true', 'Main Default Policy'],
      [''],
    ],
  );
  const changed = await line('parley mailbox set 1007 --missed-call-notification-enabled=$false --json');
  assert.equal(JSON.parse(changed.out).missedCallNotificationEnabled, false);
  assert.equal((await line('parley mailbox delete eve')).out, 'removed : mailbox eve\n');
  const gone = await line('parley mailbox show eve');
  assert.deepEqual(gone, { code: 1, out: '', error: 'parley: there is no mailbox "eve"\n' });
});

test('a gateway for a telephone system is made with its hunt group, and goes with it', async () => {
  await line('parley gateway create pbx --address 192.0.2.20,2001:db8::/64 --um-dial-plan Main');
  assert.match((await line('parley huntgroup list')).out, /^Default Hunt Group +pbx +Main/m);
  assert.match((await line('parley gateway delete pbx')).out, /removed : gateway pbx\nremoved : huntgroup Default/);
});

test('what the server refuses is a line for each problem, and exit code 1', async () => {
  const refused = await line(
    'parley mailbox create zed --um-mailbox-policy "Main Default Policy" --extensions 12 --sip-resource-identifier "no address" --time-zone Mars',
  );
  assert.equal(refused.code, 1);
  assert.deepEqual(refused.error.split('\n').length, 3);
  assert.match(refused.error, /^parley: sipResourceIdentifier is "no address": it must be a SIP address/m);
  assert.match(refused.error, /^parley: timeZone is "Mars": it must be a time zone name/m);
  const used = await line('parley dialplan delete Main');
  assert.match(used.error, /^parley: dialplan Main is used by .*policy Main Default Policy/);
});

test('a line that cannot be understood is exit code 2 and says what is allowed', async () => {
  const cases: Record<string, RegExp> = {
    'parley mailbocks list': /no command "mailbocks": did you mean mailbox\?/,
    'parley mailbox rename ann': /cannot "rename": it has list, show, create, set, delete/,
    'parley mailbox show': /IDENTITY is missing/,
    'parley mailbox show ann bob': /"bob" is too much: a text with blanks needs quotes/,
    'parley calls 3848': /"3848" is too much: there are options only, which begin with --/,
    'parley trace 3848 --call 3848': /one call at a time/,
    'parley mailbox list --limit many': /--limit must be a whole number, not "many"/,
    'parley mailbox list --jsn': /no option "--jsn": did you mean --json/,
    'parley mailbox set ann': /nothing to change/,
    'parley mailbox set ann --display-name': /--display-name needs a value/,
    'parley mailbox set ann --display-name A --displayName B': /--display-name is given twice/,
    'parley calls --since yesterday': /--since must be a date/,
    'parley status --json=yes': /--json takes no value/,
  };
  for (const [typed, message] of Object.entries(cases)) {
    const { code, out, error } = await line(typed);
    assert.deepEqual([code, out], [2, ''], typed);
    assert.match(error, message);
  }
});

test('a folder without a server is said with the command that starts one', async () => {
  const { code, error } = await parley('status', '--data', '/nowhere');
  assert.equal(code, 1);
  assert.equal(
    error,
    'parley: no server is running on the data folder /nowhere: start it with "parley serve --data /nowhere", or name another one with --data\n',
  );
});

test('nothing that a stranger wrote reaches the terminal as a command, in tables or in JSON', async () => {
  const commands = ['calls', 'calls --json', 'spool list', 'spool show 01ABC', 'spool list --json'];
  for (const typed of commands) {
    const { code, out } = await line(`parley ${typed}`);
    assert.equal(code, 0);
    assert.doesNotMatch(out, /[^\P{Cc}\n]|\p{Cf}/u, typed);
  }
  assert.match((await line('parley calls')).out, /\]0;owned \+33 2J1 +1001 +ann +12\.3 +Answer +DivertNoAnswer/);
  const [call] = JSON.parse((await line('parley calls --json')).out);
  assert.equal(call.callerPhoneNumber, '\u001b]0;owned\u0007+33\u009b2J\u202e1', 'JSON stays the same JSON');
  const evil = await parley('mailbox', 'show', '\u001b[2J\u202eann');
  assert.doesNotMatch(evil.error, /[^\P{Cc}\n]|\p{Cf}/u);
});

test('spool: show, export, retry and discard', async () => {
  assert.match((await line('parley spool show 01ABC')).out, /^why +: no such mailbox$/m);
  assert.equal((await line('parley spool export 01ABC /tmp/x')).out, 'written : /tmp/x/01ABC.wav\n');
  assert.equal((await line('parley spool export 01ABC')).out, `written : ${process.cwd()}/01ABC.wav\n`);
  assert.equal((await line('parley spool retry 01ABC')).out, 'retried : 01ABC\n');
  assert.equal((await line('parley spool discard 01ABC')).out, 'discarded : 01ABC\n');
  assert.match((await line('parley spool show 99')).error, /the spool has no "99": it was delivered, or never here/);
});

test('every noun and every verb has help with usage, and it needs no server', async () => {
  const help = (...argv: string[]) => parley(...argv, '--help', '--data', '/nowhere');
  for (const noun of nouns) {
    assert.match((await parley(noun.name, '--help')).out, new RegExp(`^Usage: parley ${noun.name}`));
    for (const verb of noun.verbs.filter(each => each.name !== '')) {
      const { code, out } = await help(noun.name, verb.name);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^Usage: parley ${noun.name} ${verb.name}`));
      // An example is one line, however long.
      const long = out.split('\n').filter(each => each.length > 80 && !/^(Usage:| {2}parley) /.test(each));
      assert.deepEqual(long, [], 'a terminal of 80 columns breaks no line');
    }
  }
  const { out } = await help('dialplan', 'set');
  assert.match(
    out,
    /--max-recording-duration VALUE\n {6}Longest recording[^-]*\(1 to\s+100\s+minutes;\s+default\s+20\)/,
  );
  assert.doesNotMatch(out, /--uri-type/, 'what is fixed after creation cannot be set');
});

test('a call is drawn as a ladder: times, copies, what was left out, refusals and their reasons, media, legs', async () => {
  const { code, out } = await line('parley trace 3848');
  assert.equal(code, 0);
  assert.equal((await line('parley trace --call 3848')).out, out);
  assert.deepEqual(out.split('\n'), [
    'Call-ID : 3848276298@pbx',
    'began   : 2026-01-05 09:00:00Z',
    'caller  : [31mEvil',
    'called  : 4999',
    'outcome : 404 Not Found',
    '',
    '  seconds  udp 192.0.2.1:5060                                          Parley',
    '    0.000  |--- INVITE sip:4999@192.0.2.9 --------------------------------->|',
    '               audio at 192.0.2.1 4000, sendrecv: PCMA, telephone-event;',
    '                 RTP/SAVP, encrypted (SDES)',
    '               video refused: H264; RTP/AVP, not encrypted',
    '    0.500  |--- INVITE sip:4999@192.0.2.9 (again) ------------------------->|',
    '           ... left out: 1 ...',
    '   12.345  |<--- 404 Not Found Not Found Not Found Not Found Not Foun... ---|',
    '               to tcp 192.0.2.7:5060',
    `               404 ${'Not Found '.repeat(6)}`.trimEnd(),
    `                 ${'Not Found '.repeat(3)}`.trimEnd(),
    '               Warning: 399 parley "no such [2Jmailbox"',
    '',
    'handed on : leg@parley',
    'outcome   : 486 Busy Here',
    '',
    '  seconds  udp 192.0.2.8:5060                                          Parley',
    '   60.000  |<---------------------------------- INVITE sip:bob@192.0.2.8 ---|',
    '               text/plain, 3 octets',
    '',
  ]);
});

test('what the call record says stands above the ladder; traces are listed, and told in JSON', async () => {
  const { out } = await line('parley trace --call over@pbx');
  assert.ok(
    out.split('\n').every(each => each.length <= 80),
    'a terminal of 80 columns breaks no line',
  );
  assert.deepEqual(out.split('\n\n')[0].split('\n').slice(4), [
    'outcome  : 486 Busy Here',
    'call     : Call Answering Voice Message, Answer, DivertNoAnswer, 12.3 s',
    'ended by : Graceful Hangup',
    'mailbox  : ann',
    'media    : G.711, loss 0.5 %, jitter 1.23 ms, round trip 12 ms',
    'quality  : MOS 4.12, degraded by 0.3',
  ]);
  const listed = (await line('parley trace')).out.split('\n').slice(2);
  assert.deepEqual(listed, [
    '2026-01-05 09:00:00Z  [31mEvil  4999    404 Not Found         4  3848276298@pbx',
    '2026-01-05 09:01:00Z  ann       bob     486 Busy Here         1  leg@parley',
    '',
  ]);
  assert.equal(JSON.parse((await line('parley trace --limit 1 --json')).out).length, 1);
  assert.equal(JSON.parse((await line('parley trace --call over@pbx --json')).out).record.calleeMailboxAlias, 'ann');
});

test('a beginning that many Call-IDs have, and one that none has, are told', async () => {
  assert.deepEqual(await line('parley trace --call m'), {
    code: 1,
    out: '',
    error: 'parley: 6 calls have a Call-ID that begins with "m": m1, m2, m3, m4, m5 ...\n',
  });
  assert.deepEqual(await line('parley trace --call "x y/%41"'), {
    code: 1,
    out: '',
    error: 'parley: no call has the Call-ID "x y/%41": the newest 1000 calls are kept\n',
  });
});
