import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { on, once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chord } from '@parley/media';
import { openPhone, type PhoneCall, recordToneOver } from '@parley/phone';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const root = await mkdtemp(join(tmpdir(), 'parley-stopping-'));
after(() => rm(root, { recursive: true, force: true }));

const CONFIG = [
  'sip: { listen: ["udp:127.0.0.1:0"] }',
  'rtp: { address: 127.0.0.1, threads: 1 }',
  'http: { address: 127.0.0.2, port: 0 }',
  'speech: { engine: none }',
].join('\n');

type Line = Readonly<Record<string, unknown>> & { readonly msg: string };

/** A server in a process of its own, the first of its group; what it logs can be waited for. */
class Serving {
  readonly lines: Line[] = [];
  readonly config: string;
  readonly data: string;
  readonly process: ChildProcess;
  readonly #waiting: { readonly msg: string; readonly resolve: (line: Line) => void }[] = [];

  private constructor(name: string) {
    this.data = join(root, name);
    this.config = `${this.data}.yaml`;
    this.process = spawn(process.execPath, [MAIN, 'serve', '--data', this.data, '--config', this.config], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    createInterface({ input: this.process.stdout! }).on('line', text => {
      const line: Line = JSON.parse(text);
      this.lines.push(line);
      for (const waiting of this.#waiting) if (waiting.msg === line.msg) waiting.resolve(line);
    });
  }

  static async start(t: TestContext, name: string): Promise<Serving> {
    await writeFile(join(root, `${name}.yaml`), CONFIG);
    const serving = new Serving(name);
    t.after(() => serving.process.kill('SIGKILL'));
    await serving.says('ready');
    return serving;
  }

  /** The next line of this text, or the one there was. */
  async says(msg: string): Promise<Line> {
    const said = this.lines.find(line => line.msg === msg);
    return said ?? new Promise(resolve => this.#waiting.push({ msg, resolve }));
  }

  /** A call to Ann that has spoken for two seconds and a half after the tone. */
  async call(t: TestContext): Promise<PhoneCall> {
    const { udp } = await this.says('ready');
    const phone = await openPhone();
    t.after(() => phone.close());
    const call = await phone.call(`sip:1001@${udp}`);
    await call.hears(recordToneOver);
    await call.say(chord([600], 2500, { rate: 8000, amplitude: 8000 }));
    return call;
  }

  get messages(): Promise<string[]> {
    return readdir(join(this.data, 'mail/parley.test/ann/new'));
  }
}

/** A caller by hand who acknowledges the answer and is never heard of again. */
async function callAndVanish(server: string, t: TestContext): Promise<void> {
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve));
  const us = `127.0.0.1:${socket.address().port}`;
  const [address, port] = server.split(':');
  const send = (method: string, to: string, body = '') => {
    const lines = [
      `${method} sip:1001@${server} SIP/2.0`,
      `Via: SIP/2.0/UDP ${us};branch=z9hG4bK${method}`,
      `From: <sip:gone@${us}>;tag=1`,
      `To: ${to}`,
      `Call-ID: vanishes@${us}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:gone@${us}>`,
      'Max-Forwards: 70',
      'Content-Type: application/sdp',
      `Content-Length: ${body.length}`,
    ];
    socket.send(`${lines.join('\r\n')}\r\n\r\n${body}`, Number(port), address);
  };
  const sdp = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 9 RTP/AVP 0', ''];
  send('INVITE', `<sip:1001@${server}>`, sdp.join('\r\n'));
  for await (const [message] of on(socket, 'message')) {
    if (!String(message).startsWith('SIP/2.0 200')) continue;
    send('ACK', /^To: (.*)\r$/m.exec(String(message))?.[1] ?? '');
    return;
  }
}

describe('stopping', { concurrency: true }, () => {
  test('one Ctrl-C that comes twice (from the terminal, and passed on by npm or the launcher) lets calls finish', async t => {
    const server = await Serving.start(t, 'twice');
    const call = await server.call(t);
    const exit = once(server.process, 'exit');
    server.process.kill('SIGINT');
    await server.says('told to stop: no new calls');
    server.process.kill('SIGINT');
    await call.say(chord([600], 300, { rate: 8000, amplitude: 8000 }));
    await call.hangUp();
    assert.equal((await call.ended).kind, 'local');
    assert.deepEqual(await exit, [0, null]);
    assert.ok(!server.lines.some(line => line.msg === 'told to stop at once'));
    assert.match(String((await server.says('ready')).health), /^http:\/\/127\.0\.0\.2:/);
  });

  test('a second signal that is meant ends the calls at once, their recordings sealed', async t => {
    const server = await Serving.start(t, 'at-once');
    const call = await server.call(t);
    const exit = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    await server.says('told to stop: no new calls');
    await sleep(1100);
    server.process.kill('SIGTERM');
    assert.equal((await call.ended).kind, 'bye');
    assert.deepEqual(await exit, [0, null]);
    assert.equal((await server.says('spool item waits')).kind, 'message');
  });

  test('the end does not wait for a caller who is gone and answers no BYE', async t => {
    const server = await Serving.start(t, 'vanished');
    const exit = once(server.process, 'exit');
    await callAndVanish(String((await server.says('ready')).udp), t);
    server.process.kill('SIGTERM');
    await server.says('told to stop: no new calls');
    await sleep(1100);
    const began = performance.now();
    server.process.kill('SIGTERM');
    assert.deepEqual(await exit, [0, null]);
    assert.ok(performance.now() - began < 15_000);
  });

  test('the limit of a drain that SIGHUP has brought holds', async t => {
    const server = await Serving.start(t, 'limit');
    const call = await server.call(t);
    await writeFile(server.config, `${CONFIG}\nlimits: { drainSeconds: 1 }`);
    server.process.kill('SIGHUP');
    assert.deepEqual((await server.says('configuration read again')).changed, ['limits.drainSeconds']);
    const began = performance.now();
    server.process.kill('SIGTERM');
    assert.equal((await call.ended).kind, 'bye');
    assert.ok(performance.now() - began < 10_000);
  });

  test('a signal to the whole group, as systemd sends it, does not cost the delivery process its life', async t => {
    const server = await Serving.start(t, 'group');
    const first = await server.call(t);
    await first.hangUp();
    await server.says('delivered');
    const second = await server.call(t);
    const exit = once(server.process, 'exit');
    process.kill(-server.process.pid!, 'SIGTERM');
    await server.says('told to stop: no new calls');
    await second.hangUp();
    assert.deepEqual(await exit, [0, null]);
    assert.equal(
      server.lines.find(line => line.level === 'error' && /delivery/.test(line.msg)),
      undefined,
    );
    assert.equal((await server.messages).length, 2, 'delivered before the end');
  });
});
