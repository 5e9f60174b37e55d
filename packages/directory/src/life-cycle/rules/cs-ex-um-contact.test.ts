import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OfKind } from '@parley/schema';
import { asked, HOME, lookupOf, type Made } from '../../../test/cs-lookup.ts';
import { csExUmContactRules } from './cs-ex-um-contact.ts';
import { csOUPermissionRules } from './cs-ou-permission.ts';
import type { Lookup } from './rule.ts';

const BELOW: Made = [
  'below',
  'OrganizationalUnit',
  { name: 'ou=Pay,ou=Finance,dc=litwareinc,dc=com', leafName: 'Pay', organization: 'o' },
];
const OPEN: Made = [
  'open',
  'CsOUPermission',
  { name: 'ou=Finance,dc=litwareinc,dc=com', ou: 'finance', organization: 'o', objectTypes: ['User', 'Contact'] },
];
const INPUT = {
  sipAddress: 'sip:aa@fabrikam.com',
  registrarPool: 'pool',
  ou: 'finance',
  displayNumber: '+14255550101',
  lineURI: 'tel:+14255550101',
  autoAttendant: true,
};
/** The same as a cmdlet has it. */
const GIVEN = {
  SipAddress: INPUT.sipAddress,
  RegistrarPool: INPUT.registrarPool,
  OU: INPUT.ou,
  DisplayNumber: INPUT.displayNumber,
  AutoAttendant: true,
};
const CONTACT: Made = ['contact', 'CsExUmContact', { name: 'c', organization: 'o', ...INPUT }];

const act = async (action: string, lookup: Lookup, parameters: Readonly<Record<string, unknown>>) =>
  csExUmContactRules.actions?.[action]?.(
    asked<'CsExUmContact'>(
      lookup,
      parameters,
      action === 'new-contact' ? undefined : await lookup.get('CsExUmContact', 'contact'),
    ),
  );

test('New-CsExUmContact is refused where contacts are not allowed, and allowed where they are, below it too', async () => {
  const closed = lookupOf(...HOME, BELOW);
  await assert.rejects(act('new-contact', closed, GIVEN), {
    code: 'FORBIDDEN',
    message: /Grant-CsOUPermission -OU "ou=Finance/,
  });
  for (const ou of ['finance', 'Finance', 'ou=Pay,ou=Finance,dc=litwareinc,dc=com']) {
    const done = await act('new-contact', lookupOf(...HOME, BELOW, OPEN), { ...GIVEN, OU: ou, DomainController: 'x' });
    const [change] = done?.changes ?? [];
    assert.ok(change?.what === 'create' && typeof change.input === 'object' && change.input !== null);
    assert.match(String(Object.entries(change.input).find(([name]) => name === 'name')?.[1]), /^[0-9a-f-]{36}$/);
    assert.ok(!('DomainController' in change.input));
    assert.deepEqual({ ...change.input, name: '', ou: '' }, { ...INPUT, name: '', ou: '', organization: 'o' });
  }
  const users: Made = [
    'users',
    'CsOUPermission',
    { name: 'ou=Finance,dc=litwareinc,dc=com', ou: 'finance', organization: 'o', objectTypes: ['User'] },
  ];
  await assert.rejects(act('new-contact', lookupOf(...HOME, users), GIVEN), { code: 'FORBIDDEN' });
});

for (const [action, parameters] of [
  ['set-contact', { DisplayNumber: '2065559876' }],
  ['move', { Target: 'pool' }],
  ['remove-contact', {}],
] as const)
  test(`${action} needs the same permission`, async () => {
    await assert.rejects(act(action, lookupOf(...HOME, CONTACT), parameters), { code: 'FORBIDDEN' });
    const done = await act(action, lookupOf(...HOME, CONTACT, OPEN), parameters);
    assert.equal(done?.changes?.length, 1);
  });

test('Move-CsExUmContact moves all of a list, or says whom it wants', async () => {
  const lookup = lookupOf(...HOME, CONTACT, OPEN);
  const move = csExUmContactRules.actions?.move;
  const done = await move?.(asked(lookup, { Target: 'pool', UserList: ['sip:aa@fabrikam.com'] }));
  assert.deepEqual(done?.changes, [
    { what: 'change', kind: 'CsExUmContact', id: 'contact', patch: { registrarPool: 'pool' } },
  ]);
  await assert.rejects(async () => move?.(asked(lookup, { Target: 'pool' })), {
    message: /UserList instead of it/,
  });
  const both = asked<'CsExUmContact'>(
    lookup,
    { Target: 'pool', UserList: ['sip:aa@fabrikam.com'] },
    await lookup.get('CsExUmContact', 'contact'),
  );
  await assert.rejects(async () => move?.(both), { message: /left out when Identity is given/ });
  await assert.rejects(async () => move?.(asked(lookup, { Target: 'pool', UserList: ['nobody'] })), {
    code: 'OBJECT_NOT_FOUND',
  });
});

/** What is wrong with the contact among others. */
async function wrong(...others: readonly Made[]): Promise<string[]> {
  const lookup = lookupOf(...HOME, CONTACT, ...others);
  const contact = await lookup.get('CsExUmContact', 'contact');
  assert.ok(contact);
  const problems = await csExUmContactRules.check?.(contact, { before: undefined, lookup, settings: {} });
  return (problems ?? []).map(({ message }) => message);
}

test('its address and its number belong to nobody else', async () => {
  assert.deepEqual(await wrong(), []);
  assert.deepEqual(
    await wrong(['ken', 'User', { name: 'Ken', organization: 'o', sipAddress: 'sip:AA@fabrikam.com' }]),
    ['sipAddress: sip:aa@fabrikam.com belongs to user Ken'],
  );
  for (const line of ['lineURI', 'privateLine'])
    assert.deepEqual(await wrong(['ken', 'User', { name: 'Ken', organization: 'o', [line]: 'tel:+14255550101' }]), [
      'displayNumber: tel:+14255550101 belongs to user Ken',
    ]);
});

test('what is worked out of it', async () => {
  const policy: Made = [
    'site',
    'CsHostedVoicemailPolicy',
    { name: 'Site:Redmond', organization: 'o', destination: 'um.example.org' },
  ];
  const shown = async (lookup: Lookup) => {
    const contact: OfKind<'CsExUmContact'> | undefined = await lookup.get('CsExUmContact', 'contact');
    assert.ok(contact);
    return csExUmContactRules.computed?.(contact, lookup);
  };
  assert.deepEqual(await shown(lookupOf(...HOME, CONTACT, policy)), {
    isSubscriberAccess: false,
    otherIpPhone: 'sip:aa@fabrikam.com',
    distinguishedName: 'CN={c},ou=Finance,dc=litwareinc,dc=com',
    destination: 'um.example.org',
  });
  assert.equal((await shown(lookupOf(...HOME, CONTACT)))?.destination, null);
});

test('it is not removed while a range or a rerouting has its number', async () => {
  const range: Made = [
    'range',
    'CsUnassignedNumber',
    {
      name: 'Unused',
      organization: 'o',
      numberRangeStart: '1',
      numberRangeEnd: '2',
      exUmAutoAttendantPhoneNumber: '+14255550101',
    },
  ];
  const rerouting: Made = [
    'rerouting',
    'CsVoicemailReroutingConfiguration',
    { name: 'Global', organization: 'o', autoAttendantNumber: '+14255550101' },
  ];
  const lookup = lookupOf(...HOME, CONTACT, range, rerouting);
  const contact = await lookup.get('CsExUmContact', 'contact');
  assert.ok(contact);
  assert.equal(
    await csExUmContactRules.refusesRemoval?.(contact, lookup),
    'is used by unassignednumber Unused, voicemailrerouting Global',
  );
  assert.equal(await csExUmContactRules.refusesRemoval?.(contact, lookupOf(...HOME)), undefined);
});

test('permissions are granted, added to, tested and revoked', async () => {
  const { grant, revoke, test: tried } = csOUPermissionRules.actions ?? {};
  const [closed, open] = [lookupOf(...HOME, BELOW), lookupOf(...HOME, BELOW, OPEN)];
  const of = (ObjectType: unknown, OU = 'Finance') => ({ OU, ObjectType });
  assert.deepEqual((await grant?.(asked(closed, of('user, contact'))))?.changes, [
    {
      what: 'create',
      kind: 'CsOUPermission',
      input: {
        name: 'ou=Finance,dc=litwareinc,dc=com',
        ou: 'finance',
        objectTypes: ['User', 'Contact'],
        organization: 'o',
      },
    },
  ]);
  assert.deepEqual((await grant?.(asked(open, of(['Device', 'User']))))?.changes, [
    { what: 'change', kind: 'CsOUPermission', id: 'open', patch: { objectTypes: ['User', 'Contact', 'Device'] } },
  ]);
  assert.deepEqual((await revoke?.(asked(open, of('User'))))?.changes, [
    { what: 'change', kind: 'CsOUPermission', id: 'open', patch: { objectTypes: ['Contact'] } },
  ]);
  assert.deepEqual((await revoke?.(asked(open, of(['User', 'Contact']))))?.changes, [
    { what: 'remove', kind: 'CsOUPermission', id: 'open' },
  ]);
  assert.match((await revoke?.(asked(closed, of('User'))))?.warnings?.[0] ?? '', /nothing was granted/);
  for (const [lookup, type, unit, expected] of [
    [open, 'Contact', 'Finance', true],
    [open, ['User', 'Contact'], 'Pay', true],
    [open, ['User', 'Device'], 'Finance', false],
    [closed, 'User', 'Finance', false],
  ] as const)
    assert.equal((await tried?.(asked(lookup, of(type, unit))))?.result, expected);
  for (const bad of ['Printer', [], undefined, ['User', 1]])
    await assert.rejects(async () => grant?.(asked(open, of(bad))), { code: 'OBJECT_INVALID', message: /AppContact/ });
});

test('its URI follows its number, whoever sets it', async () => {
  const lookup = lookupOf(...HOME, CONTACT, OPEN);
  const done = await act('set-contact', lookup, { DisplayNumber: '2065559876' });
  const [change] = done?.changes ?? [];
  assert.deepEqual(change?.what === 'change' ? change.patch : undefined, {
    displayNumber: '2065559876',
    lineURI: 'tel:2065559876',
  });
  const contact = await lookup.get('CsExUmContact', 'contact');
  assert.ok(contact);
  const astray = { ...contact, lineURI: 'tel:1' };
  const problems = await csExUmContactRules.check?.(astray, { before: contact, lookup, settings: {} });
  assert.deepEqual(
    problems?.map(({ message }) => message),
    ['lineURI is "tel:1": it must be tel:+14255550101'],
  );
});
