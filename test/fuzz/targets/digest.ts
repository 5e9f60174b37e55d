import assert from 'node:assert/strict';
import { FakeClock } from '@parley/base/fake-clock';
import { DigestServer, ha1Of, parseCredentials, parseMessage, type SipRequest } from '@parley/sip';
import { printCredentials } from '../../../packages/sip/src/auth/credentials.ts';
import { responseOf } from '../../../packages/sip/src/auth/digest.ts';
import { NonceMint } from '../../../packages/sip/src/auth/nonce-mint.ts';
import type { FuzzTarget } from '../target.ts';

const REALM = 'parley.test';
const PASSWORD = 'correct horse';
const SECRET = Buffer.alloc(32, 7);
const SOURCE = { transport: 'udp', address: '192.0.2.1', port: 5060 } as const;
const NONCE_MILLIS = 300_000;
const URI = 'sip:parley.test';
const ALGORITHMS = ['SHA-256', 'SHA-512-256', 'MD5'] as const;

const clock = new FakeClock();
const mint = new NonceMint({ clock, realm: REALM, secret: SECRET, lifetimeMillis: NONCE_MILLIS });
const NONCE = mint.mint(SOURCE.address);

/** A server that has seen nothing yet; they all have one secret, so the nonce is good at each. */
function server(): DigestServer {
  return new DigestServer({
    realm: REALM,
    clock,
    secret: SECRET,
    nonceMillis: NONCE_MILLIS,
    algorithms: ALGORITHMS,
    coversBody: true,
    lookup: (user, realm, algorithm) =>
      user === 'ann' ? ha1Of(algorithm, user, { realm, password: PASSWORD }) : undefined,
  });
}

function claim(algorithm: (typeof ALGORITHMS)[number], qop: 'auth' | 'auth-int'): string {
  const parts = { algorithm, isSession: false, uri: URI, nonce: NONCE, cnonce: 'c', nc: '00000001', qop };
  const ha1 = ha1Of(algorithm, 'ann', { realm: REALM, password: PASSWORD });
  const response = responseOf({ ...parts, ha1, method: 'REGISTER', body: new Uint8Array() });
  return printCredentials({ ...parts, user: 'ann', realm: REALM, response });
}

const RIGHT = ALGORITHMS.flatMap(algorithm => [claim(algorithm, 'auth'), claim(algorithm, 'auth-int')]);

function request(authorization: string): SipRequest {
  const lines = [
    `REGISTER ${URI} SIP/2.0`,
    'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
    'From: <sip:ann@parley.test>;tag=1',
    'To: <sip:ann@parley.test>',
    'Call-ID: 1',
    'CSeq: 1 REGISTER',
    `Authorization: ${authorization}`,
  ];
  const message = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
  assert.equal(message.kind, 'request');
  return message as SipRequest;
}

/** Whether what was let in says, in however strange a spelling, what only a holder of the password can say. */
function isGenuine(shown: SipRequest): boolean {
  const all = shown.values('authorization').flatMap(value => parseCredentials(value) ?? []);
  return all.some(credentials => {
    const { algorithm, user, realm, response, qop } = credentials;
    const ha1 = ha1Of(algorithm, 'ann', { realm: REALM, password: PASSWORD });
    const { method, body } = shown;
    return user === 'ann' && realm === REALM && response === responseOf({ ...credentials, qop, ha1, method, body });
  });
}

/** Authorization headers from strangers: nobody is let in without the password, nobody twice with one count, and nothing is thrown. */
export const digest: FuzzTarget = {
  name: 'digest',
  seeds: [...RIGHT, 'Basic YTpi', `${RIGHT[0]}, Digest username="b"`].map(value => Buffer.from(value, 'latin1')),
  dictionary: [
    ...[
      'Digest ',
      'username="ann"',
      'realm="parley.test"',
      `nonce="${NONCE}"`,
      'nc=00000001',
      'nc=ffffffff',
      'qop=auth',
    ],
    ...[
      'qop="auth-int"',
      'algorithm=MD5',
      'algorithm=MD5-sess',
      'userhash=true',
      'opaque=""',
      'cnonce=',
      '\\"',
      ', ',
      '""',
    ],
  ],
  longest: 2048,
  declared: () => false,
  run(bytes) {
    const text = Buffer.from(bytes)
      .toString('latin1')
      .replaceAll(/[\r\n\0]/g, ' ');
    const shown = request(text);
    const own = server();
    const verdict = own.checkNow(shown, SOURCE);
    if (verdict.kind === 'refused') {
      assert.ok([400, 401].includes(verdict.refusal.status));
      for (const [, value] of verdict.refusal.headers) assert.match(value, /^[\x20-\x7e]*$/);
      return;
    }
    assert.ok(isGenuine(shown), 'let in without the password');
    assert.equal(own.checkNow(shown, SOURCE).kind, 'refused', 'let in twice with one count');
    assert.equal(
      server().checkNow(shown, { ...SOURCE, address: '192.0.2.2' }).kind,
      'refused',
      'let in from elsewhere',
    );
  },
};
