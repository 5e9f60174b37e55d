import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import fc from 'fast-check';
import { type ClientOptions, TestClient } from '../../test/dtls-client.ts';
import type { SrtpSecurity } from '../srtp/suites.ts';
import type { DtlsOptions } from './dtls-endpoint.ts';
import { DtlsServer } from './dtls-server.ts';
import { type DtlsIdentity, makeIdentity } from './identity.ts';
import { recordsOf } from './records.ts';
import { exportKeys } from './srtp-profiles.ts';

const OURS = makeIdentity(0);
const THEIRS = makeIdentity(0);
const SEED = 20_262_611;

/** A server that expects a client with that certificate, and what came of it. */
class End {
  readonly sent: Buffer[] = [];
  readonly keyed: SrtpSecurity[] = [];
  readonly failed: string[] = [];
  readonly server: DtlsServer;
  now = 0;

  constructor(identity: DtlsIdentity = THEIRS, changes: Partial<DtlsOptions> = {}) {
    this.server = new DtlsServer({
      identity: OURS,
      fingerprints: [identity.fingerprint],
      send: datagram => void this.sent.push(Buffer.from(datagram)),
      keyed: security => void this.keyed.push(security),
      failed: why => void this.failed.push(why),
      ...changes,
    });
  }

  give(...datagrams: readonly Uint8Array[]): this {
    for (const datagram of datagrams) this.server.datagram(datagram, this.now);
    return this;
  }

  later(millis: number): this {
    this.now += millis;
    this.server.elapse(this.now);
    return this;
  }

  get last(): Buffer {
    return this.sent.at(-1) ?? Buffer.alloc(0);
  }
}

/** A client that was answered, and the end that did. */
function greeted(options: ClientOptions = {}, end = new End()) {
  const client = new TestClient({ identity: THEIRS, ...options });
  end.give(client.hello());
  return { client, end };
}

test('a handshake ends with the keys of both directions, and a Finished that is right', () => {
  const { client, end } = greeted();
  assert.equal(end.sent.length, 1);
  assert.ok(end.last.length < 1200, `a flight of ${end.last.length} octets is one datagram`);
  end.give(...client.answer(end.last));
  assert.deepEqual([end.keyed.length, end.failed.length, end.server.problem], [1, 0, undefined]);
  assert.ok(client.isFinished(end.last));
  const { secrets } = client;
  assert.ok(secrets);
  assert.deepEqual(end.keyed[0], exportKeys(secrets, 'AES_CM_128_HMAC_SHA1_80'));
});

for (const [what, change, group] of [
  ['P-256 when there is no other', { extensions: { 10: Buffer.from('00020017', 'hex') } }, 23],
  ['X25519 when there are both', {}, 29],
] as const)
  test(`the group is ${what}`, () => {
    const { client, end } = greeted(change);
    const [, , exchange] = recordsOf(end.last);
    assert.equal(Buffer.from(exchange.content).readUInt16BE(13), group);
    assert.equal(end.give(...client.answer(end.last)).keyed.length, 1);
  });

test('GCM where that is all there is', () => {
  const { client, end } = greeted({ extensions: { 14: Buffer.from('0002000700', 'hex') } });
  assert.equal(end.give(...client.answer(end.last)).keyed[0].suite, 'AEAD_AES_128_GCM');
});

test('a certificate that somebody shows without having its key is worth nothing', () => {
  const { client, end } = greeted({ key: makeIdentity(0).privateKey });
  end.give(...client.answer(end.last));
  assert.deepEqual(end.failed, ['the certificate is shown by somebody who has not its key']);
  assert.equal(end.keyed.length, 0);
  assert.equal(client.opened(end.last)?.toString('hex'), '022a');
});

test('another certificate, and none, end it', () => {
  for (const [options, why] of [
    [{ identity: makeIdentity(0) }, /not the one whose fingerprint/],
    [{ bare: true }, /shows no certificate/],
  ] as const) {
    const { client, end } = greeted(options);
    end.give(...client.answer(end.last));
    assert.match(end.failed[0], why);
    assert.equal(end.keyed.length, 0);
    const sent = end.sent.length;
    end.give(new TestClient({ identity: THEIRS }).hello()).later(60_000);
    assert.equal(end.sent.length, sent, 'it is over');
  }
});

test('one fingerprint of several is enough, by whichever hash', () => {
  const bytes = Uint8Array.from(createHash('sha512').update(THEIRS.certificate).digest());
  const fingerprints = [OURS.fingerprint, { hash: 'sha-512', bytes } as const];
  const { client, end } = greeted({}, new End(THEIRS, { fingerprints }));
  assert.equal(end.give(...client.answer(end.last)).keyed.length, 1);
});

test('clients that cannot do what is needed hear so, and the reason is known', () => {
  for (const [options, why] of [
    [{ version: 0xfeff }, /without DTLS 1.2/],
    [{ suites: [0xc02f] }, /without TLS_ECDHE_ECDSA/],
    [{ extensions: { 23: undefined } }, /extended_master_secret/],
    [{ extensions: { 13: Buffer.from('00020804', 'hex') } }, /ecdsa_secp256r1_sha256/],
    [{ extensions: { 10: Buffer.from('00020018', 'hex') } }, /X25519/],
    [{ extensions: { 14: Buffer.from('0002000200', 'hex') } }, /SRTP profile/],
    [{ extensions: { 14: undefined } }, /SRTP profile/],
  ] as const) {
    const { end } = greeted(options);
    assert.match(end.server.problem ?? '', why);
    assert.equal(recordsOf(end.last)[0].content.join(), '2,40');
    assert.equal(end.failed.length, 0, 'anybody may have written that hello');
    const { client } = greeted({}, end);
    assert.equal(end.give(...client.answer(end.last)).keyed.length, 1);
  }
});

test('a hello in pieces, in any order, doubled', () => {
  const client = new TestClient({ identity: THEIRS });
  const pieces = client.helloInPieces(25);
  assert.ok(pieces.length > 3);
  const end = new End().give(...pieces.slice(1).reverse(), ...pieces);
  assert.equal(end.sent.length, 1);
  assert.equal(end.give(...client.answer(end.last)).keyed.length, 1);
});

test('the flight is sent again, each time later, until it is answered', () => {
  const { client, end } = greeted();
  const times: number[] = [];
  for (let i = 0; i < 1000; i++) {
    const before = end.sent.length;
    end.later(20);
    if (end.sent.length > before) times.push(end.now);
  }
  assert.deepEqual(times.slice(0, 6), [260, 760, 1760, 3760, 7760, 11_760]);
  const numbers = end.sent.flatMap(flight => recordsOf(flight).map(({ head }) => Buffer.from(head).readUIntBE(5, 6)));
  assert.deepEqual(numbers, [...numbers.keys()], 'each record has a number of its own');
  assert.equal(end.give(...client.answer(end.last)).keyed.length, 1);
  const sent = end.sent.length;
  assert.equal(end.later(60_000).sent.length, sent);
});

test('a hello that comes again is answered again, but not for every copy', () => {
  const { client, end } = greeted();
  for (let i = 0; i < 50; i++) end.give(client.hello());
  assert.equal(end.sent.length, 1);
  end.now += 100;
  end.give(client.hello());
  assert.equal(end.sent.length, 2);
});

test('the second flight in another order, and when our Finished was lost', () => {
  const { client, end } = greeted();
  const [certificate, exchange, proof, change, finished] = client.answer(end.last);
  end.give(finished, proof, change, exchange);
  assert.equal(end.keyed.length, 0);
  end.give(certificate);
  assert.equal(end.keyed.length, 1, 'the Finished that overtook the others was kept');
  const sent = end.sent.length;
  end.give(finished);
  assert.equal(end.sent.length, sent, 'the same record is a replay');
  end.give(client.finished());
  assert.equal(end.sent.length, sent + 1);
  assert.ok(client.isFinished(end.last));
  assert.equal(end.keyed.length, 1);
});

test('forged parts of the second flight cost a round, not the call', () => {
  const { client, end } = greeted();
  const forger = new TestClient();
  const forged = forger.answer(end.last);
  end.give(...forged.slice(0, 3));
  const right = client.answer(end.last);
  end.give(...right);
  assert.deepEqual([end.keyed.length, end.failed.length], [0, 0]);
  end.later(300);
  assert.equal(end.sent.length, 2, 'our flight again, which the client answers again');
  end.give(...right.slice(0, 4), client.finished());
  assert.equal(end.keyed.length, 1);
});

test('other hellos, before and after and beside, do not end a handshake that is under way', () => {
  const end = new End();
  end.give(new TestClient().hello());
  const { client } = greeted({}, end);
  const flight = end.last;
  end.give(new TestClient().hello(), new TestClient({ suites: [1] }).hello());
  end.give(...client.answer(flight));
  assert.equal(end.keyed.length, 1);
  const sent = end.sent.length;
  end.give(new TestClient({ identity: THEIRS }).hello(), client.hello()).later(5000);
  assert.deepEqual([end.sent.length, end.keyed.length], [sent, 1], 'nothing is negotiated again');
});

test('so many hellos are answered and no more', () => {
  const end = new End();
  for (let i = 0; i < 200; i++) end.give(new TestClient({ identity: THEIRS }).hello());
  assert.equal(end.sent.length, 12);
});

test('alerts in clear end nothing, and say what the other side may have thought', () => {
  const { client, end } = greeted();
  const alert = (level: number, what: number) =>
    Buffer.from([21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 99, 0, 2, level, what]);
  end.give(alert(2, 51), alert(1, 0));
  assert.match(end.server.problem ?? '', /alert 51/);
  assert.equal(end.give(...client.answer(end.last)).keyed.length, 1);
  assert.equal(end.server.problem, undefined);
});

test('a wrong Finished is none', () => {
  const { client, end } = greeted();
  const records = client.answer(end.last);
  end.give(...records.slice(0, 4), client.finished(true));
  assert.deepEqual([end.keyed.length, end.failed.length], [0, 0]);
  assert.equal(end.give(records[4]).keyed.length, 1);
});

test('closing says goodbye to whom there is', () => {
  const { client, end } = greeted();
  end.give(...client.answer(end.last));
  end.server.close();
  assert.equal(client.opened(end.last)?.toString('hex'), '0100');
  const sent = end.sent.length;
  end.server.close();
  end.give(client.finished(), client.hello());
  assert.equal(end.sent.length, sent);
  const other = greeted().end;
  other.server.close();
  assert.equal(other.sent.length, 1);
});

test(`6,000 mutated datagrams throw nothing, key nothing, and end nothing (seed ${SEED})`, () => {
  const random = seeded(SEED);
  const pick = (below: number) => Math.floor(random() * below);
  let given = 0;
  let keyed = 0;
  for (let round = 0; round < 60; round++) {
    const { client, end } = greeted();
    const flight = end.last;
    const right = client.answer(flight);
    const material = [client.hello(), ...right.slice(0, 4), client.protect(22, Buffer.alloc(24, 20))];
    for (let i = 0; i < 100; i++, given++) {
      const bytes = Buffer.from(material[pick(material.length)]);
      for (let changes = pick(4); changes >= 0; changes--) bytes[pick(bytes.length)] = pick(256);
      end.now += pick(20);
      end.give(pick(5) === 0 ? bytes.subarray(0, pick(bytes.length)) : bytes);
      end.server.elapse(end.now);
    }
    assert.deepEqual([end.keyed.length, end.failed.length], [0, 0]);
    // The client is still there; it hears our flight again and answers it again.
    end.later(5000);
    end.give(...right.slice(0, 4), client.finished());
    keyed += end.keyed.length;
  }
  assert.equal(given, 6000);
  assert.ok(keyed > 0, `${keyed} of 60 got their keys all the same`);
});

test('3,000 datagrams of chance: nothing is sent that is more than an answer to a hello', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 20, max: 25 }), (tail, type) => {
      const end = new End();
      const head = [type, 254, 253, 0, 0, 0, 0, 0, 0, 0, 1, tail.length >> 8, tail.length & 255];
      end.give(Uint8Array.from([...head, ...tail]), tail);
      assert.deepEqual([end.keyed.length, end.failed.length], [0, 0]);
      assert.ok(end.sent.length <= 1 && end.last.length < 20);
    }),
    { numRuns: 3000, seed: 6347 },
  );
});
