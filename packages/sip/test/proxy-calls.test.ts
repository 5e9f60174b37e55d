import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import type { Dialog, Invitation } from '../src/index.ts';
import { firstWords } from './memory-network.ts';
import { assertNothingLeft, PROXY, proxyScene, to } from './proxy-scene.ts';
import { sdp, textOf } from './scene.ts';

const BOB = 'sip:bob@10.0.0.3';

test('a call of two user agents through the proxy: Record-Route, re-INVITE both ways, BYE; nothing goes past it', async () => {
  const stage = await proxyScene();
  stage.route = () => to(BOB);
  const called: Dialog[] = [];
  await stage.agent('10.0.0.3', {
    onInvitation: invitation => {
      invitation.ring();
      void invitation.answer(sdp('answer')).then(dialog => called.push(dialog));
    },
  });
  const ann = await stage.agent('10.0.0.2');
  const inviter = ann.invite(
    { uri: 'sip:bob@example.org', via: PROXY },
    { from: 'sip:ann@example.org', body: sdp('offer') },
  );
  const heard: number[] = [];
  inviter.onProgress(status => heard.push(status));
  const { dialog, body } = await inviter.answered;
  await settle();
  assert.equal(textOf(body), 'answer');
  assert.deepEqual(heard, [180]);
  called[0].onReInvite(offer => ({ sdp: sdp(`bob to ${textOf(offer)}`) }));
  dialog.onReInvite(offer => ({ sdp: sdp(`ann to ${textOf(offer)}`) }));
  assert.equal(textOf(await dialog.reInvite(sdp('hold'))), 'bob to hold');
  assert.equal(textOf(await called[0].reInvite(sdp('again'))), 'ann to again');
  await called[0].bye();
  assert.equal(dialog.signal.reason.kind, 'bye');
  const past = stage.network.sent.filter(({ from, to: there }) => !`${from} ${there}`.includes('10.0.0.1:5060'));
  assert.deepEqual(past, []);
  const acks = stage.network.sent.filter(({ to: there, text }) => there === '10.0.0.3:5060' && text.startsWith('ACK'));
  assert.equal(acks.length, 2);
  assert.equal(stage.routed.length, 1, 'what belongs to the dialog shows that by itself');
  await assertNothingLeft(stage);
  await stage.close();
});

test('two phones ring, one answers, the other one is cancelled with a reason', async () => {
  const stage = await proxyScene();
  stage.route = () => to('sip:bob@10.0.0.3', 'sip:bob@10.0.0.4');
  const rung: Invitation[] = [];
  for (const address of ['10.0.0.3', '10.0.0.4'])
    await stage.agent(address, {
      onInvitation: invitation => {
        rung.push(invitation);
        invitation.ring();
      },
    });
  const ann = await stage.agent('10.0.0.2');
  const inviter = ann.invite(
    { uri: 'sip:bob@example.org', via: PROXY },
    { from: 'sip:ann@example.org', body: sdp('offer') },
  );
  const heard: number[] = [];
  inviter.onProgress(status => heard.push(status));
  await settle();
  assert.deepEqual(heard, [180, 180]);
  const answered = rung[1].answer(sdp('answer'));
  const { dialog } = await inviter.answered;
  await answered;
  await settle();
  assert.equal(rung[0].signal.reason.kind, 'cancel');
  assert.deepEqual(rung[0].signal.reason.reasons, ['SIP;cause=200;text="Call completed elsewhere"']);
  await dialog.bye();
  const caller = stage.network.sent.filter(({ to: there }) => there === '10.0.0.2:5060').map(({ text }) => text);
  assert.deepEqual(firstWords(caller), ['100 Trying', '180 Ringing', '180 Ringing', '200 OK', '200 OK']);
  await assertNothingLeft(stage);
  await stage.close();
});
