import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { FakeClock } from '@parley/base/fake-clock';
import { DtlsIdentities, type DtlsIdentity, makeIdentity } from './identity.ts';

const DAY = 86_400_000;

test('OpenSSL takes the certificate for one that its own key has signed, for 30 days', () => {
  for (const now of [Date.UTC(2026, 10, 21, 9, 5, 7), Date.UTC(2049, 11, 20), Date.UTC(2055, 0, 1)]) {
    const { certificate, privateKey, fingerprint } = makeIdentity(now);
    const read = new X509Certificate(certificate);
    assert.ok(read.verify(read.publicKey) && read.checkPrivateKey(privateKey));
    assert.equal(read.subject, 'CN=parley');
    assert.equal(read.issuer, read.subject);
    assert.equal(read.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
    assert.deepEqual([Date.parse(read.validFrom), Date.parse(read.validTo)], [now - DAY, now + 30 * DAY]);
    assert.deepEqual(fingerprint.bytes, Uint8Array.from(createHash('sha256').update(read.raw).digest()));
    assert.ok(certificate.length < 400, 'a flight fits into a datagram');
  }
});

test('two identities have nothing in common', () => {
  const [one, other] = [makeIdentity(0), makeIdentity(0)].map(({ certificate }) => new X509Certificate(certificate));
  assert.notEqual(one.serialNumber, other.serialNumber);
  assert.ok(!one.publicKey.equals(other.publicKey));
});

test('one identity for all calls, and another one after 20 days or when the clock was set back', () => {
  const clock = new FakeClock();
  const identities = new DtlsIdentities(clock);
  const first = identities.current;
  clock.advance(20 * DAY - 1);
  assert.equal(identities.current, first);
  clock.advance(1);
  const second = identities.current;
  assert.notDeepEqual(second.fingerprint, first.fingerprint);
  assert.ok(Date.parse(new X509Certificate(second.certificate).validTo) > clock.wall() + 29 * DAY);
});

test('it travels to another thread, and the key is in nothing that is printed', async () => {
  const { port1, port2 } = new MessageChannel();
  const identity = makeIdentity(0);
  port1.postMessage(identity);
  const there = await new Promise<DtlsIdentity>(resolve => port2.once('message', resolve));
  port1.close();
  assert.ok(new X509Certificate(there.certificate).checkPrivateKey(there.privateKey));
  assert.equal(there.certificate.buffer.byteLength, there.certificate.length);
  assert.equal(JSON.stringify(identity.privateKey), '{}');
});
