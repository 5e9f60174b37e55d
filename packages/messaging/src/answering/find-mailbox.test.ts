import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CalledCandidate, CallFacts } from '@parley/call';
import { type Entry, firstStartObjects } from '@parley/directory';
import { memoryDirectory } from '@parley/directory/memory';
import { makeObject } from '@parley/schema';
import { findMailbox } from './find-mailbox.ts';

const candidate = (text: string, from: CalledCandidate['from'] = 'Request-URI'): CalledCandidate => {
  const [user, host = ''] = text.split('@');
  return { user, host, from, reason: 'DivertNoAnswer' };
};

async function find(
  called: readonly CalledCandidate[],
  options: { entries?: readonly Entry[]; dialled?: string } = {},
) {
  const directory = memoryDirectory([...firstStartObjects(), ...(options.entries ?? [])]);
  const gateway = directory.gatewayFor({ address: '127.0.0.1' });
  assert.ok(gateway);
  const facts: CallFacts = {
    callId: 'c',
    startedAt: 0,
    caller: { name: '', user: '', host: '' },
    anonymous: false,
    dialled: options.dialled ?? '1001',
    called,
    explanation: ['as the headers say'],
    gateway: 'loopback',
    transport: 'udp',
    certified: false,
  };
  return findMailbox(directory, gateway, facts);
}

test('an extension at any host, a SIP address in any spelling and a tel number find their mailbox', async () => {
  const e164 = makeObject('UMMailbox', 'dora', {
    name: 'dora',
    umEnabled: true,
    umMailboxPolicy: 'policy',
    extensions: ['1009'],
    sipResourceIdentifier: '+33123456789',
  });
  const entries = [{ kind: 'UMMailbox', object: e164 }] as const;
  for (const [called, mailbox] of [
    ['1001@127.0.0.1', 'ann'],
    ['1002@pbx.example', 'bob'],
    ['1003', 'carol'],
    ['Bob@Parley.test', 'bob'],
    ['+33123456789@gateway.example', 'dora'],
    ['+33123456789', 'dora'],
  ])
    assert.equal((await find([candidate(called)], { entries })).recipient?.mailbox.id, mailbox, called);
});

test('the likeliest candidate that has a mailbox wins, and the lines say why', async () => {
  const found = await find([
    candidate('9999@pbx', 'History-Info'),
    candidate('1002@pbx', 'Diversion'),
    candidate('1001@pbx', 'To'),
  ]);
  assert.equal(found.kind, 'found');
  assert.equal(found.called, '1002');
  assert.equal(found.reason, 'DivertNoAnswer');
  assert.deepEqual(found.explanation, [
    'as the headers say',
    'gateway loopback, hunt group Default Hunt Group: dial plan Main',
    'History-Info says 9999@pbx: no mailbox',
    'Diversion says 1002@pbx: extension of mailbox bob',
  ]);
});

test('a disabled mailbox takes the call: nobody further down the list gets it', async () => {
  const object = makeObject('UMMailbox', 'ann', { name: 'ann', umMailboxPolicy: 'policy', extensions: ['1001'] });
  const found = await find([candidate('1001'), candidate('1002')], { entries: [{ kind: 'UMMailbox', object }] });
  assert.equal(found.kind, 'disabled');
  assert.equal(found.recipient?.mailbox.id, 'ann');
});

test('nobody: unknown, with the dial plan that decides what happens', async () => {
  const found = await find([candidate('4711'), candidate('@host')]);
  assert.equal(found.kind, 'unknown');
  assert.equal(found.dialPlan?.name, 'Main');
  assert.equal(found.called, '4711');
  assert.equal((await find([])).kind, 'unknown');
});

test('a pilot number leads to its own dial plan, where an extension may belong to somebody else', async () => {
  const entries: Entry[] = [
    {
      kind: 'UMDialPlan',
      object: makeObject('UMDialPlan', 'plan-2', {
        name: 'Second',
        organization: 'organization',
        numberOfDigitsInExtension: 4,
      }),
    },
    { kind: 'UMMailboxPolicy', object: makeObject('UMMailboxPolicy', 'p-2', { name: 'P', umDialPlan: 'plan-2' }) },
    {
      kind: 'UMHuntGroup',
      object: makeObject('UMHuntGroup', 'pilot', {
        name: 'Pilot',
        umDialPlan: 'plan-2',
        umIPGateway: 'loopback',
        pilotIdentifier: ['8000'],
      }),
    },
    {
      kind: 'UMMailbox',
      object: makeObject('UMMailbox', 'zoe', {
        name: 'zoe',
        umEnabled: true,
        umMailboxPolicy: 'p-2',
        extensions: ['1001'],
      }),
    },
  ];
  assert.equal((await find([candidate('1001')], { entries, dialled: '8000' })).recipient?.mailbox.id, 'zoe');
  assert.equal((await find([candidate('1001')], { entries })).recipient?.mailbox.id, 'ann');
});

test('an address of another organisation is not found', async () => {
  const entries: Entry[] = [
    {
      kind: 'Organization',
      object: makeObject('Organization', 'other', { name: 'Other', systemMailAddress: 'vm@other.test' }),
    },
    {
      kind: 'UMDialPlan',
      object: makeObject('UMDialPlan', 'p3', { name: 'Theirs', organization: 'other', numberOfDigitsInExtension: 4 }),
    },
    { kind: 'UMMailboxPolicy', object: makeObject('UMMailboxPolicy', 'pp3', { name: 'Theirs', umDialPlan: 'p3' }) },
    {
      kind: 'UMMailbox',
      object: makeObject('UMMailbox', 'eve', {
        name: 'eve',
        umEnabled: true,
        umMailboxPolicy: 'pp3',
        extensions: ['2001'],
        sipResourceIdentifier: 'eve@other.test',
      }),
    },
  ];
  const found = await find([candidate('eve@other.test')], { entries });
  assert.equal(found.kind, 'unknown');
  assert.ok(found.explanation.includes('Request-URI says eve@other.test: no mailbox'));
});

test('a gateway without a hunt group for the number has no dial plan', async () => {
  const directory = memoryDirectory(firstStartObjects().filter(({ kind }) => kind !== 'UMHuntGroup'));
  const gateway = directory.gatewayFor({ address: '127.0.0.1' });
  assert.ok(gateway);
  const found = await findMailbox(directory, gateway, {
    callId: 'c',
    startedAt: 0,
    caller: { name: '', user: '', host: '' },
    anonymous: false,
    dialled: '1001',
    called: [candidate('1001')],
    explanation: [],
    gateway: 'loopback',
    transport: 'tcp',
    certified: false,
  });
  assert.deepEqual(found.kind, 'unknown');
  assert.equal(found.dialPlan, undefined);
  assert.deepEqual(found.explanation, ['gateway loopback has no hunt group for "1001"']);
});
