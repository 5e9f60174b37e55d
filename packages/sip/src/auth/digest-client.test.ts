import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { buildRequest, buildResponse } from '../message/index.ts';
import type { RawHeader } from '../message/message.ts';
import { parseCredentials } from './credentials.ts';
import { type Authorizable, type CredentialsFor, DigestClient } from './digest-client.ts';

const PEER = { transport: 'udp', address: '10.0.0.9', port: 5060 } as const;
const INVITE: Authorizable = {
  callId: 'c1',
  method: 'INVITE',
  uri: 'sip:bob@biloxi.com',
  body: new Uint8Array(),
  peer: PEER,
};
const BOB = { user: 'bob', password: 'zanzibar' };

function client(credentials: CredentialsFor = realm => (realm === 'biloxi.com' ? BOB : undefined)) {
  const clock = new FakeClock();
  return { clock, client: new DigestClient({ credentials, clock, cnonce: () => '0a4f113b' }) };
}

const challenge = (more = '', nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093') =>
  `Digest realm="biloxi.com", nonce="${nonce}"${more}`;

function response(status: number, ...values: readonly string[]) {
  const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
  const headers = values.map((value): RawHeader => [name, value]);
  return buildResponse(buildRequest({ method: 'INVITE', uri: INVITE.uri, headers: [] }), { status, headers });
}

const responses = (headers: readonly RawHeader[]) =>
  headers.map(([name, value]) => `${name} ${parseCredentials(value)?.algorithm} ${parseCredentials(value)?.response}`);

test('the examples of draft-smith-sipping-auth-examples: without qop, and with', () => {
  const { client: one } = client();
  assert.deepEqual(one.headersFor(INVITE), []);
  assert.ok(one.challenged(response(401, challenge()), INVITE, new Set()));
  assert.deepEqual(responses(one.headersFor(INVITE)), ['Authorization MD5 bf57e4e0d0bffc0fbaedce64d59add5e']);
  const { client: two } = client();
  assert.ok(two.challenged(response(407, challenge(', qop="auth,auth-int"')), INVITE, new Set()));
  assert.deepEqual(responses(two.headersFor(INVITE)), ['Proxy-Authorization MD5 89eb0059246c02b2f6ee02c7961d5ea3']);
});

test('of several algorithms the strongest that may be used is, whatever the order', () => {
  const all = ['MD5', 'SHA-256', 'SHA-512-256'].map(name => challenge(`, qop="auth", algorithm=${name}`));
  const { client: one } = client();
  assert.ok(one.challenged(response(401, ...all), INVITE, new Set()));
  assert.match(responses(one.headersFor(INVITE)).join(), /^Authorization SHA-512-256 [0-9a-f]{64}$/);
  const { client: two } = client(() => ({ ...BOB, algorithms: ['MD5', 'SHA-256'] }));
  assert.ok(two.challenged(response(401, ...all), INVITE, new Set()));
  assert.match(responses(two.headersFor(INVITE)).join(), /^Authorization SHA-256 /);
  const { client: three } = client(() => ({ ...BOB, algorithms: ['SHA-256'] }));
  assert.equal(three.challenged(response(401, all[0]), INVITE, new Set()), false);
});

test('a realm or a peer without credentials gets none, not even later', () => {
  const asked: string[] = [];
  const { client: one } = client((realm, target) => {
    asked.push(`${realm} ${target.peer.address} ${target.asker}`);
    return target.peer.address === PEER.address && realm === 'biloxi.com' ? BOB : undefined;
  });
  const evil = challenge().replace('biloxi.com', 'evil.example');
  assert.equal(one.challenged(response(401, evil), INVITE, new Set()), false);
  assert.equal(
    one.challenged(response(401, challenge()), { ...INVITE, peer: { ...PEER, address: '10.6.6.6' } }, new Set()),
    false,
  );
  assert.ok(one.challenged(response(407, evil, challenge()), INVITE, new Set()));
  assert.equal(one.headersFor(INVITE).length, 1);
  // The same call, but its target has moved: whoever that is does not get what was meant for the proxy.
  assert.deepEqual(one.headersFor({ ...INVITE, method: 'BYE', peer: { ...PEER, address: '10.6.6.6' } }), []);
  assert.deepEqual(one.headersFor({ ...INVITE, method: 'ACK', peer: { ...PEER, address: '10.6.6.6' } }), []);
  assert.deepEqual(new Set(asked.map(text => text.split(' ')[0])), new Set(['evil.example', 'biloxi.com']));
});

test('later requests of the call count on, other calls have none, and an ACK shows what its INVITE did', () => {
  const { client: one } = client();
  assert.ok(one.challenged(response(401, challenge(', qop="auth"')), INVITE, new Set()));
  const counts = ['INVITE', 'BYE', 'INFO'].map(method => {
    const [[, value]] = one.headersFor({ ...INVITE, method });
    return parseCredentials(value)?.nc;
  });
  assert.deepEqual(counts, ['00000001', '00000002', '00000003']);
  assert.deepEqual(one.headersFor({ ...INVITE, callId: 'c2' }), []);
  const invited = one.headersFor(INVITE);
  one.headersFor({ ...INVITE, method: 'INFO' });
  assert.deepEqual(one.headersFor({ ...INVITE, method: 'ACK' }), invited);
});

test('a refusal after the right realm was answered stands, unless the nonce was too old', () => {
  const { client: one } = client();
  const answered = new Set<string>();
  const more = ', qop="auth"';
  assert.ok(one.challenged(response(401, challenge(more, 'n1')), INVITE, answered));
  assert.equal(one.challenged(response(401, challenge(more, 'n2')), INVITE, answered), false);
  assert.equal(one.challenged(response(401, challenge(`${more}, stale=true`, 'n1')), INVITE, answered), false);
  assert.ok(one.challenged(response(401, challenge(`${more}, stale=true`, 'n3')), INVITE, answered));
  assert.match(one.headersFor(INVITE)[0][1], /nonce="n3".*nc=00000001/);
  // A later request of the call starts with a clean sheet; a nonce that comes again goes on counting.
  assert.ok(one.challenged(response(401, challenge(more, 'n3')), INVITE, new Set()));
  assert.match(one.headersFor(INVITE)[0][1], /nonce="n3".*nc=00000002/);
});

test('several realms are answered together, each in its header', () => {
  const { client: one } = client(() => BOB);
  const answered = new Set<string>();
  assert.ok(one.challenged(response(407, challenge(), challenge().replace('biloxi', 'second')), INVITE, answered));
  assert.ok(one.challenged(response(401, challenge()), INVITE, answered));
  const names = one.headersFor(INVITE).map(([name, value]) => `${name} ${parseCredentials(value)?.realm}`);
  assert.deepEqual(names.sort(), [
    'Authorization biloxi.com',
    'Proxy-Authorization biloxi.com',
    'Proxy-Authorization second.com',
  ]);
});

test('a refusal of several servers that a proxy has put together asks in both headers; both are answered at once', () => {
  const { client: one } = client(() => BOB);
  const headers: RawHeader[] = [
    ['WWW-Authenticate', challenge()],
    ['Proxy-Authenticate', challenge().replace('biloxi', 'second')],
  ];
  const request = buildRequest({ method: 'INVITE', uri: INVITE.uri, headers: [] });
  for (const status of [401, 407]) {
    const asked = { ...INVITE, callId: `both${status}` };
    assert.ok(one.challenged(buildResponse(request, { status, headers }), asked, new Set()));
    const names = one.headersFor(asked).map(([name, value]) => `${name} ${parseCredentials(value)?.realm}`);
    assert.deepEqual(names.sort(), ['Authorization biloxi.com', 'Proxy-Authorization second.com']);
  }
});

test('a session algorithm keeps its client nonce; without "auth" the body is covered', () => {
  let next = 0;
  const clock = new FakeClock();
  const one = new DigestClient({ credentials: () => BOB, clock, cnonce: () => `c${next++}` });
  assert.ok(one.challenged(response(401, challenge(', qop="auth-int", algorithm=SHA-256-sess')), INVITE, new Set()));
  const both = [0, 1].map(() => parseCredentials(one.headersFor(INVITE)[0][1]));
  assert.equal(both[0]?.cnonce, both[1]?.cnonce);
  assert.equal(both[0]?.qop, 'auth-int');
  const other = parseCredentials(one.headersFor({ ...INVITE, body: Buffer.from('x') })[0][1]);
  assert.notEqual(other?.response, both[0]?.response);
});

test('what cannot be read is left out, and challenges without end are not all looked at', () => {
  const { client: one } = client();
  assert.equal(
    one.challenged(response(401, 'Digest', 'Basic realm="biloxi.com"', 'Digest realm="biloxi.com"'), INVITE, new Set()),
    false,
  );
  assert.ok(one.challenged(response(401, 'Digest realm="', challenge()), INVITE, new Set()));
  const many = Array.from({ length: 100 }, () => 'Digest realm="x", nonce="y"');
  assert.equal(one.challenged(response(401, ...many, challenge()), { ...INVITE, callId: 'c9' }, new Set()), false);
});

test('calls are remembered in bounded number, and for an hour', () => {
  const { client: one, clock } = client();
  for (let n = 0; n < 10_050; n++)
    one.challenged(response(401, challenge()), { ...INVITE, callId: `c${n}` }, new Set());
  assert.equal(one.size, 10_000);
  assert.deepEqual(one.headersFor({ ...INVITE, callId: 'c0' }), []);
  clock.advance(3_600_000);
  one.challenged(response(401, challenge()), { ...INVITE, callId: 'new' }, new Set());
  assert.equal(one.size, 1);
});
