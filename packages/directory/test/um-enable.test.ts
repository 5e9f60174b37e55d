import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, UmWorld } from './um-world.ts';

const TONY = {
  name: 'Tony Smith',
  firstName: 'Tony',
  lastName: 'Smith',
  userPrincipalName: 'tonysmith@contoso.com',
  samAccountName: 'contoso\\tonys',
  mailAddress: 'tonysmith@contoso.com',
  phone: '+1 (425) 555-5150',
};

async function withTony(plan: object = {}) {
  const world = await UmWorld.begin();
  await world.plan('MyDialPlan', { uriType: 'SipName', ...plan });
  await world.make('User', TONY);
  const enable = (parameters: object = {}, identity = 'tonysmith@contoso.com') =>
    world.act('User', 'enableUMMailbox', identity, {
      UMMailboxPolicy: 'MyDialPlan Default Policy',
      SIPResourceIdentifier: 'tonysmith@contoso.com',
      PIN: '481516',
      ...parameters,
    });
  return { world, enable };
}

test('a person gets a mailbox, whatever he is called by', async () => {
  for (const identity of ['tonysmith@contoso.com', 'Tony Smith', 'contoso\\tonys']) {
    const { world, enable } = await withTony();
    const { objects, warnings } = await enable({ Extensions: ['5151', '5152'] }, identity);
    assert.deepEqual([objects.map(({ kind }) => kind), warnings], [['UMMailbox'], []]);
    const { object } = await world.get('UMMailbox', 'tonysmith');
    const { umEnabled, extensions, sipResourceIdentifier, mailAddress, displayName, pinExpired } = object;
    assert.deepEqual(
      { umEnabled, extensions, sipResourceIdentifier, mailAddress, displayName, pinExpired },
      {
        umEnabled: true,
        extensions: ['5151', '5152'],
        sipResourceIdentifier: 'tonysmith@contoso.com',
        mailAddress: 'tonysmith@contoso.com',
        displayName: 'Tony Smith',
        pinExpired: true,
      },
    );
    assert.equal((await world.get('UMMailbox', identity)).object.id, object.id, 'the mailbox goes by the same');
    assert.deepEqual((await world.get('User', identity)).object.umDtmfMap, [
      'emailAddress:866976484',
      'lastNameFirstName:764848669',
      'firstNameLastName:866976484',
    ]);
  }
});

test('a mailbox is in the unit of its person, wherever that is moved', async () => {
  const { world, enable } = await withTony();
  await enable();
  const listed = async (ou: string) => {
    const filter = { op: 'eq', property: 'ou', value: ou } as const;
    const { objects } = await world.objects.list('UMMailbox', { filter }, { who: 'test' });
    return objects.map(({ object }) => object.name);
  };
  for (const name of ['ou=Finance,dc=contoso,dc=com', 'ou=Sales,dc=contoso,dc=com']) {
    await world.make('OrganizationalUnit', { name, leafName: name.slice(3, name.indexOf(',')) });
    assert.deepEqual(await listed(name), []);
    await world.set('User', 'Tony Smith', { ou: name });
    assert.equal((await world.get('UMMailbox', 'tonysmith')).computed.ou, name);
    assert.deepEqual(await listed(name), ['tonysmith']);
  }
});

test('without extensions the end of the telephone number is taken', async () => {
  const { world, enable } = await withTony();
  await enable();
  assert.deepEqual((await world.get('UMMailbox', 'tonysmith')).object.extensions, ['5150']);
  await world.make('User', { name: 'Nobody' });
  await assertRefused(enable({}, 'Nobody'), 'Extensions', /no telephone number/);
});

test('who has a mailbox is not given another; one that was disabled is taken into use again with its settings and its PIN', async () => {
  const { world, enable } = await withTony();
  await enable();
  await assertRefused(enable(), 'Identity', /tonysmith/);
  await world.set('UMMailbox', 'tonysmith', { faxEnabled: false });
  await world.act('UMMailbox', 'disable', 'tonysmith');
  const { warnings } = await enable({ PIN: undefined, SIPResourceIdentifier: undefined });
  assert.deepEqual(warnings, []);
  const { object } = await world.get('UMMailbox', 'tonysmith');
  assert.deepEqual([object.umEnabled, object.faxEnabled, object.extensions], [true, false, ['5150']]);
  assert.deepEqual(await world.names('UMMailbox'), ['tonysmith']);
  await assertRefused(world.act('UMMailbox', 'setPIN', 'tonysmith', { Pin: '481516' }), 'Pin', /last 5/);
});

test('what is wrong is told by the names of the parameters, and nothing is made', async () => {
  const { world, enable } = await withTony();
  await assertRefused(enable({ PIN: '123456' }), 'PIN', /in a row/);
  await assertRefused(enable({ PIN: '5150' }), 'PIN', /6 to 24 digits/);
  await assertRefused(enable({ Extensions: ['51'] }), 'Extensions', /4 digits long/);
  await assertRefused(enable({ SIPResourceIdentifier: undefined }), 'sipResourceIdentifier', /type SipName/);
  await assertRefused(enable({ SIPResourceIdentifier: '+14255550100' }), 'sipResourceIdentifier', /SIP address/);
  await assertRefused(enable({ UMMailboxPolicy: '' }), 'UMMailboxPolicy', /given/);
  await assertRefused(enable({ EnableCloudVoiceMail: true }), 'EnableCloudVoiceMail', /no cloud/);
  await assert.rejects(enable({ UMMailboxPolicy: 'Nothing' }), { code: 'OBJECT_NOT_FOUND' });
  await world.mailbox('bob', {
    umMailboxPolicy: 'MyDialPlan Default Policy',
    extensions: ['5150'],
    sipResourceIdentifier: 'bob@contoso.com',
  });
  await assertRefused(enable(), 'Extensions', /belongs to mailbox bob/);
  await assertRefused(
    enable({ Extensions: ['5151'], SIPResourceIdentifier: 'bob@contoso.com' }),
    'SIPResourceIdentifier',
    /bob/,
  );
  assert.deepEqual(await world.names('UMMailbox'), ['bob']);
});

test('with ValidateOnly everything is checked and nothing done', async () => {
  const { world, enable } = await withTony();
  await assertRefused(enable({ ValidateOnly: true, PIN: '1' }), 'PIN', /digits/);
  const { objects } = await enable({ ValidateOnly: true });
  assert.deepEqual([objects, await world.names('UMMailbox')], [[], []]);
});

test('a PIN that is made for somebody is told to nobody, and a warning says so', async () => {
  const { enable } = await withTony();
  const { warnings } = await enable({ PIN: undefined });
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /not mailed.*Set-UMMailboxPIN tonysmith/);
});
