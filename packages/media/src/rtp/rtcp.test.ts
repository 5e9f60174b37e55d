import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRtcp, RtcpFacts } from './rtcp-parse.ts';
import { LONGEST_REPORT, ntpMiddle, ReportFacts, writeReport } from './rtcp-write.ts';

function report(changes: Partial<ReportFacts> = {}): Uint8Array {
  const facts = Object.assign(new ReportFacts(), {
    ssrc: 7,
    cname: 'abcdefghijklmnop',
    sending: true,
    wallMillis: 1_000_500,
    packetsSent: 3,
    bytesSent: 480,
    hearing: true,
    source: 99,
    fractionLost: 12,
    cumulativeLost: 5,
    highestSequence: 70_000,
    jitter: 33,
    lastSenderReport: 0xabcd1234,
    delaySinceLastSenderReport: 65_536,
    ...changes,
  });
  const bytes = new Uint8Array(LONGEST_REPORT);
  return bytes.slice(0, writeReport(facts, bytes));
}

test('a report reads back: the block about the source that is asked for, the sender report, BYE', () => {
  const facts = new RtcpFacts();
  assert.ok(parseRtcp(report({ bye: true }), 99, facts));
  assert.deepEqual(
    { ...facts },
    {
      bye: true,
      left: 7,
      senderReport: ntpMiddle(1_000_500),
      sender: 7,
      reported: true,
      fractionLost: 12,
      cumulativeLost: 5,
      highestSequence: 70_000,
      jitter: 33,
      lastSenderReport: 0xabcd1234,
      delaySinceLastSenderReport: 65_536,
    },
  );
  assert.ok(parseRtcp(report(), 98, facts));
  assert.equal(facts.reported, false, 'a block about somebody else');
  assert.equal(facts.bye, false);
});

test('who sends nothing writes a receiver report, who hears nothing an empty one', () => {
  const bytes = report({ sending: false, hearing: false });
  assert.deepEqual([...bytes.slice(0, 8)], [0x80, 201, 0, 1, 0, 0, 0, 7]);
  const facts = new RtcpFacts();
  assert.ok(parseRtcp(bytes, 99, facts));
  assert.equal(facts.senderReport, 0);
});

test('NTP time: seconds since 1900 in 16.16', () => {
  // 1970-01-01 00:00:01.5 = 2,208,988,801.5 s.
  assert.equal(ntpMiddle(1500), ((2_208_988_801 % 65_536) * 65_536 + 32_768) >>> 0);
});

test('no name makes the longest report longer than said, all lengths are whole words', () => {
  for (let length = 0; length <= 32; length++) {
    const bytes = report({ cname: 'x'.repeat(length), bye: true });
    assert.ok(bytes.length <= LONGEST_REPORT && bytes.length % 4 === 0);
    assert.ok(parseRtcp(bytes, 99, new RtcpFacts()), `name of ${length}`);
  }
});

test('lengths that do not add up are refused', () => {
  const good = report();
  const cases: Record<string, (bytes: Uint8Array) => Uint8Array> = {
    'cut in the middle': bytes => bytes.slice(0, bytes.length - 1),
    'a tail of three bytes': bytes => Uint8Array.from([...bytes, 1, 2, 3]),
    'more blocks than there is room for': bytes => bytes.with(0, 0x9f),
    'no report first': bytes => bytes.with(1, 202),
    'version 1': bytes => bytes.with(0, 0x41),
    'padding in the first of several': bytes => bytes.with(0, 0xa1),
    'padding in the second of three': () => report({ bye: true }).with(52, 0xa1),
    'a length beyond the end': bytes => bytes.with(2, 0xff),
  };
  for (const [name, spoil] of Object.entries(cases))
    assert.equal(parseRtcp(spoil(Uint8Array.from(good)), 99, new RtcpFacts()), false, name);
});
