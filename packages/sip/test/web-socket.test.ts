import assert from 'node:assert/strict';
import { once } from 'node:events';
import { before, type TestContext, test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import type { Dialog, Invitation, Peer, TlsOptions, TransportName, UserAgentOptions } from '../src/index.ts';
import { agentAt, at, until } from './agents.ts';
import { Authority, type Issued } from './certificates.ts';
import { headerOf } from './memory-network.ts';
import { requestText } from './messages.ts';
import { sdp, textOf } from './scene.ts';
import { TextStream } from './text-stream.ts';
import { WebSocketPeer, type WebSocketPeerOptions } from './web-socket-peer.ts';

const SERVER = '127.0.0.2';
const CLIENT = '127.0.0.3';
const INVALID = 'df7jal23ls0d.invalid';

let authority: Authority;
let server: Issued;
let client: Issued;

before(async () => {
  authority = await Authority.named('CN=Our authority');
  server = await authority.issue({ names: [['ip', SERVER]] });
  client = await authority.issue({ names: [['ip', CLIENT]] });
});

const tls = (issued: Issued): TlsOptions => ({ ...issued, authorities: [authority.certificate] });

const agent = (t: TestContext, transport: TransportName, options: Partial<UserAgentOptions> = {}) =>
  agentAt(t, [at(transport, SERVER)], { tls: tls(server), ...options });

function browser(t: TestContext, peer: Peer, options?: WebSocketPeerOptions): WebSocketPeer {
  const made = new WebSocketPeer(peer, options);
  t.after(() => made.web.terminate());
  return made;
}

const options = (callId: string, more: Partial<Parameters<typeof requestText>[0]> = {}) =>
  requestText({ method: 'OPTIONS', callId, via: `Via: SIP/2.0/WS ${INVALID};branch=z9hG4bK${callId}`, ...more });

const UPGRADE = [
  'GET / HTTP/1.1',
  'Host: x',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: sip',
  '\r\n',
].join('\r\n');

/** A text frame of a client (RFC 6455 section 5.2) with a mask of zeros and a length of 16 bits. */
function frameOf(text: string): string {
  return `\x81\xfe${String.fromCharCode(text.length >> 8, text.length & 255)}\0\0\0\0${text}`;
}

const copied = (text: string) =>
  ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(name => `${name}: ${headerOf(text, name)}\r\n`).join('');

for (const transport of ['ws', 'wss'] as const) {
  const name = transport.toUpperCase();

  test(`a call of a browser over ${name}: INVITE, 200, ACK, and the server's own requests by the same connection`, async t => {
    const called: Dialog[] = [];
    const { agent: callee, bound } = await agent(t, transport, {
      onInvitation: async (invitation: Invitation) => {
        called.push(await invitation.answer(sdp('answer')));
      },
    });
    const peer = browser(t, bound[0]);
    const via = (branch: string) => `Via: SIP/2.0/${name} ${INVALID};branch=z9hG4bK${branch}`;
    const contact = `<sip:ann@${INVALID};transport=ws>`;
    await peer.send(requestText({ method: 'INVITE', via: via('i'), contact, body: 'offer' }));
    const accepted = await peer.message(2);
    assert.match(accepted, /^SIP\/2\.0 200 [\s\S]*\r\n\r\nanswer$/);
    assert.equal(headerOf(accepted, 'Contact'), `<sip:${SERVER}:${bound[0].port};transport=${transport}>`);
    const toTag = /tag=(\S+)/.exec(headerOf(accepted, 'To') ?? '')?.[1];
    await peer.send(requestText({ method: 'ACK', via: via('a'), toTag, contact }));
    await until(() => called.length > 0);
    const status = called[0].info({ type: 'text/plain', content: Buffer.from('hello') });
    const info = await peer.message(3);
    assert.match(info, new RegExp(`^INFO sip:ann@${INVALID};transport=ws SIP/2\\.0\\r\\nVia: SIP/2\\.0/${name} `));
    await peer.send(`SIP/2.0 200 OK\r\n${copied(info)}Content-Length: 0\r\n\r\n`);
    assert.equal(await status, 200);
    const ended = called[0].bye();
    const bye = await peer.message(4);
    assert.match(bye, /^BYE /);
    await peer.send(`SIP/2.0 200 OK\r\n${copied(bye)}Content-Length: 0\r\n\r\n`);
    await ended;
    assert.equal(callee.counts().connections, 1);
    assert.ok(peer.heard.every(({ isBinary }) => !isBinary));
  });

  test(`a browser that is gone: what is to be sent to it fails at once over ${name}`, async t => {
    const called: Dialog[] = [];
    const { agent: callee, bound } = await agent(t, transport, {
      onInvitation: async (invitation: Invitation) => {
        called.push(await invitation.answer(sdp('answer')));
      },
    });
    const peer = browser(t, bound[0]);
    const via = (branch: string) => `Via: SIP/2.0/${name} ${INVALID};branch=z9hG4bK${branch}`;
    const contact = `<sip:ann@${INVALID};transport=ws>`;
    await peer.send(requestText({ method: 'INVITE', via: via('i'), contact }));
    const toTag = /tag=(\S+)/.exec(headerOf(await peer.message(2), 'To') ?? '')?.[1];
    await peer.send(requestText({ method: 'ACK', via: via('a'), toTag, contact }));
    await until(() => called.length > 0);
    peer.web.terminate();
    await until(() => callee.counts().connections === 0);
    assert.equal(await called[0].info({ type: 'text/plain', content: Buffer.from('hello') }), 503);
  });

  test(`a whole call between two user agents over ${name}, requests both ways on one connection`, async t => {
    const called: Dialog[] = [];
    const callee = await agent(t, transport, {
      onInvitation: async (invitation: Invitation) => {
        called.push(await invitation.answer(sdp(`answer to ${textOf(invitation.offer)}`)));
      },
    });
    const caller = await agentAt(t, [at(transport, CLIENT)], { tls: tls(client) });
    const { dialog, body } = await caller.agent.invite(
      { uri: `sip:1@${SERVER}`, via: callee.bound[0] },
      { from: 'sip:ann@client.example', body: sdp('offer') },
    ).answered;
    assert.equal(textOf(body), 'answer to offer');
    await until(() => called.length > 0);
    dialog.onReInvite(() => ({ sdp: sdp('again') }));
    assert.equal(textOf(await called[0].reInvite(sdp('hold'))), 'again');
    assert.deepEqual([callee.agent.counts().connections, caller.agent.counts().connections], [1, 1]);
    await Promise.all([once(called[0].signal, 'abort'), dialog.bye()]);
  });
}

test('text and binary frames are taken, Content-Length may be missing, CRLF keep-alives get theirs', async t => {
  const { bound } = await agent(t, 'ws', {
    onInvitation: invitation => invitation.progress({ type: 'application/sdp', content: Buffer.from([0xff]) }),
  });
  const peer = browser(t, bound[0]);
  await peer.send(options('a').replace(/Content-Length:.*\r\n/, ''));
  assert.equal(headerOf(await peer.message(1), 'Call-ID'), 'a');
  await peer.send(Buffer.from(options('b')));
  assert.equal(headerOf(await peer.message(2), 'Call-ID'), 'b');
  // What is no UTF-8 cannot travel in a text frame.
  await peer.send(requestText({ method: 'INVITE', via: `Via: SIP/2.0/WS ${INVALID};branch=z9hG4bKi` }));
  assert.match(await peer.message(4), /^SIP\/2\.0 183 /);
  assert.deepEqual(
    peer.heard.map(({ isBinary }) => isBinary),
    [false, false, false, true],
  );
  await peer.send('\r\n\r\n');
  assert.equal(await peer.message(5), '\r\n');
  peer.web.ping('anybody?');
  await once(peer.web, 'pong');
  await peer.send('garbage that is no SIP message at all');
  await peer.send(options('d'));
  assert.equal(headerOf(await peer.message(6), 'Call-ID'), 'd');
});

test('who does not speak SIP over WebSocket, or comes from elsewhere, is refused with a line each', async t => {
  const {
    bound,
    refused,
    agent: callee,
  } = await agent(t, 'ws', {
    webSocket: { path: '/sip', origins: ['https://phone.example.org'] },
  });
  const attempts: readonly (readonly [WebSocketPeerOptions, number | undefined, RegExp])[] = [
    [{ path: '/sip', protocol: 'xmpp' }, 400, /sub-protocol "sip"/],
    [{ path: '/sip', protocol: '' }, 400, /sub-protocol "sip"/],
    [{ path: '/' }, 404, /path \//],
    [{ path: '/sip', origin: 'https://evil.example' }, 403, /https:\/\/evil\.example, which is no allowed origin/],
    [{ path: '/sip', origin: 'https://phone.example.org.evil.example' }, 403, /no allowed origin/],
  ];
  for (const [wanted, status, reason] of attempts) {
    const peer = browser(t, bound[0], wanted);
    await peer.closed();
    assert.equal(peer.status, status);
    await until(() => refused().some(line => reason.test(String(line.reason))));
  }
  for (const welcome of [{ path: '/sip', origin: 'https://Phone.example.org' }, { path: '/sip?x=1' }]) {
    const peer = browser(t, bound[0], welcome);
    await peer.send(options('a'));
    assert.match(await peer.message(1), /^SIP\/2\.0 200 /);
    assert.equal(peer.web.protocol, 'sip');
    assert.equal(peer.web.extensions, '');
    peer.web.terminate();
  }
  const plain = TextStream.tcp(bound[0]);
  plain.write('GET /sip HTTP/1.1\r\nHost: x\r\n\r\n');
  await plain.closed();
  assert.match((await plain.heard(0))[0], /^HTTP\/1\.1 426 /);
  const sip = TextStream.tcp(bound[0]);
  sip.write(options('b'));
  await sip.closed();
  assert.match((await sip.heard(0))[0], /^HTTP\/1\.1 400 /);
  await until(() => refused().some(line => /no HTTP/.test(String(line.reason))));
  await until(() => callee.counts().connections === 0);
});

test('frames that are too long, or break the protocol, end the connection and nothing else', async t => {
  const { bound, refused, agent: callee, admitted } = await agent(t, 'ws');
  const long = browser(t, bound[0]);
  const other = browser(t, bound[0]);
  await other.opened();
  await long.send(options('a', { extra: [`X: ${'x'.repeat(70_000)}`] }));
  await long.closed();
  assert.equal(long.code, 1009);
  const fragments = browser(t, bound[0]);
  await fragments.opened();
  for (let count = 0; count < 100; count++) fragments.web.send('x', { fin: false });
  await fragments.closed();
  const unmasked = browser(t, bound[0]);
  await unmasked.opened();
  unmasked.web.send(options('b'), { mask: false });
  await unmasked.closed();
  assert.match(String(refused()[0].reason), /WebSocket frames break a rule or a limit/);
  assert.deepEqual(admitted, []);
  await other.send(options('c'));
  assert.match(await other.message(1), /^SIP\/2\.0 200 /);
  assert.equal(callee.counts().connections, 1);
});

test('handshakes that never end, and frames that drip, are ended; nothing is left', async t => {
  const { agent: callee, bound } = await agent(t, 'wss', { budgets: { firstMillis: 300, messageMillis: 300 } });
  const bare = TextStream.tcp(bound[0]);
  const secured = TextStream.tls(bound[0]);
  const head = TextStream.tls(bound[0]);
  head.write('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: web');
  const silent = browser(t, bound[0]);
  const slow = TextStream.tls(bound[0]);
  slow.write(UPGRADE);
  await slow.heard(1);
  slow.write(frameOf(options('a')));
  await slow.heard(2);
  // The head of a frame of 100 octets, and then one octet now and then.
  slow.write(frameOf('x'.repeat(100)).slice(0, 8));
  let drops = 0;
  const drip = setInterval(() => {
    drops += 1;
    slow.write('x');
  }, 50);
  t.after(() => clearInterval(drip));
  await Promise.all([bare, secured, head, silent, slow].map(peer => peer.closed()));
  assert.ok(drops > 5 && drops < 90, `${drops} octets of the frame came`);
  const { connections, timers } = callee.counts();
  assert.deepEqual([connections, timers], [0, 0]);
});

test('living browsers are pinged and stay; one that does not answer any more is given up', async t => {
  const clock = new FakeClock();
  const { agent: callee, bound } = await agent(t, 'ws', { clock, budgets: { idleMillis: 40_000 } });
  const living = browser(t, bound[0]);
  const dead = browser(t, bound[0], { autoPong: false });
  await living.send(options('a'));
  await dead.send(options('b'));
  await Promise.all([living.message(1), dead.message(1)]);
  for (let second = 0; second < 26; second++) clock.advance(1000);
  await Promise.all([living.until(() => living.pings === 1), dead.until(() => dead.pings === 1)]);
  // The pong has to have come before time goes on.
  await living.send('\r\n\r\n');
  await living.message(2);
  for (let second = 0; second < 12; second++) clock.advance(1000);
  await dead.closed();
  assert.equal(callee.counts().connections, 1);
  await living.send(options('c'));
  assert.match(await living.message(3), /^SIP\/2\.0 200 /);
});

test('a server that opens no WebSocket for SIP fails the call at once', async t => {
  const other = await agentAt(t, [at('tcp', SERVER)]);
  const picky = await agent(t, 'ws', { webSocket: { path: '/elsewhere' } });
  const caller = await agentAt(t, [at('ws', CLIENT)]);
  const call = (port: number) =>
    caller.agent.invite({ uri: 'sip:1@server.example', via: at('ws', SERVER, port) }, { from: 'sip:ann@a.example' });
  await assert.rejects(call(picky.bound[0].port).answered, { status: 503 });
  await assert.rejects(call(other.bound[0].port).answered, { status: 503 });
  assert.match(String(caller.refused()[0].reason), /did not open a WebSocket for SIP/);
  await until(() => caller.agent.counts().connections === 0);
});

test('a server whose domain is none that a URL may have is called all the same: what a certificate proves may be any', async t => {
  const name = 'pbx.7';
  const issued = await authority.issue({ names: [['dns', name]] });
  const callee = await agent(t, 'wss', { tls: tls(issued) });
  const caller = await agentAt(t, [at('wss', CLIENT)], { tls: tls(client) });
  const via = { ...at('wss', SERVER, callee.bound[0].port), name };
  const call = caller.agent.invite({ uri: 'sip:1@server.example', via }, { from: 'sip:ann@a.example' });
  await assert.rejects(call.answered, { status: 486 });
});
