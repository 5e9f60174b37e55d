import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import type { Dialog } from '../src/index.ts';
import { firstWords, tagIn } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { SERVER, scene, sdp, textOf } from './scene.ts';

test('an ACK of somebody who would not be let in does not say where our media go; that of the caller does', async () => {
  const stage = await scene();
  const dialogs: Dialog[] = [];
  // The 200 has the offer, so that the ACK has the answer.
  stage.onInvitation = invitation => void invitation.answer(sdp('offer')).then(dialog => dialogs.push(dialog));
  const caller = await stage.network.peer('10.0.0.2');
  const answers = await caller.ask(requestText({ method: 'INVITE', callId: 'late' }), SERVER);
  const toTag = tagIn(answers.at(-1) ?? '', 'To');
  stage.admit = () => ({ status: 403 });
  const ack = { method: 'ACK', callId: 'late', toTag };
  const stranger = await stage.network.peer('10.0.0.66');
  assert.deepEqual(
    firstWords(await stranger.ask(requestText({ ...ack, body: SDP.replace('4000', '6666') }), SERVER)),
    [],
  );
  assert.equal(dialogs.length, 0);
  await caller.ask(requestText({ ...ack, body: SDP }), SERVER);
  await settle();
  assert.equal(textOf(dialogs[0].ackBody), SDP);
});
