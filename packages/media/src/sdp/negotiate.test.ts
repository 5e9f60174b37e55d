import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import type { SessionDescription } from './description.ts';
import { type Agreed, negotiateAnswer, type OwnMedia, type Refused, reanswer } from './negotiate.ts';
import { completeOffer, makeOffer } from './offer.ts';
import { parseSdp } from './parse.ts';
import { printSdp } from './print.ts';
import { SdpError } from './sdp-error.ts';

const SEED = 20261121;
const OWN: OwnMedia = { address: '192.0.2.10', port: 40000, codecs: ['PCMU', 'PCMA'], sessionId: '77', version: 1 };
const HEAD = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];

const sdp = (...lines: string[]) => parseSdp(`${lines.join('\r\n')}\r\n`);
const offer = (...media: string[]) => sdp(...HEAD, ...media);
const AUDIO = ['m=audio 6000 RTP/AVP 0 8 101', 'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-16'];

function agreed(result: Agreed | Refused | ReturnType<typeof completeOffer>) {
  assert.equal(result.kind, 'agreed', result.kind === 'refused' ? result.warning : '');
  if (result.kind !== 'agreed') throw new Error('unreachable');
  return result;
}
const settings = (given: SessionDescription, own: OwnMedia = OWN) => agreed(negotiateAnswer(given, own)).settings;
const answer = (given: SessionDescription, own: OwnMedia = OWN) => {
  const result = negotiateAnswer(given, own);
  return result.kind === 'agreed' ? printSdp(result.answer) : result.warning;
};
const warning = (given: SessionDescription) => {
  const result = negotiateAnswer(given, OWN);
  return result.kind === 'refused' ? result.warning : 'agreed';
};

test('the offer of a PBX is answered with its first codec and its key events', () => {
  assert.deepEqual(settings(offer(...AUDIO)), {
    remote: { address: '192.0.2.1', port: 6000 },
    remoteRtcp: { address: '192.0.2.1', port: 6001 },
    codec: 'PCMU',
    payloadType: 0,
    telephoneEvent: 101,
    direction: 'sendrecv',
  });
  assert.deepEqual(answer(offer(...AUDIO)).split('\r\n'), [
    ...['v=0', 'o=- 77 1 IN IP4 192.0.2.10', 's=-', 'c=IN IP4 192.0.2.10', 't=0 0', 'm=audio 40000 RTP/AVP 0 101'],
    ...['a=rtpmap:0 PCMU/8000', 'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15'],
    ...['a=ptime:20', 'a=maxptime:60', 'a=sendrecv', ''],
  ]);
});

test("the caller's order of codecs counts, and numbers need no rtpmap but obey one", () => {
  assert.equal(settings(offer('m=audio 6000 RTP/AVP 18 8 0')).codec, 'PCMA');
  assert.equal(settings(offer('m=audio 6000 RTP/AVP 8 0'), { ...OWN, codecs: ['PCMU'] }).codec, 'PCMU');
  const dynamic = settings(offer('m=audio 6000 RTP/AVP 13 97 0', 'a=rtpmap:97 pcma/8000/1'));
  assert.deepEqual([dynamic.codec, dynamic.payloadType], ['PCMA', 97]);
  const misused = settings(offer('m=audio 6000 RTP/AVP 0 8', 'a=rtpmap:0 G729/8000'));
  assert.equal(misused.codec, 'PCMA');
  assert.match(warning(offer('m=audio 6000 RTP/AVP 96', 'a=rtpmap:96 PCMU/16000')), /^305 /);
  assert.match(warning(offer('m=audio 6000 RTP/AVP 96', 'a=rtpmap:96 PCMU/8000/2')), /^305 /);
});

test('key events are agreed on when they are those of a telephone', () => {
  const events = (fmtp: string | undefined, rate = 8000) =>
    settings(
      offer(
        'm=audio 6000 RTP/AVP 0 96',
        `a=rtpmap:96 telephone-event/${rate}`,
        ...(fmtp === undefined ? [] : [`a=fmtp:96 ${fmtp}`]),
      ),
    ).telephoneEvent;
  for (const list of [undefined, '0-15', '0-16', '0-11,16', '0,1,2-9']) assert.equal(events(list), 96, `${list}`);
  for (const list of ['32-36', '70', 'x']) assert.equal(events(list), undefined, list);
  assert.equal(events(undefined, 16000), undefined);
  assert.doesNotMatch(answer(offer('m=audio 6000 RTP/AVP 0')), /telephone-event/);
});

test('every other stream keeps its place and is rejected', () => {
  const given = offer(
    'm=audio 0 RTP/AVP 0',
    'm=video 6002 RTP/AVP 96',
    ...AUDIO,
    'm=audio 6010 RTP/AVP 0',
    'm=image 6 udptl t38',
  );
  assert.equal(settings(given).remote.port, 6000);
  const lines = answer(given)
    .split('\r\n')
    .filter(line => line.startsWith('m='));
  assert.deepEqual(lines, [
    ...['m=audio 0 RTP/AVP 0', 'm=video 0 RTP/AVP 96', 'm=audio 40000 RTP/AVP 0 101'],
    ...['m=audio 0 RTP/AVP 0', 'm=image 0 udptl t38'],
  ]);
  const second = settings(offer('m=audio 6000 RTP/SAVP 0', 'm=audio 6010 RTP/AVP 8'));
  assert.deepEqual([second.remote.port, second.codec], [6010, 'PCMA']);
});

test('AVPF without feedback is AVP by another name, times and identification come back', () => {
  const given = sdp(
    ...HEAD.slice(0, 4),
    't=10 20',
    'm=audio 6000 RTP/AVPF 0',
    'a=mid:a1',
    'a=rtcp-fb:* nack',
    'a=rtcp-mux',
  );
  const lines = answer(given).split('\r\n');
  for (const line of ['t=10 20', 'a=mid:a1', 'm=audio 40000 RTP/AVPF 0', 'a=rtcp-mux'])
    assert.ok(lines.includes(line), line);
  assert.ok(!lines.some(line => line.startsWith('a=rtcp-fb') || line.startsWith('a=rtcp:')));
});

test('the address of the medium wins over that of the session', () => {
  assert.equal(settings(offer('m=audio 6000 RTP/AVP 0', 'c=IN IP4 192.0.2.99')).remote.address, '192.0.2.99');
  const without = sdp(...HEAD.slice(0, 3), 't=0 0', 'm=audio 6000 RTP/AVP 0', 'c=IN IP4 192.0.2.5');
  assert.equal(settings(without).remote.address, '192.0.2.5');
});

test('RTCP goes where a=rtcp says, else to the next port', () => {
  const rtcp = (value: string) => settings(offer('m=audio 6000 RTP/AVP 0', `a=rtcp:${value}`)).remoteRtcp;
  assert.deepEqual(rtcp('53020'), { address: '192.0.2.1', port: 53020 });
  assert.deepEqual(rtcp('53020 IN IP4 192.0.2.7'), { address: '192.0.2.7', port: 53020 });
  for (const value of ['0', 'x', '70000', '53020 IN IP6 ::1', '53020 IN'])
    assert.match(warning(offer('m=audio 6000 RTP/AVP 0', `a=rtcp:${value}`)), /^306 .*rtcp/, value);
  assert.match(warning(offer('m=audio 65535 RTP/AVP 0')), /^306 .*rtcp/);
  assert.match(answer(offer('m=audio 6000 RTP/AVP 0'), { ...OWN, rtcpPort: 41111 }), /a=rtcp:41111\r\n/);
});

test('RTCP shares the port of RTP when that is offered (RFC 5761), and only then', () => {
  const given = offer('m=audio 6000 RTP/AVP 0', 'a=rtcp-mux', 'a=rtcp:6000');
  const { remote, remoteRtcp, rtcpMux } = settings(given);
  assert.deepEqual([remoteRtcp, rtcpMux], [remote, true]);
  assert.match(answer(given), /a=rtcp-mux\r\n/);
  settings(offer('m=audio 65535 RTP/AVP 0', 'a=rtcp-mux'));
  assert.ok(!('rtcpMux' in settings(offer('m=audio 6000 RTP/AVP 0'))));
  const uninvited = completeOffer(makeOffer(OWN), offer('m=audio 6000 RTP/AVP 0', 'a=rtcp-mux'));
  assert.equal(agreed(uninvited).settings.remoteRtcp.port, 6001);
});

test('a bundle shrinks to the section that is taken (RFC 9143)', () => {
  const browser = sdp(
    ...HEAD,
    'a=group:BUNDLE 0 1',
    'm=audio 6000 RTP/AVP 0',
    'a=mid:0',
    'm=video 6000 RTP/AVP 96',
    'a=mid:1',
  );
  assert.match(answer(browser), /t=0 0\r\na=group:BUNDLE 0\r\nm=audio/);
  assert.match(answer(browser), /m=video 0 /);
  const apart = sdp(
    ...HEAD,
    'a=group:BUNDLE 1',
    'm=audio 6000 RTP/AVP 0',
    'a=mid:0',
    'm=video 6000 RTP/AVP 96',
    'a=mid:1',
  );
  assert.doesNotMatch(answer(apart), /BUNDLE/);
});

test('media over IPv6, when that is what we have; the two families do not mix', () => {
  const six = { ...OWN, address: '2001:db8::10' };
  const line = 'm=audio 6000 RTP/AVP 0';
  const given = offer(line, 'c=IN IP6 2001:db8::1');
  assert.deepEqual(settings(given, six).remote, { address: '2001:db8::1', port: 6000 });
  assert.match(answer(given, six), /o=- 77 1 IN IP6 2001:db8::10\r\ns=-\r\nc=IN IP6 2001:db8::10\r\n/);
  const rtcp = offer(line, 'c=IN IP6 2001:db8::1', 'a=rtcp:53020 IN IP6 2001:db8::2');
  assert.deepEqual(settings(rtcp, six).remoteRtcp, { address: '2001:db8::2', port: 53020 });
  assert.equal(settings(offer(line, 'c=IN IP6 ::'), six).direction, 'recvonly');
  assert.match(answer(offer(line), six), /^301 .*IPv6 only/);
  for (const address of ['fe80::1%eth0', '::ffff:192.0.2.1', 'host.example'])
    assert.match(answer(offer(line, `c=IN IP6 ${address}`), six), /^301 /, address);
  assert.match(answer(offer(line, 'c=IN IP6 ff02::1'), six), /^330 /);
  const ours = makeOffer(six);
  assert.equal(completeOffer(ours, given).kind, 'agreed');
  assert.equal(completeOffer(ours, offer(line)).kind, 'refused');
});

test('hold in all its forms is answered with the other half', () => {
  const direction = (...lines: string[]) => settings(offer('m=audio 6000 RTP/AVP 0', ...lines)).direction;
  assert.equal(direction('a=sendonly'), 'recvonly');
  assert.equal(direction('a=recvonly'), 'sendonly');
  assert.equal(direction('a=inactive'), 'inactive');
  assert.equal(direction('a=inactive '), 'inactive', 'as some write it');
  assert.equal(direction('c=IN IP4 0.0.0.0'), 'recvonly');
  assert.equal(direction('c=IN IP4 0.0.0.0', 'a=recvonly'), 'inactive');
  assert.match(answer(offer('m=audio 6000 RTP/AVP 0', 'a=sendonly')), /a=recvonly\r\n$/);
  const atSession = sdp(...HEAD, 'a=sendonly', 'm=audio 6000 RTP/AVP 0');
  assert.equal(settings(atSession).direction, 'recvonly');
  assert.equal(settings(sdp(...HEAD, 'a=sendonly', 'm=audio 6000 RTP/AVP 0', 'a=sendrecv')).direction, 'sendrecv');
  assert.equal(settings(offer('m=audio 6000 RTP/AVP 0'), { ...OWN, direction: 'sendonly' }).direction, 'sendonly');
  assert.equal(
    settings(offer('m=audio 6000 RTP/AVP 0', 'a=sendonly'), { ...OWN, direction: 'sendonly' }).direction,
    'inactive',
  );
});

test('packets of any length are taken, ours are 20 ms', () => {
  for (const ptime of ['10', '30', '60', '120', 'x'])
    assert.match(answer(offer('m=audio 6000 RTP/AVP 0', `a=ptime:${ptime}`)), /a=ptime:20\r\n/);
  settings(offer('m=audio 6000 RTP/AVP 0', 'a=maxptime:20'));
  assert.match(warning(offer('m=audio 6000 RTP/AVP 0', 'a=maxptime:10')), /^306 .*maxptime/);
});

test('nothing in common is refused, and the warning says what we take', () => {
  assert.deepEqual(negotiateAnswer(offer('m=audio 6000 RTP/AVP 18', 'a=rtpmap:18 G729/8000'), OWN), {
    kind: 'refused',
    status: 488,
    warning: '305 parley "Incompatible media format: PCMU, PCMA only"',
  });
  const one = 'm=audio 6000 RTP/AVP 0';
  assert.match(warning(offer('m=audio 6000 RTP/AVP 101', 'a=rtpmap:101 telephone-event/8000')), /^305 .*PCMU, PCMA/);
  assert.match(warning(offer('m=image 6000 udptl t38', 'm=audio 6000 RTP/SAVP 0')), /^302 .*RTP\/AVP/);
  assert.match(warning(offer('m=video 6000 RTP/AVP 0')), /^304 /);
  assert.match(warning(offer('m=audio 0 RTP/AVP 0')), /^304 .*switched off/);
  assert.match(warning(sdp(...HEAD)), /^304 /);
  assert.match(warning(offer(one, 'c=IN IP6 2001:db8::1')), /^301 .*IPv4/);
  assert.match(warning(offer(one, 'c=IN IP4 host.example')), /^301 .*name/);
  assert.match(warning(offer(one, 'c=IN IP4 999.0.2.1')), /^301 /);
  assert.match(warning(offer(one, 'c=IN IP4 224.2.1.1/127')), /^330 /);
  assert.match(warning(offer(one, 'c=IN IP4 255.255.255.255')), /^330 /);
  assert.match(warning(sdp(...HEAD.slice(0, 3), one)), /^307 .*c=/);
});

test('the version of an answer grows when it changes and only then', () => {
  const first = agreed(negotiateAnswer(offer(...AUDIO), OWN));
  assert.ok('answer' in first);
  const refreshed = agreed(reanswer(first.answer, offer(...AUDIO), OWN));
  assert.ok('answer' in refreshed);
  assert.equal(refreshed.answer.origin.version, '1');
  const held = agreed(reanswer(refreshed.answer, offer(...AUDIO, 'a=sendonly'), OWN));
  assert.ok('answer' in held);
  assert.equal(held.answer.origin.version, '2');
  assert.equal(held.answer.origin.sessionId, '77');
  assert.equal(held.settings.direction, 'recvonly');
  assert.equal(reanswer(held.answer, offer('m=audio 6000 RTP/AVP 18'), OWN).kind, 'refused');
});

test('our own offer, answered by ourselves, is agreed on at both ends', () => {
  const ours = makeOffer({ ...OWN, codecs: ['PCMA', 'PCMU'] });
  const theirs = agreed(negotiateAnswer(parseSdp(printSdp(ours)), { ...OWN, address: '192.0.2.20', port: 50000 }));
  assert.ok('answer' in theirs);
  assert.deepEqual([theirs.settings.codec, theirs.settings.remote.port], ['PCMA', 40000]);
  assert.deepEqual(agreed(completeOffer(ours, theirs.answer)).settings, {
    remote: { address: '192.0.2.20', port: 50000 },
    remoteRtcp: { address: '192.0.2.20', port: 50001 },
    codec: 'PCMA',
    payloadType: 8,
    telephoneEvent: 101,
    direction: 'sendrecv',
  });
});

test('an answer with nothing of what we offered is refused', () => {
  const ours = makeOffer({ ...OWN, codecs: ['PCMU'] });
  assert.equal(completeOffer(ours, offer('m=audio 6000 RTP/AVP 8')).kind, 'refused');
  assert.equal(completeOffer(ours, offer('m=audio 0 RTP/AVP 0')).kind, 'refused');
  assert.equal(completeOffer(ours, sdp(...HEAD)).kind, 'refused');
  const held = makeOffer({ ...OWN, direction: 'sendonly' });
  assert.equal(
    agreed(completeOffer(held, offer('m=audio 6000 RTP/AVP 0', 'a=recvonly'))).settings.direction,
    'sendonly',
  );
});

test(`whatever can be read is agreed on or refused, and the answer can be read (seed ${SEED})`, () => {
  const random = seeded(SEED);
  const base = Buffer.from(printSdp(offer(...AUDIO, 'a=rtcp:6001 IN IP4 192.0.2.1', 'a=ptime:20', 'a=mid:0')));
  const seen = { agreed: 0, refused: 0 };
  for (let run = 0; run < 5000; run++) {
    const bytes = Buffer.from(base);
    for (let change = 0; change <= random() * 3; change++)
      bytes[Math.floor(random() * bytes.length)] = 32 + random() * 90;
    let given: SessionDescription;
    try {
      given = parseSdp(bytes);
    } catch (error) {
      if (!(error instanceof SdpError)) throw error;
      continue;
    }
    const result = negotiateAnswer(given, OWN);
    seen[result.kind] += 1;
    if (result.kind === 'refused') assert.match(result.warning, /^3\d\d parley "[^"\\]+"$/);
    else assert.deepEqual(parseSdp(printSdp(result.answer)), result.answer);
  }
  assert.ok(seen.agreed > 500 && seen.refused > 100, JSON.stringify(seen));
});
