import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import type { MediaSession } from '@parley/media';
import { HungUp, runFlow, type SipCallOptions } from '../../src/index.ts';
import { answeredRig, failure, OFFER, rig, sdp } from './rig.ts';

async function endedBy(verb: Promise<unknown>): Promise<string> {
  const error = await failure(verb);
  assert.ok(error instanceof HungUp, String(error));
  return error.by;
}

test('media is bound before 200, and answer waits for the ACK', async () => {
  const { call, invitation, media, transcript } = rig();
  call.progress();
  let done = false;
  const answered = call.answer().then(() => {
    done = true;
  });
  await settle();
  assert.deepEqual(invitation.sent, ['180', '200']);
  assert.match(invitation.answers[0], /m=audio 40000 RTP\/AVP 8 101/);
  assert.equal(done, false);
  assert.equal(call.stage, 'incoming');
  invitation.acknowledge();
  await answered;
  const [settings] = media.settings;
  assert.equal(settings?.codec, 'PCMA');
  assert.deepEqual(settings?.remote, { address: '198.51.100.1', port: 6000 });
  assert.equal(call.stage, 'answered');
  assert.deepEqual(transcript, ['rings', 'answers']);
});

test('over UDP media start with the ACK, which proves the address of the caller; a connection has proved it before the 200', async () => {
  for (const transport of ['udp', 'tcp', 'tls', 'ws', 'wss'] as const) {
    const { call, invitation, media } = rig();
    invitation.source = { ...invitation.source, transport };
    const answered = call.answer();
    await settle();
    assert.deepEqual(invitation.sent, ['200']);
    assert.equal(media.settings.length, transport === 'udp' ? 0 : 1, transport);
    invitation.acknowledge();
    await answered;
    assert.equal(media.settings.length, 1, transport);
  }
});

test('behind NAT the descriptions say the address that the other side can reach', async () => {
  const { invitation, media } = await answeredRig({ mediaAddress: () => '203.0.113.9' });
  assert.match(invitation.answers[0], /^c=IN IP4 203\.0\.113\.9\r$/m);
  const held = invitation.dialog.reInvited(`${OFFER}a=sendonly\r\n`);
  assert.ok('sdp' in held);
  assert.match(Buffer.from(held.sdp.content).toString(), /^c=IN IP4 203\.0\.113\.9\r$/m);
  assert.equal(media.settings.length, 2);
});

test('an INVITE without an offer gets ours in the 200, and the answer in the ACK starts the media', async () => {
  const { call, invitation, media } = rig({ offer: undefined });
  const answered = call.answer();
  await settle();
  assert.match(invitation.answers[0], /m=audio 40000 RTP\/AVP 0 8 101/);
  assert.equal(media.settings.length, 0);
  invitation.acknowledge(sdp('m=audio 6000 RTP/AVP 8'));
  await answered;
  assert.equal(media.settings[0].codec, 'PCMA');
});

test('an ACK without the answer that it owes ends the call with BYE', async () => {
  for (const body of [undefined, 'nonsense', sdp('m=audio 6000 RTP/AVP 18')]) {
    const { call, invitation, media } = rig({ offer: undefined });
    const answered = endedBy(call.answer());
    await settle();
    invitation.acknowledge(body);
    assert.equal(await answered, 'no codec');
    assert.deepEqual(invitation.sent, ['200', 'BYE Q.850;cause=88;text="No codec in common"']);
    await call.close();
    assert.ok(media.closed);
  }
});

test('nothing in common is refused with 488 and a Warning that names our codecs', async () => {
  const { call, invitation, media } = rig({ offer: sdp('m=audio 6000 RTP/AVP 18') });
  assert.equal(await endedBy(call.answer()), 'no codec');
  assert.equal(call.stage, 'refused');
  const [refusal] = invitation.refusals;
  assert.equal(refusal.status, 488);
  assert.match(refusal.headers?.find(([name]) => name === 'Warning')?.[1] ?? '', /PCMU.*PCMA/);
  assert.equal(media.settings.length, 0);
  assert.ok(media.closed);
});

test('an offer that cannot be read is refused with 400', async () => {
  const { call, invitation } = rig({ offer: 'v=0\r\nnonsense\r\n' });
  assert.equal(await endedBy(call.answer()), 'no codec');
  assert.equal(invitation.refusals[0].status, 400);
});

test('no free ports, or no worker to ask: 503 and when to come again', async () => {
  for (const openMedia of [() => Promise.resolve(undefined), () => Promise.reject(new Error('no thread'))]) {
    const { call, invitation } = rig({ openMedia });
    assert.equal(await endedBy(call.answer()), 'no media');
    const headers = [
      ['Retry-After', '10'],
      ['Warning', '399 parley "no media port"'],
    ];
    assert.deepEqual(invitation.refusals, [{ status: 503, headers }]);
    assert.equal(call.stage, 'refused');
    assert.equal(await call.close(), undefined);
  }
});

test('CANCEL while the ports are being bound: they are given back and nothing is answered', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const made = rig({ openMedia: media => promise.then(() => media) });
  const answered = endedBy(made.call.answer());
  made.invitation.end('cancel', ['SIP;cause=200;text="Call completed elsewhere"']);
  resolve();
  assert.equal(await answered, 'cancel');
  assert.equal(made.call.ended?.answeredElsewhere, true);
  await made.call.close();
  assert.ok(made.media.closed);
  assert.deepEqual(made.invitation.sent, []);
});

test('a CANCEL says answered elsewhere only by SIP;cause=200', () => {
  for (const [reason, elsewhere] of [
    ['SIP;cause=200', true],
    ['Q.850;cause=16, SIP ;cause=200', true],
    ['SIP;cause=487', false],
    ['Q.850;cause=200', false],
    ['SIP;text="cause=200"', false],
    [';;;', false],
  ] as const) {
    const { call, invitation } = rig();
    invitation.end('cancel', [reason]);
    assert.equal(call.ended?.answeredElsewhere, elsewhere, reason);
  }
});

test('no ACK ever: the call is over', async () => {
  const { call, invitation } = rig();
  const answered = endedBy(call.answer());
  await settle();
  invitation.end('no ack');
  assert.equal(await answered, 'no ack');
  assert.equal(call.stage, 'incoming');
});

test('an invitation that was cancelled before we looked is over from the start', () => {
  const made = rig();
  made.invitation.end('cancel');
  assert.throws(() => made.call.progress(), HungUp);
});

test('reject sends the status once and ends the call without another word', async () => {
  const { call, invitation, transcript } = rig();
  call.reject({ status: 404 });
  await call.close();
  assert.deepEqual(invitation.sent, ['404']);
  assert.equal(call.stage, 'refused');
  assert.deepEqual(transcript, ['rejects 404']);
  assert.throws(() => call.reject({ status: 486 }), HungUp);
});

test('hangUp sends BYE with a Reason, gives the media back, and every verb is over', async () => {
  const { call, invitation, media, transcript } = await answeredRig();
  await call.hangUp();
  assert.deepEqual(invitation.sent, ['200', 'BYE Q.850;cause=16;text="Normal call clearing"']);
  assert.ok(media.closed);
  assert.equal(await endedBy(call.hangUp()), 'local');
  assert.throws(() => call.dropKeys(), HungUp);
  assert.equal((await call.close())?.packetsReceived, 50);
  assert.deepEqual(transcript, ['answers', 'hangs up']);
});

test('media silence, a lost worker and whoever hosts the call end it with BYE and their reason', async () => {
  for (const [act, by, reason] of [
    ['silent', 'media silent', 'Q.850;cause=102;text="No media received"'],
    ['die', 'media failed', 'Q.850;cause=41;text="Media failed"'],
    ['too long', 'too long', 'Q.850;cause=16;text="Maximum call duration"'],
    ['drain', 'drain', 'Q.850;cause=41;text="Server is stopping"'],
  ] as const) {
    const { call, invitation, media } = await answeredRig();
    if (act === 'silent') media.silent();
    else if (act === 'die') media.die();
    else call.end(act);
    assert.equal(call.ended?.by, by);
    await call.close();
    assert.deepEqual(invitation.sent, ['200', `BYE ${reason}`]);
  }
});

test('ended by us before the ACK: BYE waits for it', async () => {
  const { call, invitation } = rig();
  const answered = endedBy(call.answer());
  await settle();
  call.end('drain');
  assert.equal(await answered, 'drain');
  await settle();
  assert.deepEqual(invitation.sent, ['200']);
  invitation.acknowledge();
  await call.close();
  assert.deepEqual(invitation.sent, ['200', 'BYE Q.850;cause=41;text="Server is stopping"']);
});

test('ended by us before an ACK that would have started the media: it starts nothing', async () => {
  const { call, invitation, media } = rig({ offer: undefined });
  const answered = endedBy(call.answer());
  await settle();
  call.end('too long');
  assert.equal(await answered, 'too long');
  invitation.acknowledge(sdp('m=audio 6000 RTP/AVP 8'));
  await call.close();
  assert.equal(media.settings.length, 0);
  assert.deepEqual(invitation.sent, ['200', 'BYE Q.850;cause=16;text="Maximum call duration"']);
});

test('ended by us before the answer: 503 while draining, 480 otherwise', async () => {
  for (const [cause, status] of [
    ['drain', '503'],
    ['too long', '480'],
  ] as const) {
    const { call, invitation } = rig();
    call.end(cause);
    await call.close();
    assert.deepEqual(invitation.sent, [status]);
    assert.equal(call.ended?.by, cause);
  }
});

test('a re-INVITE holds, resumes and moves the call; the version counts', async () => {
  const { invitation, media } = await answeredRig();
  const held = invitation.dialog.reInvited(OFFER.replace('s=-', 's=-').concat('a=sendonly\r\n'));
  assert.ok('sdp' in held);
  assert.match(Buffer.from(held.sdp.content).toString(), /^o=- \d+ 2 .*a=recvonly/ms);
  assert.equal(media.settings[1].direction, 'recvonly');
  const moved = invitation.dialog.reInvited(OFFER.replace('m=audio 6000', 'm=audio 7000'));
  assert.ok('sdp' in moved);
  assert.equal(media.settings[2].direction, 'sendrecv');
  assert.deepEqual(media.settings[2].remote, { address: '198.51.100.1', port: 7000 });
});

test('a re-INVITE that we cannot take leaves the call as it was', async () => {
  const { call, invitation, media } = await answeredRig();
  const g729 = invitation.dialog.reInvited(sdp('m=audio 6000 RTP/AVP 18'));
  assert.ok('status' in g729 && g729.status === 488 && g729.headers?.[0]?.[0] === 'Warning');
  const nonsense = invitation.dialog.reInvited('nonsense');
  assert.ok('status' in nonsense && nonsense.status === 400);
  assert.equal(media.settings.length, 1);
  assert.equal(call.ended, undefined);
});

test('a re-INVITE without an offer gets one, and the ACK’s answer counts', async () => {
  const { invitation, media } = await answeredRig();
  const offered = invitation.dialog.reInvited();
  assert.ok('sdp' in offered);
  assert.match(Buffer.from(offered.sdp.content).toString(), /^o=- \d+ 2 .*m=audio 40000 RTP\/AVP 0 8 101/ms);
  offered.acknowledged?.(undefined);
  assert.equal(media.settings.length, 1);
  const answer = sdp('m=audio 8000 RTP/AVP 0');
  offered.acknowledged?.({ type: 'application/sdp', content: Buffer.from(answer) });
  assert.deepEqual(media.settings[1].remote, { address: '198.51.100.1', port: 8000 });
});

test('a second address for media is asked for with who sent each description, and is part of the settings', async () => {
  const asked: string[] = [];
  const mediaAlsoFrom: SipCallOptions['mediaAlsoFrom'] = (source, address) => {
    asked.push(`${source.address} says ${address}`);
    return source.address === '127.0.0.1' ? source.address : undefined;
  };
  const { invitation, media } = await answeredRig({ mediaAlsoFrom });
  const here = { transport: 'udp', address: '127.0.0.1', port: 5060 } as const;
  invitation.dialog.reInvited(OFFER, here);
  invitation.dialog.reInvited(OFFER.replaceAll('198.51.100.1', '198.51.100.2'));
  const offered = invitation.dialog.reInvited(undefined, here);
  assert.ok('sdp' in offered);
  offered.acknowledged?.({ type: 'application/sdp', content: Buffer.from(sdp('m=audio 8000 RTP/AVP 0')) });
  assert.deepEqual(
    media.settings.map(({ alsoFrom }) => alsoFrom),
    [undefined, '127.0.0.1', undefined, '127.0.0.1'],
  );
  assert.deepEqual(asked, [
    '198.51.100.1 says 198.51.100.1',
    '127.0.0.1 says 198.51.100.1',
    '198.51.100.1 says 198.51.100.2',
    '127.0.0.1 says 198.51.100.1',
  ]);
});

test('with latching every agreement says where its description came from, and without it none does', async () => {
  const { invitation, media } = await answeredRig({ latchMedia: true });
  invitation.dialog.reInvited(OFFER, { transport: 'udp', address: '203.0.113.9', port: 5060 });
  assert.deepEqual(
    media.settings.map(({ latch, signallingAddress }) => [latch, signallingAddress]),
    [
      [true, '198.51.100.1'],
      [true, '203.0.113.9'],
    ],
  );
  const { media: strict } = await answeredRig();
  assert.deepEqual(
    strict.settings.filter(({ latch, signallingAddress }) => latch ?? signallingAddress),
    [],
  );
});

test('the answer in the ACK gets its second address by where the INVITE came from', async () => {
  const { call, invitation, media } = rig({ offer: undefined, mediaAlsoFrom: source => `beside ${source.address}` });
  const answered = call.answer();
  await settle();
  invitation.acknowledge(sdp('m=audio 6000 RTP/AVP 0'));
  await answered;
  assert.equal(media.settings[0].alsoFrom, 'beside 198.51.100.1');
});

test('media from elsewhere are one warning, with both addresses and what to do; the call goes on', async () => {
  const { call, media, log } = await answeredRig();
  media.foreign({ negotiated: { address: '192.0.2.2', port: 6000 }, from: { address: '127.0.0.1', port: 6000 } });
  const [warning, ...more] = log.lines.filter(({ level }) => level === 'warn');
  assert.equal(more.length, 0);
  assert.match(warning.event, /not heard/);
  assert.deepEqual([warning.fields?.negotiated, warning.fields?.from], ['192.0.2.2:6000', '127.0.0.1:6000']);
  assert.match(String(warning.fields?.remedy), /SDP/);
  assert.equal(call.ended, undefined);
});

for (const [address, latchMedia, remedy] of [
  ['198.51.100.1', false, /SDP .*rtp\.nat: latch/],
  ['127.0.0.1', false, /SDP \(c= line\)$/],
  ['127.0.0.1', true, /SDP .*only from the address that the INVITE came from/],
] as const)
  test(`media from ${address}, ${latchMedia ? 'latching' : 'strict'}: the remedy is one that helps`, async () => {
    const { media, log } = await answeredRig({ latchMedia });
    media.foreign({ negotiated: { address: '192.0.2.2', port: 6000 }, from: { address, port: 6000 } });
    const warning = log.lines.find(({ level }) => level === 'warn');
    assert.match(String(warning?.fields?.remedy), remedy);
  });

test('a key by INFO is pressed; what cannot be read is refused', async () => {
  const { invitation, media, transcript } = await answeredRig();
  assert.equal(invitation.dialog.informed('Signal=5\r\nDuration=160\r\n', 'application/dtmf-relay'), 200);
  assert.equal(invitation.dialog.informed('Signal=\r\n', 'application/dtmf-relay'), 400);
  assert.equal(invitation.dialog.informed('<xml/>', 'application/media_control+xml'), 415);
  assert.deepEqual(media.pressed, ['5 160 ms']);
  assert.deepEqual(transcript, ['answers', 'hears 5']);
});

test('ended by us before the answer, the call was refused; a hang-up or an ACK that never came is none', async () => {
  for (const cause of ['drain', 'too long', 'media failed'] as const) {
    const { call } = rig();
    call.progress();
    call.end(cause);
    assert.equal(call.stage, 'refused', cause);
  }
  const cancelled = rig();
  cancelled.invitation.end('cancel');
  assert.equal(cancelled.call.stage, 'incoming');
  const unacknowledged = rig();
  const answered = endedBy(unacknowledged.call.answer());
  await settle();
  unacknowledged.call.end('drain');
  assert.equal(await answered, 'drain');
  assert.equal(unacknowledged.call.stage, 'incoming', 'the 200 had gone');
});

test('a flow that fails between the ports and the answer: the caller is told, the ports are given back', async () => {
  const { call, invitation, media, clock, log } = rig({
    mediaAddress: () => {
      throw new Error('a defect');
    },
  });
  const { outcome } = await runFlow(call, answering => answering.answer(), { clock, log, maxCallMillis: 60_000 });
  assert.equal(outcome.kind, 'ours');
  assert.deepEqual(invitation.sent, ['480']);
  assert.equal(media.closed, true);
  assert.equal(clock.timers, 0);
});

test('a media thread that never says whether it has ports does not hold up a caller who gives up', async () => {
  const late = Promise.withResolvers<MediaSession>();
  const { call, invitation, media } = rig({ openMedia: () => late.promise });
  const answered = endedBy(call.answer());
  await settle();
  invitation.end('cancel');
  assert.equal(await answered, 'cancel');
  await call.close();
  late.resolve(media);
  await settle();
  assert.equal(media.closed, true, 'what comes too late is given back');
});

test('neither a caller who answers no BYE nor a media thread that hangs keeps the call from being over', async () => {
  const { call, invitation, media, clock } = await answeredRig();
  invitation.dialog.bye = () => new Promise(() => {});
  media.close = () => new Promise(() => {});
  const over = call.hangUp().then(() => call.close());
  await clock.run(10_000);
  assert.equal(await over, undefined);
  assert.equal(clock.timers, 0);
});
