import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRtcp, RtcpFacts } from '../src/rtp/rtcp-parse.ts';
import { LONGEST_REPORT, ReportFacts, writeReport } from '../src/rtp/rtcp-write.ts';
import type { SessionStatistics } from '../src/worker/protocol.ts';
import { Lab, PHONE, PHONE_RTCP, rtp, silence, tone } from './lab.ts';

const SSRC = 0x5ca1ab1e;

function report(changes: Partial<ReportFacts> = {}): Uint8Array {
  const facts = Object.assign(new ReportFacts(), { ssrc: SSRC, cname: 'phone', sending: true, ...changes });
  const bytes = new Uint8Array(LONGEST_REPORT);
  return bytes.slice(0, writeReport(facts, bytes));
}

function ended(lab: Lab): SessionStatistics {
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  return lab.of('closed')[0].statistics;
}

/** Our newest sender report, as the phone saw it. */
function ourReport(lab: Lab): { middle: number; ssrc: number } {
  const sent = lab.network.undelivered.findLast(({ to }) => to.port === PHONE_RTCP.port);
  const facts = new RtcpFacts();
  assert.ok(sent && parseRtcp(sent.bytes, 0, facts) && facts.senderReport !== 0);
  return { middle: facts.senderReport, ssrc: lab.heard()[0].ssrc };
}

/** A phone that has our report since `held` milliseconds, and one way of `way` milliseconds to us. */
function echo(
  lab: Lab,
  { way, held, changes = {} }: { way: number; held: number; changes?: Partial<ReportFacts> },
): void {
  const { middle, ssrc } = ourReport(lab);
  lab.clock.advance(held + way);
  const delay = Math.round((held * 65_536) / 1000);
  lab.send(
    report({ hearing: true, source: ssrc, lastSenderReport: middle, delaySinceLastSenderReport: delay, ...changes }),
    PHONE_RTCP,
  );
}

/** Lets the phone speak until a report of ours is just on its way. */
async function justReported(): Promise<Lab> {
  const lab = await Lab.started();
  const reports = () => lab.network.undelivered.filter(({ to }) => to.port === PHONE_RTCP.port).length;
  for (const before = reports(); reports() === before; ) lab.say(silence(20));
  return lab;
}

test('the round trip is the time since our report, but for what the other side kept it', async () => {
  const lab = await justReported();
  echo(lab, { way: 84, held: 1500 });
  const { roundTripMillis } = ended(lab);
  assert.ok(roundTripMillis !== undefined && Math.abs(roundTripMillis - 84) < 0.1, `${roundTripMillis}`);
});

test('what lay in the socket before it was read counts from when it came: no round trip, no jitter', async () => {
  const lab = await justReported();
  const { middle, ssrc } = ourReport(lab);
  lab.clock.advance(84);
  const at = lab.clock.monotonic();
  lab.clock.advance(200);
  lab.send(report({ hearing: true, source: ssrc, lastSenderReport: middle }), { ...PHONE_RTCP, at });
  for (let turns = 0; turns < 20; turns++) {
    const start = lab.clock.monotonic();
    lab.tick(10);
    for (let n = 1; n <= 10; n++) {
      lab.send(rtp(tone(20), { sequence: lab.sequence++, timestamp: lab.timestamp }), { ...PHONE, at: start + n * 20 });
      lab.timestamp += 160;
    }
  }
  const { roundTripMillis, jitterMillis } = ended(lab);
  assert.ok(roundTripMillis !== undefined && Math.abs(roundTripMillis - 84) < 0.1, `${roundTripMillis}`);
  // The phone paused once; by when its packets were read it would be 20 ms.
  assert.ok(jitterMillis < 1, `${jitterMillis}`);
});

test('an echo of a report that we never sent, or one that was kept longer than there was time for, says nothing', async () => {
  for (const changes of [
    { lastSenderReport: 1 },
    { lastSenderReport: 0 },
    { delaySinceLastSenderReport: 0xffffffff },
    { source: 5 },
  ]) {
    const lab = await justReported();
    echo(lab, { way: 84, held: 1500, changes });
    assert.equal(ended(lab).roundTripMillis, undefined, JSON.stringify(changes));
  }
});

test('our reports echo theirs: the middle of the NTP time, and how long we kept it', async () => {
  const lab = await justReported();
  const wallMillis = 1_700_000_000_123;
  lab.send(report({ wallMillis }), PHONE_RTCP);
  const kept = { from: lab.clock.monotonic() };
  const count = lab.network.undelivered.length;
  while (!lab.network.undelivered.slice(count).some(({ to }) => to.port === PHONE_RTCP.port)) lab.say(silence(20));
  const facts = new RtcpFacts();
  const sent = lab.network.undelivered.findLast(({ to }) => to.port === PHONE_RTCP.port);
  assert.ok(sent && parseRtcp(sent.bytes, SSRC, facts) && facts.reported);
  const theirs = new RtcpFacts();
  assert.ok(parseRtcp(report({ wallMillis }), 0, theirs));
  assert.equal(facts.lastSenderReport, theirs.senderReport);
  const millis = (facts.delaySinceLastSenderReport * 1000) / 65_536;
  assert.ok(Math.abs(millis - (lab.clock.monotonic() - kept.from)) < 1, `${millis}`);
});

/** What our next report says of a phone that says a little of that source in the meantime. */
async function nextBlock(lab: Lab, ssrc: number) {
  const before = lab.network.undelivered.length;
  const newest = () => lab.network.undelivered.slice(before).findLast(({ to }) => to.port === PHONE_RTCP.port);
  while (!newest()) {
    lab.clock.advance(20);
    lab.send(rtp(silence(20), { ssrc, sequence: lab.sequence++, timestamp: lab.timestamp }));
    lab.timestamp += 160;
    lab.engine.tick();
  }
  const facts = new RtcpFacts();
  assert.ok(parseRtcp(newest()?.bytes ?? silence(0), ssrc, facts) && facts.reported);
  const { cumulativeLost, highestSequence, lastSenderReport } = facts;
  return { cumulativeLost, echoes: lastSenderReport !== 0, behind: lab.sequence - 1 - highestSequence };
}

test('a report of ours is about the source that is heard now: its number, its losses, and the report that it sent itself', async () => {
  const lab = await justReported();
  lab.send(report({ wallMillis: 1_000_500 }), PHONE_RTCP);
  lab.sequence += 4;
  assert.deepEqual(await nextBlock(lab, SSRC), { cumulativeLost: 4, echoes: true, behind: 0 });
  lab.clock.advance(200);
  assert.deepEqual(await nextBlock(lab, SSRC + 1), { cumulativeLost: 0, echoes: false, behind: 0 });
  lab.send(report({ ssrc: SSRC + 1, wallMillis: 1_000_500 }), PHONE_RTCP);
  assert.deepEqual(await nextBlock(lab, SSRC + 1), { cumulativeLost: 0, echoes: true, behind: 0 });
});

test('what the other side hears of us is told', async () => {
  const lab = await justReported();
  echo(lab, { way: 10, held: 10, changes: { cumulativeLost: 7, jitter: 40 } });
  assert.deepEqual(ended(lab).peer, { packetsLost: 7, jitterMillis: 5 });
});

test('BYE of the source that is heard means that it left; of another source, or when it goes on, it does not', async () => {
  const bye = async (ssrc: number, after: number) => {
    const lab = await Lab.started();
    lab.say(tone(100));
    lab.send(report({ ssrc, bye: true }), PHONE_RTCP);
    if (after > 0) lab.say(tone(after));
    return ended(lab).peerLeft;
  };
  assert.equal(await bye(SSRC, 0), true);
  assert.equal(await bye(SSRC + 1, 0), undefined);
  assert.equal(await bye(SSRC, 20), undefined);
});

test('the codec of the wire is told, and nothing that is not known', async () => {
  const lab = await Lab.started({ codec: 'PCMA', payloadType: 8 });
  const { codec, roundTripMillis, quality, peer, peerLeft, sendFailures } = ended(lab);
  assert.deepEqual(
    [codec, roundTripMillis, quality, peer, peerLeft, sendFailures],
    ['PCMA', ...Array(5).fill(undefined)],
  );
});

/** Ten seconds and a half with holes: `isLost` says which packets never come. */
async function call(isLost: (n: number) => boolean, millis = 10_500): Promise<SessionStatistics> {
  const lab = await Lab.started();
  for (let n = 0; n < millis / 20; n++) {
    if (!isLost(n)) lab.say(tone(20));
    else {
      lab.sequence += 1;
      lab.timestamp += 160;
      lab.tick();
    }
  }
  return ended(lab);
}

test('calls of less than ten seconds have no score', async () => {
  assert.equal((await call(() => false, 9900)).quality, undefined);
  assert.ok((await call(() => false, 10_100)).quality);
});

test('a clean call has the score of G.711, which is that of table B.1 of G.107 at its default rating', async () => {
  const { quality } = await call(() => false);
  assert.ok(quality);
  assert.ok(Math.abs(quality.nmos + quality.degradation - 4.41) < 0.005);
  assert.ok(quality.degradation < 0.02);
  assert.deepEqual([quality.degradationByLoss, quality.burstMillis, quality.burstDensityPercent], [0, 0, 0]);
});

test('single losses of 4 % cost what the E-model says, and are no burst; as many in bursts cost more', async () => {
  const single = (await call(n => n % 25 === 20)).quality;
  const bursts = (await call(n => n % 100 >= 50 && n % 100 < 54)).quality;
  assert.ok(single && bursts);
  // R = 93.2 - 95 * 4 / (4 + 25.1) = 80.14, which is 4.03.
  assert.ok(
    Math.abs(single.nmos + single.degradation - single.degradationByLoss - 4.03) < 0.005,
    JSON.stringify(single),
  );
  assert.equal(single.burstMillis, 0);
  assert.equal(single.degradationByJitter < 0.02, true);
  assert.deepEqual([bursts.burstMillis, bursts.burstDensityPercent], [80, 100]);
  // 20 of 525 in runs of 4, 3.85 times as long as random ones: R = 93.2 - 95 * 3.81 / (3.81 / 3.85 + 25.1) = 79.33, which is 4.00.
  assert.ok(
    Math.abs(bursts.nmos + bursts.degradation - bursts.degradationByLoss - 4.0) < 0.005,
    JSON.stringify(bursts),
  );
  assert.ok(bursts.gapMillis > 1500 && bursts.gapMillis < 2000);
});

test('packets that come too late are jitter, not loss', async () => {
  const lab = await Lab.started();
  for (let n = 0; n < 550; n++) {
    if (n % 25 !== 20) {
      lab.say(tone(20));
      continue;
    }
    const late = rtp(tone(20), { sequence: lab.sequence, timestamp: lab.timestamp });
    lab.sequence += 1;
    lab.timestamp += 160;
    lab.tick();
    lab.say(tone(400));
    lab.send(late, PHONE);
    n += 20;
  }
  const { quality, packetsLost } = ended(lab);
  assert.ok(quality);
  assert.equal(packetsLost, 0);
  assert.equal(quality.degradationByLoss, 0);
  assert.ok(quality.degradationByJitter > 0.3, JSON.stringify(quality));
});

test('comfort noise of the static number is a pause, also beside one of another number', async () => {
  for (const comfortNoise of [undefined, 98]) {
    const lab = await Lab.started({ comfortNoise });
    lab.record();
    lab.say(tone(200));
    for (const payloadType of [13, comfortNoise ?? 13]) {
      lab.send(rtp(Uint8Array.of(60), { payloadType, sequence: lab.sequence++, timestamp: lab.timestamp }), PHONE);
      lab.tick(20);
      lab.timestamp += 3200;
    }
    lab.say(tone(200));
    assert.match(lab.engine.describe(1), / unnegotiated 0 /);
    const { packetsLost } = ended(lab);
    assert.equal(packetsLost, 0);
    assert.deepEqual(
      lab.recorder.take('d', 1)?.gaps.map(({ millis, reason }) => [millis, reason]),
      [[800, 'dtx']],
    );
  }
});

test('a timeline that jumps, forward or back, leaves the length to the clock on the wall', async () => {
  for (const jump of [1_000_000, -1_000_000, 0x7fff_0000, 40 * 8000]) {
    const lab = await Lab.started();
    lab.record();
    lab.say(tone(1000));
    lab.timestamp = (lab.timestamp + jump) >>> 0;
    lab.say(tone(1000));
    const { quality } = ended(lab);
    assert.equal(quality, undefined);
    assert.ok(Math.abs(lab.of('recorded')[0].millis - 2000) <= 20, `${jump}: ${lab.of('recorded')[0].millis}`);
  }
});
