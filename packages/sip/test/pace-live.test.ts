import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { agentAt, at } from './agents.ts';
import { requestText } from './messages.ts';

const SERVER = '127.0.0.2';
const KNOWN = '127.0.0.3';
/** What strangers have, at once and in a second. */
const BUDGET = 200;
/** What each of them sends: many times that. */
const FLOOD = 2000;
const STRANGERS = 5;

/** An agent that knows one source, and counts what it has read of all others. */
async function guarded(t: TestContext) {
  let read = 0;
  const { agent, bound, log } = await agentAt(t, [at('udp', SERVER), at('tcp', SERVER), at('ws', SERVER)], {
    budgets: { strangersPerSecond: BUDGET },
    unlimited: ({ address }) => address === KNOWN,
    admit: (_, { address }) => {
      if (address === KNOWN) return undefined;
      read += 1;
      return { status: 403 };
    },
  });
  return { agent, bound, log, read: () => read };
}

const options = (n: number, transport = 'TCP') =>
  requestText({
    method: 'OPTIONS',
    callId: `flood${n}`,
    via: `Via: SIP/2.0/${transport} 127.0.0.9;rport;branch=z9hG4bK${n}`,
  });
const FLOODED = Array.from({ length: FLOOD }, (_, n) => options(n));

/** OPTIONS of the one who is known, over UDP: answered, or the test ends. */
async function served(t: TestContext, { port }: { port: number }): Promise<void> {
  const socket = createSocket('udp4').bind(0, KNOWN);
  t.after(() => socket.close());
  await once(socket, 'listening');
  const answered = once(socket, 'message', { signal: AbortSignal.timeout(2000) });
  socket.send(options(0, 'UDP'), port, SERVER);
  const [bytes]: Buffer[] = await answered;
  assert.match(bytes.toString(), /^SIP\/2\.0 200 /);
}

test('strangers who send without end over TCP are read at their pace, and wait: who is known is served meanwhile', async t => {
  const { agent, bound, log, read } = await guarded(t);
  const [udp, tcp] = bound;
  const sockets: Socket[] = [];
  t.after(() => sockets.map(socket => socket.destroy()));
  let answers = 0;
  for (let n = 0; n < STRANGERS; n++) {
    const socket = connect({ host: SERVER, port: tcp.port, localAddress: `127.1.0.${n + 1}` });
    sockets.push(socket);
    socket.on('data', chunk => {
      answers += chunk.toString().split('SIP/2.0 403').length - 1;
    });
    await once(socket, 'connect');
    socket.write(FLOODED.join(''));
  }
  const began = performance.now();
  await served(t, udp);
  await once(sockets[0], 'data');
  const allowed = BUDGET * (2 + (performance.now() - began) / 1000);
  assert.ok(read() <= allowed, `${read()} messages were read, of ${allowed} at most`);
  assert.ok(answers <= allowed);
  assert.ok(log.lines.some(({ event }) => event === 'sip messages of strangers not read'));
  for (const socket of sockets) socket.destroy();
  while (agent.counts().connections > 0) await new Promise(resolve => setTimeout(resolve, 20));
});

test('the same over WebSockets, and what had been read already is not lost', { timeout: 20_000 }, async t => {
  const { bound, read } = await guarded(t);
  const [udp, , web] = bound;
  const socket = new WebSocket(`ws://${SERVER}:${web.port}/`, ['sip'], { localAddress: '127.1.0.9' });
  t.after(() => socket.terminate());
  await once(socket, 'open');
  let answers = 0;
  socket.on('message', () => void answers++);
  const all = 2 * BUDGET;
  for (const text of FLOODED.slice(0, all)) socket.send(text.replace('/TCP', '/WS'));
  await once(socket, 'message');
  await served(t, udp);
  assert.ok(read() < all, String(read()));
  while (read() < all) await once(socket, 'message');
  assert.ok(answers > BUDGET / 2);
});

test('datagrams of strangers beyond their pace are dropped unread', async t => {
  const { bound, read } = await guarded(t);
  const [udp] = bound;
  const began = performance.now();
  const socket = createSocket('udp4').bind(0, '127.1.0.1');
  t.after(() => socket.close());
  await once(socket, 'listening');
  for (let n = 0; n < FLOOD; n++) socket.send(FLOODED[n], udp.port, SERVER);
  await served(t, udp);
  assert.ok(read() <= BUDGET * (2 + (performance.now() - began) / 1000), String(read()));
});

test('keep-alives by STUN of strangers are counted with what else they send', async t => {
  const { bound } = await guarded(t);
  const [udp] = bound;
  const began = performance.now();
  const request = Buffer.alloc(20);
  request.writeUInt16BE(1, 0);
  request.writeUInt32BE(0x2112a442, 4);
  let answers = 0;
  // Each source may ask fifty times in a second.
  for (let source = 1; source <= 10; source++) {
    const socket = createSocket('udp4').bind(0, `127.1.1.${source}`);
    t.after(() => socket.close());
    await once(socket, 'listening');
    socket.on('message', () => void answers++);
    for (let n = 0; n < 50; n++) socket.send(request, udp.port, SERVER);
  }
  await served(t, udp);
  const allowed = BUDGET * (1 + (performance.now() - began) / 1000);
  assert.ok(answers > 0 && answers <= allowed, `${answers} of ${allowed} at most`);
});
