import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog, seeded } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import { MediaEngine } from '../src/engine/engine.ts';
import { MemoryNetwork } from '../src/engine/memory-network.ts';
import { MemoryRecorder } from '../src/engine/memory-recorder.ts';
import type { Endpoint, PacketReceiver, PacketSocket, PacketSockets } from '../src/engine/packet-socket.ts';
import { parseRtcp, RtcpFacts } from '../src/rtp/rtcp-parse.ts';
import { LONGEST_REPORT, ReportFacts, writeReport } from '../src/rtp/rtcp-write.ts';
import type { SessionSettings } from '../src/sdp/settings.ts';
import { SrtpReceiver } from '../src/srtp/srtp-receiver.ts';
import { SrtpSender } from '../src/srtp/srtp-sender.ts';
import {
  isSrtpSuite,
  SRTCP_ROOM,
  SRTP_ROOM,
  type SrtpKey,
  type SrtpSecurity,
  type SrtpSuite,
  SUITES,
} from '../src/srtp/suites.ts';
import type { MediaEvent } from '../src/worker/protocol.ts';
import { clip, Lab, marks, PHONE, PHONE_RTCP, rtp, SETTINGS, tone } from './lab.ts';

const ALL = Object.keys(SUITES).filter(isSrtpSuite);
const CM: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80';

function key(suite: SrtpSuite, filled: number): SrtpKey {
  return {
    key: new Uint8Array(SUITES[suite].key).fill(filled),
    salt: new Uint8Array(SUITES[suite].salt).fill(filled + 1),
  };
}

/** Two engines on one network in memory, with a tap that sees every datagram. */
class TwoEnds {
  readonly clock = new FakeClock();
  readonly network = new MemoryNetwork();
  readonly recorder = new MemoryRecorder();
  readonly log = memoryLog();
  readonly wire: Uint8Array[] = [];
  readonly #events: MediaEvent[][] = [[], []];
  readonly #engines: MediaEngine[];
  readonly #ports: number[] = [];

  constructor() {
    const tapped: PacketSockets = { bind: (local, receiver) => this.#bind(local, receiver) };
    this.#engines = [0, 1].map(
      end =>
        new MediaEngine({
          sockets: tapped,
          clock: this.clock,
          recorder: this.recorder,
          emit: event => void this.#events[end].push(event),
          ports: { from: 20_000 + 100 * end, to: 20_099 + 100 * end },
          address: `127.0.0.${end + 1}`,
          log: this.log,
          random: seeded(end + 1),
        }),
    );
  }

  async start(securities: readonly (SrtpSecurity | undefined)[], more: Partial<SessionSettings> = {}): Promise<void> {
    for (const [end, engine] of this.#engines.entries()) {
      engine.handle({ do: 'open', session: 1 });
      await settle();
      this.#ports[end] = this.of(end, 'opened')[0].port;
    }
    for (const end of [0, 1]) this.agree(end, securities[end], more);
  }

  agree(end: number, security: SrtpSecurity | undefined, more: Partial<SessionSettings> = {}): void {
    const remote = { address: `127.0.0.${2 - end}`, port: this.#ports[1 - end] };
    const remoteRtcp = more.rtcpMux ? remote : { ...remote, port: remote.port + 1 };
    const settings: SessionSettings = { ...SETTINGS, remote, remoteRtcp, ...(security && { security }), ...more };
    this.#engines[end].handle({ do: 'start', session: 1, settings });
  }

  /** End 0 plays a clip, end 1 records; then end 0 presses a key. Returns how the recording ended. */
  call(millis: number) {
    this.#engines[0].handle({ do: 'add clip', clip: 1, audio: clip(tone(millis)) });
    this.#engines[1].handle({
      do: 'record',
      session: 1,
      id: 1,
      into: { draft: 'd', take: 1 },
      maxMillis: 60_000,
      idleMillis: 0,
      endKeys: '#',
      keysSeen: 0,
    });
    this.#engines[0].handle({
      do: 'play',
      session: 1,
      id: 1,
      sources: [{ kind: 'clip', clip: 1 }],
      bargeIn: '',
      keysSeen: 0,
    });
    this.tick(millis / 20 + 5);
    this.#engines[0].handle({ do: 'dial', session: 1, keys: '#' });
    this.tick(20);
    return this.of(1, 'recorded')[0];
  }

  tick(count: number): void {
    for (let i = 0; i < count; i++) {
      this.clock.advance(20);
      for (const engine of this.#engines) engine.tick();
    }
  }

  close() {
    return this.#engines.map((engine, end) => {
      const chain = engine.describe(1);
      engine.handle({ do: 'close', session: 1 });
      this.tick(3);
      return { chain, statistics: this.of(end, 'closed')[0].statistics };
    });
  }

  of<On extends MediaEvent['on']>(end: number, on: On): Extract<MediaEvent, { on: On }>[] {
    return this.#events[end].filter((event): event is Extract<MediaEvent, { on: On }> => event.on === on);
  }

  async #bind(local: Endpoint, receiver: PacketReceiver): Promise<PacketSocket> {
    const socket = await this.network.bind(local, receiver);
    return {
      failures: 0,
      close: () => socket.close(),
      send: (bytes, length, to) => {
        this.wire.push(bytes.slice(0, length));
        socket.send(bytes, length, to);
      },
    };
  }
}

for (const suite of ALL) {
  test(`${suite}: what one end says the other records whole, with its key and its reports; on the wire none of it can be read`, async () => {
    const ends = new TwoEnds();
    await ends.start([
      { suite, local: key(suite, 1), remote: key(suite, 5) },
      { suite, local: key(suite, 5), remote: key(suite, 1) },
    ]);
    const recorded = ends.call(10_000);
    assert.equal(recorded?.endedBy, 'key');
    assert.ok(recorded.millis >= 10_000 && recorded.millis < 10_300, `${recorded.millis} ms`);
    assert.deepEqual(Buffer.from(ends.recorder.take('d', 1)?.bytes ?? []).includes(Buffer.from(tone(200))), true);
    const clear = Buffer.from(tone(20)).subarray(0, 80);
    assert.ok(ends.wire.every(bytes => !Buffer.from(bytes).includes(clear)));
    const sizes = new Set(ends.wire.filter(bytes => (bytes[1] & 0x7f) === 0).map(bytes => bytes.length));
    assert.deepEqual([...sizes], [172 + SUITES[suite].tag]);
    const [, there] = ends.close();
    assert.match(there.chain, /round trip \d/, 'reports went both ways');
    assert.match(there.chain, new RegExp(`${suite} rejected 0 replayed 0`));
    assert.deepEqual(
      [there.statistics.srtpRejected, there.statistics.srtpReplayed, there.statistics.packetsLost],
      [0, 0, 0],
    );
  });

  test(`${suite}: with a wrong key nothing is recorded, no key is heard, and every packet is counted`, async () => {
    const ends = new TwoEnds();
    await ends.start([
      { suite, local: key(suite, 1), remote: key(suite, 5) },
      { suite, local: key(suite, 5), remote: key(suite, 9) },
    ]);
    assert.equal(ends.call(10_000), undefined);
    assert.equal(ends.of(1, 'key').length, 0);
    assert.equal(ends.recorder.take('d', 1)?.bytes.length ?? 0, 0);
    const [here, there] = ends.close();
    assert.equal(ends.of(1, 'recorded')[0].millis, 0);
    assert.equal(there.statistics.packetsReceived, 0);
    assert.ok(there.statistics.srtpRejected >= here.statistics.packetsSent, `${there.statistics.srtpRejected}`);
    assert.match(there.chain, /round trip - /);
  });
}

test('one end in clear: the encrypted one hears nothing, the clear one only what it cannot understand', async () => {
  const ends = new TwoEnds();
  await ends.start([undefined, { suite: CM, local: key(CM, 5), remote: key(CM, 1) }]);
  assert.equal(ends.call(2000), undefined);
  const [, there] = ends.close();
  assert.equal(there.statistics.packetsReceived, 0);
  assert.ok(there.statistics.srtpRejected > 100);
  assert.equal(ends.of(1, 'recorded')[0].millis, 0);
});

test('no key is in the chain, the log or an event', async () => {
  const ends = new TwoEnds();
  const secret = { key: Buffer.from('0123456789abcdef'), salt: Buffer.from('ghijklmnopqrst') };
  await ends.start([{ suite: CM, local: secret, remote: secret }, undefined]);
  ends.call(1000);
  const told = `${JSON.stringify(ends.close())}${JSON.stringify(ends.log.lines)}${JSON.stringify([ends.of(0, 'closed'), ends.of(0, 'key')])}`;
  for (const form of ['latin1', 'hex', 'base64'] as const)
    assert.ok(!told.includes(secret.key.toString(form).slice(0, 12)));
  assert.ok(!told.includes('48,49,50') && !told.includes('"0":48'));
});

test('RTP and RTCP through one port (RFC 5761), encrypted and not', async () => {
  const securities = [
    { suite: CM, local: key(CM, 1), remote: key(CM, 5) },
    { suite: CM, local: key(CM, 5), remote: key(CM, 1) },
  ];
  for (const pair of [securities, [undefined, undefined]]) {
    const ends = new TwoEnds();
    await ends.start(pair, { rtcpMux: true });
    const recorded = ends.call(10_000);
    assert.equal(recorded?.endedBy, 'key');
    assert.equal(ends.network.undelivered.length, 0);
    const [, there] = ends.close();
    assert.match(there.chain, /round trip \d/);
    assert.match(there.chain, /foreign 0 malformed 0 unnegotiated 0 /);
  }
});

test('a new key in mid-call: nothing is lost, neither before the other end has it nor after', async () => {
  const ends = new TwoEnds();
  await ends.start([
    { suite: CM, local: key(CM, 1), remote: key(CM, 5) },
    { suite: CM, local: key(CM, 5), remote: key(CM, 1) },
  ]);
  ends.tick(50);
  // End 1 is told first: it goes on hearing the old key until end 0, which has the answer later, uses the new one.
  ends.agree(1, { suite: CM, local: key(CM, 5), remote: key(CM, 2) });
  ends.tick(10);
  ends.agree(0, { suite: CM, local: key(CM, 2), remote: key(CM, 5) });
  assert.equal(ends.call(2000)?.endedBy, 'key');
  const statistics = ends.close().map(end => end.statistics);
  assert.deepEqual(
    statistics.map(({ srtpRejected, packetsLost }) => [srtpRejected, packetsLost]),
    [
      [0, 0],
      [0, 0],
    ],
  );
});

/** A phone that encrypts, at a session of the lab. */
async function secured() {
  const security = { suite: CM, local: key(CM, 1), remote: key(CM, 5) };
  const lab = await Lab.started({ security });
  const phone = new SrtpSender(CM, key(CM, 5));
  const sealed = (plain: Uint8Array) => {
    const bytes = Buffer.concat([plain, Buffer.alloc(SRTP_ROOM)]);
    return bytes.subarray(0, phone.rtp(bytes, plain.length));
  };
  const event = (code: number, sequence: number, timestamp: number) =>
    sealed(rtp(Uint8Array.of(code, 10, 0, 160), { payloadType: 101, marker: true, sequence, timestamp }));
  return { lab, phone, sealed, event };
}

test('a key press is heard once: not forged, not in clear, not replayed', async () => {
  const { lab, event } = await secured();
  lab.record();
  const press = event(5, 1, 100);
  lab.send(Buffer.from(press));
  assert.equal(lab.of('key').length, 1);
  for (let i = 0; i < 50; i++) lab.send(Buffer.from(press));
  lab.send(rtp(Uint8Array.of(11, 10, 0, 160), { payloadType: 101, marker: true, sequence: 2, timestamp: 900 }));
  for (let bit = 0; bit < press.length * 8; bit++) {
    const forged = Buffer.from(press);
    forged[bit >> 3] ^= 1 << (bit & 7);
    lab.send(forged);
  }
  lab.tick(20);
  assert.deepEqual(
    lab.of('key').map(({ key }) => key),
    ['5'],
  );
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  const { srtpReplayed, srtpRejected, packetsReceived } = lab.of('closed')[0].statistics;
  assert.equal(packetsReceived, 1);
  assert.ok(srtpReplayed >= 50 && srtpRejected > 50, `${srtpReplayed} ${srtpRejected}`);
  assert.equal(srtpReplayed + srtpRejected, 50 + 1 + press.length * 8);
  assert.equal(lab.recorded().length, 0);
});

test('packets that come in another order are recorded in theirs; replays of them are no audio', async () => {
  const { lab, sealed } = await secured();
  lab.record();
  const said = marks(160 * 40);
  const packets = Array.from({ length: 40 }, (_, i) =>
    sealed(rtp(said.subarray(160 * i, 160 * i + 160), { sequence: 65_522 + i, timestamp: 160 * i })),
  );
  // The number wraps between the second and the third of a group, which change places.
  for (let i = 0; i < 40; i += 4) {
    for (const at of [i, i + 2, i + 1, i + 3]) lab.send(Buffer.from(packets[at]));
    for (const at of [i, i + 3]) lab.send(Buffer.from(packets[at]));
    lab.tick(4);
  }
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  assert.ok(Buffer.from(said).equals(lab.recorded()), 'every byte in its place');
  assert.equal(lab.of('closed')[0].statistics.srtpReplayed, 20);
});

test('what a session sends can be opened with its key only, BYE included', async () => {
  const { lab } = await secured();
  lab.tick(400);
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  const to = (port: number) =>
    lab.network.undelivered.filter(datagram => datagram.to.port === port).map(({ bytes }) => Buffer.from(bytes));
  const receiver = new SrtpReceiver(CM, key(CM, 1));
  const facts = new RtcpFacts();
  const byes = to(PHONE_RTCP.port).map(bytes => {
    assert.ok(!parseRtcp(bytes, 0, facts) || !facts.bye, 'not readable before');
    const length = receiver.rtcp(bytes);
    assert.ok(length > 0 && length === bytes.length - SRTCP_ROOM + 6, `${length} of ${bytes.length}`);
    assert.ok(parseRtcp(bytes.subarray(0, length), 0, facts));
    return facts.bye;
  });
  assert.deepEqual([byes.length > 1, byes.at(-1), byes.slice(0, -1).includes(true)], [true, true, false]);
  const sent = to(PHONE.port);
  assert.ok(sent.length >= 400);
  for (const bytes of sent) assert.equal(receiver.rtp(bytes), 172);
});

test('reports in clear are not believed: a caller who sends nothing else is one who is not heard', async () => {
  const security = { suite: CM, local: key(CM, 1), remote: key(CM, 5) };
  const lab = await Lab.started({ security }, { silentMillis: 1000 });
  const facts = Object.assign(new ReportFacts(), { ssrc: 5, cname: 'phone', sending: true });
  const bytes = new Uint8Array(LONGEST_REPORT);
  const report = bytes.slice(0, writeReport(facts, bytes));
  for (let i = 0; i < 60; i++) {
    lab.send(Uint8Array.from(report), PHONE_RTCP);
    lab.tick();
  }
  assert.equal(lab.of('silent').length, 1);
  assert.match(lab.engine.describe(1), /malformed 0 .*rejected 60 replayed 0/);
});

test('the same agreement again (a session refresh) goes on; a packet from before it is a replay', async () => {
  const { lab, event } = await secured();
  const press = event(1, 5, 100);
  lab.send(Buffer.from(press));
  lab.start({ security: { suite: CM, local: key(CM, 1), remote: key(CM, 5) } });
  lab.send(Buffer.from(press));
  lab.send(event(2, 6, 2000));
  assert.deepEqual(
    lab.of('key').map(({ key }) => key),
    ['1', '2'],
  );
  assert.match(lab.engine.describe(1), /rejected 0 replayed 1/);
});
