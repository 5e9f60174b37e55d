import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Recorder } from '../src/worker/protocol.ts';
import { Lab, PHONE, rtp } from './lab.ts';

const MINUTES = 10;
const TICKS = MINUTES * 3000;
/** The other phone of a bridge. */
const OTHER = { address: '127.0.0.8', port: 6000 };

/** Counts what is recorded, because ten minutes are many octets. */
class Counter implements Recorder {
  samples = 0;
  gapMillis = 0;

  open(): ReturnType<Recorder['open']> {
    return {
      audio: (_bytes, _offset, length) => {
        this.samples += length;
      },
      gap: millis => {
        this.gapMillis += millis;
      },
      end: () => undefined,
    };
  }

  play(): ReturnType<Recorder['play']> {
    throw new Error('nothing is played here');
  }
}

/** What the phone says in its packet `n`: a second of sound, packet by packet another octet, then a second of silence. */
const isSound = (n: number) => n % 100 < 50;
const octetsOf = (n: number) => new Uint8Array(160).fill(isSound(n) ? 1 + (n % 100) : 0xff);

/** Lets the phone speak by a clock that runs `ppm` too fast while ours ticks; `heard` is asked after each tick. */
function converse(lab: Lab, ppm: number, heard: (sent: number) => void = () => undefined): number {
  const interval = 20 / (1 + ppm / 1e6);
  let sent = 0;
  let now = 0;
  for (let tick = 1; tick <= TICKS; tick++) {
    for (; (sent + 1) * interval <= tick * 20; sent++) {
      lab.clock.advance((sent + 1) * interval - now);
      now = (sent + 1) * interval;
      lab.send(rtp(octetsOf(sent), { sequence: sent, timestamp: sent * 160 }), PHONE);
    }
    lab.clock.advance(tick * 20 - now);
    now = tick * 20;
    lab.engine.tick();
    heard(sent);
  }
  return sent;
}

for (const ppm of [200, -200, 10_000, -10_000])
  test(`a clock ${ppm} ppm off for ten minutes: every sample of the sender is recorded, and nothing else`, async () => {
    const recorder = new Counter();
    const lab = await Lab.started({}, { recorder });
    lab.record({ maxMillis: 3_600_000 });
    const sent = converse(lab, ppm);
    lab.do({ do: 'close', session: 1 });
    lab.tick(3);
    assert.deepEqual([recorder.samples, recorder.gapMillis], [sent * 160, 0]);
    assert.equal(lab.of('recorded')[0].millis, sent * 20);
    const { packetsLost, quality, jitterMillis } = lab.of('closed')[0].statistics;
    assert.equal(packetsLost, 0);
    assert.ok(quality && quality.nmos > 4.39, `${quality?.nmos}`);
    assert.ok(jitterMillis < 0.5, `${jitterMillis}`);
  });

/** What came of ten minutes through a bridge. */
interface Bridged {
  /** Packets that waited in the bridge, at most and at the end. */
  readonly most: number;
  readonly last: number;
  /** Seconds of sound, of 300, that were not heard as they were said: a packet was left out or put in. */
  readonly hurt: number;
}

async function bridged(ppm: number): Promise<Bridged> {
  const lab = new Lab();
  await lab.open(2);
  await lab.open(1);
  lab.start();
  const remoteRtcp = { ...OTHER, port: OTHER.port + 1 };
  const settings = { remote: OTHER, remoteRtcp, codec: 'PCMU', payloadType: 0, direction: 'sendrecv' } as const;
  lab.do({ do: 'start', session: 2, settings });
  lab.do({ do: 'bridge', session: 1, id: 1, other: 2, relay: '', relayBack: '' });
  let [most, last] = [0, 0];
  let run: number[] = [];
  const runs: number[][] = [];
  converse(lab, ppm, sent => {
    const frame = lab.network.undelivered.findLast(({ to }) => to.port === OTHER.port)?.bytes.subarray(12);
    lab.network.undelivered.length = 0;
    const octet = frame?.[0] ?? 0xff;
    if (octet !== 0xff) {
      run.push(octet);
      last = (sent - octet) % 100;
      most = Math.max(most, last);
    } else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  });
  const whole = Array.from({ length: 50 }, (_, i) => 1 + i).join();
  return { most, last, hurt: runs.filter(each => each.join() !== whole).length };
}

for (const ppm of [200, -200, 10_000, -10_000])
  test(`a bridge from a clock ${ppm} ppm off: one packet waits at most in ten minutes, and of 300 words at most one is hurt`, async () => {
    const { most, last, hurt } = await bridged(ppm);
    assert.ok(most <= 1 && last <= 1, `${most} packets waited, ${last} at the end`);
    // A slow clock shows by its first packet that is not there in time.
    assert.ok(hurt <= (ppm < 0 ? 1 : 0), `${hurt} words are hurt`);
  });
