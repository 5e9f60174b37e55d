import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HungUp } from '@parley/call';
import { firstStartObjects } from '@parley/directory';
import { memoryDirectory } from '@parley/directory/memory';
import { type EndedCall, missedCall } from './missed-call.ts';
import { newVisit } from './visit.ts';

const directory = memoryDirectory(firstStartObjects());
const recipient = await directory.mailboxById('ann');
assert.ok(recipient);
const found = { kind: 'found', recipient, dialPlan: recipient.dialPlan, reason: 'Direct', called: '1001' } as const;
const missed: EndedCall = {
  found: { ...found, explanation: [] },
  stage: 'answered',
  endedBy: new HungUp('bye'),
  visit: newVisit(),
};

test('a call that left nothing is announced, once it was for somebody', () => {
  assert.deepEqual(missedCall(missed), { notify: true, because: 'no message was left' });
  const cancelled = { ...missed, stage: 'incoming', endedBy: new HungUp('cancel') } as const;
  assert.deepEqual(missedCall(cancelled), { notify: true, because: 'the caller gave up' });
});

test('every rule that forbids it says so', () => {
  const { mailbox, policy } = recipient;
  for (const [change, because] of [
    [{ found: { ...missed.found, kind: 'unknown', recipient: undefined } }, 'nobody was called'],
    [{ found: { ...found, kind: 'disabled', explanation: [] } }, 'mailbox is not enabled'],
    [{ visit: { ...newVisit(), messageLeft: true } }, 'a message was left'],
    [{ visit: { ...newVisit(), messageInDoubt: true } }, 'a message may still arrive'],
    [{ stage: 'refused' }, 'the call was refused'],
    [
      {
        found: {
          ...missed.found,
          recipient: { ...recipient, policy: { ...policy, allowMissedCallNotifications: false } },
        },
      },
      'switched off in the policy',
    ],
    [
      {
        found: {
          ...missed.found,
          recipient: { ...recipient, mailbox: { ...mailbox, missedCallNotificationEnabled: false } },
        },
      },
      'switched off in the mailbox',
    ],
    [{ stage: 'incoming', endedBy: new HungUp('cancel', true) }, 'answered elsewhere'],
  ] as readonly [Partial<EndedCall>, string][])
    assert.deepEqual(missedCall({ ...missed, ...change }), { notify: false, because });
});
