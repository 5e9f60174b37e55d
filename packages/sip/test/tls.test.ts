import assert from 'node:assert/strict';
import { once } from 'node:events';
import { before, type TestContext, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { Dialog, Invitation, Peer, TlsOptions } from '../src/index.ts';
import { agentAt, at, until } from './agents.ts';
import { Authority, type Issued } from './certificates.ts';
import { headerOf } from './memory-network.ts';
import { requestText } from './messages.ts';
import { sdp, textOf } from './scene.ts';
import { TextStream } from './text-stream.ts';

const SERVER = '127.0.0.2';
const PHONE = '127.0.0.3';
const from = 'sip:ann@phone.example';

let authority: Authority;
let another: Authority;
let server: Issued;
let phone: Issued;

before(async () => {
  authority = await Authority.named('CN=Our authority');
  another = await Authority.named('CN=Another authority');
  server = await authority.issue({
    names: [
      ['url', 'sip:server.example'],
      ['ip', SERVER],
    ],
  });
  phone = await authority.issue({
    names: [
      ['dns', 'phone.example'],
      ['ip', PHONE],
    ],
  });
});

const tls = (issued: Issued, more: Partial<TlsOptions> = {}): TlsOptions => ({
  ...issued,
  authorities: [authority.certificate],
  ...more,
});

const options = (callId: string, more: Partial<Parameters<typeof requestText>[0]> = {}) =>
  requestText({ method: 'OPTIONS', callId, via: `Via: SIP/2.0/TLS 10.0.0.2;branch=z9hG4bK${callId}`, ...more });

const namesIn = (stream: TextStream): string =>
  (stream.socket as TLSSocket).getPeerX509Certificate()?.subjectAltName ?? '';

/** One OPTIONS on a connection of its own: who the server was, and what it said. */
async function asked(
  t: TestContext,
  peer: Peer,
  shown?: Issued,
): Promise<{ names: string; status: string | undefined }> {
  const stream = TextStream.tls(peer, { cert: shown?.certificate, key: shown?.key });
  t.after(() => stream.socket.destroy());
  stream.write(options('asked'));
  const [answer] = await stream.heard(1);
  return { names: namesIn(stream), status: answer?.slice(8, 11) };
}

test('a whole call over mutual TLS: each side knows whom it talks to, and one connection carries all of it', async t => {
  const called: Dialog[] = [];
  const sources: Peer[] = [];
  const callee = await agentAt(t, [at('tls', SERVER)], {
    tls: tls(server, { clientCertificates: 'required' }),
    onInvitation: async (invitation: Invitation) => {
      sources.push(invitation.source);
      called.push(await invitation.answer(sdp('answer')));
    },
  });
  const caller = await agentAt(t, [at('tls', PHONE)], { tls: tls(phone, { clientCertificates: 'required' }) });
  const via: Peer = { ...callee.bound[0], name: 'server.example' };
  const { dialog, body } = await caller.agent.invite({ uri: 'sip:1@server.example', via }, { from, body: sdp('offer') })
    .answered;
  assert.equal(textOf(body), 'answer');
  await until(() => called.length > 0);
  assert.deepEqual(sources[0].certified, ['phone.example']);
  dialog.onReInvite(() => ({ sdp: sdp('again') }));
  assert.equal(textOf(await called[0].reInvite(sdp('hold'))), 'again');
  assert.deepEqual([callee.agent.counts().connections, caller.agent.counts().connections], [1, 1]);
  await Promise.all([once(dialog.signal, 'abort'), called[0].bye()]);
  assert.equal(dialog.signal.reason.kind, 'bye');
});

test('a call from a phone without certificate: what the server sends goes by the connection of the phone', async t => {
  const called: Dialog[] = [];
  const callee = await agentAt(t, [at('tls', SERVER)], {
    tls: tls(server),
    onInvitation: async (invitation: Invitation) => {
      called.push(await invitation.answer(sdp('answer')));
    },
  });
  const stream = TextStream.tls(callee.bound[0]);
  t.after(() => stream.socket.destroy());
  const via = 'Via: SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bKp1;alias';
  stream.write(requestText({ method: 'INVITE', via, contact: '<sip:ann@127.0.0.1:5061;transport=tls>' }));
  const [, accepted] = await stream.heard(2);
  assert.match(headerOf(accepted, 'Contact') ?? '', /^<sip:127\.0\.0\.2:\d+;transport=tls>$/);
  const toTag = /tag=(\S+)/.exec(headerOf(accepted, 'To') ?? '')?.[1];
  stream.write(requestText({ method: 'ACK', via: 'Via: SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bKp2', toTag }));
  await until(() => called.length > 0);
  const ended = called[0].bye();
  const bye = (await stream.heard(3))[2];
  assert.match(bye, /BYE sip:ann@127\.0\.0\.1:5061;transport=tls SIP\/2\.0\r\n/);
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(name => `${name}: ${headerOf(bye, name)}\r\n`).join('');
  stream.write(`SIP/2.0 200 OK\r\n${copied}Content-Length: 0\r\n\r\n`);
  await ended;
  assert.equal(callee.agent.counts().connections, 1);
});

test('an alias holds for the domains that the certificate proves, and for no others', async t => {
  const reached = await agentAt(t, [at('tls', SERVER)], { tls: tls(server, { clientCertificates: 'requested' }) });
  const target = { ...at('tls', '127.0.0.1', 5999) };
  const attempt = async (name: string) => {
    const inviter = reached.agent.invite({ uri: `sip:1@${name}`, via: { ...target, name } }, { from });
    return inviter.answered.catch((refused: { status: number }) => refused.status);
  };
  const alias = (callId: string, more = ';alias') =>
    options(callId, { via: `Via: SIP/2.0/TLS phone.example:5999;branch=z9hG4bK${callId}${more}` });
  // Without certificate the port that a client names is not his; nor with one, when he does not ask.
  for (const [shown, text] of [
    [undefined, alias('a')],
    [phone, alias('b', '')],
  ] as const) {
    const stream = TextStream.tls(reached.bound[0], { cert: shown?.certificate, key: shown?.key });
    stream.write(text);
    await stream.heard(1);
    assert.equal(await attempt('phone.example'), 503);
    stream.socket.destroy();
  }
  const proven = TextStream.tls(reached.bound[0], { cert: phone.certificate, key: phone.key });
  t.after(() => proven.socket.destroy());
  proven.write(alias('c'));
  await proven.heard(1);
  assert.equal(await attempt('other.example'), 503);
  const ringing = attempt('phone.example');
  const invite = (await proven.heard(2))[1];
  assert.match(invite, /^INVITE sip:1@phone\.example SIP/);
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq']
    .map(name => `${name}: ${headerOf(invite, name)}\r\n`)
    .join('');
  proven.write(`SIP/2.0 486 Busy Here\r\n${copied}Content-Length: 0\r\n\r\n`);
  assert.equal(await ringing, 486);
});

test('sips: taken over TLS, answered with a sips Contact; 416 without TLS', async t => {
  const ringing = { onInvitation: (invitation: Invitation) => invitation.ring() };
  const { bound } = await agentAt(t, [at('tls', SERVER), at('tcp', SERVER)], { tls: tls(server), ...ringing });
  const secure = TextStream.tls(bound[0]);
  const clear = TextStream.tcp(bound[1]);
  t.after(() => [secure, clear].map(({ socket }) => socket.destroy()));
  const invite = requestText({ method: 'INVITE', uri: 'sips:1@server.example', contact: '<sips:ann@10.0.0.2>' });
  secure.write(invite);
  clear.write(invite.replace('SIP/2.0/UDP', 'SIP/2.0/TCP'));
  const [, rings] = await secure.heard(2);
  assert.equal(headerOf(rings, 'Contact'), `<sips:${SERVER}:${bound[0].port}>`);
  assert.match((await clear.heard(1))[0], /^SIP\/2\.0 416 /);
});

test('handshakes that do not come to an end are ended, count as connections, and leave nothing', async t => {
  const limits = { budgets: { firstMillis: 300, connectionsPerSource: 3 }, unlimited: () => false };
  const { agent, bound, admitted, refused } = await agentAt(t, [at('tls', SERVER)], { tls: tls(server), ...limits });
  const silent = TextStream.tcp(bound[0]);
  // The head of a ClientHello that never comes.
  const half = TextStream.tcp(bound[0]);
  half.write('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03');
  const mute = TextStream.tls(bound[0]);
  await once(mute.socket, 'secureConnect');
  await until(() => agent.counts().connections === 3);
  const fourth = TextStream.tls(bound[0]);
  await fourth.closed();
  await Promise.all([silent, half, mute].map(stream => stream.closed()));
  const { connections, timers } = agent.counts();
  assert.deepEqual([connections, timers], [0, 0]);
  assert.deepEqual(admitted, []);
  assert.deepEqual(
    refused().map(fields => String(fields.reason).split(':')[0]),
    ['there is no room for another connection with it'],
  );
});

test('a server that accepts and never shakes hands costs the call its time to connect, no more', async t => {
  const deaf = await agentAt(t, [at('tcp', SERVER)]);
  const { agent } = await agentAt(t, [at('tls', PHONE)], { tls: tls(phone), budgets: { firstMillis: 100 } });
  const via = at('tls', SERVER, deaf.bound[0].port);
  // A TCP listener of SIP takes a ClientHello for the beginning of a message, and waits.
  await assert.rejects(agent.invite({ uri: 'sip:1@server.example', via }, { from }).answered, /503|408/);
  await until(() => agent.counts().connections === 0);
});

test('renewed: new connections see the new certificate, open ones go on', async t => {
  const { agent, bound } = await agentAt(t, [at('tls', SERVER)], { tls: tls(server) });
  const open = TextStream.tls(bound[0]);
  t.after(() => open.socket.destroy());
  open.write(options('a'));
  await open.heard(1);
  agent.renewTls(tls(await authority.issue({ names: [['url', 'sip:renewed.example']] })));
  assert.match((await asked(t, bound[0])).names, /renewed\.example/);
  open.write(options('b'));
  assert.equal((await open.heard(2)).length, 2);
  assert.match(namesIn(open), /server\.example/);
});

test('renewed: a handshake that was under way ends with the certificate it began with', async t => {
  const { agent, bound } = await agentAt(t, [at('tls', SERVER)], { tls: tls(server) });
  const early = TextStream.tls(bound[0]);
  t.after(() => early.socket.destroy());
  await until(() => agent.counts().connections === 1);
  agent.renewTls(tls(await authority.issue({ names: [['url', 'sip:renewed.example']] })));
  early.write(options('a'));
  assert.equal((await early.heard(1)).length, 1);
  assert.match(namesIn(early), /server\.example/);
});

test('renewed with nonsense: an error, and everything stays as it was', async t => {
  const { agent, bound } = await agentAt(t, [at('tls', SERVER)], { tls: tls(server) });
  for (const broken of [{ certificate: 'nonsense' }, { key: phone.key }])
    assert.throws(() => agent.renewTls(tls(server, broken)), { code: 'SIP_TLS_INVALID' });
  assert.deepEqual(await asked(t, bound[0]).then(({ status }) => status), '200');
  const clear = await agentAt(t, [at('tcp', SERVER)]);
  assert.throws(() => clear.agent.renewTls(tls(server)), { code: 'SIP_TLS_MISSING' });
});

test('renewed authorities: who was trusted is refused, even with a session of before, and the new ones are let in', async t => {
  const required = { clientCertificates: 'required' } as const;
  const { agent, bound, refused } = await agentAt(t, [at('tls', SERVER)], { tls: tls(server, required) });
  const sessions: Buffer[] = [];
  const before = TextStream.tls(bound[0], { cert: phone.certificate, key: phone.key, maxVersion: 'TLSv1.2' });
  before.socket.on('session', (session: Buffer) => sessions.push(session));
  before.write(options('a'));
  await before.heard(1);
  const kept = (before.socket as TLSSocket).getSession();
  before.socket.destroy();
  agent.renewTls(tls(server, { ...required, authorities: [another.certificate] }));
  assert.equal((await asked(t, bound[0], phone)).status, undefined);
  const again = TextStream.tls(bound[0], { session: kept ?? sessions[0], maxVersion: 'TLSv1.2' });
  again.write(options('b'));
  assert.deepEqual(await again.heard(1), []);
  assert.match(String(refused()[0].reason), /nobody we trust/);
  assert.equal((await asked(t, bound[0], await another.issue())).status, '200');
});

test('no session is taken up again: every connection shows its certificate', async t => {
  const { bound } = await agentAt(t, [at('tls', SERVER)], { tls: tls(server, { clientCertificates: 'required' }) });
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const shown = { cert: phone.certificate, key: phone.key, maxVersion };
    const first = TextStream.tls(bound[0], shown);
    let session: Buffer | undefined;
    first.socket.on('session', (fresh: Buffer) => {
      session = fresh;
    });
    first.write(options('a'));
    await first.heard(1);
    session ??= (first.socket as TLSSocket).getSession();
    first.socket.destroy();
    const second = TextStream.tls(bound[0], { ...shown, session });
    second.write(options('b'));
    await second.heard(1);
    assert.equal((second.socket as TLSSocket).isSessionReused(), false, maxVersion);
    second.socket.destroy();
  }
});

test('renewed demands: clients have to show a certificate from now on, or not any more', async t => {
  const { agent, bound } = await agentAt(t, [at('tls', SERVER)], { tls: tls(server) });
  assert.equal((await asked(t, bound[0])).status, '200');
  agent.renewTls(tls(server, { clientCertificates: 'required' }));
  assert.equal((await asked(t, bound[0])).status, undefined);
  agent.renewTls(tls(server, { clientCertificates: 'none' }));
  assert.equal((await asked(t, bound[0])).status, '200');
});

test('renewed as client: calls show the new certificate', async t => {
  const called = await agentAt(t, [at('tls', SERVER)], { tls: tls(server, { clientCertificates: 'required' }) });
  const { agent } = await agentAt(t, [at('tls', PHONE)], { tls: tls(phone), budgets: { idleMillis: 1 } });
  const call = () => agent.invite({ uri: 'sip:1@server.example', via: called.bound[0] }, { from }).answered;
  await assert.rejects(call(), { status: 486 });
  await until(() => agent.counts().connections === 0);
  agent.renewTls(tls(await authority.issue({ names: [['dns', 'renewed.example']] })));
  await assert.rejects(call(), { status: 486 });
  assert.deepEqual(
    called.admitted.map(({ source }) => source.certified),
    [['phone.example'], ['renewed.example']],
  );
});
