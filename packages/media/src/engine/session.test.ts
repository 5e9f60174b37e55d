import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clip, HERE, Lab, PHONE, PHONE_RTCP, rtp, silence, tone } from '../../test/lab.ts';
import { parseRtcp, RtcpFacts } from '../rtp/rtcp-parse.ts';
import { LONGEST_REPORT, ReportFacts, writeReport } from '../rtp/rtcp-write.ts';

const event = (code: number, duration = 160) => Uint8Array.of(code, 10, duration >> 8, duration);

function report(ssrc: number, changes: Partial<ReportFacts> = {}): Uint8Array {
  const facts = Object.assign(new ReportFacts(), { ssrc, cname: 'phone', sending: true, ...changes });
  const bytes = new Uint8Array(LONGEST_REPORT);
  return bytes.slice(0, writeReport(facts, bytes));
}

test('only the negotiated address and port are heard; the rest is counted and gets nothing back', async () => {
  const lab = await Lab.started();
  lab.record();
  const strangers = [
    { address: PHONE.address, port: PHONE.port + 2 },
    { address: '127.0.0.66', port: PHONE.port },
  ];
  for (const stranger of strangers) {
    lab.send(rtp(tone(20), { sequence: 1 }), stranger);
    lab.send(rtp(event(11), { payloadType: 101, marker: true }), stranger);
  }
  lab.tick(400);
  assert.equal(lab.of('key').length, 0);
  assert.deepEqual(
    lab.network.undelivered.filter(({ to }) => to.address !== PHONE.address || to.port > PHONE.port + 1),
    [],
  );
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  assert.equal(lab.of('recorded')[0].millis, 0);
  assert.deepEqual(
    [lab.of('closed')[0].statistics.foreignPackets, lab.of('closed')[0].statistics.packetsReceived],
    [4, 0],
  );
});

test('before the start nothing is accepted and nothing is sent', async () => {
  const lab = new Lab();
  await lab.open(1);
  lab.send(rtp(event(1), { payloadType: 101 }));
  lab.tick(10);
  assert.equal(lab.of('key').length + lab.heard().length, 0);
  lab.start();
  lab.press(2);
  assert.equal(lab.of('key')[0].key, '2');
});

test('an answer with numbers of its own: heard is what we offered and what it says, sent is what it says', async () => {
  const offered = { payloadType: 96, telephoneEvent: 101 };
  const lab = await Lab.started({ payloadType: 101, telephoneEvent: 97, offered });
  lab.record();
  lab.send(rtp(tone(20), { sequence: 1, timestamp: 0, payloadType: 96 }));
  lab.send(rtp(event(1), { sequence: 2, timestamp: 160, payloadType: 101, marker: true }));
  lab.send(rtp(event(2), { sequence: 3, timestamp: 320, payloadType: 97, marker: true }));
  lab.send(rtp(tone(20), { sequence: 4, timestamp: 480, payloadType: 0 }));
  lab.tick(2);
  assert.deepEqual(
    lab.of('key').map(({ key }) => key),
    ['1', '2'],
  );
  assert.match(lab.engine.describe(1), /malformed 0 unnegotiated 1/);
  lab.do({ do: 'stop', session: 1, id: 1 });
  assert.deepEqual(lab.recorded().subarray(0, 160), tone(20));
  assert.deepEqual([...new Set(lab.heard().map(({ payloadType }) => payloadType))], [101]);
});

test('a session that waited an hour for its call begins like a new one', async () => {
  const lab = new Lab();
  await lab.open(1);
  lab.send(rtp(event(1), { payloadType: 101 }));
  lab.clock.advance(3_600_000);
  lab.tick();
  lab.start();
  lab.record();
  lab.tick(100);
  const reports = lab.network.undelivered.filter(({ to }) => to.port === PHONE_RTCP.port);
  assert.equal(reports.length, 0, 'the first report comes after two and a half seconds or so');
  assert.equal(lab.of('silent').length, 0);
  lab.say(tone(1000));
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  assert.deepEqual([lab.of('recorded')[0].millis, lab.of('recorded')[0].at], [3000, 3060]);
  assert.equal(lab.of('closed')[0].statistics.foreignPackets, 0);
});

test('after a new agreement the old address is a stranger', async () => {
  const lab = await Lab.started();
  lab.start({ remote: { address: '127.0.0.10', port: 6000 }, remoteRtcp: { address: '127.0.0.10', port: 6001 } });
  lab.press(1);
  lab.send(rtp(event(2), { payloadType: 101, marker: true }), { address: '127.0.0.10', port: 6000 });
  assert.deepEqual(
    lab.of('key').map(({ key }) => key),
    ['2'],
  );
  lab.tick();
  assert.equal(lab.network.undelivered.at(-1)?.to.port, 6000);
});

const ELSEWHERE = { address: '127.0.0.66', port: PHONE.port };
const ELSEWHERE_RTCP = { address: '127.0.0.66', port: PHONE_RTCP.port };

test('a second address is heard at the same ports, RTCP too, and nothing is sent there', async () => {
  const lab = await Lab.started({ alsoFrom: ELSEWHERE.address }, { silentMillis: 1000 });
  lab.send(rtp(event(2), { payloadType: 101, marker: true }), ELSEWHERE);
  assert.equal(lab.of('key')[0]?.key, '2');
  lab.send(rtp(event(3), { payloadType: 101, marker: true, timestamp: 9 }), { ...ELSEWHERE, port: PHONE.port + 2 });
  assert.equal(lab.of('key').length, 1);
  lab.tick(45);
  lab.send(report(5), ELSEWHERE_RTCP);
  lab.tick(45);
  assert.equal(lab.of('silent').length, 0, 'the report was heard');
  lab.tick(400);
  assert.ok(lab.heard().length > 100);
  assert.deepEqual(
    lab.network.undelivered.filter(({ to }) => to.address !== PHONE.address),
    [],
  );
  assert.match(lab.engine.describe(1), /foreign 1 /);
});

test('RTCP that was told to be elsewhere has no second address', async () => {
  const remoteRtcp = { address: '127.0.0.8', port: PHONE_RTCP.port };
  const lab = await Lab.started({ alsoFrom: ELSEWHERE.address, remoteRtcp });
  lab.send(report(5), ELSEWHERE_RTCP);
  assert.match(lab.engine.describe(1), /foreign 1 /);
});

test('a caller of whom only packets from elsewhere came for 3 seconds is told of, once', async () => {
  const lab = await Lab.started();
  for (let i = 0; i < 149; i++) {
    lab.tick();
    lab.send(rtp(tone(20), { sequence: i }), ELSEWHERE);
  }
  assert.equal(lab.of('foreign').length, 0);
  lab.tick(500);
  assert.deepEqual(lab.of('foreign'), [{ on: 'foreign', session: 1, negotiated: PHONE, from: ELSEWHERE, at: 3000 }]);
});

test('strangers beside the caller, before the start, or while the call is held are not told of', async () => {
  const beside = await Lab.started();
  beside.say(tone(20));
  beside.send(rtp(tone(20)), ELSEWHERE);
  const before = new Lab();
  await before.open(1);
  before.send(rtp(tone(20)));
  before.start();
  const held = await Lab.started({ direction: 'inactive' });
  held.send(rtp(tone(20)), ELSEWHERE);
  for (const lab of [beside, before, held]) {
    lab.tick(200);
    assert.equal(lab.of('foreign').length, 0);
  }
});

test('payload types nobody agreed on do not reach the recording', async () => {
  const lab = await Lab.started({ telephoneEvent: undefined });
  lab.record();
  for (const payloadType of [8, 13, 96, 101, 127]) {
    lab.clock.advance(20);
    lab.send(rtp(tone(20), { payloadType, sequence: lab.sequence++, timestamp: lab.timestamp }));
  }
  lab.do({ do: 'stop', session: 1, id: 1 });
  assert.equal(lab.recorded().length, 0);
  assert.match(lab.engine.describe(1), /unnegotiated 4/, 'all but comfort noise, which needs no agreement');
});

test('a key or a word of another source does not count while the present one speaks', async () => {
  const lab = await Lab.started();
  lab.say(tone(200));
  lab.send(rtp(event(9), { payloadType: 101, ssrc: 666, marker: true, timestamp: 1 }));
  lab.say(tone(20));
  assert.equal(lab.of('key').length, 0);
  assert.match(lab.engine.describe(1), /other source 1/);
  lab.tick(10);
  lab.send(rtp(event(8), { payloadType: 101, ssrc: 777, marker: true, timestamp: 1 }));
  assert.equal(lab.of('key')[0].key, '8', 'after a pause it does');
});

test('one press is one key: repeated ends, INFO beside RFC 4733, INFO alone', async () => {
  const lab = await Lab.started();
  lab.press(1, { repeatedEnds: 6 });
  lab.do({ do: 'press', session: 1, key: '1', millis: 100 });
  lab.do({ do: 'press', session: 1, key: '2', millis: 100 });
  lab.tick(5);
  lab.press(2);
  lab.tick(100);
  lab.do({ do: 'press', session: 1, key: '2', millis: 100 });
  assert.deepEqual(
    lab.of('key').map(({ key }) => key),
    ['1', '2', '2'],
  );
});

test('silence of both RTP and RTCP is told once after 60 seconds, and again after something came', async () => {
  const lab = await Lab.started();
  lab.say(tone(100));
  lab.tick(2999);
  assert.equal(lab.of('silent').length, 0);
  lab.tick(2);
  assert.deepEqual(
    lab.of('silent').map(({ at }) => at),
    [60_100],
  );
  lab.tick(4000);
  assert.equal(lab.of('silent').length, 1);
  lab.send(report(5), PHONE_RTCP);
  lab.tick(3001);
  assert.equal(lab.of('silent').length, 2);
});

test('RTCP alone keeps a call alive, rubbish does not', async () => {
  const lab = await Lab.started({}, { silentMillis: 1000 });
  for (let i = 0; i < 10; i++) {
    lab.send(report(5), PHONE_RTCP);
    lab.tick(40);
  }
  assert.equal(lab.of('silent').length, 0);
  for (let i = 0; i < 10; i++) {
    lab.send(Uint8Array.of(1, 2, 3), PHONE_RTCP);
    lab.send(Uint8Array.of(1, 2, 3));
    lab.tick(40);
  }
  assert.equal(lab.of('silent').length, 1);
  assert.match(lab.engine.describe(1), /malformed 20/);
});

test('on hold nobody counts the silence; its end starts the count anew', async () => {
  const lab = await Lab.started({}, { silentMillis: 1000 });
  lab.start({ direction: 'inactive' });
  lab.tick(200);
  assert.equal(lab.of('silent').length, 0);
  lab.start();
  lab.tick(49);
  assert.equal(lab.of('silent').length, 0);
  lab.tick(2);
  assert.equal(lab.of('silent').length, 1);
});

test('on hold nothing is sent, and a prompt waits to be heard', async () => {
  const lab = await Lab.started();
  lab.do({ do: 'add clip', clip: 1, audio: clip(tone(1000)) });
  lab.play(1);
  lab.tick(10);
  lab.start({ direction: 'inactive' });
  lab.tick(100);
  assert.equal(lab.heard().length, 10);
  lab.start();
  lab.tick(41);
  assert.equal(lab.of('played').length, 1);
  const heard = lab.heard();
  assert.ok(heard[10].marker, 'a new talkspurt');
  assert.equal((heard[10].timestamp - heard[9].timestamp) >>> 0, 101 * 160, 'the time on hold has passed');
  assert.equal((heard[10].sequence - heard[9].sequence) & 0xffff, 1);
});

test('held by sendonly from their side after talking: the same', async () => {
  const lab = await Lab.started();
  lab.do({ do: 'add clip', clip: 1, audio: clip(tone(1000)) });
  lab.play(1);
  lab.start({ direction: 'recvonly' });
  lab.tick(100);
  assert.equal(lab.of('played').length, 0);
  lab.start({ direction: 'recvonly', payloadType: 0 });
  lab.tick(100);
  assert.equal(lab.of('played').length, 0, 'a refreshed hold is still hold');
});

test('an address nobody can send to (0.0.0.0, a name) is quiet, not an error', async () => {
  for (const address of ['0.0.0.0', 'phone.example', '::1']) {
    const lab = await Lab.started({ remote: { address, port: 4000 }, remoteRtcp: { address, port: 4001 } });
    lab.tick(500);
    assert.equal(lab.network.undelivered.length, 0, address);
  }
});

test('reports go out every 5 seconds on average, never at once for all, with what was sent and heard', async () => {
  const lab = await Lab.started();
  const times: number[] = [];
  for (let i = 0; i < 3000; i++) {
    const before = lab.network.undelivered.length;
    if (i % 50 === 0) lab.sequence += 1;
    lab.say(silence(20));
    if (lab.network.undelivered.slice(before).some(({ to }) => to.port === PHONE_RTCP.port)) times.push(i * 20);
  }
  assert.ok(times.length >= 8 && times.length <= 24, `${times}`);
  assert.ok(
    times[0] <= 3750 && times.slice(1).every((at, i) => at - times[i] >= 2480 && at - times[i] <= 7520),
    `${times}`,
  );
  assert.ok(new Set(times.slice(1).map((at, i) => at - times[i])).size > 4, `${times} are not spread`);
  const last = lab.network.undelivered.findLast(({ to }) => to.port === PHONE_RTCP.port);
  const facts = new RtcpFacts();
  assert.ok(last && parseRtcp(last.bytes, 0x5ca1ab1e, facts));
  assert.ok(
    facts.reported && facts.fractionLost >= 4 && facts.fractionLost <= 6,
    `1 of 51: ${facts.fractionLost} of 256`,
  );
  assert.notEqual(facts.senderReport, 0);
  assert.deepEqual(last.from, { address: HERE, port: lab.port + 1 });
});

test('the round trip is computed from what the other side echoes', async () => {
  const lab = await Lab.started();
  for (let i = 0; i < 250; i++) lab.say(silence(20));
  const ours = lab.network.undelivered.findLast(({ to }) => to.port === PHONE_RTCP.port);
  assert.ok(ours);
  const facts = new RtcpFacts();
  parseRtcp(ours.bytes, 0, facts);
  const ssrc = lab.heard()[0].ssrc;
  lab.clock.advance(500);
  const sentAt = lab.clock.wall();
  const echo = { hearing: true, source: ssrc, lastSenderReport: facts.senderReport, delaySinceLastSenderReport: 0 };
  lab.send(report(5, { ...echo, wallMillis: sentAt }), PHONE_RTCP);
  assert.match(lab.engine.describe(1), /round trip \d{3,4}\.\d ms/);
});

test('the end says BYE by RTCP and tells the figures', async () => {
  const lab = await Lab.started();
  lab.say(tone(100));
  lab.sequence += 2;
  lab.say(tone(100));
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  const facts = new RtcpFacts();
  const last = lab.network.undelivered.findLast(({ to }) => to.port === PHONE_RTCP.port);
  assert.ok(last && parseRtcp(last.bytes, 0, facts) && facts.bye);
  const { statistics } = lab.of('closed')[0];
  assert.deepEqual([statistics.packetsReceived, statistics.packetsLost, statistics.foreignPackets], [10, 2, 0]);
  assert.equal(statistics.packetsSent, lab.heard().length);
  assert.equal(lab.network.sockets, 0);
});

test('keys are dialled as events, in the place of audio, and the prompt goes on behind them', async () => {
  const lab = await Lab.started();
  lab.do({ do: 'add clip', clip: 1, audio: clip(tone(400)) });
  lab.play(1);
  lab.do({ do: 'dial', session: 1, keys: '1#' });
  lab.tick(40);
  const heard = lab.heard();
  assert.equal(heard.filter(({ payloadType }) => payloadType === 101).length, 14);
  assert.deepEqual(
    heard.filter(({ payloadType, marker }) => payloadType === 101 && marker).map(({ payload }) => payload[0]),
    [1, 11],
  );
  const audio = heard.filter(({ payloadType }) => payloadType === 0).flatMap(({ payload }) => [...payload]);
  const from = audio.findIndex(byte => byte !== 0xff);
  assert.deepEqual(Uint8Array.from(audio.slice(0, 3200)), tone(400), `from ${from}`);
});

test('keys are not dialled to a side that takes none', async () => {
  const lab = await Lab.started({ telephoneEvent: undefined });
  lab.do({ do: 'dial', session: 1, keys: '1' });
  lab.tick(10);
  assert.ok(lab.heard().every(({ payloadType }) => payloadType === 0));
  assert.ok(lab.log.lines.some(({ event }) => event.startsWith('keys not sent')));
});
