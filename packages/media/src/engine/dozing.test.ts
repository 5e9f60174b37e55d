import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { seeded } from '@parley/base';
import { clip, HERE, Lab, marks, PHONE, PHONE_RTCP, read, rtp, SETTINGS, silence, tone } from '../../test/lab.ts';
import { WIDE } from '../../test/wide-phone.ts';
import { silenceByte } from '../codec/silence.ts';
import { uint32 } from '../rtp/packet.ts';

const SEED = 20_261_121;
const SCRIPTS = 150;
const STEPS = 40;
const OTHER = { address: '127.0.0.8', port: 5000 };
const OTHER_RTCP = { address: '127.0.0.8', port: 5001 };
const CLIP = clip(marks(900));
/** What was pressed before does not count. */
const EVERY_KEY = Number.POSITIVE_INFINITY;
const SENDER_REPORT = 200;
const SILENT = silenceByte('PCMU');

/** What both engines are put through; the numbers decide about lengths, keys and packets that get lost. */
type Step = { readonly does: (typeof DOES)[number]; readonly a: number; readonly b: number };
const DOES = [
  ...[
    'wait',
    'wait',
    'say',
    'say',
    'quiet',
    'rough',
    'key',
    'press',
    'press',
    'dial',
    'play',
    'play',
    'lay over',
    'record',
    'record',
  ],
  ...['record both', 'stop', 'hold', 'resume', 'bridge', 'other speaks', 'other codec'],
] as const;

function scriptOf(random: () => number): readonly Step[] {
  return Array.from({ length: STEPS }, () => ({
    does: DOES[Math.floor(random() * DOES.length)],
    a: random(),
    b: random(),
  }));
}

/** An engine with two sessions, and the phones of both. */
class Stage {
  readonly lab: Lab;
  #id = 0;
  #otherPort = 0;
  #otherSequence = 0;

  constructor(silenceEveryMillis: number) {
    this.lab = new Lab({ silenceEveryMillis, random: seeded(SEED) });
  }

  async open(): Promise<void> {
    const { lab } = this;
    await lab.open(2);
    this.#otherPort = lab.port;
    await lab.open(1);
    lab.start();
    lab.do({ do: 'start', session: 2, settings: { ...SETTINGS, remote: OTHER, remoteRtcp: OTHER_RTCP } });
    lab.do({ do: 'add clip', clip: 1, audio: CLIP });
    // By now silence is sent sparingly.
    lab.tick(15);
  }

  take({ does, a, b }: Step): void {
    const { lab } = this;
    const ticks = 1 + Math.floor(a * 40);
    if (does === 'wait') lab.tick(ticks);
    else if (does === 'say') lab.say(tone(20 * ticks));
    else if (does === 'quiet') lab.say(silence(20 * ticks));
    else if (does === 'rough') this.#rough(ticks, b);
    else if (does === 'key') lab.press(Math.floor(a * 12));
    else if (does === 'press') lab.do({ do: 'press', session: 1, key: a < 0.5 ? '#' : '5', millis: 100 });
    else if (does === 'dial') lab.do({ do: 'dial', session: 1, keys: '12' });
    else if (does === 'play') lab.play(1, { id: ++this.#id, bargeIn: '5#', keysSeen: EVERY_KEY });
    else if (does === 'lay over') lab.play(1, { id: ++this.#id, over: true });
    else if (does === 'record' || does === 'record both') this.#record(a, b, does === 'record both');
    else if (does === 'stop') lab.do({ do: 'stop', session: 1, id: this.#id });
    else if (does === 'hold') lab.start({ direction: 'recvonly' });
    else if (does === 'resume') lab.start();
    else if (does === 'other codec') lab.start({ codec: 'PCMA', payloadType: 8 });
    else if (does === 'bridge') this.#bridge();
    else this.#otherSpeaks(ticks);
  }

  /** Everything that somebody can know of it. */
  account() {
    const heard = this.lab.network.undelivered
      .filter(({ to }) => to.port === PHONE.port || to.port === OTHER.port)
      .map(({ bytes, to }) => ({ to: to.port, ...read(bytes) }))
      .filter(({ payload }) => payload.some(octet => octet !== SILENT && octet !== silenceByte('PCMA')))
      .map(({ to, timestamp, payloadType, marker, payload }) => ({
        to,
        timestamp,
        payloadType,
        marker,
        payload: Buffer.from(payload).toString('hex'),
      }));
    return {
      heard,
      // How many packets of silence were sent is what differs.
      events: this.lab.events
        .filter(({ on }) => on !== 'load')
        .map(event =>
          event.on === 'closed' ? { ...event, statistics: { ...event.statistics, packetsSent: undefined } } : event,
        ),
      takes: [...this.lab.recorder.takes].map(([name, { fail, ...take }]) => ({ name, ...take })),
    };
  }

  /** RTP timestamps of the last reports of both sessions; undefined of one that had not sent lately (RFC 3550 section 6.4). */
  goodbyes(): readonly (number | undefined)[] {
    const last = (port: number) => this.lab.network.undelivered.findLast(({ to }) => to.port === port)?.bytes;
    return [PHONE_RTCP, OTHER_RTCP].map(({ port }) => {
      const report = last(port);
      return report?.[1] === SENDER_REPORT ? uint32(report, 16) : undefined;
    });
  }

  #record(a: number, b: number, both: boolean): void {
    this.#id += 1;
    this.lab.record({
      id: this.#id,
      into: { draft: 'd', take: this.#id },
      keysSeen: EVERY_KEY,
      maxMillis: 200 + Math.floor(a * 4000),
      idleMillis: b < 0.5 ? 0 : 100 + Math.floor(b * 2000),
      ...(both && { both: true }),
    });
  }

  /** Packets of which some are lost, some late. */
  #rough(packets: number, chance: number): void {
    const { lab } = this;
    const random = seeded(Math.floor(chance * 1e6));
    let late: Uint8Array | undefined;
    for (let i = 0; i < packets; i++) {
      lab.clock.advance(20);
      const packet = rtp(tone(20), { sequence: lab.sequence++, timestamp: lab.timestamp });
      lab.timestamp += 160;
      const fate = random();
      if (fate < 0.15 && !late) late = packet;
      else if (fate > 0.1) {
        lab.send(packet);
        if (late && fate > 0.6) {
          lab.send(late);
          late = undefined;
        }
      }
      lab.engine.tick();
    }
  }

  #bridge(): void {
    this.#id += 1;
    this.lab.do({ do: 'bridge', session: 1, id: this.#id, other: 2, relay: '0123456789', relayBack: '' });
  }

  #otherSpeaks(packets: number): void {
    for (let i = 0; i < packets; i++) {
      const sequence = this.#otherSequence++;
      this.lab.clock.advance(20);
      this.lab.network.deliver({
        bytes: rtp(tone(20, { hertz: 600 }), { sequence, timestamp: sequence * 160, ssrc: 7 }),
        from: OTHER,
        to: { address: HERE, port: this.#otherPort },
      });
      this.lab.engine.tick();
    }
  }
}

suite('ticks that are slept through', () => {
  const random = seeded(SEED);
  for (let number = 1; number <= SCRIPTS; number++) {
    const script = scriptOf(random);
    test(`nobody can tell: script ${number} of seed ${SEED}`, async () => {
      const [awake, dozing] = [new Stage(20), new Stage(200)];
      for (const stage of [awake, dozing]) {
        await stage.open();
        for (const step of script) stage.take(step);
        stage.lab.engine.close();
      }
      assert.deepEqual(dozing.account(), awake.account());
      const expected = awake.goodbyes();
      for (const [i, at] of dozing.goodbyes().entries()) if (at !== undefined) assert.equal(at, expected[i]);
    });
  }
});

test('what was slept through before the codec changed counts in the clock of the old one', async () => {
  const lab = await Lab.started({}, { silenceEveryMillis: 200 });
  lab.tick(20 + 4);
  const before = lab.heard().at(-1)!;
  const { opus } = WIDE;
  lab.start(opus);
  lab.tick(20);
  const after = lab.heard().find(({ payloadType }) => payloadType === opus.payloadType)!;
  // Silence goes out with each tenth tick: the 20th before, the 30th, which is the sixth at 48 kHz, after.
  assert.equal((after.timestamp - before.timestamp) >>> 0, 4 * 160 + 6 * 960);
});
