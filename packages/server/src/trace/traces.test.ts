import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import type { Peer } from '@parley/sip';
import { entryOf, traceOf } from './described.ts';
import { Traces } from './traces.ts';

const GATEWAY: Peer = { transport: 'udp', address: '192.0.2.1', port: 5060 };
const STRANGER: Peer = { transport: 'udp', address: '198.51.100.9', port: 40_000 };
const PLAIN = { maskNumbers: false };

const SDP =
  'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n' +
  'm=audio 4000 RTP/SAVP 0 8 96\r\na=rtpmap:96 opus/48000/2\r\na=sendonly\r\n' +
  'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\r\nm=video 0 RTP/AVP 31\r\n';

interface MessageText {
  readonly start?: string;
  readonly callId?: string;
  readonly cseq?: string;
  readonly extra?: readonly string[];
  readonly body?: string;
  readonly type?: string;
}

function text({ start = 'INVITE sip:1001@h SIP/2.0', callId = 'c1', cseq = '1 INVITE', ...rest }: MessageText): Buffer {
  const { extra = [], body = '', type = 'application/sdp' } = rest;
  const lines = [
    start,
    'From: "Ann" <sip:5550123@h>;tag=1',
    ...extra,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq}`,
    ...(body && [`Content-Type: ${type}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function setUp(calls = 10) {
  const clock = new FakeClock();
  const traces = new Traces({ calls, isKnown: ({ address }) => address === GATEWAY.address, clock });
  const hear = (direction: 'in' | 'out', message: MessageText | string, peer = GATEWAY) =>
    traces.take({ direction, peer, bytes: typeof message === 'string' ? Buffer.from(message) : text(message) });
  const shown = (callId: string, telling = PLAIN) => {
    const call = traces.get(callId);
    assert.ok(call, `no ${callId}`);
    return traceOf(call, traces, telling);
  };
  return { clock, traces, hear, shown };
}

test('a refused call: its messages in order with their times, copies, reasons, and how it ended', () => {
  const { clock, traces, hear, shown } = setUp();
  hear('in', { body: SDP });
  clock.advance(500);
  hear('in', { body: SDP });
  clock.advance(12);
  const extra = ['Warning: 305 h "no codec"', 'Warning: 399 h "use G.711"', 'retry-after : 5'];
  hear('out', { start: 'SIP/2.0 488 Not Acceptable Here', extra });
  hear('in', { start: 'ACK sip:1001@h SIP/2.0', cseq: '1 ACK' });
  const { ladder, outcome, caller, called, messages } = shown('c1');
  assert.deepEqual([caller, called, outcome, messages], ['5550123', '1001', '488 Not Acceptable Here', 4]);
  assert.deepEqual(
    ladder.map(({ atMillis, direction, summary, retransmission }) => [atMillis, direction, summary, retransmission]),
    [
      [0, 'in', 'INVITE sip:1001@h', false],
      [500, 'in', 'INVITE sip:1001@h', true],
      [512, 'out', '488 Not Acceptable Here', false],
      [512, 'in', 'ACK sip:1001@h', false],
    ],
  );
  assert.deepEqual(ladder[2].remarks, ['Warning: 305 h "no codec"', 'Warning: 399 h "use G.711"', 'Retry-After: 5']);
  assert.deepEqual(ladder[0].media, [
    {
      kind: 'audio',
      protocol: 'RTP/SAVP',
      address: '192.0.2.1',
      port: 4000,
      codecs: ['PCMU', 'PCMA', 'opus/48000/2'],
      direction: 'sendonly',
      encryption: 'SDES',
    },
    {
      kind: 'video',
      protocol: 'RTP/AVP',
      address: '192.0.2.1',
      port: 0,
      codecs: ['31'],
      direction: 'sendrecv',
      encryption: 'none',
    },
  ]);
  assert.doesNotMatch(JSON.stringify(shown('c1')), /inline:|c2VjcmV0/, 'no body, and no key');
  assert.equal(entryOf(traces.newest(1)[0], { maskNumbers: true }).caller, '55***23');
});

for (const [what, body, type, problem] of [
  [
    'within multipart',
    `--b\r\nContent-Type: application/sdp\r\n\r\n${SDP}\r\n--b\r\n\r\nx\r\n--b--`,
    'multipart/mixed;boundary=b',
    undefined,
  ],
  ['that is broken', 'v=0\r\nm=audio', 'application/sdp', /application\/sdp, 12 octets: ./],
  ['by DTLS', SDP.replace('t=0 0', 't=0 0\r\na=fingerprint:sha-256 AA'), 'APPLICATION/SDP;x=y', undefined],
] as const)
  test(`a description ${what} is summarized`, () => {
    const { hear, shown } = setUp();
    hear('in', { body, type });
    const [message] = shown('c1').ladder;
    if (problem) assert.match(message.body ?? '', problem);
    else assert.equal(message.media[0].encryption, what === 'by DTLS' ? 'DTLS' : 'SDES');
  });

test('where the sound of somebody who is not heard came from is told with its call', () => {
  const { hear, traces, shown } = setUp();
  hear('in', {});
  assert.equal(shown('c1').foreign, undefined);
  const foreign = { negotiated: { address: '192.0.2.1', port: 4000 }, from: { address: '2001:db8::1', port: 4002 } };
  for (const callId of ['c1', 'unknown']) traces.heardElsewhere(callId, foreign);
  assert.deepEqual(shown('c1').foreign, { negotiated: '192.0.2.1:4000', from: '[2001:db8::1]:4002' });
});

test('credentials are stars before anything is kept', () => {
  const { hear, traces } = setUp();
  hear('in', { extra: ['Proxy-Authorization: Digest response="5ec2e7"'] });
  assert.doesNotMatch(JSON.stringify(traces.get('c1')?.messages), /5ec2e7/);
});

test('the keys of an INFO are not kept, only that there were some', () => {
  const { hear, shown } = setUp();
  hear('in', { start: 'INFO sip:1001@h SIP/2.0', body: 'Signal=5\r\nDuration=160', type: 'application/dtmf-relay' });
  const [message] = shown('c1').ladder;
  assert.equal(message.body, 'application/dtmf-relay, 22 octets');
  assert.doesNotMatch(JSON.stringify(message), /Signal/);
});

test('what is malformed is kept as far as it has a Call-ID, wherever that stands and however it is written', () => {
  const { hear, shown, traces } = setUp(100);
  hear('in', 'INVITE\r\ni : a1\r\nCSeq: x');
  hear('in', '\u0000\u0001INVITE sip:x\nCALL-ID:\n  folded\n\n');
  hear('in', `INVITE sip:x SIP/2.0\r\n${'Via: SIP/2.0/UDP h\r\n'.repeat(200)}Call-ID: far\r\n\r\n`);
  hear('in', 'INVITE sip:x SIP/2.0\r\nX-Call-ID: none\r\n\r\nCall-ID: none');
  assert.equal(shown('a1').ladder[0].summary, 'INVITE');
  assert.equal(shown('folded').messages, 1);
  assert.equal(shown('far').ladder[0].head.length, 2048);
  assert.equal(traces.find('none').length, 0);
});

test('so many calls are kept, and of each so many messages: the first ones and the newest', () => {
  const { hear, traces, shown } = setUp(3);
  for (const callId of ['c1', 'c2', 'c3', 'c4']) hear('in', { callId });
  assert.equal(traces.get('c1'), undefined);
  for (let n = 1; n <= 100; n++) hear('out', { callId: 'c4', cseq: `${n} INVITE`, start: `OPTIONS sip:n${n} SIP/2.0` });
  const { ladder, leftOut, messages } = shown('c4');
  assert.equal(ladder.length, 64);
  assert.deepEqual([leftOut, messages], [{ count: 37, before: 32 }, 101]);
  assert.deepEqual(
    [ladder[31].summary, ladder[32].summary, ladder[63].summary],
    ['OPTIONS sip:n31', 'OPTIONS sip:n69', 'OPTIONS sip:n100'],
  );
});

test('neither a flood of strangers nor keep-alives drive calls out; strangers who call are listed', () => {
  const { clock, hear, traces } = setUp(20);
  hear('in', { callId: 'ours' });
  for (let n = 0; n < 1000; n++) {
    clock.advance(100);
    hear('in', { callId: `stranger ${n}` }, STRANGER);
    hear('in', { callId: `ping ${n}`, start: 'OPTIONS sip:h SIP/2.0', cseq: '1 OPTIONS' });
  }
  assert.deepEqual(
    traces.newest(100).map(({ callId }) => callId),
    ['stranger 999', 'ours'],
  );
  assert.equal(traces.find('ping 999').length, 1);
  assert.deepEqual([traces.find('stranger').length, traces.find('ping').length], [1, 1]);
});

test('a call is found by the beginning of its Call-ID, unless that is a whole one', () => {
  const { hear, traces } = setUp();
  for (const callId of ['abc', 'abcd', 'abce']) hear('in', { callId });
  const found = (prefix: string) => traces.find(prefix).map(({ callId }) => callId);
  assert.deepEqual(found('abc'), ['abc']);
  assert.deepEqual(found('abcd'), ['abcd']);
  assert.deepEqual(found('ab'), ['abce', 'abcd', 'abc']);
  assert.deepEqual(found('x'), []);
});

test('a call that was handed on has the other one beside it, on the same clock', () => {
  const { clock, hear, traces, shown } = setUp();
  hear('in', {});
  clock.advance(3000);
  hear('out', { callId: 'leg', start: 'INVITE sip:bob@h SIP/2.0' });
  traces.placed('leg', 'c1');
  traces.placed('leg', 'unknown');
  assert.deepEqual(
    shown('c1').legs.map(({ callId, ladder }) => [callId, ladder[0].atMillis]),
    [['leg', 3000]],
  );
});

/** Who says BYE, and the answers before: what is told while there is no record. */
const STAGES: readonly (readonly [outcome: string, starts: readonly string[]])[] = [
  ['not answered yet', ['INVITE sip:1001@h SIP/2.0', 'SIP/2.0 100 Trying', 'SIP/2.0 180 Ringing']],
  ['under way', ['INVITE sip:1001@h SIP/2.0', 'SIP/2.0 401 Unauthorized', 'SIP/2.0 200 OK']],
  ['503 Service Unavailable', ['INVITE sip:1001@h SIP/2.0', 'SIP/2.0 503 Service Unavailable']],
  ['over', ['INVITE sip:1001@h SIP/2.0', 'SIP/2.0 200 OK', 'BYE sip:1001@h SIP/2.0', 'SIP/2.0 481 x']],
  // A further offer that does not fit ends nothing.
  ['under way', ['INVITE sip:1001@h SIP/2.0', 'SIP/2.0 200 OK', 'INVITE sip:1001@h SIP/2.0', 'SIP/2.0 488 x']],
];

for (const [outcome, starts] of STAGES)
  test(`without a record, a call is told as: ${outcome}`, () => {
    const { hear, shown } = setUp();
    for (const start of starts) hear('in', { start });
    assert.equal(shown('c1').outcome, outcome);
  });

test('what is no call is told by its answer', () => {
  const { hear, shown } = setUp();
  for (const [callId, method, answer] of [
    ['s', 'SUBSCRIBE', '489 Bad Event'],
    ['b', 'BYE', '481 Call/Transaction Does Not Exist'],
    ['o', 'OPTIONS', '200 OK'],
  ] as const) {
    hear('in', { callId, start: `${method} sip:1001@h SIP/2.0`, cseq: `1 ${method}` });
    assert.equal(shown(callId).outcome, 'not answered yet');
    hear('out', { callId, start: `SIP/2.0 ${answer}`, cseq: `1 ${method}` });
    assert.equal(shown(callId).outcome, answer);
  }
});

test('what a call of ten messages costs', t => {
  const { traces } = setUp(1000);
  const messages = (call: number) => {
    const callId = `call-${call}@192.0.2.1`;
    const extra = Array.from({ length: 8 }, (_, n) => `X-Header-${n}: ${'value '.repeat(8)}`);
    const one = (start: string, body = '', cseq = '1 INVITE') => text({ callId, start, cseq, extra, body });
    return [
      one('INVITE sip:1001@h SIP/2.0', SDP),
      ...['100 Trying', '180 Ringing'].map(line => one(`SIP/2.0 ${line}`)),
      one('SIP/2.0 200 OK', SDP),
      one('ACK sip:1001@h SIP/2.0', '', '1 ACK'),
      one('INFO sip:1001@h SIP/2.0', '', '2 INFO'),
      one('SIP/2.0 200 OK', '', '2 INFO'),
      one('OPTIONS sip:1001@h SIP/2.0', '', '3 OPTIONS'),
      one('BYE sip:1001@h SIP/2.0', '', '4 BYE'),
      one('SIP/2.0 200 OK', '', '4 BYE'),
    ];
  };
  const rounds = 5;
  const calls = 400;
  const taken = Array.from({ length: rounds }, (_, round) => {
    const prepared = Array.from({ length: calls }, (_, n) => messages(round * calls + n));
    const began = process.cpuUsage();
    for (const call of prepared) for (const bytes of call) traces.take({ direction: 'in', peer: GATEWAY, bytes });
    const { user, system } = process.cpuUsage(began);
    return (user + system) / calls;
  });
  const microseconds = Math.min(...taken);
  t.diagnostic(`${microseconds.toFixed(0)} us of CPU a call, ${(microseconds / 10).toFixed(1)} us a message`);
  // A call costs about 3 ms of CPU in all: what is heard beside it may not be seen in that, on a slow and busy machine neither.
  assert.ok(microseconds < 1500, `${microseconds} us a call`);
});

test('a flood of calls enters at its pace, whole calls only, so that what came before can still be looked at', () => {
  const { clock, traces, hear } = setUp(200);
  for (let n = 0; n < 100; n++) hear('in', { callId: `before${n}` });
  for (let second = 0; second < 4; second++) {
    for (let n = 0; n < 100; n++) {
      const callId = `flood${second}-${n}`;
      hear('in', { callId });
      hear('out', { callId, start: 'SIP/2.0 503 Service Unavailable' });
      hear('in', { callId, start: 'ACK sip:1001@h SIP/2.0', cseq: '1 ACK' });
    }
    clock.advance(1000);
  }
  const of = (prefix: string) => traces.newest(1000).filter(({ callId }) => callId.startsWith(prefix));
  // Room for 200 at once, and 20 more in each second.
  assert.deepEqual(
    [0, 1, 2, 3].map(second => of(`flood${second}`).length),
    [100, 20, 20, 20],
  );
  assert.equal(of('before').length, 40);
  assert.ok(of('flood').every(({ messages }) => messages.length === 3));
  clock.advance(10_000);
  for (let n = 0; n < 200; n++) hear('in', { callId: `after${n}` });
  assert.equal(of('after').length, 200);
});
