import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { tonePower } from '../src/audio/goertzel.ts';
import { decodeG711 } from '../src/codec/g711.ts';
import { MemoryDtls } from '../src/dtls/memory-dtls.ts';
import { BrowserHouse, certificateOf, WeriftBrowser } from './browser-lab.ts';
import { TestClient } from './dtls-client.ts';
import { clip, rtp, tone } from './lab.ts';

const FRAMES = 25;
const LIMITS = { maxMillis: 9000, idleMillis: 0, endKeys: '#', keysSeen: 0 };
const options = { timeout: 30_000 };

/** How many whole frames of 20 ms hold a tone. */
function framesOf(hertz: number, bytes: Uint8Array): number {
  const samples = new Int16Array(bytes.length);
  decodeG711('PCMU', bytes, samples);
  let found = 0;
  for (let at = 0; at + 160 <= samples.length; at += 160) {
    const frame = samples.subarray(at, at + 160);
    const energy = frame.reduce((sum, sample) => sum + sample * sample, 0) / 160;
    if (energy > 1e5 && tonePower(frame, hertz, { rate: 8000 }) > energy) found += 1;
  }
  return found;
}

test('werift calls as a browser does: ICE, DTLS, and audio both ways from the first frame on', options, async t => {
  const house = new BrowserHouse(t);
  const browser = new WeriftBrowser(t);
  const { answer } = await house.answer(await browser.offer());
  // The greeting is asked for before anything can be heard.
  house.engine.handle({ do: 'add clip', clip: 1, audio: clip(tone(20 * FRAMES, { hertz: 700 })) });
  const sources = [{ kind: 'clip', clip: 1 }] as const;
  house.engine.handle({ do: 'play', session: 1, id: 1, sources, bargeIn: '', keysSeen: 0 });
  house.engine.handle({ do: 'record', session: 1, id: 2, into: { draft: 'd', take: 1 }, ...LIMITS });
  await browser.connect(answer);
  await house.event('played');
  const said = tone(20 * FRAMES, { hertz: 1200 });
  for (let i = 0; i < FRAMES; i++) {
    const payload = said.subarray(160 * i, 160 * i + 160);
    browser.track.writeRtp(Buffer.from(rtp(payload, { sequence: i, timestamp: 160 * i })));
    await pause(20);
  }
  house.engine.handle({ do: 'close', session: 1 });
  const { statistics } = await house.event('closed');
  const recorded = Uint8Array.from(house.recorder.take('d', 1)?.bytes ?? []);
  assert.deepEqual([framesOf(1200, recorded), framesOf(700, browser.heard)], [FRAMES, FRAMES]);
  assert.deepEqual([statistics.packetsReceived, statistics.srtpRejected], [FRAMES, 0]);
});

/** A stranger who says hello to a port again and again, each time as another client. Returns how often. */
function race(t: TestContext, port: number): { readonly hellos: () => number; stop(): void } {
  const socket = createSocket('udp4');
  let hellos = 0;
  const strike = () => {
    hellos += 1;
    socket.send(new TestClient().hello(), port, '127.0.0.77');
  };
  socket.bind(0, '127.0.0.66', strike);
  const timer = setInterval(strike, 2);
  let stopped = false;
  const stop = () => {
    if (!stopped) socket.close();
    stopped = true;
    clearInterval(timer);
  };
  t.after(stop);
  return { hellos: () => hellos, stop };
}

test('100 races of a strange ClientHello against that of the browser lose no call', { timeout: 60_000 }, async t => {
  const house = new BrowserHouse(t);
  const keys = certificateOf();
  let [connected, hellos] = [0, 0];
  const call = async (session: number) => {
    const browser = new WeriftBrowser(t, { dtls: { keys } });
    const { answer, port } = await house.answer(await browser.offer(), session);
    const attack = race(t, port);
    await browser.connect(answer);
    connected += 1;
    attack.stop();
    hellos += attack.hellos();
    house.engine.handle({ do: 'close', session });
    await browser.connection.close();
  };
  for (let session = 1; session <= 100; session += 5)
    await Promise.all([0, 1, 2, 3, 4].map(more => call(session + more)));
  assert.equal(connected, 100);
  assert.ok(hellos >= 100, `${hellos} strange hellos`);
  assert.equal(
    house.events.some(({ on }) => on === 'silent' || on === 'broken'),
    false,
  );
});

test('what comes from strangers does not reach the handshake', options, async t => {
  const key = (fill: number) => ({ key: new Uint8Array(16).fill(fill), salt: new Uint8Array(14).fill(fill) });
  const { make, made } = MemoryDtls.factory({ suite: 'AES_CM_128_HMAC_SHA1_80', local: key(1), remote: key(2) });
  const house = new BrowserHouse(t, make);
  const browser = new WeriftBrowser(t);
  const { port } = await house.answer(await browser.offer());
  const attack = race(t, port);
  while (attack.hellos() < 20) await pause(5);
  attack.stop();
  assert.equal(made[0].datagrams, 0);
});
