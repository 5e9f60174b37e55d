import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import { type CallRefused, SIP_BUDGETS } from '../src/index.ts';
import { assertNothingLeft, newest, rawCall, rawCallee, reply } from './raw-call.ts';
import { NOTHING, sdp } from './scene.ts';

/** One value more than is read of any list. */
const many = (name: string, value: string): string =>
  `${name}: ${Array.from({ length: SIP_BUDGETS.maxValues + 1 }, (_, at) => value + at).join(', ')}`;

test('a 200 whose Allow cannot be read is an answer all the same', async () => {
  const { stage, peer, inviter, answer } = await rawCallee();
  await answer({ status: 200, toTag: 'x', extra: [many('Allow', 'A')], body: 'answer' });
  const { dialog } = await inviter.answered;
  assert.ok(newest(peer.heard, 'ACK '));
  void dialog.bye();
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('an INVITE whose Allow cannot be read can be answered', async () => {
  const { stage, dialog, say } = await rawCall([many('Allow', 'A')]);
  assert.ok(dialog);
  await say({ method: 'BYE', cseq: 2 });
  await assertNothingLeft(stage);
});

for (const [status, header, value] of [
  [401, 'WWW-Authenticate', 'Digest x='],
  [422, 'Min-SE', '1'],
  [503, 'Retry-After', '1'],
  [486, 'Allow', 'A'],
  [302, 'Require', 'x'],
] as const)
  test(`a ${status} whose ${header} cannot be read is that refusal all the same`, async () => {
    const { stage, inviter, answer } = await rawCallee({}, { credentials: () => ({ user: 'a', password: 'b' }) });
    await answer({ status, toTag: 'x', extra: [many(header, value)] });
    await assert.rejects(inviter.answered, { status });
    await assertNothingLeft(stage);
  });

test('an application that fails at the answer to its call loses the call, and nothing stays of it', async () => {
  const answerOffer = () => {
    throw new Error('no more ports');
  };
  const { stage, inviter, answer } = await rawCallee({ body: undefined, answerOffer });
  const refused = inviter.answered.then(
    () => ['answered'],
    ({ status, reason }: CallRefused) => [status, reason],
  );
  await answer({ status: 200, toTag: 'x', body: String(sdp('offer').content) });
  assert.deepEqual(await refused, [503, 'no more ports']);
  assert.ok(inviter.signal.aborted);
  await stage.clock.run(64 * 500);
  assert.deepEqual(stage.agent.counts(), NOTHING);
  assert.deepEqual(
    stage.lines.filter(({ level }) => level === 'error').map(({ event, fields }) => [event, fields.reason]),
    [['sip message failed', 'no more ports']],
  );
});
