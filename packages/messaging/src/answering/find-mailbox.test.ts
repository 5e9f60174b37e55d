import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParleyError } from '@parley/base';
import type { CalledCandidate, CallFacts } from '@parley/call';
import { type Directory, type Entry, firstStartObjects } from '@parley/directory';
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
  return findMailbox(directory, gateway, factsOf(called, options.dialled));
}

function factsOf(called: readonly CalledCandidate[], dialled = '1001'): CallFacts {
  return {
    callId: 'c',
    startedAt: 0,
    caller: { name: '', user: '', host: '' },
    anonymous: false,
    dialled,
    called,
    explanation: ['as the headers say'],
    gateway: 'loopback',
    transport: 'udp',
    certified: false,
  };
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

const E164: readonly Entry[] = [
  {
    kind: 'UMDialPlan',
    object: makeObject('UMDialPlan', 'numbers', {
      name: 'Numbers',
      organization: 'organization',
      numberOfDigitsInExtension: 4,
      uriType: 'E164',
      countryOrRegionCode: '33',
      nationalNumberPrefix: '0',
      internationalAccessCode: '00',
    }),
  },
  { kind: 'UMMailboxPolicy', object: makeObject('UMMailboxPolicy', 'np', { name: 'N', umDialPlan: 'numbers' }) },
  {
    kind: 'UMHuntGroup',
    object: makeObject('UMHuntGroup', 'ng', {
      name: 'N',
      umDialPlan: 'numbers',
      umIPGateway: 'loopback',
      pilotIdentifier: ['+33123450000'],
    }),
  },
  ...(['dora', 'emil'] as const).map((name, index) => ({
    kind: 'UMMailbox' as const,
    object: makeObject('UMMailbox', name, {
      name,
      umEnabled: true,
      umMailboxPolicy: 'np',
      extensions: [`500${index}`],
      sipResourceIdentifier: `+3312345500${index}`,
    }),
  })),
];

const mailboxOfNumbers: Entry = {
  kind: 'UMMailbox',
  object: makeObject('UMMailbox', 'gus', {
    name: 'gus',
    umEnabled: true,
    umMailboxPolicy: 'np',
    extensions: ['1001'],
    sipResourceIdentifier: '+33123451001',
  }),
};

test('the mailboxes of an E.164 plan are found by their numbers in every form, and by their extensions', async () => {
  for (const [called, mailbox] of [
    ['+33123455000@gateway.example', 'dora'],
    ['+33123455000', 'dora'],
    ['33123455001@gateway.example', 'emil'],
    ['0123455001@gateway.example', 'emil'],
    ['123455000', 'dora'],
    ['0033123455000', 'dora'],
    ['5001@gateway.example', 'emil'],
    ['+33123459999', undefined],
    ['0123459999', undefined],
    ['+44123455000', undefined],
  ] as const) {
    const found = await find([candidate(called)], { entries: E164, dialled: '+33123450000' });
    assert.equal(found.dialPlan?.name, 'Numbers');
    assert.equal(found.recipient?.mailbox.id, mailbox, called);
  }
});

test('a local number in a global context is the number of both, before any extension', async () => {
  const called = { ...candidate('5001'), phoneContext: '+3312345' };
  const found = await find([called], { entries: E164, dialled: '+33123450000' });
  assert.equal(found.recipient?.mailbox.id, 'emil');
  assert.equal(
    found.explanation.at(-1),
    'Request-URI says 5001;phone-context=+3312345: number (+33123455001) of mailbox emil',
  );
  const elsewhere = { ...candidate('5001'), phoneContext: '+4912345' };
  const other = await find([elsewhere], { entries: E164, dialled: '+33123450000' });
  assert.equal(other.explanation.at(-1), 'Request-URI says 5001;phone-context=+4912345: extension of mailbox emil');
});

test('an extension in the context of another plan of the organisation is one of that plan, in a strange context of this one', async () => {
  const inContext = async (phoneContext: string) => {
    const found = await find([{ ...candidate('1001'), phoneContext }], { entries: [...E164, mailboxOfNumbers] });
    return found.recipient?.mailbox.id;
  };
  assert.equal(await inContext('Numbers.parley.test'), 'gus');
  assert.equal(await inContext('NUMBERS.Parley.test'), 'gus');
  assert.equal(await inContext('Main.parley.test'), 'ann');
  assert.equal(await inContext('pbx.example'), 'ann');
  assert.equal(await inContext('Numbers.elsewhere.test'), 'ann');
});

test('a candidate about whom the directory cannot be asked ends the search, unless another of its addresses is known', async () => {
  const known = memoryDirectory(firstStartObjects());
  const gateway = known.gatewayFor({ address: '127.0.0.1' })!;
  const away = async () => {
    throw new ParleyError('DIRECTORY_UNAVAILABLE', 'the directory does not answer');
  };
  const search = (directory: Directory, called: readonly CalledCandidate[]) =>
    findMailbox(directory, gateway, factsOf(called));
  const directory: Directory = {
    gatewayFor: source => known.gatewayFor(source),
    huntGroupFor: (...asked) => known.huntGroupFor(...asked),
    dialPlan: id => known.dialPlan(id),
    dialPlanByPhoneContext: (...asked) => known.dialPlanByPhoneContext(...asked),
    mailboxById: id => known.mailboxById(id),
    mailboxByExtension: away,
    mailboxByAddress: (...asked) => known.mailboxByAddress(...asked),
  };
  const unknown = await search(directory, [candidate('1001@pbx'), candidate('bob@parley.test')]);
  assert.deepEqual([unknown.kind, unknown.called], ['unreachable', '1001']);
  assert.equal(unknown.explanation.at(-1), 'Request-URI says 1001@pbx: the directory does not answer');
  assert.equal((await search(directory, [candidate('bob@parley.test')])).recipient?.mailbox.id, 'bob');
  const broken: Directory = {
    ...directory,
    mailboxByExtension: async () => {
      throw new Error('a bug');
    },
  };
  await assert.rejects(search(broken, [candidate('1001')]), /a bug/);
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
