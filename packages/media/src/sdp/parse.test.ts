import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import fc from 'fast-check';
import type { Connection, ExtraLine, SessionDescription } from './description.ts';
import { parseSdp, SDP_LIMITS } from './parse.ts';
import { printSdp } from './print.ts';
import { SdpError } from './sdp-error.ts';

const SEED = 20261121;
const PLAIN = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', 'm=audio 6000 RTP/AVP 0'];
const sdp = (...lines: string[]) => `${lines.join('\r\n')}\r\n`;

/** Sections 5 of RFC 8866 and 4 of RFC 5118, a PBX, and everything at once: the seeds of the mutations too. */
const SAMPLES = [
  sdp(...PLAIN),
  sdp(
    ...['v=0', 'o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1', 's=Call to John Smith', 'i=SDP Offer #1'],
    ...['u=http://www.jdoe.example.com/home.html', 'e=Jane Doe <jane@jdoe.example.com>', 'p=+1 617 555-6011'],
    ...['c=IN IP4 198.51.100.1', 't=0 0', 'm=audio 49170 RTP/AVP 0', 'm=audio 49180 RTP/AVP 0'],
    ...['m=video 51372 RTP/AVP 99', 'c=IN IP6 2001:db8::2', 'a=rtpmap:99 h263-1998/90000'],
  ),
  sdp(
    ...['v=0', 'o=- 1641936542 1641936542 IN IP4 127.0.0.1', 's=Asterisk', 'c=IN IP4 127.0.0.1', 't=0 0'],
    ...['m=audio 30606 RTP/AVP 0 8 101', 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:8 PCMA/8000', 'a=ptime:20'],
    ...['a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-16', 'a=maxptime:140', 'a=sendrecv', 'a=rtcp:30607'],
  ),
  sdp(
    ...['v=0', 'o=- 1 1 IN IP4 224.2.36.42', 's= ', 'b=CT:128', 't=0 0', 'r=7d 1h 0 25h', 'z=0 0', 'k=prompt', 'a=x'],
    ...['c=IN IP4 224.2.1.1/127/3', 'm=audio 49170/2 RTP/AVPF 0 96', 'i=one', 'a=rtpmap:96 opus/48000/2', 'a=crypto:1'],
  ),
];

test('a description of RFC 8866 is read whole and printed again in the order of the RFC', () => {
  for (const sample of SAMPLES) assert.deepEqual(parseSdp(printSdp(parseSdp(sample))), parseSdp(sample));
  const read = parseSdp(SAMPLES[1]);
  assert.deepEqual(read.origin, {
    userName: 'jdoe',
    sessionId: '3724394400',
    version: '3724394405',
    connection: { family: 'IP4', address: '198.51.100.1' },
  });
  assert.equal(read.name, 'Call to John Smith');
  assert.deepEqual(
    read.media.map(({ media, port, protocol, formats }) => [media, port, protocol, ...formats]),
    [
      ['audio', 49170, 'RTP/AVP', '0'],
      ['audio', 49180, 'RTP/AVP', '0'],
      ['video', 51372, 'RTP/AVP', '99'],
    ],
  );
  assert.deepEqual(read.media[2].connection, { family: 'IP6', address: '2001:db8::2' });
  assert.equal(printSdp(read), SAMPLES[1]);
  assert.deepEqual(parseSdp(SAMPLES[3]).connection, { family: 'IP4', address: '224.2.1.1', suffix: '127/3' });
  assert.equal(parseSdp(SAMPLES[3]).media[0].portCount, 2);
});

test('what telephones leave out or do differently is understood', () => {
  const plain = parseSdp(sdp(...PLAIN));
  assert.deepEqual(parseSdp(PLAIN.join('\n')), plain, 'LF alone, nothing after the last line');
  assert.deepEqual(parseSdp(`${sdp(...PLAIN)}\r\n\r\n`), plain, 'empty lines');
  assert.deepEqual(parseSdp(Buffer.from(sdp(...PLAIN))), plain, 'bytes');
  const bare = parseSdp(sdp('v=0', 'o=- 1 1 IN IP4 192.0.2.1', 'm=audio 6000  RTP/AVP  0 '));
  assert.equal(bare.name, '-');
  assert.deepEqual(bare.media[0].formats, ['0']);
  assert.equal(parseSdp(sdp(...PLAIN, 'y=what', 'a=x-nat:0 Outbound')).media[0].attributes[0].value, '0 Outbound');
  const trailed = parseSdp(sdp(...PLAIN, 'a=inactive ', 'a=setup:active\t')).media[0].attributes;
  assert.deepEqual(trailed, [{ name: 'inactive' }, { name: 'setup', value: 'active' }], 'blanks at the end');
});

const REFUSED: readonly [line: number, says: RegExp, text: string][] = [
  [0, /begins with v=0/, ''],
  [1, /lower-case letter/, 'hello'],
  [1, /only version 0/, sdp('v=1')],
  [0, /no o=/, sdp('v=0', 's=-')],
  [2, /six words/, sdp('v=0', 'o=- 1 1 IN IP4')],
  [2, /are numbers/, sdp('v=0', 'o=- x 1 IN IP4 192.0.2.1')],
  [3, /may stand once/, sdp('v=0', PLAIN[1], PLAIN[1])],
  [4, /IN IP4/, sdp(...PLAIN.slice(0, 3), 'c=IN IP5 192.0.2.1')],
  [4, /not an IPv4/, sdp(...PLAIN.slice(0, 3), 'c=IN IP4 <script>')],
  [4, /after the slash/, sdp(...PLAIN.slice(0, 3), 'c=IN IP4 224.2.1.1/x')],
  [6, /0 to 65535/, sdp(...PLAIN.slice(0, 5), 'm=audio 65536 RTP/AVP 0')],
  [6, /0 to 65535/, sdp(...PLAIN.slice(0, 5), 'm=audio -1 RTP/AVP 0')],
  [6, /medium, a port/, sdp(...PLAIN.slice(0, 5), 'm=audio 6000 RTP/AVP')],
  [7, /o= is not allowed here/, sdp(...PLAIN, PLAIN[1])],
  [7, /has a name/, sdp(...PLAIN, 'a=:x')],
  [7, /NUL/, sdp(...PLAIN, 'a=x\0')],
  [7, /lone CR/, sdp(...PLAIN, 'a=x\ra=y')],
  [38, /at most 32 m=/, sdp(...PLAIN, ...Array(SDP_LIMITS.media).fill('m=audio 1 RTP/AVP 0'))],
  [135, /at most 128 a=/, sdp(...PLAIN, ...Array(SDP_LIMITS.attributes + 1).fill('a=x'))],
  [71, /at most 64 b=/, sdp(...PLAIN, ...Array(SDP_LIMITS.extras + 1).fill('b=AS:64'))],
  [6, /at most 256 formats/, sdp(...PLAIN.slice(0, 5), `m=audio 1 RTP/AVP${' 0'.repeat(SDP_LIMITS.formats + 1)}`)],
  [0, /at most 16384/, sdp(...PLAIN, `a=${'x'.repeat(16_384)}`)],
];

test('an IPv6 address may stand in brackets, as SIPp writes it; no other may', () => {
  const described = (address: string) => parseSdp(sdp('v=0', `o=sipp 1 1 ${address}`, 's=-', `c=${address}`, 't=0 0'));
  const { origin, connection } = described('IN IP6 [2001:db8::1]');
  assert.deepEqual([origin.connection, connection], Array(2).fill({ family: 'IP6', address: '2001:db8::1' }));
  for (const address of ['IN IP4 [192.0.2.1]', 'IN IP6 [2001:db8::1', 'IN IP6 []', 'IN IP6 [[::1]]'])
    assert.throws(() => described(address), SdpError, address);
});

test('what cannot be read is refused with the line and what is allowed', () => {
  for (const [line, says, text] of REFUSED) {
    assert.throws(
      () => parseSdp(text),
      (error: unknown) =>
        error instanceof SdpError && error.line === line && error.code === 'SDP_MALFORMED' && says.test(error.message),
      `${line} ${says}`,
    );
  }
});

test('what is at its limit is read', () => {
  parseSdp(sdp(...PLAIN, ...Array(SDP_LIMITS.media - 1).fill('m=audio 1 RTP/AVP 0')));
  parseSdp(sdp(...PLAIN, ...Array(SDP_LIMITS.attributes).fill('a=x')));
  const text = sdp(...PLAIN, 'a=');
  parseSdp(sdp(...PLAIN, `a=${'x'.repeat(16_384 - text.length)}`));
});

const PLAIN_OBJECTS = { noNullPrototype: true } as const;
const token = fc.stringMatching(/^[A-Za-z0-9.+_-]{1,12}$/);
const text = fc.stringMatching(/^[ -~é]{0,30}$/);
const connection: fc.Arbitrary<Connection> = fc.oneof(
  fc.ipV4().map(address => ({ family: 'IP4' as const, address })),
  fc.ipV6().map(address => ({ family: 'IP6' as const, address })),
  fc.record(
    { family: fc.constant('IP4' as const), address: fc.ipV4(), suffix: fc.constantFrom('127', '127/3') },
    PLAIN_OBJECTS,
  ),
);
const attributes = fc.array(
  fc.oneof(
    fc.record({ name: token }, PLAIN_OBJECTS),
    fc.record({ name: token, value: text.map(each => each.trimEnd()) }, PLAIN_OBJECTS),
  ),
  {
    maxLength: 8,
  },
);
const ORDER = 'iuepbtzk';
const extras = (letters: readonly ExtraLine['type'][]) =>
  fc
    .array(fc.record({ type: fc.constantFrom(...letters), value: text }, PLAIN_OBJECTS), { maxLength: 5 })
    .map(lines => lines.sort((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type)));
const number = fc.bigInt({ min: 0n, max: 2n ** 70n }).map(String);
const description: fc.Arbitrary<SessionDescription> = fc.record(
  {
    origin: fc.record({ userName: token, sessionId: number, version: number, connection }, PLAIN_OBJECTS),
    name: text.map(name => name || '-'),
    connection,
    extras: extras(['i', 'u', 'e', 'p', 'b', 't', 'z', 'k']).filter(lines => lines.some(line => line.type === 't')),
    attributes,
    media: fc.array(
      fc.record(
        {
          media: token,
          port: fc.nat(65535),
          portCount: fc.nat(65535),
          protocol: fc.constantFrom('RTP/AVP', 'RTP/SAVP', 'udptl'),
          formats: fc.array(token, { minLength: 1, maxLength: 5 }),
          connection,
          extras: extras(['i', 'b', 'k']),
          attributes,
        },
        { ...PLAIN_OBJECTS, requiredKeys: ['media', 'port', 'protocol', 'formats', 'extras', 'attributes'] },
      ),
      { maxLength: 5 },
    ),
  },
  { ...PLAIN_OBJECTS, requiredKeys: ['origin', 'name', 'extras', 'attributes', 'media'] },
);

test('parse(print(x)) = x', () => {
  fc.assert(
    fc.property(description, made => assert.deepEqual(parseSdp(printSdp(made)), made)),
    { seed: SEED, numRuns: 500 },
  );
});

/** Bytes flipped, cut out, doubled, swapped in from elsewhere. */
function mutated(bytes: Buffer, random: () => number): Buffer {
  let now = bytes;
  for (let change = 0; change <= random() * 2; change++) {
    const from = Math.floor(random() * (now.length + 1));
    const to = Math.min(now.length, from + Math.floor(random() * 20));
    const kind = Math.floor(random() * 4);
    if (kind === 0) now = Buffer.concat([now.subarray(0, from), Buffer.of(random() * 256), now.subarray(from + 1)]);
    else if (kind === 1) now = Buffer.concat([now.subarray(0, from), now.subarray(to)]);
    else if (kind === 2) now = Buffer.concat([now.subarray(0, to), now.subarray(from)]);
    else now = Buffer.concat([now, ...Array(Math.floor(random() * 60)).fill(now.subarray(from, to))]);
  }
  return now;
}

test(`5,000 mutated descriptions (seed ${SEED}): read or SdpError, and the work grows with the length only`, () => {
  const random = seeded(SEED);
  let read = 0;
  for (let run = 0; run < 5000; run++) {
    const bytes = mutated(Buffer.from(SAMPLES[run % SAMPLES.length]), random);
    const meter = { steps: 0 };
    try {
      const once = parseSdp(bytes, meter);
      read += 1;
      assert.equal(printSdp(parseSdp(printSdp(once))), printSdp(once));
    } catch (error) {
      if (!(error instanceof SdpError)) throw error;
    }
    assert.ok(meter.steps <= 2 * bytes.length + 2, `${meter.steps} steps for ${bytes.length} bytes`);
  }
  assert.ok(read > 1000, `only ${read} could be read`);
});
