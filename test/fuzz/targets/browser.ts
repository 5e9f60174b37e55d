import assert from 'node:assert/strict';
import { DtlsServer } from '../../../packages/media/src/dtls/dtls-server.ts';
import { makeIdentity } from '../../../packages/media/src/dtls/identity.ts';
import { kindOf } from '../../../packages/media/src/ice/demultiplex.ts';
import { IceLite } from '../../../packages/media/src/ice/ice-lite.ts';
import { TestClient } from '../../../packages/media/test/dtls-client.ts';
import { check } from '../../../packages/media/test/stun-client.ts';
import type { FuzzTarget } from '../target.ts';

const LOCAL = { userFragment: 'abcd', password: 'p'.repeat(24) };
const REMOTE = { userFragment: 'efgh', password: 'q'.repeat(24) };
const FROM = { address: '192.0.2.7', port: 4000 };
const CHECK = { userName: 'abcd:efgh', password: LOCAL.password };
const GENUINE = [check(CHECK), check({ ...CHECK, useCandidate: true })];

/** No function on the way of a packet may throw, whatever the packet. */
const declared = () => false;

export const stun: FuzzTarget = {
  name: 'stun',
  seeds: [
    ...GENUINE,
    check({ ...CHECK, extra: [[0x7fff, Buffer.alloc(4)]] }),
    check({ ...CHECK, withoutFingerprint: true }),
  ],
  longest: 1100,
  declared,
  run(bytes) {
    const ice = new IceLite();
    ice.agree({ local: LOCAL, remote: REMOTE });
    const answer = ice.request(Uint8Array.from(bytes), FROM, 1000);
    if (answer) assert.ok(answer.length <= 128, 'an answer is no amplification');
    // Where packets go is decided by checks that were made with the password, and by nothing else.
    if (ice.peer) assert.ok(bytes.includes(0x25), 'nobody was nominated');
    kindOf(bytes);
  },
};

/** Several datagrams in one input: each behind two octets for its length. */
const joined = (...datagrams: readonly Uint8Array[]) =>
  Buffer.concat(datagrams.flatMap(each => [Buffer.from([each.length >> 8, each.length & 0xff]), each]));

const IDENTITY = makeIdentity(Date.UTC(2026, 0, 1));
const client = new TestClient({ identity: makeIdentity(Date.UTC(2026, 0, 1)) });

export const dtls: FuzzTarget = {
  name: 'dtls',
  seeds: [joined(client.hello()), joined(...client.helloInPieces(60)), joined(client.hello(), client.hello())],
  longest: 2048,
  declared,
  run(bytes) {
    let sent = 0;
    const server = new DtlsServer({
      identity: IDENTITY,
      fingerprints: [client.identity.fingerprint],
      send: datagram => {
        sent += datagram.length;
      },
      keyed: () => assert.fail('a handshake without the secrets gave keys'),
      failed: () => undefined,
    });
    for (let at = 0, now = 0; at + 2 <= bytes.length; now += 100) {
      const length = (bytes[at] << 8) | bytes[at + 1];
      server.datagram(Uint8Array.from(bytes.subarray(at + 2, at + 2 + length)), now);
      at += 2 + length;
    }
    server.close();
    assert.ok(sent < 100_000, `${sent} octets were sent for ${bytes.length}`);
  },
};
