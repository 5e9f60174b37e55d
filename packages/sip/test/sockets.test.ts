import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { memoryLog, silentLog, systemClock } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { createUserAgent, type Dialog, type Invitation, type Peer, type UserAgentOptions } from '../src/index.ts';
import { firstWords, headerOf, tagIn } from './memory-network.ts';
import { requestText } from './messages.ts';
import { sdp, textOf } from './scene.ts';

const quick = { T1: 20, T2: 80, T4: 100 };

async function start(t: TestContext, listen: readonly Peer[], options: Partial<UserAgentOptions> = {}) {
  const agent = createUserAgent({
    listen,
    clock: systemClock,
    log: silentLog,
    timers: quick,
    admit: () => undefined,
    onInvitation: invitation => invitation.reject({ status: 486 }),
    ...options,
  });
  const bound = await agent.listen();
  t.after(() => agent.close());
  return { agent, bound };
}

const udp = (address: string, port = 0): Peer => ({ transport: 'udp', address, port });
const tcp = (address: string, port = 0): Peer => ({ transport: 'tcp', address, port });
const uriOf = ({ address, port, transport }: Peer) => `sip:1001@${address}:${port};transport=${transport}`;
const from = 'sip:ann@127.0.0.3';

for (const kind of [udp, tcp]) {
  const name = kind === udp ? 'UDP' : 'TCP';
  test(`a whole call over real ${name} sockets: progress, answer, re-INVITE both ways, INFO, BYE`, async t => {
    const called: Dialog[] = [];
    const take = async (invitation: Invitation) => {
      const answer = sdp(`answer to ${textOf(invitation.offer)}`);
      invitation.ring();
      invitation.progress(answer);
      called.push(await invitation.answer(answer));
    };
    const server = await start(t, [kind('127.0.0.2')], {
      // Rejects when the call ends before the ACK: the test notices by what is missing in `called`.
      onInvitation: invitation => void take(invitation).catch(() => undefined),
    });
    const phone = await start(t, [kind('127.0.0.3')]);
    const inviter = phone.agent.invite({ uri: uriOf(server.bound[0]) }, { from, body: sdp('offer') });
    const progress: [number, string | undefined][] = [];
    inviter.onProgress((status, body) => progress.push([status, textOf(body)]));
    const { dialog, body } = await inviter.answered;
    assert.equal(textOf(body), 'answer to offer');
    assert.deepEqual(progress, [
      [180, undefined],
      [183, 'answer to offer'],
    ]);
    dialog.onReInvite(() => ({ sdp: sdp('from the phone') }));
    assert.equal(await dialog.info({ type: 'application/dtmf-relay', content: Buffer.from('Signal=5') }), 415);
    const sources: string[] = [];
    called[0].onReInvite((_offer, { transport, address }) => {
      sources.push(`${transport} ${address}`);
      return { sdp: sdp('from the server') };
    });
    assert.equal(textOf(await dialog.reInvite(sdp('hold'))), 'from the server');
    assert.deepEqual(sources, [`${name.toLowerCase()} 127.0.0.3`]);
    assert.equal(textOf(await called[0].reInvite(sdp('again'))), 'from the phone');
    await Promise.all([once(dialog.signal, 'abort'), called[0].bye()]);
    assert.equal(dialog.signal.reason.kind, 'bye');
    const refused = phone.agent.invite({ uri: uriOf(server.bound[0]), via: server.bound[0] }, { from });
    refused.onProgress(() => refused.cancel());
    assert.equal(phone.agent.counts().connections, kind === udp ? 0 : 1);
    await Promise.allSettled([refused.answered]);
  });
}

test('a port that is taken is a clear error, and no other listen point stays open', async t => {
  for (const kind of [udp, tcp]) {
    const { bound } = await start(t, [kind('127.0.0.2')]);
    const other = kind === udp ? tcp('127.0.0.4') : udp('127.0.0.4');
    await assert.rejects(start(t, [other, bound[0]]), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'SIP_PORT_IN_USE');
      assert.match(
        error.message,
        new RegExp(`${bound[0].transport.toUpperCase()} 127\\.0\\.0\\.2:${bound[0].port}: another program`),
      );
      return true;
    });
  }
  await assert.rejects(start(t, [udp('192.0.2.1')]), { code: 'SIP_CANNOT_LISTEN' });
});

/** A TCP peer that speaks text. */
class Stream {
  readonly socket: Socket;
  #text = '';
  #wake: () => void = () => undefined;

  constructor({ address, port }: Peer, localAddress = '127.0.0.1') {
    this.socket = connect({ host: address, port, localAddress });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (chunk: string) => {
      this.#text += chunk;
      this.#wake();
    });
    this.socket.on('error', () => this.#wake());
    this.socket.on('close', () => this.#wake());
  }

  /** Waits for text that ends with the empty line; what came before it belongs to it. */
  async heard(count = 1): Promise<readonly string[]> {
    const messages = () => this.#text.split(/(?<=\r\n\r\n)/).filter(text => text.endsWith('\r\n\r\n'));
    while (messages().length < count && !this.socket.closed) await this.#more();
    return messages();
  }

  async exactly(text: string): Promise<void> {
    while (this.#text !== text) await this.#more();
    this.#text = '';
  }

  #more(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve;
    });
  }
}

const options = (callId: string) =>
  requestText({ method: 'OPTIONS', callId, via: `Via: SIP/2.0/TCP 10.0.0.2;branch=z9hG4bK${callId}` });

test('TCP: messages in pieces and in one piece, keep-alives between them', async t => {
  const { bound } = await start(t, [tcp('127.0.0.2')]);
  const stream = new Stream(bound[0]);
  t.after(() => stream.socket.destroy());
  stream.socket.write('\r\n\r\n');
  await stream.exactly('\r\n');
  const text = options('a');
  for (const at of [0, 10, 11, 100, text.length - 2]) {
    const next = [10, 11, 100, text.length - 2, text.length][[0, 10, 11, 100, text.length - 2].indexOf(at)];
    stream.socket.write(text.slice(at, next));
    await new Promise(resolve => setImmediate(resolve));
  }
  stream.socket.write(options('b') + options('c'));
  const heard = await stream.heard(3);
  assert.deepEqual(
    heard.map(one => headerOf(one, 'Call-ID')),
    ['a', 'b', 'c'],
  );
});

test('TCP: a malformed message gets 400 and the next one is heard; lost framing gets 400 and the end', async t => {
  const { bound } = await start(t, [tcp('127.0.0.2')]);
  const stream = new Stream(bound[0]);
  stream.socket.write(options('a').replace(/From:.*\r\n/, '') + options('b'));
  assert.deepEqual(firstWords(await stream.heard(2)), ['400 From: missing', '200 OK']);
  stream.socket.write(options('c').replace(/Content-Length:.*\r\n/, ''));
  assert.match(firstWords(await stream.heard(3))[2], /^400 Content-Length: missing/);
  if (!stream.socket.closed) await once(stream.socket, 'close');
});

test('TCP: who speaks TLS there is sent away at once, with a line that says so', async t => {
  const log = memoryLog();
  const { agent, bound } = await start(t, [tcp('127.0.0.2')], { log });
  const stream = new Stream(bound[0]);
  stream.socket.write(Buffer.from('160301020001000', 'hex'));
  if (!stream.socket.closed) await once(stream.socket, 'close');
  const [line] = log.lines.filter(({ event }) => event === 'sip peer refused');
  assert.match(String(line.fields?.reason), /^it speaks TLS/);
  assert.equal(agent.counts().connections, 0);
  // The same octets inside of a message are what they are.
  const whole = new Stream(bound[0]);
  t.after(() => whole.socket.destroy());
  const [head, tail] = options('a')
    .replace('Content-Length: 0', 'Content-Length: 2')
    .split(/(?<=Content-Length: 2)/);
  whole.socket.write(head);
  await new Promise(resolve => setTimeout(resolve, 20));
  whole.socket.write(tail);
  await new Promise(resolve => setTimeout(resolve, 20));
  whole.socket.write('\x16\x03');
  assert.match((await whole.heard(1))[0], /^SIP\/2\.0 200 /);
});

test('TCP: an answer for a connection that is gone goes to the sender by a new one', async t => {
  const invitations: Invitation[] = [];
  const server = await start(t, [tcp('127.0.0.2')], { onInvitation: invitation => invitations.push(invitation) });
  const phone = await start(t, [tcp('127.0.0.3')]);
  const stream = new Stream(server.bound[0], '127.0.0.3');
  const via = `Via: SIP/2.0/TCP 127.0.0.3:${phone.bound[0].port};branch=z9hG4bKgone`;
  stream.socket.write(requestText({ method: 'INVITE', via }));
  await stream.heard(1);
  stream.socket.destroy();
  await once(stream.socket, 'close');
  while (server.agent.counts().connections > 0) await new Promise(resolve => setImmediate(resolve));
  invitations[0].reject({ status: 486 });
  while (phone.agent.counts().connections === 0) await new Promise(resolve => setImmediate(resolve));
});

/** Whether a connection from there is taken: an OPTIONS on it gets its answer. It stays open until the end of the test. */
function asking(t: TestContext, server: Peer) {
  const open: Stream[] = [];
  t.after(() => {
    for (const stream of open) stream.socket.destroy();
  });
  const ask = async (localAddress: string) => {
    const stream = new Stream(server, localAddress);
    open.push(stream);
    stream.socket.write(options(`o${open.length}`));
    return (await stream.heard(1)).length;
  };
  return { ask, open };
}

test('TCP: a connection whose framing is lost carries nothing new: answers and requests go by another', async t => {
  const invitations: Invitation[] = [];
  const server = await start(t, [tcp('127.0.0.2')], { onInvitation: invitation => invitations.push(invitation) });
  const phone = await start(t, [tcp('127.0.0.3')]);
  const stream = new Stream(server.bound[0], '127.0.0.3');
  t.after(() => stream.socket.destroy());
  const via = `Via: SIP/2.0/TCP 127.0.0.3:${phone.bound[0].port};branch=z9hG4bKlost`;
  stream.socket.write(requestText({ method: 'INVITE', via }));
  await stream.heard(1);
  // The phone does not close its side, so the connection is there for another second.
  stream.socket.on('end', () => undefined);
  stream.socket.write(options('c').replace(/Content-Length:.*\r\n/, ''));
  await stream.heard(2);
  invitations[0].reject({ status: 486 });
  const call = server.agent.invite({ uri: uriOf(phone.bound[0]) }, { from });
  await assert.rejects(call.answered, { status: 486 });
  assert.equal((await stream.heard(2)).length, 2);
});

test('TCP: connections have a limit for each source and in all', async t => {
  const budgets = { connections: 3, connectionsPerSource: 2 };
  const { agent, bound } = await start(t, [tcp('127.0.0.2')], { budgets, unlimited: () => false });
  const { ask, open } = asking(t, bound[0]);
  assert.deepEqual([await ask('127.0.0.1'), await ask('127.0.0.1'), await ask('127.0.0.1')], [1, 1, 0]);
  assert.deepEqual([await ask('127.0.0.5'), await ask('127.0.0.6')], [1, 0]);
  assert.equal(agent.counts().connections, 3);
  open[0].socket.destroy();
  while (agent.counts().connections > 2) await new Promise(resolve => setImmediate(resolve));
  assert.equal(await ask('127.0.0.6'), 1);
});

test('TCP: strangers with many addresses leave a quarter of all connections to those without limits, and are told of in few lines', async t => {
  const known = new Set(['127.0.0.9']);
  const log = memoryLog();
  const { agent, bound } = await start(t, [tcp('127.0.0.2')], {
    log,
    budgets: { connections: 8, connectionsPerSource: 1 },
    unlimited: ({ address }) => known.has(address),
  });
  const { ask, open } = asking(t, bound[0]);
  for (let count = 0; count < 8; count++) assert.equal(await ask(`127.0.1.${count + 1}`), count < 6 ? 1 : 0);
  // The limit for one source is not for who is known, that of all is.
  assert.deepEqual([await ask('127.0.0.9'), await ask('127.0.0.9'), await ask('127.0.0.9')], [1, 1, 0]);
  assert.equal(agent.counts().connections, 8);
  const lines = () => log.lines.filter(({ event }) => event === 'sip peer refused');
  assert.deepEqual(
    lines().map(({ fields }) => String(fields?.source).split(':')[0]),
    ['127.0.1.7', '127.0.1.8', '127.0.0.9'],
  );
  // What was counted as whose is given back as that, though he may be known by now.
  known.add('127.0.1.1');
  known.delete('127.0.0.9');
  for (const { socket } of open) socket.destroy();
  while (agent.counts().connections > 0) await new Promise(resolve => setImmediate(resolve));
  for (let count = 1; count < 9; count++) assert.equal(await ask(`127.0.2.${count}`), count < 7 ? 1 : 0);
  for (let count = 0; count < 40; count++) await ask(`127.0.3.${count + 1}`);
  assert.equal(lines().length, 20);
});

test('TCP: when there is no room, the oldest connection goes over which nothing was let in, be it silent or refused', {
  timeout: 10_000,
}, async t => {
  const log = memoryLog();
  const { agent, bound } = await start(t, [tcp('127.0.0.2')], {
    log,
    budgets: { connections: 4, connectionsPerSource: 1 },
    unlimited: () => false,
    admit: ({ callId }) => (callId.startsWith('o') ? undefined : { status: 403 }),
  });
  const { ask, open } = asking(t, bound[0]);
  assert.equal(await ask('127.0.1.1'), 1);
  const idle: Stream[] = [];
  const sit = async (localAddress: string, says = '') => {
    const before = agent.counts().connections;
    const stream = new Stream(bound[0], localAddress);
    idle.push(stream);
    t.after(() => stream.socket.destroy());
    if (says === '') while (agent.counts().connections === before) await new Promise(resolve => setImmediate(resolve));
    else {
      stream.socket.write(options(says));
      assert.match((await stream.heard(1))[0] ?? '', /^SIP\/2.0 403/);
    }
  };
  await sit('127.0.1.2', 'refused');
  await sit('127.0.1.3');
  const [refused, silent] = idle.map(({ socket }) => once(socket, 'close'));
  assert.equal(await ask('127.0.1.4'), 1);
  await refused;
  assert.equal(await ask('127.0.1.5'), 1);
  await silent;
  assert.equal(await ask('127.0.1.6'), 0, 'who was let in makes no room');
  for (const { socket } of open.slice(0, 3)) assert.ok(!socket.destroyed);
  const lines = log.lines.filter(({ event }) => event === 'sip peer refused').map(({ fields }) => `${fields?.reason}`);
  assert.deepEqual(
    lines.map(line => line.includes('needed its room')),
    [true, true, false],
  );
});

/** Of how many established connections with a port the system will ask for a sign of life: 02 is that timer (proc(5), "tcp"). */
function probed(port: number): number {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map(line => line.trim().split(/\s+/));
  return rows.filter(([, local, remote, state, , timer]) => {
    const isOurs = local?.endsWith(end) || remote?.endsWith(end);
    return isOurs && state === '01' && timer?.startsWith('02:');
  }).length;
}

test('TCP: both ends of a connection are asked by the system whether they still live', {
  skip: process.platform === 'linux' ? false : 'the timers of connections are shown by Linux only',
  timeout: 10_000,
}, async t => {
  const server = await start(t, [tcp('127.0.0.2')]);
  const phone = await start(t, [tcp('127.0.0.3')]);
  await assert.rejects(phone.agent.invite({ uri: uriOf(server.bound[0]) }, { from }).answered, { status: 486 });
  // What was sent last has to be acknowledged before.
  while (probed(server.bound[0].port) < 2) await new Promise(resolve => setTimeout(resolve, 10));
});

test('TCP: a connection outlives the longest silence of a call, half an hour between refreshes', async t => {
  const clock = new FakeClock();
  const { agent, bound } = await start(t, [tcp('127.0.0.2')], { clock });
  const stream = new Stream(bound[0]);
  stream.socket.write(options('a'));
  await stream.heard(1);
  for (let second = 0; second < 1801; second++) clock.advance(1000);
  assert.equal(agent.counts().connections, 1);
  for (let second = 0; second < 61; second++) clock.advance(1000);
  assert.equal(agent.counts().connections, 0);
});

test('TCP: silent, slow and idle connections are closed, and then no timer is left', async t => {
  const budgets = { firstMillis: 300, messageMillis: 300, idleMillis: 600 };
  const { agent, bound } = await start(t, [tcp('127.0.0.2')], { budgets });
  const silent = new Stream(bound[0]);
  const slow = new Stream(bound[0]);
  slow.socket.write(options('a'));
  await slow.heard(1);
  const text = options('b');
  let at = 0;
  const drip = setInterval(() => slow.socket.write(text[at++]), 50);
  const idle = new Stream(bound[0]);
  idle.socket.write(options('c'));
  await idle.heard(1);
  await Promise.all([silent, slow, idle].map(({ socket }) => socket.closed || once(socket, 'close')));
  clearInterval(drip);
  assert.ok(at > 5 && at < text.length);
  assert.deepEqual(agent.counts(), { transactions: 0, dialogs: 0, connections: 0, timers: 0, subscriptions: 0 });
});

test('TCP: a peer who is always in the middle of a message, never of the same one for long, is no slow one', async t => {
  const { bound } = await start(t, [tcp('127.0.0.2')], { budgets: { messageMillis: 1000, firstMillis: 1000 } });
  const stream = new Stream(bound[0]);
  t.after(() => stream.socket.destroy());
  let waiting = '';
  for (let count = 0; count < 15; count++) {
    const text = options(`o${count}`);
    stream.socket.write(waiting + text.slice(0, 30));
    waiting = text.slice(30);
    await new Promise(resolve => setTimeout(resolve, 150));
  }
  stream.socket.write(waiting);
  assert.equal((await stream.heard(15)).length, 15);
});

test('TCP: a peer who does not read its answers loses the connection, not our memory', async t => {
  const { agent, bound } = await start(t, [tcp('127.0.0.2')], { budgets: { backlogBytes: 100_000 } });
  const stream = new Stream(bound[0]);
  t.after(() => stream.socket.destroy());
  stream.socket.pause();
  const text = options('a').replace('"Caller"', `"${'x'.repeat(7000)}"`);
  const closed = once(stream.socket, 'close');
  for (let count = 0; count < 3000 && !stream.socket.destroyed; count++) {
    if (!stream.socket.write(text)) await Promise.race([once(stream.socket, 'drain').catch(() => undefined), closed]);
    if (count > 0 && agent.counts().connections === 0) return;
  }
  while (agent.counts().connections > 0) await new Promise(resolve => setImmediate(resolve));
});

test('TCP: nobody listens there: the call fails at once with 503', async t => {
  const { agent } = await start(t, [tcp('127.0.0.2')]);
  const inviter = agent.invite({ uri: 'sip:1@127.0.0.2:9;transport=tcp' }, { from });
  await assert.rejects(inviter.answered, { status: 503 });
  assert.equal(inviter.signal.reason.kind, 'transport failed');
});

test('a wildcard listen point calls itself by the address that its peer can reach', async t => {
  const server = await start(t, [tcp('0.0.0.0')], { onInvitation: invitation => invitation.ring() });
  const stream = new Stream({ ...server.bound[0], address: '127.0.0.1' });
  t.after(() => stream.socket.destroy());
  stream.socket.write(requestText({ method: 'INVITE', via: 'Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKw' }));
  const ringing = (await stream.heard(2))[1];
  assert.equal(headerOf(ringing, 'Contact'), `<sip:127.0.0.1:${server.bound[0].port};transport=tcp>`);
  assert.notEqual(tagIn(ringing, 'To'), '');
});
