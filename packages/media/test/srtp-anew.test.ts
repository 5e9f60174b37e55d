import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SrtpLink } from '../src/srtp/srtp-link.ts';
import { SrtpSender } from '../src/srtp/srtp-sender.ts';
import { SRTP_ROOM, type SrtpSecurity } from '../src/srtp/suites.ts';
import { marks, rtp } from './lab.ts';

const SUITE = 'AES_CM_128_HMAC_SHA1_80';
const keyOf = (fill: number) => ({ key: new Uint8Array(16).fill(fill), salt: new Uint8Array(14).fill(fill) });
const securityOf = (fill: number): SrtpSecurity => ({ suite: SUITE, local: keyOf(fill), remote: keyOf(fill + 1) });

function sealed(end: { sealRtp(bytes: Uint8Array, length: number): number }, sequence: number): Buffer {
  const plain = rtp(marks(160), { sequence });
  const bytes = Buffer.concat([plain, Buffer.alloc(SRTP_ROOM)]);
  return bytes.subarray(0, end.sealRtp(bytes, plain.length));
}

test('keys of a new association: the rollover counter begins anew, as the other side has it (RFC 5764)', () => {
  const fresh = (fill: number) => {
    const sender = new SrtpSender(SUITE, keyOf(fill));
    return { sealRtp: (bytes: Uint8Array, length: number) => sender.rtp(bytes, length) };
  };
  const link = new SrtpLink();
  link.agree(securityOf(1));
  for (const sequence of [65_535, 0]) sealed(link, sequence);
  link.agree(securityOf(3));
  assert.notDeepEqual(sealed(link, 1), sealed(fresh(3), 1), 'within one stream it goes on (RFC 3711 section 3.3.1)');
  link.agree(securityOf(5), true);
  assert.deepEqual(sealed(link, 2), sealed(fresh(5), 2));
});
