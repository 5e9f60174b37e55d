import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, refused, UmWorld } from './um-world.ts';

test('extensions are as long as the plan says, and belong to one mailbox of the plan, first or second', async () => {
  const world = await UmWorld.begin();
  await world.plan();
  await world.plan('Other', { numberOfDigitsInExtension: 5 });
  await assertRefused(world.mailbox('ann', { extensions: ['1001', '10012'] }), 'extensions', /4 digits long/);
  await world.mailbox('ann', { extensions: ['1001', '1002'] });
  await assertRefused(world.mailbox('bob', { extensions: ['1002'] }), 'extensions', /belongs to mailbox ann/);
  const second = { secondaryDialPlan: 'Other', secondaryExtensions: ['10010'] };
  await world.set('UMMailbox', 'ann', second);
  const inOther = { umMailboxPolicy: 'Other Default Policy', extensions: ['10010'] };
  await assertRefused(world.mailbox('bob', inOther), 'extensions', /10010 belongs to mailbox ann in dial plan Other/);
  await world.mailbox('bob', { ...inOther, extensions: ['10011'] });
  await assertRefused(
    world.set('UMMailbox', 'ann', { secondaryExtensions: ['10011'] }),
    'secondaryExtensions',
    /10011 belongs to mailbox bob/,
  );
  await assertRefused(
    world.mailbox('carol', { extensions: ['1003'], ...second }),
    'secondaryExtensions',
    /10010 belongs to mailbox ann/,
  );
});

test('the second plan is another one, with extensions of its length', async () => {
  const world = await UmWorld.begin();
  await world.plan();
  await world.plan('Other', { numberOfDigitsInExtension: 5 });
  const make = (input: object) => world.mailbox('ann', { extensions: ['1001'], ...input });
  await assertRefused(make({ secondaryExtensions: ['10010'] }), 'secondaryDialPlan', /given/);
  await assertRefused(make({ secondaryDialPlan: 'Other' }), 'secondaryExtensions', /given/);
  await assertRefused(
    make({ secondaryDialPlan: 'Main', secondaryExtensions: ['1002'] }),
    'secondaryDialPlan',
    /another dial plan/,
  );
  await assertRefused(
    make({ secondaryDialPlan: 'Other', secondaryExtensions: ['1'] }),
    'secondaryExtensions',
    /5 digits/,
  );
});

test('plans of SIP addresses and of E.164 numbers want one of each mailbox, and nobody else has it', async () => {
  const world = await UmWorld.begin();
  await world.plan('Main', { uriType: 'SipName' });
  await world.plan('World', { uriType: 'E164' });
  const sip = (name: string, sipResourceIdentifier?: string) =>
    world.mailbox(name, { extensions: [name], sipResourceIdentifier });
  await assertRefused(sip('1001'), 'sipResourceIdentifier', /type SipName/);
  await assertRefused(sip('1001', '+14255550100'), 'sipResourceIdentifier', /SIP address such as/);
  await sip('1001', 'ann@contoso.com');
  await assertRefused(sip('1002', 'ANN@contoso.com'), 'sipResourceIdentifier', /belongs to mailbox 1001/);
  const e164 = (address?: string) =>
    world.mailbox('bob', {
      umMailboxPolicy: 'World Default Policy',
      extensions: ['2001'],
      sipResourceIdentifier: address,
    });
  await assertRefused(e164(), 'sipResourceIdentifier', /E\.164 number/);
  await assertRefused(e164('bob@contoso.com'), 'sipResourceIdentifier', /type E164/);
  await e164('+14255550123');
});

test('EUM addresses: the primary one is upper case, and a mailbox that is disabled has none', async () => {
  const world = await UmWorld.begin();
  await world.plan('Main', { uriType: 'SipName' });
  await world.plan('Other', { numberOfDigitsInExtension: 5 });
  const of = async (name: string) => (await world.get('UMMailbox', name)).computed.emailAddresses;
  await world.mailbox('ann', {
    extensions: ['1001', '1002'],
    sipResourceIdentifier: 'ann@contoso.com',
    secondaryDialPlan: 'Other',
    secondaryExtensions: ['10010'],
  });
  assert.deepEqual(await of('ann'), [
    'EUM:ann@contoso.com;phone-context=Main.contoso.com',
    'eum:1001;phone-context=Main.contoso.com',
    'eum:1002;phone-context=Main.contoso.com',
    'eum:10010;phone-context=Other.contoso.com',
  ]);
  await world.mailbox('bob', { umMailboxPolicy: 'Other Default Policy', extensions: ['20020'] });
  assert.deepEqual(await of('bob'), ['EUM:20020;phone-context=Other.contoso.com']);
  await world.act('UMMailbox', 'disable', 'bob');
  assert.deepEqual(await of('bob'), []);
});

test('a policy is not removed while a mailbox has it, and keeps its plan while it has mailboxes', async () => {
  const world = await UmWorld.begin();
  await world.plan();
  await world.plan('Other');
  await world.mailbox('ann', { extensions: ['1001'] });
  await assert.rejects(world.remove('UMMailboxPolicy', 'Main Default Policy'), /is used by.* ann/);
  await assert.rejects(world.set('UMMailboxPolicy', 'Main Default Policy', { umDialPlan: 'Other' }), /ann/);
  await world.remove('UMMailbox', 'ann');
  await world.set('UMMailboxPolicy', 'Main Default Policy', { umDialPlan: 'Other' });
});

test('a mailbox moves to a policy of another plan when its extensions fit there', async () => {
  const world = await UmWorld.begin();
  await world.plan();
  await world.plan('Same');
  await world.plan('Longer', { numberOfDigitsInExtension: 5 });
  await world.mailbox('ann', { extensions: ['1001'] });
  await assertRefused(
    world.set('UMMailbox', 'ann', { umMailboxPolicy: 'Longer Default Policy' }),
    'extensions',
    /5 digits/,
  );
  await world.set('UMMailbox', 'ann', { umMailboxPolicy: 'Same Default Policy' });
  await world.mailbox('bob', { extensions: ['1001'] });
  await assertRefused(
    world.set('UMMailbox', 'bob', { umMailboxPolicy: 'Same Default Policy' }),
    'extensions',
    /belongs to mailbox ann/,
  );
});

test('disabling keeps settings unless they are to be forgotten', async () => {
  const world = await UmWorld.begin();
  await world.plan();
  await world.mailbox('ann', { extensions: ['1001'], faxEnabled: false, mailAddress: 'ann@contoso.com' });
  const read = async () => (await world.get('UMMailbox', 'ann')).object;
  await world.act('UMMailbox', 'disable', 'ann');
  assert.deepEqual([(await read()).umEnabled, (await read()).faxEnabled], [false, false]);
  await world.act('UMMailbox', 'disable', 'ann', { KeepProperties: false });
  const { umEnabled, faxEnabled, extensions, mailAddress } = await read();
  assert.deepEqual(
    { umEnabled, faxEnabled, extensions, mailAddress },
    {
      umEnabled: false,
      faxEnabled: true,
      extensions: ['1001'],
      mailAddress: 'ann@contoso.com',
    },
  );
});

test('language: only one that prompts exist in', async () => {
  const world = await UmWorld.begin();
  await world.plan();
  assert.match(
    (await refused(world.mailbox('ann', { extensions: ['1001'], language: 'it-IT' })))[0],
    /language.*en-US, fr-FR/,
  );
});
