import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, HOME, lookupOf, type Made } from '../../../test/cs-lookup.ts';
import { csUserRules } from './cs-user.ts';
import { csUserActions } from './cs-user-actions.ts';

const CONTACT: Made = [
  'contact',
  'CsExUmContact',
  {
    name: 'c',
    organization: 'o',
    sipAddress: 'sip:aa@litwareinc.com',
    registrarPool: 'pool',
    ou: 'finance',
    displayNumber: '+14255550101',
    lineURI: 'tel:+14255550101',
  },
];
const POLICY: Made = [
  'ex',
  'CsHostedVoicemailPolicy',
  { name: 'ExRedmond', organization: 'o', destination: 'um.example.org' },
];

/** What is wrong with a person in a small world. */
async function wrong(person: object, made: readonly Made[] = [], before?: object): Promise<string[]> {
  const of = (more: object): Made => ['ken', 'User', { name: 'Ken Myer', organization: 'o', ...more }];
  const lookup = lookupOf(...HOME, CONTACT, of(person), ...made);
  const user = await lookup.get('User', 'ken');
  const was = before && (await lookupOf(of(before)).get('User', 'ken'));
  assert.ok(user);
  return (await csUserRules.check(user, { before: was, lookup, settings: {} })).map(({ message }) => message);
}

test('hosted voice mail needs an effective policy with a destination', async () => {
  for (const side of ['csHostedVoiceMail', 'exchangeHostedVoiceMail']) {
    const [message, ...more] = await wrong({ [side]: 'Enabled' });
    assert.match(
      message ?? '',
      /needs a policy with a Destination: Global holds, because none was granted to Ken Myer/,
    );
    assert.deepEqual(more, []);
    assert.deepEqual(await wrong({ [side]: 'Enabled', hostedVoicemailPolicy: 'ex' }, [POLICY]), []);
  }
});

test('disabling is always allowed, and so is every other change of who is enabled already', async () => {
  assert.deepEqual(await wrong({ csHostedVoiceMail: 'Disabled' }, [], { csHostedVoiceMail: 'Enabled' }), []);
  assert.deepEqual(
    await wrong({ csHostedVoiceMail: 'Enabled', lineURI: 'tel:1' }, [], { csHostedVoiceMail: 'Enabled' }),
    [],
  );
});

test('either side enables, whatever the other says', async () => {
  for (const [cs, exchange, hosted] of [
    [undefined, undefined, null],
    ['Enabled', undefined, true],
    [undefined, 'Enabled', true],
    ['Enabled', 'Enabled', true],
    ['Disabled', 'Enabled', true],
    ['Enabled', 'Disabled', true],
    ['Disabled', undefined, false],
    [undefined, 'Disabled', false],
    ['Disabled', 'Disabled', false],
  ] as const) {
    const input = { name: 'Ken Myer', organization: 'o', csHostedVoiceMail: cs, exchangeHostedVoiceMail: exchange };
    const user = await lookupOf(['ken', 'User', input]).get('User', 'ken');
    assert.ok(user);
    assert.deepEqual(await csUserRules.computed(user), { hostedVoiceMail: hosted });
  }
});

test('addresses and numbers belong to one person or to one contact', async () => {
  const other: Made = ['ann', 'User', { name: 'Ann', organization: 'o', lineURI: 'tel:+1', privateLine: 'tel:+2' }];
  assert.deepEqual(await wrong({ sipAddress: 'sip:AA@litwareinc.com' }), [
    'sipAddress: sip:AA@litwareinc.com belongs to exumcontact sip:AA@litwareinc.com',
  ]);
  assert.deepEqual(await wrong({ lineURI: 'tel:+14255550101' }), [
    'lineURI: tel:+14255550101 belongs to exumcontact sip:aa@litwareinc.com',
  ]);
  assert.deepEqual(await wrong({ lineURI: 'tel:+2' }, [other]), ['lineURI: tel:+2 belongs to user Ann']);
  assert.deepEqual(await wrong({ privateLine: 'tel:+1' }, [other]), ['privateLine: tel:+1 belongs to user Ann']);
  assert.deepEqual(await wrong({ lineURI: 'tel:+14255550101;ext=1', privateLine: 'tel:+3' }, [other]), []);
  assert.equal((await wrong({ lineURI: 'tel:+3', privateLine: 'tel:+3' })).length, 2);
});

test('telephony that excludes itself is refused', async () => {
  assert.equal((await wrong({ audioVideoDisabled: true, enterpriseVoiceEnabled: true })).length, 1);
  assert.equal((await wrong({ remoteCallControlTelephonyEnabled: true })).length, 2);
  assert.deepEqual(
    await wrong({ remoteCallControlTelephonyEnabled: true, lineURI: 'tel:1', lineServerURI: 'sip:gw@example.org' }),
    [],
  );
  assert.deepEqual(await wrong({ audioVideoDisabled: true }), []);
});

test('people are homed on registrars and are granted what has no scope of its own', async () => {
  assert.deepEqual(await wrong({ registrarPool: 'pool' }), []);
  assert.match((await wrong({ registrarPool: 'gateway' }))[0] ?? '', /role is Registrar/);
  assert.match((await wrong({ hostedVoicemailPolicy: 'vm' }))[0] ?? '', /this one holds by itself/);
});

const PERSON = {
  name: 'Ken Myer',
  organization: 'o',
  firstName: 'Ken',
  lastName: 'Myer',
  userPrincipalName: 'kmyer@litwareinc.com',
  samAccountName: 'litwareinc\\kenmyer',
} as const;

/** What an action does to a person. */
async function done(action: string, parameters: Readonly<Record<string, unknown>>, more: object = {}) {
  const lookup = lookupOf(...HOME, ['ken', 'User', { ...PERSON, ...more }]);
  const result = await csUserActions[action]?.(asked(lookup, parameters, await lookup.get('User', 'ken')));
  assert.ok(result);
  const [change] = result.changes ?? [];
  return {
    patch: change?.what === 'change' ? change.patch : undefined,
    warnings: result.warnings,
    shows: result.shows,
  };
}

for (const [given, sipAddress] of [
  [{ SipAddress: 'sip:k@x.org' }, 'sip:k@x.org'],
  [{ SipAddressType: 'UserPrincipalName' }, 'sip:kmyer@litwareinc.com'],
  [{ SipAddressType: 'SamAccountName', SipDomain: 'x.org' }, 'sip:kenmyer@x.org'],
  [{ SipAddressType: 'FirstLastName', SipDomain: 'x.org' }, 'sip:Ken.Myer@x.org'],
] as const)
  test(`Enable-CsUser with ${Object.keys(given).join(' and ')} gives ${sipAddress}`, async () => {
    const { patch } = await done('enable-cs', { RegistrarPool: 'pool', ...given });
    assert.deepEqual(patch, { registrarPool: 'pool', sipAddress, csEnabled: true });
  });

test('Enable-CsUser says what is missing', async () => {
  for (const [given, says] of [
    [{}, /SipAddressType instead of it/],
    [{ SipAddress: 'sip:k@x.org', SipAddressType: 'UserPrincipalName' }, /SipAddressType instead of it/],
    [{ SipAddressType: 'SamAccountName' }, /SipDomain is missing/],
    [{ SipAddressType: 'EmailAddress' }, /Ken Myer has no mailAddress/],
    [{ SipAddressType: 'x' }, /FirstLastName/],
  ] as const)
    await assert.rejects(done('enable-cs', { RegistrarPool: 'pool', ...given }), {
      code: 'OBJECT_INVALID',
      message: says,
    });
  await assert.rejects(done('enable-cs', { SipAddress: 'sip:k@x.org' }), { message: /RegistrarPool is missing/ });
});

test('Disable-CsUser takes everything away but the place and what the other side has said', async () => {
  const { patch } = await done('disable-cs', {});
  assert.ok(typeof patch === 'object' && patch !== null);
  assert.ok(Object.values(patch).every(value => value === null));
  assert.ok('sipAddress' in patch && 'csHostedVoiceMail' in patch && 'hostedVoicemailPolicy' in patch);
  assert.ok(!('exchangeHostedVoiceMail' in patch) && !('ou' in patch) && !('name' in patch));
});

test('Set-CsUser: $true, $false and $null of HostedVoiceMail, and what is set beside it', async () => {
  for (const [HostedVoiceMail, csHostedVoiceMail] of [
    [true, 'Enabled'],
    [false, 'Disabled'],
    [null, null],
  ] as const)
    assert.deepEqual((await done('set-cs', { HostedVoiceMail })).patch, { csHostedVoiceMail });
  assert.deepEqual((await done('set-cs', { LineURI: 'tel:1', Force: true })).patch, { lineURI: 'tel:1' });
  await assert.rejects(done('set-cs', { HostedVoiceMail: 'maybe' }), { code: 'OBJECT_INVALID' });
});

test('a value of the other side brings a warning, and $null does not', async () => {
  const foreign = { exchangeHostedVoiceMail: 'Enabled' };
  assert.match(
    (await done('set-cs', { HostedVoiceMail: false }, foreign)).warnings?.[0] ?? '',
    /has said Enabled of Ken Myer/,
  );
  assert.deepEqual((await done('set-cs', { HostedVoiceMail: null }, foreign)).warnings, []);
  assert.deepEqual((await done('set-cs', { HostedVoiceMail: true })).warnings, []);
});

test('Move-CsUser moves who is enabled', async () => {
  assert.deepEqual((await done('move-cs', { Target: 'other' }, { registrarPool: 'pool' })).patch, {
    registrarPool: 'other',
  });
  await assert.rejects(done('move-cs', { Target: 'other' }), { message: /Enable-CsUser comes first/ });
});
