import assert from 'node:assert/strict';
import { type SrtpKey, SrtpReceiver, SrtpSender, type SrtpSuite, SUITES } from '@parley/media';
import { printCrypto, readCrypto } from '../../../packages/media/src/sdp/crypto-line.ts';
import { type FuzzTarget, text } from '../target.ts';

const SUITE_NAMES = Object.keys(SUITES) as SrtpSuite[];

function keyOf(suite: SrtpSuite): SrtpKey {
  const { key, salt } = SUITES[suite];
  return { key: new Uint8Array(key).fill(7), salt: new Uint8Array(salt).fill(9) };
}

/** What a sender made of a packet, behind an octet that chooses the suite. */
function protectedBy(index: number, packet: Uint8Array): Buffer {
  const suite = SUITE_NAMES[index];
  const buffer = Buffer.alloc(packet.length + 64);
  buffer.set(packet);
  const length = new SrtpSender(suite, keyOf(suite)).rtp(buffer, packet.length);
  return Buffer.concat([Buffer.from([index]), buffer.subarray(0, length)]);
}

const RTP = Buffer.from(`8000000100000abc00000007${'5a'.repeat(40)}`, 'hex');
const WHOLE = SUITE_NAMES.map((_, i) => protectedBy(i, RTP));
const GENUINE = new Set(WHOLE.map(packet => packet.toString('hex')));

export const srtp: FuzzTarget = {
  name: 'srtp',
  seeds: WHOLE,
  longest: 1500,
  declared: () => false,
  run(bytes) {
    const suite = SUITE_NAMES[(bytes[0] ?? 0) % SUITE_NAMES.length];
    const genuine = GENUINE.has(
      Buffer.concat([Buffer.from([SUITE_NAMES.indexOf(suite)]), bytes.subarray(1)]).toString('hex'),
    );
    const receiver = new SrtpReceiver(suite, keyOf(suite));
    const opened = receiver.rtp(Uint8Array.from(bytes.subarray(1)));
    assert.equal(opened >= 0, genuine, 'only what a holder of the key made is opened');
    assert.ok(receiver.rtcp(Uint8Array.from(bytes.subarray(1))) < 0, 'no report was ever made with this key');
  },
};

export const sdes: FuzzTarget = {
  name: 'sdes',
  seeds: text(
    '1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20',
    '2 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj|2^20|1:32 FEC_ORDER=FEC_SRTP',
    '3 AEAD_AES_128_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw== WSH=128',
  ),
  dictionary: [
    'inline:',
    '|2^31',
    '|1:4',
    ';',
    ' UNENCRYPTED_SRTP',
    ' KDR=1',
    '-',
    'AEAD_AES_256_GCM',
    '==',
    '999999999',
  ],
  longest: 600,
  declared: () => false,
  run(bytes) {
    const value = Buffer.from(bytes).toString('latin1');
    const reading = readCrypto(value);
    if (reading.kind === 'unusable') return;
    const again = readCrypto(printCrypto(reading.line).value ?? '');
    assert.deepEqual(again, { kind: 'usable', line: reading.line });
    assert.ok(!/UNENCRYPTED|UNAUTHENTICATED/i.test(value), 'encryption is never switched off');
  },
};
