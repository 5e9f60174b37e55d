import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { CodecName, SessionSettings } from '../src/sdp/settings.ts';
import { clip, Lab, rtp, silence, tone } from './lab.ts';

const KEYS = '123A456B789C*0#D';
const TYPES = { PCMU: 0, PCMA: 8, G722: 9 } as const;
/** Milliseconds of a key in the files: 40 of silence, 60 of tones, 50 of silence. */
const LEAD = 40;
const WHOLE = 150;

const file = (name: string) => Uint8Array.from(readFileSync(new URL(`keys/${name}`, import.meta.url)));
const PCMU = file('sixteen.ulaw');
// The same in G.722, of 16 kHz: -f s16le -ar 16000 -i all -c:a g722 -f g722 -
const G722 = file('sixteen.g722');

/** A press of 60 ms and a pause, from its first sample on. */
function press(key: string): Uint8Array {
  const at = KEYS.indexOf(key) * WHOLE * 8;
  return PCMU.slice(at + LEAD * 8, at + WHOLE * 8);
}

const withoutEvents = (codec: CodecName = 'PCMU'): Partial<SessionSettings> => ({
  codec,
  payloadType: TYPES[codec],
  telephoneEvent: undefined,
});

/** The phone says bytes of any codec in packets of 20 ms. */
function say(lab: Lab, bytes: Uint8Array, payloadType = 0): void {
  for (let at = 0; at < bytes.length; at += 160) {
    const payload = bytes.subarray(at, at + 160);
    lab.clock.advance(20);
    lab.send(rtp(payload, { sequence: lab.sequence++, timestamp: lab.timestamp, payloadType }));
    lab.timestamp += payload.length;
    lab.engine.tick();
  }
}

const keysOf = (lab: Lab) =>
  lab
    .of('key')
    .map(({ key }) => key)
    .join('');

test('all keys of ffmpeg are heard in both codecs that a telephone without events may speak, and stop a play', async () => {
  for (const [codec, bytes] of [
    ['PCMU', PCMU],
    ['G722', G722],
  ] as const) {
    const lab = await Lab.started(withoutEvents(codec));
    lab.do({ do: 'add clip', clip: 1, audio: clip(tone(60_000)) });
    lab.play(1, { bargeIn: '3' });
    say(lab, bytes, TYPES[codec]);
    assert.equal(keysOf(lab), KEYS, codec);
    assert.deepEqual(
      lab.of('played').map(({ endedBy, at }) => [endedBy, at < 400]),
      [['key', true]],
      codec,
    );
  }
});

test('tones are not looked for where events were agreed on, nor on hold; a re-INVITE changes that', async () => {
  const lab = await Lab.started();
  say(lab, press('1'));
  assert.equal(keysOf(lab), '');
  lab.start(withoutEvents());
  say(lab, press('2'));
  assert.equal(keysOf(lab), '2');
  lab.start({ ...withoutEvents(), direction: 'inactive' });
  say(lab, press('3'));
  lab.start(withoutEvents());
  say(lab, press('4'));
  lab.start();
  say(lab, press('5'));
  assert.equal(keysOf(lab), '24');
});

test('the tone of an end key is cut off the recording, all of it and at most 15 ms of what was said before', async () => {
  for (const before of [1000, 1003, 1007, 1011, 1016]) {
    const lab = await Lab.started(withoutEvents());
    lab.record({ endKeys: '#' });
    say(lab, Uint8Array.from([...tone(before, { hertz: 300 }), ...press('#')]));
    const [{ millis, endedBy, key }] = lab.of('recorded');
    assert.deepEqual([endedBy, key], ['key', '#']);
    assert.ok(millis <= before && millis >= before - 15, `${before - millis} ms of ${before} are missing`);
  }
});

test('in G.722 too', async () => {
  const lab = await Lab.started(withoutEvents('G722'));
  lab.record({ endKeys: '#' });
  say(lab, G722, 9);
  const [{ millis }] = lab.of('recorded');
  const before = KEYS.indexOf('#') * WHOLE + LEAD;
  assert.ok(millis <= before + 1 && millis >= before - 15, `${millis}`);
});

test('in a recording only those tones count that end it: what is said into it is no menu choice', async () => {
  const lab = await Lab.started(withoutEvents());
  lab.record({ endKeys: '#' });
  say(lab, Uint8Array.from([...press('1'), ...press('2'), ...press('#'), ...press('3')]));
  assert.equal(keysOf(lab), '#3');
  assert.ok(Math.abs(lab.of('recorded')[0].millis - 220) <= 15);
  const deaf = await Lab.started(withoutEvents());
  deaf.record({ endKeys: '', maxMillis: 1000 });
  say(deaf, Uint8Array.from([...press('#'), ...press('#')]));
  assert.equal(keysOf(deaf), '', 'a recording that no key ends');
});

test('tones behind a packet that never came count too, and end the recording where they began', async () => {
  const lab = await Lab.started(withoutEvents());
  lab.record({ endKeys: '#' });
  lab.say(tone(1000, { hertz: 300 }));
  lab.sequence += 1;
  lab.timestamp += 160;
  lab.say(Uint8Array.from([...press('#'), ...silence(200)]));
  lab.tick(20);
  const [{ millis, key }] = lab.of('recorded');
  assert.equal(key, '#');
  assert.ok(millis <= 1020 && millis >= 1005, `${millis}`);
});

/** How the three ways of telling one press may follow one another: 0 to 200 ms apart, in every order. */
const ORDERS = [
  ['tone', 'event', 'info'],
  ['tone', 'info', 'event'],
  ['event', 'tone', 'info'],
  ['event', 'info', 'tone'],
  ['info', 'tone', 'event'],
  ['info', 'event', 'tone'],
] as const;

/**
 * Lets the phone tell a press in three ways. Tones are looked for where no events were agreed on, so the agreement changes in the middle: as with a
 * gateway that gives up events in a re-INVITE while a key is down.
 */
function tell(lab: Lab, way: 'tone' | 'event' | 'info'): void {
  if (way === 'info') lab.do({ do: 'press', session: 1, key: '5', millis: 100 });
  else if (way === 'event') {
    lab.start();
    const payload = Uint8Array.of(5, 10, 0, 160);
    lab.send(rtp(payload, { payloadType: 101, sequence: lab.sequence++, timestamp: lab.timestamp, marker: true }));
  } else {
    lab.start(withoutEvents());
    say(lab, press('5').subarray(0, 80 * 8));
  }
}

for (const order of ORDERS)
  test(`one press counts once: ${order.join(', ')}, up to 200 ms apart, twice`, async () => {
    for (let apart = 0; apart <= 200; apart += 40) {
      const lab = await Lab.started();
      for (let twice = 0; twice < 2; twice++) {
        for (const way of order) {
          tell(lab, way);
          lab.tick(apart / 20);
        }
        lab.tick(60);
        assert.equal(keysOf(lab), '5'.repeat(twice + 1), `${apart} ms`);
      }
    }
  });

test('two presses in a row, each told by tones and by INFO, are two', async () => {
  const lab = await Lab.started(withoutEvents());
  for (let i = 0; i < 2; i++) {
    say(lab, press('7'));
    lab.do({ do: 'press', session: 1, key: '7', millis: 60 });
  }
  assert.equal(keysOf(lab), '77');
  say(lab, press('8'));
  say(lab, press('8'));
  lab.do({ do: 'press', session: 1, key: '8', millis: 60 });
  lab.do({ do: 'press', session: 1, key: '8', millis: 60 });
  assert.equal(keysOf(lab), '7788');
});
