import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { LONGEST_REPORT, ReportFacts, writeReport } from '../src/rtp/rtcp-write.ts';
import type { SessionSettings } from '../src/sdp/settings.ts';
import { SrtpSender } from '../src/srtp/srtp-sender.ts';
import { SRTP_ROOM } from '../src/srtp/suites.ts';
import { HERE, Lab, type PacketOptions, PHONE, rtp, tone } from './lab.ts';

/** Where the phone says that it is (its own network), and where the NAT makes it come from. */
const INSIDE = { address: '10.1.2.3', port: 4000 };
const INSIDE_RTCP = { ...INSIDE, port: 4001 };
const OUTSIDE = { address: '127.0.0.7', port: 33_000 };
const STRANGER = { address: '127.0.0.66', port: 5000 };
const NAT: Partial<SessionSettings> = {
  remote: INSIDE,
  remoteRtcp: INSIDE_RTCP,
  latch: true,
  signallingAddress: OUTSIDE.address,
};
const SSRC = 0x5ca1ab1e;

type Place = typeof OUTSIDE;

function send(lab: Lab, from: Place, options: PacketOptions = {}): void {
  const sequence = options.sequence ?? 0;
  lab.send(rtp(tone(20), { timestamp: sequence * 160, ...options }), from);
}

function report(lab: Lab, from: Place, ssrc = SSRC): void {
  const facts = Object.assign(new ReportFacts(), { ssrc, cname: 'phone', sending: true });
  const bytes = new Uint8Array(LONGEST_REPORT);
  const datagram = bytes.slice(0, writeReport(facts, bytes));
  lab.network.deliver({ bytes: datagram, from, to: { address: HERE, port: lab.port + 1 } });
}

const sentTo = (lab: Lab, { address, port }: Place) =>
  lab.network.undelivered.filter(({ to }) => to.address === address && to.port === port).length;
const sentToAddress = (lab: Lab, address: string) =>
  lab.network.undelivered.filter(({ to }) => to.address === address).length;

/** The figures at the end. */
function ended(lab: Lab): { packetsReceived: number; foreignPackets: number } {
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  return lab.of('closed')[0].statistics;
}

test('three packets in sequence from the address of the signalling: the peer is there from then on, and none of them is lost', async () => {
  const lab = await Lab.started(NAT);
  lab.record();
  for (let i = 0; i < 10; i++) {
    lab.clock.advance(20);
    send(lab, OUTSIDE, { sequence: 100 + i });
    lab.engine.tick();
    if (i < 2) assert.equal(sentTo(lab, OUTSIDE), 0, 'nothing is sent there before');
  }
  assert.ok(sentTo(lab, OUTSIDE) >= 8);
  assert.equal(lab.log.lines.filter(({ event }) => event === 'media latched').length, 1);
  assert.match(lab.engine.describe(1), /peer 127\.0\.0\.7:33000 \(latched\)/);
  const { packetsReceived, foreignPackets } = ended(lab);
  assert.deepEqual([packetsReceived, foreignPackets, lab.of('recorded')[0].millis], [10, 0, 200]);
});

test('without the setting nothing is learnt: no packet is taken and nothing is sent to where they came from', async () => {
  const lab = await Lab.started({ ...NAT, latch: undefined });
  for (let i = 0; i < 100; i++) {
    send(lab, OUTSIDE, { sequence: i });
    report(lab, { ...OUTSIDE, port: OUTSIDE.port + 1 });
    lab.tick();
  }
  assert.equal(sentToAddress(lab, OUTSIDE.address), 0);
  assert.deepEqual(ended(lab), { ...ended(lab), packetsReceived: 0, foreignPackets: 200 });
});

/** What must not latch, and why: packets by number, from one place unless they say otherwise. */
const IN_VAIN: readonly (readonly [string, (lab: Lab) => void])[] = [
  ['two packets', lab => [1, 2].forEach(sequence => void send(lab, OUTSIDE, { sequence }))],
  ['numbers with holes', lab => [1, 3, 5, 7, 9, 11, 13].forEach(sequence => void send(lab, OUTSIDE, { sequence }))],
  ['another address', lab => [1, 2, 3, 4, 5, 6].forEach(sequence => void send(lab, STRANGER, { sequence }))],
  [
    'three places in turns',
    lab =>
      [1, 2, 3, 4, 5, 6, 7].forEach(n => void send(lab, { ...OUTSIDE, port: 33_000 + (n % 3) }, { sequence: n / 3 })),
  ],
  ['sources in turns', lab => [1, 2, 3, 4, 5, 6].forEach(n => void send(lab, OUTSIDE, { sequence: n, ssrc: n & 1 }))],
  [
    'a payload type that was not agreed on',
    lab => [1, 2, 3, 4].forEach(sequence => void send(lab, OUTSIDE, { sequence, payloadType: 8 })),
  ],
  ['no RTP', lab => [1, 2, 3, 4].forEach(n => void lab.send(new Uint8Array(100).fill(n), OUTSIDE))],
  [
    'nothing in them',
    lab => [1, 2, 3, 4].forEach(sequence => void lab.send(rtp(new Uint8Array(0), { sequence }), OUTSIDE)),
  ],
  [
    'too late',
    lab => {
      lab.tick(250);
      for (const sequence of [1, 2, 3, 4]) send(lab, OUTSIDE, { sequence });
    },
  ],
  [
    'after the peer was heard where it said',
    lab => {
      send(lab, INSIDE, { sequence: 7, ssrc: 3 });
      for (const sequence of [1, 2, 3, 4]) send(lab, OUTSIDE, { sequence });
    },
  ],
];

for (const [name, act] of IN_VAIN)
  test(`no latch: ${name}`, async () => {
    const lab = await Lab.started(NAT);
    act(lab);
    lab.tick(50);
    const heardInside = name.startsWith('after') ? 1 : 0;
    assert.equal(sentToAddress(lab, OUTSIDE.address) + sentToAddress(lab, STRANGER.address), 0);
    assert.equal(ended(lab).packetsReceived, heardInside);
  });

test('whoever floods first uses up the five packets that are looked at, and still is not the peer', async () => {
  const lab = await Lab.started(NAT);
  for (let n = 0; n < 1000; n++) send(lab, { ...OUTSIDE, port: 40_000 + (n % 7) }, { sequence: n });
  lab.tick(10);
  assert.equal(sentToAddress(lab, OUTSIDE.address), 0);
  assert.equal(ended(lab).packetsReceived, 0);
});

test('after the latch nobody else is taken: not the stranger, not the same address, not what was negotiated', async () => {
  const lab = await Lab.started(NAT);
  for (const sequence of [1, 2, 3]) send(lab, OUTSIDE, { sequence });
  for (let sequence = 4; sequence < 1004; sequence++)
    for (const from of [STRANGER, INSIDE, { ...OUTSIDE, port: OUTSIDE.port + 2 }]) {
      send(lab, from, { sequence });
      if (sequence % 100 === 0) lab.tick();
    }
  assert.equal(sentToAddress(lab, STRANGER.address), 0);
  const { packetsReceived, foreignPackets } = ended(lab);
  assert.deepEqual([packetsReceived, foreignPackets], [3, 3000]);
});

test('when nobody knows where the signalling comes from, the first that keeps the rule is the peer', async () => {
  const lab = await Lab.started({ ...NAT, signallingAddress: undefined });
  for (const sequence of [1, 2, 3]) send(lab, STRANGER, { sequence });
  lab.tick();
  assert.equal(sentTo(lab, STRANGER), 1);
});

test('an address of the signalling that our sockets cannot reach lets nobody in', async () => {
  const lab = await Lab.started({ ...NAT, signallingAddress: 'host.example' });
  for (const sequence of [1, 2, 3]) send(lab, OUTSIDE, { sequence });
  assert.equal(ended(lab).packetsReceived, 0);
});

test('the same description again keeps what was learnt, another address is learnt anew', async () => {
  const lab = await Lab.started(NAT);
  for (const sequence of [1, 2, 3]) send(lab, OUTSIDE, { sequence });
  lab.start({ ...NAT, direction: 'inactive' });
  lab.start(NAT);
  send(lab, OUTSIDE, { sequence: 4 });
  const moved = { ...OUTSIDE, port: 44_000 };
  const elsewhere = { ...NAT, remote: { ...INSIDE, port: 6000 }, remoteRtcp: { ...INSIDE, port: 6001 } };
  for (const sequence of [1, 2, 3]) send(lab, moved, { sequence, ssrc: 9 });
  lab.start(elsewhere);
  lab.tick(10);
  for (const sequence of [5, 6, 7]) send(lab, OUTSIDE, { sequence, payloadType: 8 });
  for (const sequence of [1, 2, 3]) send(lab, moved, { sequence, ssrc: 9 });
  lab.tick();
  assert.ok(sentTo(lab, moved) === 1);
  assert.deepEqual(
    [ended(lab).packetsReceived, lab.log.lines.filter(({ event }) => event === 'media latched').length],
    [7, 2],
  );
});

test('reports follow: to the port after that of RTP, or to where one of the source that is heard comes from', async () => {
  const lab = await Lab.started(NAT);
  for (const sequence of [1, 2, 3]) send(lab, OUTSIDE, { sequence });
  const next = { ...OUTSIDE, port: OUTSIDE.port + 1 };
  lab.tick(400);
  assert.ok(sentTo(lab, next) >= 1);
  const other = { ...OUTSIDE, port: 45_678 };
  report(lab, { ...STRANGER, port: 45_678 });
  report(lab, other, 1);
  lab.tick(400);
  assert.equal(sentTo(lab, other) + sentToAddress(lab, STRANGER.address), 0, 'not another address, not another source');
  report(lab, other);
  const before = sentTo(lab, next);
  lab.tick(400);
  assert.ok(sentTo(lab, other) >= 1);
  assert.equal(sentTo(lab, next), before);
  report(lab, next);
  lab.tick(400);
  assert.equal(sentTo(lab, next), before, 'and it stays there');
});

test('protected media: the first packet with the right tag is the peer, whatever came with a wrong one', async () => {
  const [theirs, ours] = [0, 1].map(() => ({ key: randomBytes(16), salt: randomBytes(14) }));
  const suite = 'AES_CM_128_HMAC_SHA1_80';
  const lab = await Lab.started({ ...NAT, security: { suite, local: ours, remote: theirs } });
  const seal = (key: typeof theirs, sequence: number) => {
    const packet = rtp(tone(20), { sequence, timestamp: sequence * 160 });
    const room = new Uint8Array(packet.length + SRTP_ROOM);
    room.set(packet);
    return room.slice(0, new SrtpSender(suite, key).rtp(room, packet.length));
  };
  for (let sequence = 1; sequence < 20; sequence++) {
    lab.send(seal(ours, sequence), { ...OUTSIDE, port: 34_000 });
    lab.send(rtp(tone(20), { sequence }), { ...OUTSIDE, port: 34_002 });
  }
  lab.send(seal(theirs, 50), STRANGER);
  lab.send(seal(theirs, 51), OUTSIDE);
  lab.send(seal(theirs, 51), OUTSIDE);
  lab.send(seal(theirs, 52), { ...OUTSIDE, port: 34_000 });
  lab.send(seal(theirs, 53), OUTSIDE);
  lab.tick();
  assert.equal(sentTo(lab, OUTSIDE), 1);
  assert.equal(ended(lab).packetsReceived, 2, 'it, and the one after; the replayed one is not');
});

test('the phone in the open needs no latch, and is heard as ever with the setting on', async () => {
  const lab = await Lab.started({ latch: true, signallingAddress: PHONE.address });
  lab.say(tone(200));
  assert.equal(ended(lab).packetsReceived, 10);
  assert.doesNotMatch(lab.engine.describe(1), /latched/);
});
