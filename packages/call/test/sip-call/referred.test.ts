import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import { parseReferredBy, parseReferTo, type Referral } from '@parley/sip';
import type { RequiredEncryption } from '../../src/index.ts';
import { FakeDialer } from './fake-dialer.ts';
import { request } from './fake-invitation.ts';
import { answeredRig, OFFER, SECURED_OFFER } from './rig.ts';

const ANSWER = OFFER.replaceAll('198.51.100.1', '203.0.113.9').replace('6000', '7000');

const referral = (to: string): Referral => ({
  request: request('REFER'),
  source: { transport: 'udp', address: '198.51.100.1', port: 5060 },
  referTo: parseReferTo(to),
  referredBy: parseReferredBy('<sip:desk@example.com>'),
  wantsReport: true,
});

/** A call whose other side sends a REFER; what it was answered with, and what it was told. */
async function referred(
  to: string,
  options: { readonly followRefer?: boolean; readonly required?: RequiredEncryption } = {},
) {
  const dialer = new FakeDialer();
  const offer = options.required === 'media' ? SECURED_OFFER : OFFER;
  const made = await answeredRig({ dialer, offer, ...options });
  const told: number[] = [];
  const grant = made.invitation.dialog.referHandler(referral(to));
  if ('taken' in grant) grant.taken({ signal: new AbortController().signal, report: status => void told.push(status) });
  await settle();
  return { ...made, grant, told, dialer };
}

test('a REFER in a call of ours is refused, and somebody hears of it', async () => {
  const { grant, log, dialer, call } = await referred('<sip:bob@203.0.113.9>');
  assert.deepEqual(grant, { status: 403 });
  assert.equal(dialer.placed.length, 0);
  assert.equal(call.ended, undefined);
  const line = log.lines.find(({ event }) => event.startsWith('REFER refused'));
  assert.equal(line?.fields.to, 'sip:bob@203.0.113.9');
});

test('where it may be followed, the call goes on with whom it was sent to, on the same ports', async () => {
  const { told, dialer, call, media, invitation } = await referred(
    '<sip:bob@203.0.113.9?Replaces=x%40y%3Bto-tag%3D1%3Bfrom-tag%3D2>',
    { followRefer: true },
  );
  const [third] = dialer.placed;
  assert.equal(third.target, 'sip:bob@203.0.113.9');
  assert.equal(third.options.from, '<sip:1001@192.0.2.1>');
  assert.equal(third.options.replaces, 'x@y;to-tag=1;from-tag=2');
  assert.equal(third.options.referredBy, '<sip:desk@example.com>');
  assert.match(Buffer.from(third.options.body.content).toString(), /m=audio 40000 /);
  third.answers(ANSWER);
  await settle();
  assert.deepEqual(told, [200]);
  assert.deepEqual(media.settings.at(-1)?.remote, { address: '203.0.113.9', port: 7000 });
  invitation.end('bye');
  await settle();
  assert.ok(!call.signal.aborted, 'the dialog before is nobody’s any more');
  third.ends('bye');
  await settle();
  assert.equal(call.ended?.by, 'bye');
  await call.close();
});

test('after the move it is the new dialog that hears our BYE; a referrer who stays is hung up on', async () => {
  const { dialer, call, invitation, clock } = await referred('<sip:bob@203.0.113.9>', { followRefer: true });
  dialer.placed[0].answers(ANSWER);
  await settle();
  await clock.run(5000);
  assert.match(invitation.sent.at(-1) ?? '', /^BYE/);
  assert.equal(call.ended, undefined);
  await call.hangUp();
  assert.deepEqual(dialer.sent, ['BYE Q.850;cause=16;text="Normal call clearing"']);
  assert.equal(clock.timers, 0);
});

test('when nobody takes the call there, it stays where it is', async () => {
  for (const [status, told] of [
    [486, 486],
    [404, 404],
  ]) {
    const made = await referred('<sip:bob@203.0.113.9>', { followRefer: true });
    made.dialer.placed[0].refuses(status);
    await settle();
    assert.deepEqual(made.told, [told]);
    assert.equal(made.media.settings.length, 1);
    made.invitation.end('bye');
    assert.equal(made.call.ended?.by, 'bye');
  }
  const unreadable = await referred('<tel:+3312345>', { followRefer: true });
  assert.deepEqual(unreadable.told, [400], 'the dialer cannot call that');
  const ended = await referred('<sip:bob@203.0.113.9>', { followRefer: true });
  ended.invitation.end('bye');
  assert.match(ended.dialer.sent[0], /^CANCEL/);
});

test('only calls are asked for', async () => {
  const { grant } = await referred('<sip:bob@203.0.113.9;method=BYE>', { followRefer: true });
  assert.deepEqual(grant, { status: 403 });
});

test('a call that has to be encrypted is moved only to where it is', async () => {
  const { dialer, told } = await referred('<sip:bob@203.0.113.9>', { followRefer: true, required: 'media' });
  const [third] = dialer.placed;
  assert.equal(third.options.secured, true);
  assert.match(Buffer.from(third.options.body.content).toString(), / RTP\/SAVP .*a=crypto:/s);
  third.answers(ANSWER);
  await settle();
  assert.deepEqual(told, [488]);
  assert.match(dialer.sent[0], /^BYE Q\.850;cause=88;text=".*encrypted/);
});

test('nobody is moved to two places, and who has moved a call has no more to say in it', async () => {
  const { dialer, call, media, invitation, clock } = await referred('<sip:bob@203.0.113.9>', { followRefer: true });
  const again = () => invitation.dialog.referHandler(referral('<sip:cid@203.0.113.10>'));
  assert.deepEqual(again(), { status: 491 });
  dialer.placed[0].answers(ANSWER);
  await settle();
  const keys: string[] = [];
  media.onKey(key => void keys.push(key));
  assert.deepEqual(again(), { status: 491 }, 'the new dialog would be nobody’s');
  assert.deepEqual(invitation.dialog.reInvited(OFFER), { status: 488 });
  assert.equal(invitation.dialog.informed('Signal=5\r\nDuration=160\r\n', 'application/dtmf-relay'), 415);
  assert.deepEqual([keys, media.settings.at(-1)?.remote.address], [[], '203.0.113.9']);
  assert.ok(!('status' in dialer.placed[0].dialog.reInvited(ANSWER)));
  await clock.run(5000);
  await call.hangUp();
  assert.equal(dialer.placed.length, 1);
});

test('a REFER that led nowhere may be followed by another one', async () => {
  const { dialer, invitation, call } = await referred('<sip:bob@203.0.113.9>', { followRefer: true });
  dialer.placed[0].refuses(486);
  await settle();
  assert.ok('taken' in invitation.dialog.referHandler(referral('<sip:cid@203.0.113.10>')));
  await call.hangUp();
});
