import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { type SrtpSecurity, SUITES } from '../src/srtp/suites.ts';
import { clientFiles, exportedBy, type Meddling, openEnd, startClient } from './openssl-client.ts';

const has = (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, 'openssl')));
const options = { skip: has ? false : 'needs openssl', timeout: 20_000 };

/** RFC 5764 section 4.2: client key, server key, client salt, server salt; of the exported octets as many as the suite takes. */
function expected({ suite }: SrtpSecurity, exported: string) {
  const { key, salt } = SUITES[suite];
  const bytes = Buffer.from(exported, 'hex');
  const piece = (from: number, length: number) => bytes.subarray(from, from + length).toString('hex');
  return [piece(0, key), piece(key, key), piece(2 * key, salt), piece(2 * key + salt, salt)];
}

function found({ remote, local }: SrtpSecurity) {
  return [remote.key, local.key, remote.salt, local.salt].map(bytes => Buffer.from(bytes).toString('hex'));
}

for (const { name, kind, profiles, suite, extra } of [
  { name: 'ECDSA', kind: 'ec', profiles: 'SRTP_AES128_CM_SHA1_80', suite: 'AES_CM_128_HMAC_SHA1_80' },
  { name: 'RSA, GCM', kind: 'rsa', profiles: 'SRTP_AEAD_AES_128_GCM', suite: 'AEAD_AES_128_GCM' },
  {
    name: 'P-256, the profile that we would rather have',
    kind: 'ec',
    profiles: 'SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80',
    suite: 'AES_CM_128_HMAC_SHA1_80',
    extra: ['-groups', 'P-256'],
  },
  {
    name: 'RSA-PSS, a ClientHello in pieces',
    kind: 'rsa',
    profiles: 'SRTP_AES128_CM_SHA1_80',
    suite: 'AES_CM_128_HMAC_SHA1_80',
    extra: ['-sigalgs', 'rsa_pss_rsae_sha256:ecdsa_secp256r1_sha256', '-mtu', '256'],
  },
] as const)
  test(`OpenSSL and we agree on the same keys: ${name}`, options, async t => {
    const files = clientFiles(t, kind);
    const end = await openEnd(t, [files.fingerprint]);
    const client = startClient(t, end.port, { files, profiles, ...(extra && { extra }) });
    const ended = await end.ended;
    assert.ok('security' in ended, `${JSON.stringify(ended)} ${end.server.problem}`);
    assert.equal(ended.security.suite, suite);
    assert.deepEqual(found(ended.security), expected(ended.security, await exportedBy(client)));
    end.server.close();
    await new Promise(resolve => client.process.once('exit', resolve));
    assert.match(client.output(), /closed|DONE|Keying/);
  });

/** Loses the first datagram of each way and every fifth, and doubles all others. */
function unreliable(): Required<Meddling> {
  const way = () => {
    let passed = 0;
    return (datagram: Uint8Array) => (passed++ % 5 === 0 ? [] : [datagram, datagram]);
  };
  return { incoming: way(), outgoing: way() };
}

test('on a bad way, where every fifth datagram is lost and the others come twice', options, async t => {
  const files = clientFiles(t);
  const end = await openEnd(t, [files.fingerprint], unreliable());
  const client = startClient(t, end.port, { files });
  const ended = await end.ended;
  assert.ok('security' in ended, `${JSON.stringify(ended)} ${end.server.problem}`);
  assert.deepEqual(found(ended.security), expected(ended.security, await exportedBy(client)));
});

test('a client without a certificate, or with another one, gets no keys', options, async t => {
  const [files, others] = [clientFiles(t), clientFiles(t)];
  for (const shown of [undefined, others]) {
    const end = await openEnd(t, [files.fingerprint]);
    const client = startClient(t, end.port, shown ? { files: shown } : {});
    const ended = await end.ended;
    assert.ok('failed' in ended, JSON.stringify(ended));
    client.process.kill();
  }
});
