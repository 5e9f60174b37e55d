import assert from 'node:assert/strict';
import { readInfo } from '../../../packages/call/src/sip-call/dtmf-relay.ts';
import type { FuzzTarget } from '../target.ts';

/** The first line is the Content-Type, the rest the body. */
const SEEDS = [
  'application/dtmf-relay\nSignal=5\r\nDuration=160\r\n',
  'application/dtmf-relay; charset=x\nduration = 0\nSIGNAL= 11 ',
  'application/dtmf\n#',
  'Application/DTMF\n16',
  'text/plain\n5',
];

/** Keys in the bodies of INFO: what is understood is one key for a time that a finger can press it. */
export const info: FuzzTarget = {
  name: 'dtmf-info',
  seeds: SEEDS.map(seed => Buffer.from(seed, 'latin1')),
  dictionary: [
    'application/dtmf-relay\n',
    'application/dtmf\n',
    'Signal=',
    'Duration=',
    '\r\n',
    '=',
    'HF',
    '!',
    '99999999999999999999',
  ],
  longest: 600,
  declared: () => false,
  run(bytes) {
    const text = Buffer.from(bytes).toString('latin1');
    const end = text.indexOf('\n');
    const type = end < 0 ? undefined : text.slice(0, end);
    const reading = readInfo(type, bytes.subarray(end + 1));
    if (reading.kind === 'refused') assert.ok(reading.status === 400 || reading.status === 415);
    if (reading.kind !== 'key') return;
    assert.match(reading.key, /^[0-9*#A-D]$/);
    assert.ok(reading.millis >= 40 && reading.millis <= 5000, `pressed for ${reading.millis} ms`);
  },
};
