import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { findTones } from '../src/audio/tones.ts';
import { decodePcmu } from '../src/codec/g711.ts';
import { Lab, PHONE, rtp, tone } from './lab.ts';

/** Three seconds of four tones, one after the other, again and again. */
const TONES = [600, 900, 1300, 1800] as const;
const EACH_MILLIS = 500;
const melody = (seconds: number) =>
  Uint8Array.from(
    Array.from({ length: (seconds * 1000) / EACH_MILLIS }, (_, i) => [
      ...tone(EACH_MILLIS, { hertz: TONES[i % 4] }),
    ]).flat(),
  );

/** The tones of a recording, in order. */
function tonesOf(bytes: Uint8Array): number[] {
  const samples = new Int16Array(bytes.length);
  decodePcmu(bytes, samples);
  return findTones(samples, 8000, TONES, { minMillis: 200 }).flatMap(({ frequencies }) => [...frequencies]);
}

interface Arrival {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What a network makes of a packet: when its copies arrive, milliseconds after it was sent. */
type Network = (packet: number) => readonly number[];

/** Sends the sound through the network into a recording, in steps of 1 ms; returns the lab when everything is over. */
async function recorded(sound: Uint8Array, network: Network): Promise<Lab> {
  const lab = await Lab.started();
  lab.record();
  const arrivals: Arrival[] = [];
  for (let n = 0; n * 160 < sound.length; n++) {
    const bytes = rtp(sound.subarray(n * 160, n * 160 + 160), { sequence: n, timestamp: n * 160 });
    for (const delay of network(n)) arrivals.push({ at: n * 20 + delay, bytes });
  }
  arrivals.sort((a, b) => a.at - b.at);
  const end = (arrivals.at(-1)?.at ?? 0) + 300;
  let next = 0;
  for (let now = 0; now < end; now++) {
    for (; next < arrivals.length && arrivals[next].at <= now; next++) lab.send(arrivals[next].bytes, PHONE);
    lab.clock.advance(1);
    if (now % 20 === 19) lab.engine.tick();
  }
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  return lab;
}

const SECONDS = 20;
const random = seeded(20);
const NETWORKS: Readonly<Record<string, { readonly network: Network; readonly lost: readonly [number, number] }>> = {
  'a delay of 300 ms': { network: () => [300], lost: [0, 0] },
  'a delay of 0 to 150 ms, which reorders': { network: () => [random() * 150], lost: [0, 0] },
  'every packet twice': { network: () => [10, 10 + random() * 100], lost: [0, 0] },
  'a stall of 300 ms every two seconds, and all at once behind it': {
    network: n => [Math.max(0, 300 - (n % 100) * 20)],
    lost: [0, 0],
  },
  'one packet of 50 is 300 ms late, which is too late': { network: n => [n % 50 === 25 ? 300 : 0], lost: [0, 0] },
  '5 % loss': { network: () => (random() < 0.05 ? [] : [0]), lost: [30, 70] },
  '5 % loss, reordering, duplicates and 300 ms': {
    network: () => (random() < 0.05 ? [] : random() < 0.1 ? [300, 310] : [300 + random() * 80]),
    lost: [30, 70],
  },
};

for (const [name, { network, lost }] of Object.entries(NETWORKS))
  test(`${name}: the recording has its length and its tones (seed 20)`, async () => {
    const lab = await recorded(melody(SECONDS), network);
    const { millis } = lab.of('recorded')[0];
    assert.ok(Math.abs(millis - SECONDS * 1000) <= SECONDS * 20, `${millis} ms`);
    const expected = Array.from({ length: (SECONDS * 1000) / EACH_MILLIS }, (_, i) => TONES[i % 4]);
    assert.deepEqual(tonesOf(lab.recorded()), expected);
    const { packetsLost, quality } = lab.of('closed')[0].statistics;
    assert.ok(packetsLost >= lost[0] && packetsLost <= lost[1], `${packetsLost} lost`);
    assert.ok(quality);
    assert.ok(name.includes('loss') ? quality.nmos < 4.2 : quality.nmos > 3, `${quality.nmos}`);
  });
