import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import {
  type CallRefused,
  type CredentialsFor,
  DigestServer,
  ha1Of,
  type Invitation,
  parseCredentials,
  type UserAgent,
  type UserAgentOptions,
} from '../src/index.ts';
import { firstWords, headerOf, type RawPeer } from './memory-network.ts';
import { type Scene, SERVER, scene, sdp } from './scene.ts';

const PHONE = '10.0.0.2';
/** Nothing is held any more: no transaction, no dialog, no timer. */
const isIdle = (agent: UserAgent) => Object.values(agent.counts()).every(count => count === 0);
const OFFER = sdp('the offer');
const TARGET = { uri: `sip:1001@${SERVER.address}` };
const FROM = `sip:ann@${PHONE}`;
const ann: CredentialsFor = realm => (realm === 'example.org' ? { user: 'ann', password: 'secret' } : undefined);

/** The server of the scene lets nobody in without credentials, in either of the two ways. */
async function guarded(asker: 'server' | 'proxy' = 'server'): Promise<Scene & { readonly users: string[] }> {
  const users: string[] = [];
  let check: UserAgentOptions['admit'] = () => undefined;
  const stage = await scene({ admit: (request, source) => check(request, source) });
  const server = new DigestServer({
    realm: 'example.org',
    asker,
    clock: stage.clock,
    lookup: (user, realm, algorithm) =>
      user === 'ann' ? ha1Of(algorithm, user, { realm, password: 'secret' }) : undefined,
  });
  check = (request, source) => {
    const verdict = server.checkNow(request, source);
    if (verdict.kind === 'refused') return verdict.refusal;
    users.push(verdict.user);
    return undefined;
  };
  return Object.assign(stage, { users });
}

/** Rejects when the call ends before the ACK, which is no matter of these tests. */
const answering = (invitation: Invitation) => void invitation.answer(OFFER).catch(() => undefined);

/** What the phone has sent of a method. */
const sent = (stage: Scene, method: string) =>
  stage.network.sent
    .filter(({ from, text }) => from === `${PHONE}:5060` && text.startsWith(`${method} `))
    .map(({ text }) => text);

for (const [asker, header] of [
  ['server', 'Authorization'],
  ['proxy', 'Proxy-Authorization'],
] as const) {
  test(`an INVITE that a ${asker} challenges is acknowledged, sent again with credentials, and becomes a call`, async () => {
    const stage = await guarded(asker);
    stage.onInvitation = answering;
    const phone = await stage.another(PHONE, { credentials: ann });
    const { dialog } = await phone.invite(TARGET, { from: FROM, body: OFFER }).answered;
    const [first, second] = sent(stage, 'INVITE');
    assert.equal(headerOf(first, header), undefined);
    const credentials = parseCredentials(headerOf(second, header) ?? '');
    assert.deepEqual([credentials?.user, credentials?.algorithm, credentials?.nc], ['ann', 'SHA-512-256', '00000001']);
    assert.deepEqual([headerOf(first, 'CSeq'), headerOf(second, 'CSeq')], ['1 INVITE', '2 INVITE']);
    for (const name of ['Call-ID', 'From', 'To']) assert.equal(headerOf(first, name), headerOf(second, name));
    assert.notEqual(headerOf(first, 'Via'), headerOf(second, 'Via'));
    const [toRefusal, toAnswer] = sent(stage, 'ACK');
    assert.equal(headerOf(toRefusal, 'CSeq'), '1 ACK');
    // RFC 3261 13.2.2.4: the ACK to the 2xx has the credentials of the INVITE.
    assert.equal(headerOf(toAnswer, 'CSeq'), '2 ACK');
    assert.equal(headerOf(toAnswer, header), headerOf(second, header));
    assert.deepEqual(stage.users, ['ann']);
    // Later requests of the call are authenticated at once.
    const bye = dialog.bye();
    await stage.clock.run(40_000);
    await bye;
    const [only, ...more] = sent(stage, 'BYE');
    assert.deepEqual(more, []);
    assert.equal(headerOf(only, 'CSeq'), '3 BYE');
    assert.equal(parseCredentials(headerOf(only, header) ?? '')?.nc, '00000002');
    assert.ok(isIdle(phone) && isIdle(stage.agent));
  });
}

test('without credentials a challenge is a refusal, which the application hears', async () => {
  const stage = await guarded();
  const phone = await stage.another(PHONE);
  const refused = await phone.invite(TARGET, { from: FROM }).answered.catch((error: CallRefused) => error);
  assert.ok('status' in refused);
  assert.equal(refused.status, 401);
  assert.equal(refused.headers.filter(([name]) => name === 'WWW-Authenticate').length, 2);
  assert.equal(stage.agent.refusals()['not authorized'], 1);
});

test('a wrong password is tried once', async () => {
  const stage = await guarded();
  const phone = await stage.another(PHONE, { credentials: () => ({ user: 'ann', password: 'wrong' }) });
  await assert.rejects(phone.invite(TARGET, { from: FROM }).answered, { status: 401 });
  assert.equal(sent(stage, 'INVITE').length, 2);
});

/** What a peer answers to a request that it heard, with header lines of its own. */
function response(request: string, status: string, ...more: readonly string[]): string {
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(name => `${name}: ${headerOf(request, name)}`);
  if (!copied[2].includes(';tag=') && status !== '100 Trying') copied[2] += ';tag=x';
  return `${[`SIP/2.0 ${status}`, ...copied, ...more, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`;
}

const EVIL = { uri: 'sip:a@10.0.0.9' };
const TO_PHONE = { address: PHONE, port: 5060 };

/** Answers each INVITE that a peer hears with a challenge, until there comes no other one; returns how many there were. */
async function challenged(peer: RawPeer, header: (n: number) => string): Promise<number> {
  const invites = () => peer.heard.filter(text => text.startsWith('INVITE'));
  await settle();
  let n = 0;
  for (; n < 50 && n < invites().length; n++)
    await peer.ask(response(invites()[n], '401 Unauthorized', `WWW-Authenticate: ${header(n)}`), TO_PHONE);
  return n;
}

const ENDLESS: readonly (readonly [string, (n: number) => string])[] = [
  ['stale nonces', n => `Digest realm="example.org", nonce="n${n}", qop="auth", stale=true`],
  ['other realms', n => `Digest realm="r${n}", nonce="n", qop="auth"`],
];

for (const [name, header] of ENDLESS) {
  test(`${name} without end are met with two tries`, async () => {
    const stage = await scene();
    const peer = await stage.network.peer('10.0.0.9');
    const phone = await stage.another(PHONE, { credentials: () => ({ user: 'ann', password: 'secret' }) });
    const outcome = assert.rejects(phone.invite(EVIL, { from: FROM }).answered, { status: 401 });
    assert.equal(await challenged(peer, header), 3);
    await outcome;
    await stage.clock.run(40_000);
    assert.ok(isIdle(phone));
  });
}

test('a peer or realm without credentials never sees any, however it asks', async () => {
  const stage = await scene();
  const peer = await stage.network.peer('10.0.0.9');
  const phone = await stage.another(PHONE, {
    credentials: (realm, target) =>
      realm === 'example.org' && target.peer.address === SERVER.address
        ? { user: 'ann', password: 'secret' }
        : undefined,
  });
  for (const realm of ['example.org', 'EXAMPLE.org', 'example.org ', 'other']) {
    const outcome = assert.rejects(phone.invite(EVIL, { from: FROM }).answered, { status: 401 });
    peer.heard.length = 0;
    assert.equal(await challenged(peer, () => `Digest realm="${realm}", nonce="n"`), 1, realm);
    await outcome;
  }
  assert.ok(stage.network.sent.every(({ text }) => !text.includes('Authorization:')));
});

test('a call that is cancelled is not sent again with credentials', async () => {
  const stage = await scene();
  const peer = await stage.network.peer('10.0.0.9');
  const phone = await stage.another(PHONE, { credentials: ann });
  const call = phone.invite(EVIL, { from: FROM });
  const outcome = assert.rejects(call.answered);
  await settle();
  await peer.ask(response(peer.heard[0], '100 Trying'), TO_PHONE);
  call.cancel();
  await settle();
  const challenge = 'WWW-Authenticate: Digest realm="example.org", nonce="n"';
  await peer.ask(response(peer.heard[0], '401 Unauthorized', challenge), TO_PHONE);
  assert.deepEqual(firstWords(peer.heard), ['INVITE', 'CANCEL', 'ACK']);
  await stage.clock.run(40_000);
  await outcome;
  assert.ok(isIdle(phone));
});

test('a request inside a dialog with an old nonce goes again, when the dialog has a number for it', async () => {
  const stage = await scene();
  const peer = await stage.network.peer('10.0.0.9');
  const phone = await stage.another(PHONE, { credentials: ann });
  const call = phone.invite(EVIL, { from: FROM, body: OFFER });
  await settle();
  await peer.ask(
    response(peer.heard[0], '401 Unauthorized', 'WWW-Authenticate: Digest realm="example.org", nonce="n1", qop="auth"'),
    TO_PHONE,
  );
  const [, , invite] = peer.heard;
  await peer.ask(response(invite, '200 OK', 'Contact: <sip:a@10.0.0.9>'), TO_PHONE);
  const { dialog } = await call.answered;
  const bye = dialog.bye();
  await settle();
  const first = peer.heard.at(-1) ?? '';
  assert.match(headerOf(first, 'Authorization') ?? '', /nonce="n1".*nc=00000002/);
  await peer.ask(
    response(
      first,
      '401 Unauthorized',
      'WWW-Authenticate: Digest realm="example.org", nonce="n2", qop="auth", stale=true',
    ),
    TO_PHONE,
  );
  const second = peer.heard.at(-1) ?? '';
  assert.deepEqual([headerOf(first, 'CSeq'), headerOf(second, 'CSeq')], ['3 BYE', '4 BYE']);
  assert.match(headerOf(second, 'Authorization') ?? '', /nonce="n2".*nc=00000001/);
  await peer.ask(response(second, '200 OK'), TO_PHONE);
  await stage.clock.run(40_000);
  await bye;
  assert.ok(isIdle(phone));
});

test('each call is challenged for itself: what one has learnt is not shown to another', async () => {
  const stage = await guarded();
  stage.onInvitation = answering;
  const phone = await stage.another(PHONE, { credentials: ann });
  for (const expected of [2, 4]) {
    const { dialog } = await phone.invite(TARGET, { from: FROM, body: OFFER }).answered;
    await stage.clock.run(1_000);
    const bye = dialog.bye();
    await stage.clock.run(1_000);
    await bye;
    assert.equal(sent(stage, 'INVITE').length, expected);
  }
});
