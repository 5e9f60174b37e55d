import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { LONGEST_REPORT, ReportFacts, writeReport } from '../src/rtp/rtcp-write.ts';
import { clip, HERE, Lab, marks, PHONE, PHONE_RTCP, rtp, silence, tone } from './lab.ts';

const STRANGERS = [
  { address: '127.0.0.66', port: PHONE.port },
  { address: '127.0.0.66', port: PHONE_RTCP.port },
  { address: PHONE.address, port: PHONE.port + 2 },
  { address: PHONE.address, port: 5060 },
];
const event = (code: number) => Uint8Array.of(code, 0x0a, 0, 160);

function report(changes: Partial<ReportFacts>): Uint8Array {
  const facts = Object.assign(new ReportFacts(), { ssrc: 0x5ca1ab1e, cname: 'phone', sending: true, ...changes });
  const bytes = new Uint8Array(LONGEST_REPORT);
  return bytes.slice(0, writeReport(facts, bytes));
}

/** Puts a datagram on the network to our RTP port, or the one after it. */
function inject(lab: Lab, bytes: Uint8Array, from: { address: string; port: number }, beside = 0): void {
  lab.network.deliver({ bytes, from, to: { address: HERE, port: lab.port + beside } });
}

/** A call of four seconds: a prompt, then a recording that `#` ends. `disturb` is asked every 20 ms. */
async function call(disturb: (lab: Lab, tick: number) => void): Promise<Lab> {
  const lab = await Lab.started();
  lab.do({ do: 'add clip', clip: 1, audio: clip(marks(8000)) });
  lab.play(1, { bargeIn: '1' });
  lab.record({ id: 2, endKeys: '#' });
  const said = [...silence(1000), ...tone(2000), ...silence(500)];
  for (let at = 0; at < said.length; at += 160) {
    disturb(lab, at / 160);
    lab.say(Uint8Array.from(said.slice(at, at + 160)));
  }
  lab.press(11);
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  return lab;
}

/** All that a call leaves: what was recorded, what was heard of us, what the flow was told. */
function traces(lab: Lab) {
  const { packetsReceived, packetsLost, jitterMillis } = lab.of('closed')[0].statistics;
  return {
    recorded: lab.recorded(),
    gaps: lab.recorder.take('d', 1)?.gaps,
    take: lab.of('recorded'),
    played: lab.of('played'),
    keys: lab.of('key'),
    heard: lab.heard().map(({ payload }) => Buffer.from(payload).toString('hex')),
    figures: [packetsReceived, packetsLost, jitterMillis],
  };
}

const undisturbed = traces(await call(() => undefined));

test('foreign RTP, keys, reports and BYE at both ports of a call: 0 are taken, 0 octets are sent there, and the call is the same', async () => {
  let injected = 0;
  const lab = await call(each => {
    for (const from of STRANGERS)
      for (const beside of [0, 1]) {
        const { sequence, timestamp } = each;
        for (const bytes of [
          rtp(tone(20, { hertz: 440 }), { sequence, timestamp }),
          rtp(event(11), { payloadType: 101, sequence, timestamp, marker: true }),
          report({ bye: true }),
        ]) {
          inject(each, bytes, from, beside);
          injected += 1;
        }
      }
  });
  assert.deepEqual(traces(lab), undisturbed);
  assert.equal(lab.of('closed')[0].statistics.foreignPackets, injected);
  assert.equal(lab.of('closed')[0].statistics.peerLeft, undefined);
  const places = new Set(lab.network.undelivered.map(({ to }) => `${to.address}:${to.port}`));
  assert.deepEqual([...places].sort(), [`${PHONE.address}:${PHONE.port}`, `${PHONE.address}:${PHONE_RTCP.port}`]);
});

test('payload types that nobody agreed on, from the peer itself, reach neither the recorder nor the keys', async () => {
  const others = Array.from({ length: 128 }, (_, type) => type).filter(type => ![0, 13, 101].includes(type));
  const lab = await Lab.started();
  lab.record({ endKeys: '0123456789*#ABCD' });
  for (let round = 0; round < 5; round++)
    for (const payloadType of others) {
      lab.clock.advance(20);
      const payload = round % 2 === 0 ? tone(20) : event(round);
      lab.send(rtp(payload, { payloadType, sequence: lab.sequence++, timestamp: lab.timestamp, marker: true }));
      lab.timestamp += 160;
      lab.engine.tick();
    }
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  assert.equal(lab.recorded().length, 0);
  assert.deepEqual([lab.of('key').length, lab.of('recorded')[0].millis], [0, 0]);
  assert.match(lab.engine.describe(1), /not here/);
});

test('keys and sound of another source (SSRC), at the address and port of the peer, never count while the peer speaks', async () => {
  const random = seeded(6);
  const lab = await call((each, tick) => {
    // Whoever speaks first is the one; from then on he would have to be quiet for 100 ms.
    if (tick === 0) return;
    const ssrc = Math.floor(random() * 2 ** 32);
    const { sequence, timestamp } = each;
    each.send(rtp(event(11), { payloadType: 101, sequence, timestamp, ssrc, marker: true }));
    each.send(rtp(event(1), { payloadType: 101, sequence: sequence + 1, timestamp, ssrc, marker: true }));
    each.send(rtp(tone(20, { hertz: 440 }), { sequence, timestamp, ssrc }));
  });
  assert.deepEqual(traces(lab), undisturbed);
});

type Random = (limit: number) => number;
const octets = (below: Random, length: number) => Uint8Array.from({ length }, () => below(256));

/** What is no RTP (RFC 3550 appendix A.1), each for one reason; the rest of it is at random, or as a packet of the call has it. */
const NO_RTP: readonly ((bytes: Uint8Array, below: Random) => Uint8Array)[] = [
  (bytes, below) => bytes.subarray(0, below(12)),
  (bytes, below) => bytes.with(0, [0, 0x40, 0xc0][below(3)] | below(64)),
  // An extension that is longer than the datagram, or is not there.
  bytes => bytes.with(0, 0x90).with(14, 0xff),
  bytes => bytes.with(0, 0x90).subarray(0, 14),
  // Padding of 0 octets, or of more than there are.
  bytes => bytes.with(0, 0xa0).with(-1, 0),
  bytes => bytes.with(0, 0xa0).with(-1, 200),
  // Fifteen contributing sources in 40 octets.
  bytes => bytes.with(0, 0x8f).subarray(0, 40),
];

/** What is no RTCP (appendix A.2). */
const NO_RTCP: readonly ((bytes: Uint8Array, below: Random) => Uint8Array)[] = [
  (bytes, below) => bytes.subarray(0, below(8)),
  (bytes, below) => bytes.with(0, [0, 0x40, 0xc0][below(3)] | below(64)),
  // No report first; padding in the first of several; longer than the datagram; more blocks than there are.
  (bytes, below) => bytes.with(1, below(200)),
  bytes => bytes.with(0, bytes[0] | 0x20),
  (bytes, below) => bytes.with(2, 1 + below(255)),
  bytes => bytes.with(0, 0x9f),
];

const MALFORMED = 100_000;
test(`${MALFORMED} malformed datagrams at both ports during a call, from the peer and from others, change nothing (seed 60)`, async () => {
  const random = seeded(60);
  const below: Random = limit => Math.floor(random() * limit);
  const packet = rtp(tone(20));
  const compound = report({ hearing: true, source: 5, bye: true });
  let sent = 0;
  const lab = await call((lab, tick) => {
    for (; sent < Math.min(MALFORMED, (tick + 1) * 600); sent++) {
      const beside = sent & 1;
      const [kinds, whole, from] = beside ? [NO_RTCP, compound, PHONE_RTCP] : [NO_RTP, packet, PHONE];
      const seed = below(3) === 0 ? octets(below, whole.length) : whole;
      const isForeign = sent % 5 === 0;
      const bytes = isForeign ? octets(below, below(300)) : kinds[below(kinds.length)](seed, below);
      inject(lab, bytes, isForeign ? STRANGERS[sent % STRANGERS.length] : from, beside);
    }
    if (tick === 0) assert.match(lab.engine.describe(1), /malformed [1-9]/);
  });
  assert.equal(sent, MALFORMED);
  assert.deepEqual(traces(lab), undisturbed);
});
