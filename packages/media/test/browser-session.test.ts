import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeIdentity } from '../src/dtls/identity.ts';
import { MemoryDtls } from '../src/dtls/memory-dtls.ts';
import { KEYS_MILLIS } from '../src/engine/browser-link.ts';
import type { SessionSettings } from '../src/sdp/settings.ts';
import { SrtpReceiver } from '../src/srtp/srtp-receiver.ts';
import { SrtpSender } from '../src/srtp/srtp-sender.ts';
import { SRTP_ROOM, type SrtpSecurity } from '../src/srtp/suites.ts';
import { type ClientOptions, TestClient } from './dtls-client.ts';
import { clip, Lab, marks, read, rtp, tone } from './lab.ts';
import { type CheckOptions, check } from './stun-client.ts';

const SUITE = 'AES_CM_128_HMAC_SHA1_80';
const keyOf = (fill: number) => ({ key: new Uint8Array(16).fill(fill), salt: new Uint8Array(14).fill(fill) });
const SECURITY: SrtpSecurity = { suite: SUITE, local: keyOf(1), remote: keyOf(2) };

const BROWSER = { address: '127.0.0.8', port: 50_000 };
const ELSEWHERE = { address: '127.0.0.7', port: 50_000 };
const PASSWORD = 'p'.repeat(24);
const CHECK: CheckOptions = { userName: 'ours:theirs', password: PASSWORD, useCandidate: true };
const HELLO = Uint8Array.of(22, 254, 253);
const SETTINGS: Partial<SessionSettings> = {
  rtcpMux: true,
  ice: {
    local: { userFragment: 'ours', password: PASSWORD },
    remote: { userFragment: 'theirs', password: 'q'.repeat(24) },
  },
  dtls: { identity: makeIdentity(0), fingerprints: [makeIdentity(0).fingerprint] },
};

/** A browser at a session of the lab: it can check, say hello and send what is protected. */
class Page {
  readonly lab: Lab;
  readonly made: readonly MemoryDtls[];
  readonly #sender = new SrtpSender(SUITE, SECURITY.remote);
  #sequence = 0;

  private constructor(lab: Lab, made: readonly MemoryDtls[]) {
    this.lab = lab;
    this.made = made;
  }

  static async opened(settings: Partial<SessionSettings> = SETTINGS): Promise<Page> {
    const { make, made } = MemoryDtls.factory(SECURITY);
    return new Page(await Lab.started(settings, { dtls: make }), made);
  }

  check(from = BROWSER, options: Partial<CheckOptions> = {}): this {
    this.lab.send(check({ ...CHECK, ...options }), from);
    return this;
  }

  hello(from = BROWSER): this {
    this.lab.send(Uint8Array.from(HELLO), from);
    return this;
  }

  say(from = BROWSER, count = 1): this {
    for (let i = 0; i < count; i++) {
      const plain = rtp(marks(160), { sequence: this.#sequence, timestamp: 160 * this.#sequence++ });
      const bytes = Buffer.concat([plain, Buffer.alloc(SRTP_ROOM)]);
      this.lab.send(bytes.subarray(0, this.#sender.rtp(bytes, plain.length)), from);
    }
    return this;
  }

  /** What was sent to there, by the first byte. */
  sent(to = BROWSER, isKind: (first: number) => boolean = first => first >= 128): Buffer[] {
    const theirs = this.lab.network.undelivered.filter(
      each => each.to.address === to.address && each.to.port === to.port,
    );
    return theirs.map(({ bytes }) => Buffer.from(bytes)).filter(bytes => isKind(bytes[0]));
  }

  /** Payloads of the RTP that was sent, opened. */
  heard(): Uint8Array[] {
    const receiver = new SrtpReceiver(SUITE, SECURITY.local);
    return this.sent(BROWSER, first => first >= 128).flatMap(bytes => {
      if (bytes[1] >= 192 && bytes[1] <= 223) return [];
      const length = receiver.rtp(bytes);
      assert.ok(length > 0, 'all that is sent is protected');
      return [read(bytes.subarray(0, length)).payload];
    });
  }
}

test('nothing is sent or let in before checks and handshake are done, in this order', async () => {
  const page = await Page.opened();
  const { lab } = page;
  lab.record();
  page.say().hello();
  lab.tick(10);
  assert.equal(lab.network.undelivered.length, 0);
  page.check(BROWSER, { password: 'o'.repeat(24) }).hello();
  assert.equal(lab.network.undelivered.length, 0, 'whoever does not know the password is not answered');
  page.check();
  assert.equal(page.sent(BROWSER, first => first < 4).length, 1);
  page.say();
  lab.tick(10);
  assert.equal(page.sent().length, 0);
  assert.equal(page.made[0].datagrams, 0);
  page.hello().say();
  lab.tick(10);
  assert.equal(page.sent(BROWSER, first => first >= 20 && first < 64).length, 1);
  assert.equal(page.heard().length, 10);
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  const { packetsReceived, foreignPackets } = lab.of('closed')[0].statistics;
  assert.deepEqual([packetsReceived, foreignPackets], [1, 5]);
  assert.equal(lab.network.sockets, 0);
  assert.ok(page.made[0].closed);
});

test('the greeting waits until it can be heard, and is heard from its first sample on', async () => {
  const page = await Page.opened();
  const { lab } = page;
  const said = marks(1600);
  lab.do({ do: 'add clip', clip: 1, audio: clip(said) });
  lab.play(1);
  lab.tick(100);
  page.check();
  lab.tick(50);
  assert.deepEqual(lab.of('played'), []);
  page.hello();
  lab.tick(12);
  assert.deepEqual(Buffer.concat(page.heard().slice(0, 10)), Buffer.from(said));
  assert.equal(lab.of('played').length, 1);
});

test('only where checks came from are packets let in; and they go where was nominated', async () => {
  const page = await Page.opened();
  const { lab } = page;
  page.check().hello();
  page.say(ELSEWHERE, 3).say(BROWSER, 2);
  assert.match(lab.engine.describe(1), /in 2 lost \d+ .*strangers 3 /);
  page.check(ELSEWHERE, { useCandidate: false }).say(ELSEWHERE, 1);
  assert.match(lab.engine.describe(1), /in 3 /);
  lab.tick(5);
  assert.deepEqual([page.sent(BROWSER).length, page.sent(ELSEWHERE).length], [5, 0]);
  page.check(ELSEWHERE);
  lab.tick(5);
  assert.deepEqual([page.sent(BROWSER).length, page.sent(ELSEWHERE).length], [5, 5]);
});

test('consent: without a check for 30 s nothing is sent any more, and the call is told', async () => {
  const page = await Page.opened();
  const { lab } = page;
  page.check().hello();
  for (let second = 0; second < 29; second++) {
    page.say();
    lab.tick(50);
  }
  assert.equal(lab.of('silent').length, 0);
  page.check();
  for (let second = 0; second < 29; second++) {
    page.say();
    lab.tick(50);
  }
  assert.equal(lab.of('silent').length, 0);
  for (let tick = 0; tick < 100; tick++) {
    page.say();
    lab.tick();
  }
  assert.equal(lab.of('silent').length, 1);
  const { length } = page.sent();
  page.say();
  lab.tick(100);
  assert.equal(page.sent().length, length);
  assert.match(JSON.stringify(lab.log.lines), /no check came for 30 s/);
});

test('a restart of ICE (RFC 8445 section 9) has its time, though consent to the network that was left runs out meanwhile', async () => {
  const local = { userFragment: 'anew', password: 'r'.repeat(24) };
  const remote = { userFragment: 'moved', password: 's'.repeat(24) };
  for (const comes of [true, false]) {
    const page = await Page.opened();
    const { lab } = page;
    page.check().hello();
    lab.tick(28 * 50);
    lab.start({ ...SETTINGS, ice: { local, remote } });
    lab.tick(10 * 50);
    assert.equal(lab.of('silent').length, 0);
    const { length } = page.sent();
    lab.tick(50);
    assert.equal(page.sent().length, length, 'without consent nothing is sent');
    if (comes) page.check(ELSEWHERE, { userName: 'anew:moved', password: local.password });
    for (let tick = 0; tick < 10 * 50; tick++) {
      if (comes) page.say(ELSEWHERE);
      lab.tick();
    }
    assert.equal(lab.of('silent').length, comes ? 0 : 1);
    assert.equal(page.sent(ELSEWHERE).length > 490, comes);
  }
});

test('a browser that never comes, and one that never gets its keys, end the call', async () => {
  for (const [comes, why] of [
    [false, 'ICE: no check came'],
    [true, 'DTLS: no handshake'],
  ] as const) {
    const page = await Page.opened();
    const { lab } = page;
    for (let at = 0; at < KEYS_MILLIS; at += 20) {
      if (comes) page.check();
      lab.tick();
    }
    assert.equal(lab.of('silent').length, 1, why);
    assert.ok(JSON.stringify(lab.log.lines).includes(why));
    assert.ok(!JSON.stringify(lab.log.lines).includes(PASSWORD));
    page.hello().say();
    lab.tick(10);
    assert.equal(page.sent().length, 0);
  }
});

test('who is not who they said ends the call with a line that says so', async () => {
  const page = await Page.opened();
  page.check();
  page.made[0].options.failed('the certificate is not the one');
  assert.equal(page.lab.of('silent').length, 1);
  assert.ok(JSON.stringify(page.lab.log.lines).includes('DTLS: the certificate is not the one'));
});

/** The session's own handshake, with a client of the test; returns what the log has of it. */
async function shakesHands(options: ClientOptions, identity = options.identity): Promise<{ lab: Lab; log: string }> {
  assert.ok(identity);
  const dtls = { identity: makeIdentity(0), fingerprints: [identity.fingerprint] };
  const lab = await Lab.started({ ...SETTINGS, dtls });
  const client = new TestClient(options);
  const lastTo = () => lab.network.undelivered.at(-1)?.bytes ?? new Uint8Array();
  lab.send(check(CHECK), BROWSER);
  lab.send(client.hello(), BROWSER);
  for (const record of client.answer(lastTo())) lab.send(record, BROWSER);
  return { lab, log: JSON.stringify(lab.log.lines) };
}

test('with a real handshake: the right certificate is heard, a stolen and another one end the call', async () => {
  const identity = makeIdentity(0);
  const right = await shakesHands({ identity });
  right.lab.tick(5);
  assert.match(right.lab.engine.describe(1), /dtls keyed .*out 5 /);
  for (const [options, known, why] of [
    [{ identity, key: makeIdentity(0).privateKey }, identity, 'somebody who has not its key'],
    [{ identity: makeIdentity(0) }, identity, 'not the one whose fingerprint'],
  ] as const) {
    const { lab, log } = await shakesHands(options, known);
    assert.ok(log.includes(why), log);
    assert.equal(lab.of('silent').length, 1);
    lab.tick(10);
    assert.match(lab.engine.describe(1), /out 0 /);
  }
});

test('the same agreement again goes on; another certificate is another handshake', async () => {
  const page = await Page.opened();
  const { lab } = page;
  page.check().hello();
  lab.tick(5);
  lab.start({ ...SETTINGS, direction: 'sendonly' });
  lab.start(SETTINGS);
  page.say();
  lab.tick(5);
  assert.equal(page.made.length, 1);
  assert.equal(page.heard().length, 10);
  assert.match(lab.engine.describe(1), /in 1 /);
  lab.start({ ...SETTINGS, dtls: { identity: makeIdentity(0), fingerprints: [makeIdentity(1).fingerprint] } });
  assert.deepEqual([page.made.length, page.made[0].closed], [2, true]);
  page.hello();
  assert.equal(page.made[1].datagrams, 1);
});

test('a call that goes on elsewhere, in another way, is let go', async () => {
  const page = await Page.opened();
  const { lab } = page;
  page.check().hello();
  lab.start();
  lab.tick(5);
  assert.equal(page.sent().length, 0);
  assert.equal(lab.heard().length, 5);
  page.check();
  lab.send(rtp(tone(20)));
  assert.match(lab.engine.describe(1), /in 1 .*foreign 1 /);
});

test('20,000 datagrams of any kind: nothing gets in, nothing throws, nobody is answered', async () => {
  const page = await Page.opened();
  const { lab } = page;
  const bytes = new Uint8Array(64);
  for (let i = 0; i < 20_000; i++) {
    bytes.fill(i * 31);
    bytes[0] = i;
    lab.send(bytes.subarray(0, i % 65), i % 2 === 0 ? BROWSER : ELSEWHERE);
  }
  lab.tick(5);
  assert.equal(lab.network.undelivered.length, 0);
  assert.equal(lab.of('broken').length, 0);
  page.check().hello().say();
  lab.tick();
  assert.match(lab.engine.describe(1), /in 1 /);
});
