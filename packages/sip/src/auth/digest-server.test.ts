import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { buildRequest } from '../message/index.ts';
import type { SipRequest } from '../message/message.ts';
import type { DigestAlgorithm } from './algorithm.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import { type DigestCredentials, printCredentials } from './credentials.ts';
import { ha1Of, responseOf } from './digest.ts';
import { DigestServer, type DigestServerOptions, type Verdict } from './digest-server.ts';

const REALM = 'example.org';
const PEER = { transport: 'udp', address: '10.0.0.2', port: 5060 } as const;
const URI = 'sip:1001@example.org';
const PASSWORDS: Readonly<Record<string, string>> = { ann: 'secret', bob: 'other' };

interface Asked {
  readonly clock: FakeClock;
  readonly server: DigestServer;
  readonly looked: string[];
}

function server(options: Partial<DigestServerOptions> = {}): Asked {
  const clock = new FakeClock();
  const looked: string[] = [];
  const lookup = (user: string, realm: string, algorithm: DigestAlgorithm) => {
    looked.push(user);
    const password = PASSWORDS[user];
    return password === undefined ? undefined : ha1Of(algorithm, user, { realm, password });
  };
  return { clock, looked, server: new DigestServer({ realm: REALM, clock, lookup, ...options }) };
}

function request(
  headers: readonly (readonly [string, string])[] = [],
  parts: { method?: string; body?: string } = {},
): SipRequest {
  const body = parts.body === undefined ? undefined : Buffer.from(parts.body);
  return buildRequest({ method: parts.method ?? 'INVITE', uri: URI, headers, body });
}

/** The challenges of a refusal; fails the test when it is none. */
function challenges(verdict: Verdict): readonly Challenge[] {
  assert.equal(verdict.kind, 'refused');
  return verdict.refusal.headers.map(([, value]) => {
    const challenge = parseChallenge(value);
    assert.ok(challenge, value);
    return challenge;
  });
}

const challenge = (one: DigestServer): Challenge => challenges(one.checkNow(request(), PEER))[0];

/** Credentials as a client makes them; `wrong` changes what it says afterwards, `before` what it reckons with. */
function authorization(
  { nonce, algorithm, realm }: Challenge,
  {
    user = 'ann',
    password = 'secret',
    nc = '00000001',
    method = 'INVITE',
    ...said
  }: Partial<DigestCredentials> & { password?: string; method?: string } = {},
): string {
  const input = {
    algorithm,
    isSession: false,
    method,
    uri: URI,
    body: new Uint8Array(),
    nonce,
    cnonce: 'c',
    nc,
    qop: 'auth' as const,
  };
  const response = responseOf({ ...input, ha1: ha1Of(algorithm, user, { realm, password }) });
  return printCredentials({ ...input, user, realm, response, ...said });
}

const why = (verdict: Verdict): string => (verdict.kind === 'authorized' ? verdict.user : verdict.why);

test('a request without credentials gets SHA-256 first, never MD5 unasked, one nonce, and costs nothing', () => {
  const { server: one, looked } = server();
  const verdict = one.checkNow(request(), PEER);
  assert.equal(verdict.kind === 'refused' && verdict.refusal.status, 401);
  const all = challenges(verdict);
  assert.deepEqual(
    all.map(({ algorithm }) => algorithm),
    ['SHA-256', 'SHA-512-256'],
  );
  assert.deepEqual(new Set(all.map(({ nonce }) => nonce)).size, 1);
  assert.ok(all.every(({ qops, isStale, realm }) => qops.join() === 'auth' && !isStale && realm === REALM));
  assert.equal(one.size, 0);
  assert.deepEqual(looked, []);
});

test('a proxy asks in its own headers', () => {
  const { server: one } = server({ asker: 'proxy', algorithms: ['MD5'], coversBody: true });
  const verdict = one.checkNow(request(), PEER);
  assert.ok(verdict.kind === 'refused');
  assert.equal(verdict.refusal.status, 407);
  assert.match(
    verdict.refusal.headers[0].join(': '),
    /^Proxy-Authenticate: Digest realm="example.org", .*algorithm=MD5, qop="auth,auth-int"$/,
  );
  const [asked] = challenges(verdict);
  const good = one.checkNow(request([['Proxy-Authorization', authorization(asked)]]), PEER);
  assert.equal(why(good), 'ann');
  assert.equal(
    why(one.checkNow(request([['Authorization', authorization(asked, { nc: '00000002' })]]), PEER)),
    'no credentials',
  );
});

test('the right password is let in, with every algorithm that is offered', () => {
  const { server: one } = server();
  for (const asked of challenges(one.checkNow(request(), PEER))) {
    const nc = asked.algorithm === 'SHA-256' ? '00000001' : '00000002';
    const verdict = one.checkNow(request([['Authorization', authorization(asked, { nc })]]), PEER);
    assert.deepEqual(verdict, { kind: 'authorized', user: 'ann', realm: REALM });
  }
});

test('a lookup that answers later does so', async () => {
  const { server: one } = server({
    lookup: async (user, realm, algorithm) => ha1Of(algorithm, user, { realm, password: 'secret' }),
  });
  const asked = challenges(await one.check(request(), PEER))[0];
  const verdict = one.check(request([['Authorization', authorization(asked)]]), PEER);
  assert.ok(verdict instanceof Promise);
  assert.equal(why(await verdict), 'ann');
  assert.throws(() => one.checkNow(request([['Authorization', authorization(asked)]]), PEER), /answers at once/);
});

test('a name that nobody has gets what a wrong password gets, header by header', () => {
  const { server: one, looked } = server();
  const asked = challenge(one);
  const wrong = one.checkNow(request([['Authorization', authorization(asked, { password: 'wrong' })]]), PEER);
  const nobody = one.checkNow(request([['Authorization', authorization(asked, { user: 'nobody' })]]), PEER);
  assert.deepEqual([why(wrong), why(nobody)], ['wrong', 'wrong']);
  const shape = (verdict: Verdict) => JSON.stringify(verdict).replace(/nonce=\\"[^\\]+/g, 'nonce');
  assert.equal(shape(wrong), shape(nobody));
  assert.deepEqual(looked, ['ann', 'nobody']);
});

test('nobody gets in without an HA1, whatever the response', () => {
  const { server: one } = server({ lookup: () => undefined });
  const asked = challenge(one);
  for (const password of ['', 'undefined', 'secret'])
    assert.equal(why(one.checkNow(request([['Authorization', authorization(asked, { password })]]), PEER)), 'wrong');
});

const REFUSED: readonly (readonly [
  string,
  Partial<DigestCredentials> & { password?: string; method?: string },
  string,
])[] = [
  ['a wrong password', { password: 'x' }, 'wrong'],
  ['another user’s password', { user: 'bob' }, 'wrong'],
  ['a response that is too short', { response: 'ab' }, 'wrong'],
  ['a response for another method', { method: 'BYE' }, 'wrong'],
  ['another realm', { realm: 'elsewhere' }, 'no credentials'],
  ['an algorithm that was not offered', { algorithm: 'MD5' }, 'no credentials'],
  ['a session algorithm', { isSession: true }, 'no credentials'],
  ['a qop that was not offered', { qop: 'auth-int' }, 'no credentials'],
  ['no qop', { qop: undefined }, 'no credentials'],
  ['a nonce that was not made here', { nonce: 'A'.repeat(32) }, 'stale nonce'],
  ['a count of zero', { nc: '00000000' }, 'replay'],
];

for (const [name, change, reason] of REFUSED) {
  test(`${name} is refused`, () => {
    const { server: one, looked } = server();
    const asked = challenge(one);
    const verdict = one.checkNow(request([['Authorization', authorization(asked, change)]]), PEER);
    assert.equal(why(verdict), reason);
    assert.equal(verdict.kind === 'refused' && verdict.refusal.status, 401);
    assert.equal(challenges(verdict)[0].isStale, reason === 'stale nonce' || reason === 'replay');
    // Nobody is looked up for what was not made for this source.
    assert.equal(looked.length, reason === 'wrong' || reason === 'replay' ? 1 : 0);
  });
}

test('credentials for another URI are somebody else’s; the same URI may be written in another way', () => {
  const { server: one } = server();
  const asked = challenge(one);
  const forUri = (uri: string, nc: string) => {
    const input = {
      algorithm: asked.algorithm,
      isSession: false,
      method: 'INVITE',
      uri,
      body: new Uint8Array(),
      nonce: asked.nonce,
      cnonce: 'c',
      nc,
      qop: 'auth' as const,
    };
    const response = responseOf({ ...input, ha1: ha1Of(asked.algorithm, 'ann', { realm: REALM, password: 'secret' }) });
    const header = printCredentials({ ...input, user: 'ann', realm: REALM, response });
    return why(one.checkNow(request([['Authorization', header]]), PEER));
  };
  assert.equal(forUri('sip:1001@EXAMPLE.org', '00000001'), 'ann');
  assert.equal(forUri('sip:1002@example.org', '00000002'), 'wrong');
  assert.equal(forUri('no uri', '00000003'), 'wrong');
});

test('auth-int covers the body', () => {
  const { server: one } = server({ coversBody: true });
  const asked = challenge(one);
  const input = {
    algorithm: asked.algorithm,
    isSession: false,
    method: 'INVITE',
    uri: URI,
    body: Buffer.from('v=0'),
    nonce: asked.nonce,
    cnonce: 'c',
    nc: '00000001',
    qop: 'auth-int' as const,
  };
  const response = responseOf({ ...input, ha1: ha1Of(asked.algorithm, 'ann', { realm: REALM, password: 'secret' }) });
  const header = ['Authorization', printCredentials({ ...input, user: 'ann', realm: REALM, response })] as const;
  assert.equal(why(one.checkNow(request([header], { body: 'v=1' }), PEER)), 'wrong');
  assert.equal(why(one.checkNow(request([header], { body: 'v=0' }), PEER)), 'ann');
});

test('a nonce is of no use from elsewhere, or after its time; both are stale, and no guess', () => {
  const { server: one, clock, looked } = server({ nonceMillis: 10_000 });
  const header = ['Authorization', authorization(challenge(one))] as const;
  assert.equal(why(one.checkNow(request([header]), { ...PEER, address: '10.0.0.3' })), 'stale nonce');
  clock.advance(10_001);
  assert.equal(why(one.checkNow(request([header]), PEER)), 'stale nonce');
  assert.deepEqual(looked, []);
});

test('a replay is refused, and the next count is not', () => {
  const { server: one } = server();
  const asked = challenge(one);
  const use = (nc: string) => why(one.checkNow(request([['Authorization', authorization(asked, { nc })]]), PEER));
  assert.deepEqual(['00000001', '00000001', '00000003', '00000002', '00000002'].map(use), [
    'ann',
    'replay',
    'ann',
    'ann',
    'replay',
  ]);
});

test('nodes with one secret take each other’s nonces', () => {
  const secret = Buffer.alloc(32, 1);
  const asked = challenge(server({ secret }).server);
  assert.equal(
    why(server({ secret }).server.checkNow(request([['Authorization', authorization(asked)]]), PEER)),
    'ann',
  );
});

test('malformed or doubled credentials get 400 with the reason', () => {
  const { server: one } = server();
  const header = ['Authorization', authorization(challenge(one))] as const;
  const twice = one.checkNow(request([header, header]), PEER);
  assert.deepEqual(twice.kind === 'refused' && [twice.refusal.status, twice.refusal.reason], [
    400,
    'Authorization: credentials for one realm appear twice',
  ]);
  const broken = one.checkNow(request([['Authorization', 'Digest nonce="']]), PEER);
  assert.equal(broken.kind === 'refused' && broken.refusal.status, 400);
  // Credentials for somebody else on the way are nothing to us.
  const foreign = authorization({ ...challenge(one), realm: 'elsewhere' });
  assert.equal(why(one.checkNow(request([['Authorization', foreign], header]), PEER)), 'ann');
});

test('ten wrong passwords in a minute, and even the right one is none; others are not kept out', () => {
  const { server: one, clock, looked } = server();
  const asked = challenge(one);
  let count = 0;
  const guess = (password: string, user = 'ann', from: string = PEER.address) => {
    const source = { ...PEER, address: from };
    const fresh = from === PEER.address ? asked : challenges(one.checkNow(request(), source))[0];
    const nc = (++count).toString(16).padStart(8, '0');
    return why(one.checkNow(request([['Authorization', authorization(fresh, { password, user, nc })]]), source));
  };
  for (let n = 0; n < 10; n++) assert.equal(guess('x'), 'wrong');
  assert.equal(guess('secret'), 'too many guesses');
  assert.equal(looked.length, 10);
  assert.equal(guess('other', 'bob'), 'bob');
  assert.equal(guess('secret', 'ann', '10.0.0.3'), 'ann');
  clock.advance(6001);
  assert.equal(guess('secret'), 'ann');
});

test('guesses that are all made before the first is looked up are no more than others', async () => {
  const ha1 = (algorithm: DigestAlgorithm) => ha1Of(algorithm, 'ann', { realm: REALM, password: 'secret' });
  const { server: one } = server({ lookup: async (_user, _realm, algorithm) => ha1(algorithm) });
  const asked = challenge(one);
  const verdicts = Array.from({ length: 12 }, (_, at) => {
    const nc = (at + 1).toString(16).padStart(8, '0');
    const password = at === 11 ? 'secret' : 'x';
    return one.check(request([['Authorization', authorization(asked, { password, nc })]]), PEER);
  });
  const reasons = (await Promise.all(verdicts)).map(why);
  assert.deepEqual(reasons, [...Array(10).fill('wrong'), ...Array(2).fill('too many guesses')]);
});

test('ACK and CANCEL are never asked for credentials, because they cannot come again', () => {
  const { server: one } = server();
  for (const method of ['ACK', 'CANCEL']) {
    const verdict = one.checkNow(request([], { method }), PEER);
    assert.deepEqual(verdict.kind === 'refused' && verdict.refusal, { status: 403, headers: [] });
  }
});
