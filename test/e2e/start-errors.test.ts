import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openPhone, type Phone } from '@parley/phone';
import { CallRefused } from '@parley/sip';
import { stringify } from 'yaml';
import { makeAuthority } from '../peers/authority.ts';
import { Caller } from '../peers/caller.ts';
import { start } from '../peers/child.ts';
import { mailArrives } from '../peers/mailbox.ts';
import { type Server, startServer, testFolder } from '../peers/parley.ts';
import { ping } from '../peers/raw-sip.ts';
import { seedData } from '../peers/seed.ts';
import { toneSequence } from '../peers/sound.ts';
import { until } from '../peers/until.ts';

const BIN = join(import.meta.dirname, '../../bin/parley.js');
const FREE_PORTS = {
  sip: { listen: ['udp:127.0.0.1:0', 'tcp:127.0.0.1:0'] },
  http: { port: 0 },
  speech: { engine: 'none' },
};

interface Attempt {
  readonly data: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly args?: readonly string[];
}

/** Starts a server that cannot start; returns the one line that says why. */
async function refusal(t: TestContext, { data, config = FREE_PORTS, args = [] }: Attempt): Promise<string> {
  const file = join(testFolder(t), 'config.yaml');
  writeFileSync(file, stringify(config));
  const child = start(t, process.execPath, [BIN, 'serve', '--data', data, '--config', file, ...args]);
  const limit = setTimeout(() => child.process.kill('SIGKILL'), 20_000);
  const code = await child.ended;
  clearTimeout(limit);
  assert.equal(code, 2, child.output());
  const said = child
    .output()
    .trim()
    .split('\n')
    .filter(line => !line.startsWith('{'));
  assert.equal(said.length, 1, child.output());
  assert.match(said[0], /^parley: /);
  assert.doesNotMatch(child.output(), /\n\s+at /);
  return said[0];
}

test('a port that is taken is named, with the key that changes it', async t => {
  const taken = createServer();
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve));
  t.after(() => taken.close());
  const address = taken.address();
  assert.ok(address && typeof address === 'object');
  const data = join(testFolder(t), 'data');
  const sip = { listen: [`tcp:127.0.0.1:${address.port}`] };
  assert.match(
    await refusal(t, { data, config: { ...FREE_PORTS, sip } }),
    new RegExp(`127\\.0\\.0\\.1:${address.port}.*another program.*sip\\.listen`),
  );
  const http = { port: address.port };
  assert.match(await refusal(t, { data, config: { ...FREE_PORTS, http } }), /http\.port/);
});

test('a folder that cannot be written is named', async t => {
  const folder = testFolder(t);
  const data = join(folder, 'data');
  writeFileSync(data, 'a file where a folder should be');
  assert.match(await refusal(t, { data }), /data folder .*data cannot be written/);
  // Nobody, root included, makes folders there.
  for (const data of ['/sys/parley', '/proc/parley'])
    assert.match(await refusal(t, { data }), new RegExp(`data folder ${data} cannot be written`));
});

test('data of a newer version is left alone', async t => {
  const data = join(testFolder(t), 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'version'), '99\n');
  assert.match(await refusal(t, { data }), /written by a newer version of Parley \(format 99/);
  assert.deepEqual(readdirSync(data), ['version']);
});

test('a database of a newer version is left alone', async t => {
  const data = join(testFolder(t), 'data');
  await seedData(data);
  const database = new DatabaseSync(join(data, 'parley.db'));
  database.exec("UPDATE meta SET value = '9999' WHERE key IN ('version', 'works_with')");
  database.close();
  assert.match(await refusal(t, { data }), /newer/);
});

test('a PostgreSQL that is not there, or whose password cannot be read, is named with the key', async t => {
  const data = join(testFolder(t), 'data');
  const url = 'postgres://parley@127.0.0.1:1/parley';
  const said = await refusal(t, { data, config: { ...FREE_PORTS, database: { url } } });
  assert.match(said, /postgres:\/\/parley@127\.0\.0\.1:1\/parley cannot be reached \(.*ECONNREFUSED.*database\.url/);
  const database = { url, passwordFile: 'no-password' };
  assert.match(
    await refusal(t, { data, config: { ...FREE_PORTS, database } }),
    /database\.passwordFile cannot be read/,
  );
  const withPassword = { url: 'postgres://parley:x@127.0.0.1/parley' };
  assert.match(
    await refusal(t, { data, config: { ...FREE_PORTS, database: withPassword } }),
    /database\.url is .* without a password/,
  );
});

test('an address that this machine has not is told with its key, whoever was to listen there', async t => {
  const data = join(testFolder(t), 'data');
  const { certificate, key } = await (await makeAuthority(testFolder(t))).issue('voicemail.example.org');
  const { port } = FREE_PORTS.http;
  // Addresses for documentation: no machine has them.
  for (const [config, line] of [
    [{ sip: { listen: ['udp:203.0.113.7:5060'] } }, /203\.0\.113\.7:5060: .*no such address.*sip\.listen/],
    [{ rtp: { address: '203.0.113.7' } }, /rtp\.address is 203\.0\.113\.7, and this machine has no such address/],
    [{ http: { port, address: '203.0.113.7' } }, /203\.0\.113\.7.*http\.address/],
    // With one door open already it has to end all the same.
    [{ admin: { listen: '203.0.113.7:8443', certificate, key } }, /admin\.listen cannot be used: .*203\.0\.113\.7/],
  ] as const)
    assert.match(await refusal(t, { data, config: { ...FREE_PORTS, ...config } }), line);
});

test('a folder of the configuration that cannot be made is told with its key', async t => {
  const folder = testFolder(t);
  writeFileSync(join(folder, 'file'), '');
  const data = join(folder, 'data');
  for (const [group, key, what] of [
    ['spool', 'folder', 'file/below'],
    ['maildir', 'root', 'file is no folder'],
  ] as const) {
    const config = { ...FREE_PORTS, [group]: { [key]: join(folder, 'file/below') } };
    assert.match(await refusal(t, { data, config }), new RegExp(`${group}\\.${key} cannot be used: .*${what}`));
  }
  // Node's own way to make folders with those above them never comes back from there.
  const config = { ...FREE_PORTS, maildir: { root: '/proc/below' } };
  assert.match(await refusal(t, { data, config }), /maildir\.root cannot be used: ENOENT.*\/proc\/below/);
});

test('a folder that another server holds is not taken from it', async t => {
  const data = join(testFolder(t), 'data');
  const server = await startServer(t, { data });
  assert.match(await refusal(t, { data }), new RegExp(`in use by process ${server.child.process.pid}`));
  assert.equal((await fetch(`${server.health}/ready`)).status, 200);
});

test('an unknown key and a bad value are named, with what is allowed', async t => {
  const data = join(testFolder(t), 'data');
  assert.match(
    await refusal(t, { data, config: { sip: { lissten: [] } } }),
    /unknown key "sip\.lissten"; allowed in sip: listen/,
  );
  assert.match(
    await refusal(t, { data, config: { limits: { calls: 'many' } } }),
    /limits\.calls is "many"; allowed: a whole number from 1 to/,
  );
  assert.match(await refusal(t, { data, args: ['--dta', 'x'] }), /Allowed: --data, --config/);
});

test('SIGHUP takes over what it can and names the keys that need a restart', async t => {
  const data = join(testFolder(t), 'data');
  const server = await startServer(t, { data });
  const file = join(data, 'test.yaml');
  const hangUp = async (change: Readonly<Record<string, unknown>>, line: RegExp) => {
    writeFileSync(
      file,
      stringify({
        ...FREE_PORTS,
        log: { level: 'debug', maskNumbers: false },
        rtp: { address: '127.0.0.1' },
        spool: { reserveMiB: 16 },
        ...change,
      }),
    );
    server.child.process.kill('SIGHUP');
    await server.child.prints(line);
  };
  await hangUp({ limits: { calls: 7 } }, /"changed":\["limits\.calls"\],"msg":"configuration read again"/);
  await hangUp(
    { limits: { calls: 5001 } },
    /limits\.calls is 5001, and rtp\.ports \(20000-29999\) are enough for 5000/,
  );
  await hangUp({ limits: { calls: 7 }, node: 'other' }, /"keys":\["node"\],"msg":"these keys need a restart"/);
  await hangUp(
    { limits: { calls: 0 } },
    /limits\.calls is 0; allowed[^\n]*"msg":"configuration not taken over: the old one stays"/,
  );
  assert.equal((await fetch(`${server.health}/ready`)).status, 200);
});

/** A server that speaks the test language, and a phone. */
async function house(t: TestContext, config = {}): Promise<{ server: Server; phone: Phone; data: string }> {
  const data = join(testFolder(t), 'data');
  await seedData(data, { dialPlan: { audioCodec: 'G711', minRecordingDuration: 1 } });
  const server = await startServer(t, { data, config });
  const phone = await openPhone();
  t.after(() => phone.close());
  return { server, phone, data };
}

async function isTurnedAway(phone: Phone, server: Server): Promise<void> {
  await assert.rejects(phone.call(`sip:1002@${server.udp}`), (error: unknown) => {
    assert.ok(error instanceof CallRefused);
    assert.equal(error.status, 503);
    assert.ok(error.headers.some(([name, value]) => name === 'Retry-After' && Number(value) > 0));
    return true;
  });
}

test('SIGTERM lets the present call finish and takes no other', { timeout: 60_000 }, async t => {
  const { server, phone, data } = await house(t);
  const caller = await Caller.calls(phone, server.udp, '1001');
  await caller.press('#');
  await caller.hears('record.tone');
  const spoken = caller.say(toneSequence([400, 1050, 550]));
  server.child.process.kill('SIGTERM');
  await server.child.prints(/told to stop: no new calls/);
  await isTurnedAway(phone, server);
  assert.equal((await ping(server.tcp)).status, 503);
  assert.equal((await fetch(`${server.health}/ready`)).status, 503);
  await spoken;
  await caller.press('#');
  await caller.hearsBegin('after.menu');
  await caller.press('1');
  await caller.hears('message.sent');
  await caller.isHungUp();
  assert.equal(await server.child.ended, 0, server.child.output());
  const again = await startServer(t, { data });
  const [mail] = await mailArrives(join(data, 'mail/parley.test/ann'));
  assert.equal(mail.kind, 'voice-ca');
  assert.equal(mail.header('X-Parley-Interrupted'), undefined);
  assert.equal(await again.child.stop(), 0);
});

test('a call that does not end is ended when the drain is over, and its message is kept', {
  timeout: 60_000,
}, async t => {
  const { server, phone, data } = await house(t, { limits: { drainSeconds: 2 } });
  const caller = await Caller.calls(phone, server.udp, '1001');
  await caller.press('#');
  await caller.hears('record.tone');
  const spoken = caller.say(toneSequence(Array.from({ length: 20 }, () => 400)));
  server.child.process.kill('SIGTERM');
  await caller.isHungUp();
  await spoken;
  assert.equal(await server.child.ended, 0, server.child.output());
  await startServer(t, { data });
  const [mail] = await mailArrives(join(data, 'mail/parley.test/ann'));
  assert.equal(mail.kind, 'voice-ca');
});

test('at the call limit new calls get 503, and OPTIONS still 200', { timeout: 60_000 }, async t => {
  const { server, phone } = await house(t, { limits: { calls: 1 } });
  const caller = await Caller.calls(phone, server.udp, '1001');
  await isTurnedAway(phone, server);
  assert.equal((await ping(server.tcp)).status, 200);
  await caller.hangUp();
  await server.child.prints(/"msg":"call over"/);
  const next = await until('room for the next call', () => Caller.calls(phone, server.udp, '1002').catch(asBusy));
  await next.hangUp();
});

function asBusy(error: unknown): undefined {
  if (!(error instanceof CallRefused)) throw error;
}

test('nobody else can read what is written', { timeout: 60_000 }, async t => {
  const { server, phone, data } = await house(t);
  chmodSync(data, 0o700);
  const caller = await Caller.calls(phone, server.udp, '1001');
  await caller.press('#');
  await caller.hears('record.tone');
  await caller.say(toneSequence([400, 1050, 550]));
  const during = othersMayRead(data);
  await caller.hangUp();
  await mailArrives(join(data, 'mail/parley.test/ann'));
  assert.deepEqual([...during, ...othersMayRead(data)], []);
});

/** Files (not folders) below that anybody but their owner may read or write. */
function othersMayRead(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return files
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !path.endsWith('test.yaml') && (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077);
}
