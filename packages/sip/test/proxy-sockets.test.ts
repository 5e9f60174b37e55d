import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { silentLog, systemClock } from '@parley/base';
import {
  createProxy,
  createRegistrar,
  createUserAgent,
  type Dialog,
  MemoryBindings,
  type Peer,
  type RouteDecision,
  type UserAgentOptions,
} from '../src/index.ts';
import { firstWords, headerOf } from './memory-network.ts';
import { replyText } from './proxy-scene.ts';
import { DOMAIN, registerText } from './registrar-scene.ts';
import { sdp, textOf } from './scene.ts';

const quick = { T1: 20, T2: 80, T4: 100 };
const udp = (address: string): Peer => ({ transport: 'udp', address, port: 0 });
const tcp = (address: string): Peer => ({ transport: 'tcp', address, port: 0 });

/** A proxy with a registrar at 127.0.0.21, UDP and TCP; what is not registered goes where its URI says. */
async function home(t: TestContext) {
  const bindings = new MemoryBindings({ clock: systemClock });
  const common = { clock: systemClock, log: silentLog };
  const registrar = createRegistrar({ ...common, bindings, domains: [DOMAIN] });
  const proxy = createProxy({
    listen: [udp('127.0.0.21'), tcp('127.0.0.21'), { ...tcp('127.0.0.21'), transport: 'ws' }],
    ...common,
    timers: quick,
    services: { REGISTER: registrar },
    route: async (request): Promise<RouteDecision> => {
      const targets = (await registrar.targets(request.requestUri)) ?? [{ uri: request.uri }];
      return targets.length > 0 ? { kind: 'forward', targets } : { kind: 'answer', status: 480 };
    },
  });
  const [byUdp, byTcp, byWeb] = await proxy.listen();
  t.after(() => proxy.close());
  return { proxy, byUdp, byTcp, byWeb, bindings };
}

async function agent(t: TestContext, listen: Peer, options: Partial<UserAgentOptions> = {}) {
  const made = createUserAgent({
    listen: [listen],
    clock: systemClock,
    log: silentLog,
    timers: quick,
    admit: () => undefined,
    onInvitation: invitation => invitation.reject({ status: 486 }),
    ...options,
  });
  const [bound] = await made.listen();
  t.after(() => made.close());
  return { made, bound };
}

/** A client on a TCP connection of its own, that nobody could open another to. */
class Client {
  readonly #socket: Socket;
  #text = '';

  constructor({ address, port }: Peer) {
    this.#socket = connect({ host: address, port, localAddress: '127.0.0.23' });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (chunk: string) => {
      this.#text += chunk;
      this.#socket.emit('heard');
    });
  }

  get port(): number {
    return this.#socket.localPort ?? 0;
  }

  say(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** Waits for the head of a message that begins so: with the method and the scheme, or the status. */
  async heard(start: string): Promise<string> {
    for (;;) {
      const from = this.#text.indexOf(start);
      const end = from < 0 ? -1 : this.#text.indexOf('\r\n\r\n', from);
      if (end > 0) return this.#text.slice(from, end + 4);
      await once(this.#socket, 'heard');
    }
  }

  async end(): Promise<void> {
    this.#socket.destroy();
    await once(this.#socket, 'close');
  }
}

test('between UDP and TCP: two Record-Routes, and each side stays with its own transport', async t => {
  const { byUdp, proxy } = await home(t);
  const called: Dialog[] = [];
  const bob = await agent(t, tcp('127.0.0.22'), {
    onInvitation: invitation => void invitation.answer(sdp('answer')).then(dialog => called.push(dialog)),
  });
  const ann = await agent(t, udp('127.0.0.23'));
  const uri = `sip:bob@127.0.0.22:${bob.bound.port};transport=tcp`;
  const inviter = ann.made.invite({ uri, via: byUdp }, { from: 'sip:ann@x', body: sdp('offer') });
  const { dialog, body } = await inviter.answered;
  assert.equal(textOf(body), 'answer');
  const sources: string[] = [];
  const heard = (_: unknown, { transport, address }: Peer) => {
    sources.push(`${transport} ${address}`);
    return { sdp: sdp('again') };
  };
  dialog.onReInvite(heard);
  assert.equal(await dialog.info({ type: 'text/plain', content: Buffer.from('x') }), 415);
  called[0].onReInvite(heard);
  await dialog.reInvite(sdp('hold'));
  await called[0].reInvite(sdp('hold'));
  assert.deepEqual(sources, ['tcp 127.0.0.21', 'udp 127.0.0.21']);
  await Promise.all([once(dialog.signal, 'abort'), called[0].bye()]);
  assert.equal(dialog.signal.reason.kind, 'bye');
  assert.equal(proxy.counts().contexts, 0);
});

test('a client that nobody could connect to is called over its own connection; when that is gone, it is not there', async t => {
  const { byTcp, byUdp } = await home(t);
  const client = new Client(byTcp);
  const instance = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-000A95A0E128>"';
  const contact = `<sip:ann@192.0.2.1:9;transport=tcp;ob>;reg-id=1;${instance}`;
  client.say(registerText({ contact, extra: ['Supported: outbound, path'] }));
  const registered = await client.heard('SIP/2.0 200');
  assert.equal(headerOf(registered, 'Require'), 'outbound');
  const ann = await agent(t, udp('127.0.0.24'));
  const target = { uri: `sip:ann@${DOMAIN}`, via: byUdp };
  const inviter = ann.made.invite(target, { from: 'sip:bob@x', body: sdp('offer') });
  const invite = await client.heard('INVITE sip:');
  assert.ok(invite.startsWith('INVITE sip:ann@192.0.2.1:9;transport=tcp;ob SIP/2.0\r\n'));
  const routes = invite.split('\r\n').filter(line => line.startsWith('Record-Route'));
  assert.equal(routes.length, 2);
  client.say(replyText(invite, { status: 200, extra: ['Contact: <sip:ann@192.0.2.1:9;transport=tcp>'] }));
  const { dialog } = await inviter.answered;
  await client.heard('ACK sip:');
  const ended = dialog.bye();
  client.say(replyText(await client.heard('BYE sip:'), { status: 200 }));
  await ended;
  await client.end();
  const refused = ann.made.invite(target, { from: 'sip:bob@x' });
  await assert.rejects(refused.answered, { status: 480 });
});

test('a client that calls over TCP is reached by the connection that it calls from', async t => {
  const { byTcp } = await home(t);
  const called: Dialog[] = [];
  const bob = await agent(t, udp('127.0.0.25'), {
    onInvitation: invitation => void invitation.answer(sdp('answer')).then(dialog => called.push(dialog)),
  });
  const client = new Client(byTcp);
  const via = 'Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK';
  const lines = (method: string, more: readonly string[] = []) => [
    `${method} sip:bob@127.0.0.25:${bob.bound.port} SIP/2.0`,
    `${via}${method}`,
    'From: <sip:ann@x>;tag=a',
    `CSeq: 1 ${method}`,
    'Call-ID: tcp1',
    'Contact: <sip:ann@192.0.2.1:9;transport=tcp>',
    ...more,
    'Content-Length: 0\r\n\r\n',
  ];
  client.say(lines('INVITE', ['To: <sip:bob@x>']).join('\r\n'));
  const answer = await client.heard('SIP/2.0 200');
  const recorded = answer.split('\r\n').filter(line => line.startsWith('Record-Route: '));
  const routes = recorded.reverse().map(line => `Route: ${line.slice(14)}`);
  client.say(lines('ACK', [`To: ${headerOf(answer, 'To')}`, ...routes]).join('\r\n'));
  while (called.length === 0) await new Promise(resolve => setImmediate(resolve));
  const ended = called[0].bye();
  const bye = await client.heard('BYE sip:');
  assert.equal(firstWords([bye])[0], 'BYE');
  client.say(replyText(bye, { status: 200 }));
  await ended;
  await client.end();
});

/** A request of a call of Ann's, who cannot be connected to. */
const saidByAnn = (method: string, uri: string, more: readonly string[]) =>
  [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK${method}`,
    'From: <sip:ann@x>;tag=a',
    `CSeq: ${method === 'BYE' ? 2 : 1} ${method}`,
    'Call-ID: tcp2',
    'Contact: <sip:ann@192.0.2.1:9;transport=tcp>',
    ...more,
    'Content-Length: 0\r\n\r\n',
  ].join('\r\n');

/** What the side that has called says inside of the call that this answer has begun. */
const insideOf = (answer: string): readonly string[] => {
  const recorded = answer.split('\r\n').filter(line => line.startsWith('Record-Route: '));
  return [`To: ${headerOf(answer, 'To')}`, ...recorded.reverse().map(line => `Route: ${line.slice(14)}`)];
};

test('a client that ends its call by another connection, the first one still there, does not hear its own BYE', async t => {
  const { byTcp } = await home(t);
  const called: Promise<Dialog>[] = [];
  const bob = await agent(t, udp('127.0.0.27'), {
    onInvitation: invitation => void called.push(invitation.answer(sdp('answer'))),
  });
  const client = new Client(byTcp);
  const uri = `sip:bob@127.0.0.27:${bob.bound.port}`;
  client.say(saidByAnn('INVITE', uri, ['To: <sip:bob@x>']));
  const inside = insideOf(await client.heard('SIP/2.0 200'));
  client.say(saidByAnn('ACK', uri, inside));
  const [dialog] = await Promise.all(called);
  const other = new Client(byTcp);
  other.say(saidByAnn('BYE', uri, inside));
  await other.heard('SIP/2.0 200');
  assert.equal(dialog.signal.reason.kind, 'bye');
  await Promise.all([client.end(), other.end()]);
});

test('two lines of one device call each other over its one connection', async t => {
  const { byTcp } = await home(t);
  const device = new Client(byTcp);
  const contact = '<sip:bob@192.0.2.1:9;transport=tcp>';
  device.say(registerText({ user: 'bob', contact }));
  await device.heard('SIP/2.0 200');
  device.say(saidByAnn('INVITE', `sip:bob@${DOMAIN}`, [`To: <sip:bob@${DOMAIN}>`]));
  const invite = await device.heard('INVITE sip:bob@192.0.2.1');
  const answer = replyText(invite, { status: 200, reason: 'Here', extra: [`Contact: ${contact}`] });
  device.say(answer);
  const inside = insideOf(await device.heard('SIP/2.0 200 Here'));
  device.say(saidByAnn('ACK', 'sip:bob@192.0.2.1:9;transport=tcp', inside));
  await device.heard('ACK sip:bob@192.0.2.1');
  device.say(saidByAnn('BYE', 'sip:bob@192.0.2.1:9;transport=tcp', inside));
  device.say(replyText(await device.heard('BYE sip:bob@192.0.2.1'), { status: 200, reason: 'Gone' }));
  await device.heard('SIP/2.0 200 Gone');
  await device.end();
});

test('a browser that listens nowhere is called over its WebSocket, and calls over it', async t => {
  const { byUdp, byWeb } = await home(t);
  const web = new WebSocket(`ws://${byWeb.address}:${byWeb.port}`, 'sip');
  t.after(() => web.close());
  await once(web, 'open');
  const next = async (): Promise<string> => {
    const [{ data }] = await once(web, 'message');
    return String(data);
  };
  const registered = next();
  web.send(
    registerText({ contact: '<sip:ann@df7jal23ls0d.invalid;transport=ws>' }).replace('SIP/2.0/UDP', 'SIP/2.0/WS'),
  );
  assert.match(await registered, /^SIP\/2\.0 200 /);
  const ann = await agent(t, udp('127.0.0.26'));
  const invited = next();
  const inviter = ann.made.invite({ uri: `sip:ann@${DOMAIN}`, via: byUdp }, { from: 'sip:bob@x' });
  const invite = await invited;
  assert.match(invite, /^INVITE sip:ann@df7jal23ls0d\.invalid;transport=ws SIP\/2\.0\r\nVia: SIP\/2\.0\/WS /);
  const acknowledged = next();
  web.send(replyText(invite, { status: 200, extra: ['Contact: <sip:ann@df7jal23ls0d.invalid;transport=ws>'] }));
  const { dialog } = await inviter.answered;
  assert.match(await acknowledged, /^ACK /);
  const routes = invite.split('\r\n').filter(line => line.startsWith('Record-Route: '));
  const bye = ['BYE sip:bob@127.0.0.26:9 SIP/2.0', 'Via: SIP/2.0/WS x.invalid;branch=z9hG4bKbye', 'CSeq: 1 BYE'];
  const parties = [`From: ${headerOf(replyText(invite, { status: 200 }), 'To')}`, `To: ${headerOf(invite, 'From')}`];
  const more = [...routes.map(line => `Route: ${line.slice(14)}`), `Call-ID: ${headerOf(invite, 'Call-ID')}`];
  const target = headerOf(invite, 'Contact')?.slice(1, -1) ?? '';
  const said = next();
  web.send(`${[...bye, ...parties, ...more].join('\r\n').replace('sip:bob@127.0.0.26:9', target)}\r\n\r\n`);
  assert.match(await said, /^SIP\/2\.0 200 /);
  assert.equal(dialog.signal.reason.kind, 'bye');
});
