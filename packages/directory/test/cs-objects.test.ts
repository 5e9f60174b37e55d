import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { ANY_ETAG, type By, type Objects } from '@parley/directory';
import { memoryObjects } from '@parley/directory/memory';
import { definitionOf, type Kind, kinds } from '@parley/schema';

// The rules of communications in the whole engine, in two organisations.

/** Two organisations, of each a site, a pool, a unit, a person and a policy that leads somewhere. */
class TwoTenants {
  readonly objects: Objects = memoryObjects({ clock: new FakeClock() });
  readonly tenants: By[] = [];

  static async begin(): Promise<TwoTenants> {
    const world = new TwoTenants();
    for (const name of ['Litware', 'Fabrikam']) {
      const input = { name, systemMailAddress: `voicemail@${name}.com` };
      const { object } = await world.objects.create('Organization', input, { who: 'system' });
      world.tenants.push({ who: 'ann', organization: object.id });
    }
    for (const [i, by] of world.tenants.entries()) {
      await world.make('CsSite', { name: 'Redmond' }, by);
      await world.make('CsPool', { name: `pool${i}.example.org`, site: 'Redmond' }, by);
      await world.act('OrganizationalUnit', 'new-unit', { Name: 'Contacts', Path: 'dc=example,dc=org' }, by);
      await world.make('User', { name: 'Ken Myer', registrarPool: `pool${i}.example.org` }, by);
      await world.make('CsHostedVoicemailPolicy', { name: 'tag:Hosted', destination: 'um.example.org' }, by);
    }
    return world;
  }

  get litware(): By {
    return this.tenants[0] ?? { who: 'nobody' };
  }

  get fabrikam(): By {
    return this.tenants[1] ?? { who: 'nobody' };
  }

  make(kind: Kind, input: object, by = this.litware) {
    return this.objects.create(kind, input, by);
  }

  set(kind: Kind, identity: string, patch: object, by = this.litware) {
    return this.objects.change(kind, identity, { etag: ANY_ETAG, patch }, by);
  }

  act(kind: Kind, action: string, parameters: object, by = this.litware, identity?: string) {
    return this.objects.act(
      kind,
      action,
      { parameters: { ...parameters }, ...(identity === undefined ? {} : { identity }) },
      by,
    );
  }

  async names(kind: Kind, by = this.litware): Promise<string[]> {
    const { objects } = await this.objects.list(kind, {}, by);
    return objects.map(({ object }) => ('name' in object ? String(object.name) : object.id));
  }

  grant(PolicyName: string | null, by = this.litware) {
    return this.act('CsHostedVoicemailPolicy', 'grant', { Holder: 'Ken Myer', PolicyName }, by);
  }
}

const GLOBAL = kinds.filter(kind => kind.startsWith('Cs') && definitionOf(kind).always !== undefined);

test('every organisation has what is global, and it cannot be removed', async () => {
  const world = await TwoTenants.begin();
  assert.equal(GLOBAL.length, 8);
  for (const kind of GLOBAL)
    for (const by of world.tenants) {
      assert.ok((await world.names(kind, by)).includes('Global'), kind);
      await assert.rejects(world.objects.remove(kind, 'Global', ANY_ETAG, by), { code: 'OBJECT_IN_USE' });
    }
  assert.deepEqual(await world.names('CsVoiceNormalizationRule'), ['Global/Keep All']);
});

test('Global goes back to its defaults', async () => {
  const world = await TwoTenants.begin();
  await world.set('CsHostedVoicemailPolicy', 'Global', {
    destination: 'um.example.org',
    tenantOrganizations: 'a.b,c.d',
  });
  const { object } = await world.objects.get('CsHostedVoicemailPolicy', 'Global', world.litware);
  assert.equal(object.tenantOrganizations, 'a.b, c.d');
  await world.act('CsHostedVoicemailPolicy', 'reset-or-remove', {}, world.litware, 'Global');
  const { object: reset } = await world.objects.get('CsHostedVoicemailPolicy', 'Global', world.litware);
  assert.deepEqual([reset.destination, reset.tenantOrganizations], [undefined, undefined]);
});

test('one name is one policy, however it is written; another organisation has names of its own', async () => {
  const world = await TwoTenants.begin();
  for (const name of ['Hosted', 'hosted', 'tag:HOSTED', 'global', 'GLOBAL'])
    await assert.rejects(
      world.make('CsHostedVoicemailPolicy', { name }),
      { code: 'OBJECT_INVALID', message: /taken/ },
      name,
    );
  assert.deepEqual(await world.names('CsHostedVoicemailPolicy', world.fabrikam), ['Global', 'Hosted']);
});

test('a policy is granted, stays while somebody has it, and is taken away', async () => {
  const world = await TwoTenants.begin();
  const { objects } = await world.act('CsHostedVoicemailPolicy', 'grant', {
    Holder: 'Ken Myer',
    PolicyName: 'Hosted',
    PassThru: true,
  });
  assert.equal(objects[0]?.references.hostedVoicemailPolicy, 'Hosted');
  const gone = () => world.act('CsHostedVoicemailPolicy', 'reset-or-remove', {}, world.litware, 'Hosted');
  await assert.rejects(gone(), { code: 'OBJECT_IN_USE', message: /used by user Ken Myer/ });
  await world.grant(null);
  await gone();
  assert.deepEqual(await world.names('CsHostedVoicemailPolicy'), ['Global']);
  assert.deepEqual(await world.names('CsHostedVoicemailPolicy', world.fabrikam), ['Global', 'Hosted']);
});

test('hosted voice mail is switched on under a policy that leads somewhere, and off at any time', async () => {
  const world = await TwoTenants.begin();
  const set = (HostedVoiceMail: boolean | null) =>
    world.act('User', 'set-cs', { HostedVoiceMail, PassThru: true }, world.litware, 'Ken Myer');
  await assert.rejects(set(true), {
    code: 'OBJECT_INVALID',
    message: /Global holds, because none was granted to Ken Myer/,
  });
  await world.grant('Hosted');
  for (const value of [true, false, null]) assert.equal((await set(value)).objects[0]?.computed.hostedVoiceMail, value);
  await world.grant(null);
  assert.equal((await set(false)).objects[0]?.computed.hostedVoiceMail, false);
  // The policy of the site leads somewhere too.
  await world.make('CsHostedVoicemailPolicy', { name: 'site:Redmond', destination: 'um.example.org' });
  assert.equal((await set(true)).objects[0]?.computed.hostedVoiceMail, true);
});

const CONTACT = {
  SipAddress: 'sip:aa@example.org',
  RegistrarPool: 'pool0.example.org',
  OU: 'Contacts',
  DisplayNumber: '+14255550101',
};

test('a contact is made where that was allowed, belongs to nobody else, and is changed and removed by the same right', async () => {
  const world = await TwoTenants.begin();
  const make = (more: object = {}) => world.act('CsExUmContact', 'new-contact', { ...CONTACT, ...more });
  const permit = (verb: string) => world.act('CsOUPermission', verb, { OU: 'Contacts', ObjectType: 'Contact' });
  await assert.rejects(make(), { code: 'FORBIDDEN' });
  await permit('grant');
  const { objects } = await make();
  assert.equal(
    (await world.objects.get('CsExUmContact', 'tel:+14255550101', world.litware)).object.displayNumber,
    '+14255550101',
  );
  assert.equal(objects[0]?.computed.destination, null);
  for (const more of [
    {},
    { SipAddress: 'sip:AA@example.org', DisplayNumber: '1' },
    { SipAddress: 'sip:b@example.org' },
  ])
    await assert.rejects(make(more), { code: 'OBJECT_INVALID' });
  await assert.rejects(world.set('User', 'Ken Myer', { lineURI: 'tel:+14255550101' }), {
    code: 'OBJECT_INVALID',
    message: /exumcontact/,
  });
  await world.act('CsHostedVoicemailPolicy', 'grant', { Holder: CONTACT.SipAddress, PolicyName: 'Hosted' });
  const { computed } = await world.objects.get('CsExUmContact', '+14255550101', world.litware);
  assert.equal(computed.destination, 'um.example.org');
  await permit('revoke');
  const remove = () => world.act('CsExUmContact', 'remove-contact', {}, world.litware, CONTACT.SipAddress);
  await assert.rejects(remove(), { code: 'FORBIDDEN' });
  await permit('grant');
  await remove();
  assert.deepEqual((await world.objects.list('CsExUmContact', {}, world.litware)).objects, []);
});

test('nothing is found, granted or allowed across organisations', async () => {
  const world = await TwoTenants.begin();
  await world.make('User', { name: 'Pilar' });
  await world.make('CsVoicePolicy', { name: 'Ours' });
  const grant = (kind: Kind, Holder: string, PolicyName: string) =>
    world.act(kind, 'grant', { Holder, PolicyName }, world.fabrikam);
  await assert.rejects(grant('CsHostedVoicemailPolicy', 'Pilar', 'Hosted'), { code: 'OBJECT_NOT_FOUND' });
  await assert.rejects(grant('CsVoicePolicy', 'Ken Myer', 'Ours'), { code: 'OBJECT_INVALID' });
  await world.act('CsOUPermission', 'grant', { OU: 'Contacts', ObjectType: 'Contact' });
  const theirs = { ...CONTACT, RegistrarPool: 'pool1.example.org' };
  await assert.rejects(world.act('CsExUmContact', 'new-contact', theirs, world.fabrikam), { code: 'FORBIDDEN' });
  // A SIP address leads to one person in the whole system.
  await world.set('User', 'Ken Myer', { sipAddress: 'sip:ken@example.org' });
  await assert.rejects(world.set('User', 'Ken Myer', { sipAddress: 'sip:KEN@example.org' }, world.fabrikam), {
    code: 'OBJECT_INVALID',
  });
  await world.set('User', 'Ken Myer', { lineURI: 'tel:+1' });
  await world.set('User', 'Ken Myer', { lineURI: 'tel:+1' }, world.fabrikam);
});

test('with and without an extension it is two numbers', async () => {
  const world = await TwoTenants.begin();
  await world.make('User', { name: 'Pilar', lineURI: 'tel:+14255551297' });
  await world.set('User', 'Ken Myer', { lineURI: 'tel:+14255551297;ext=51297' });
  await assert.rejects(world.set('User', 'Ken Myer', { lineURI: 'TEL:+14255551297' }), {
    code: 'OBJECT_INVALID',
    message: /tel:\+14255551297/,
  });
});

test('a dial plan is made with a rule and takes its rules along; a rule that would change its plan is refused', async () => {
  const world = await TwoTenants.begin();
  const rules = [{ name: 'In', pattern: '^(\\d{4})$', translation: '+1425555$1' }];
  await world.make('CsDialPlan', { name: 'Sales', normalizationRules: rules });
  await world.act('CsVoiceNormalizationRule', 'new-rule', { RuleIdentity: 'tag:Sales/Out', Pattern: '^9(\\d*)$' });
  assert.deepEqual(await world.names('CsVoiceNormalizationRule'), ['Global/Keep All', 'Sales/In', 'Sales/Out']);
  const { result } = await world.act('CsDialPlan', 'test', { Dialplan: 'Sales', DialedNumber: '0100' });
  assert.deepEqual(result, [{ MatchingRule: 'Sales/In', TranslatedNumber: '+14255550100' }]);
  await assert.rejects(world.set('CsVoiceNormalizationRule', 'Sales/In', { dialPlan: 'Global' }), {
    code: 'OBJECT_INVALID',
  });
  await assert.rejects(world.set('CsVoiceNormalizationRule', 'Sales/In', { pattern: '^(\\d+)+$' }), {
    code: 'OBJECT_INVALID',
    message: /fewer ways/,
  });
  await world.objects.remove('CsDialPlan', 'Sales', ANY_ETAG, world.litware);
  assert.deepEqual(await world.names('CsVoiceNormalizationRule'), ['Global/Keep All']);
});

test('the global dial plan goes back to its one rule', async () => {
  const world = await TwoTenants.begin();
  await world.set('CsVoiceNormalizationRule', 'Global/Keep All', { pattern: '^(0)$' });
  await world.act('CsVoiceNormalizationRule', 'new-rule', { RuleIdentity: 'global/More' });
  await world.act('CsDialPlan', 'reset-or-remove', {}, world.litware, 'Global');
  assert.deepEqual(await world.names('CsVoiceNormalizationRule'), ['Global/Keep All']);
  const { object } = await world.objects.get('CsVoiceNormalizationRule', 'Global/Keep All', world.litware);
  assert.deepEqual([object.pattern, object.translation], ['^(\\d{11})$', '+$1']);
});

test('sites, pools and units stay while somebody needs them', async () => {
  const world = await TwoTenants.begin();
  const remove = (kind: Kind, name: string) => world.objects.remove(kind, name, ANY_ETAG, world.litware);
  await world.make('CsVoicePolicy', { name: 'site:Redmond' });
  await assert.rejects(remove('CsSite', 'Redmond'), { code: 'OBJECT_IN_USE' });
  await assert.rejects(remove('CsPool', 'pool0.example.org'), { code: 'OBJECT_IN_USE', message: /user Ken Myer/ });
  await world.set('User', 'Ken Myer', { registrarPool: null, ou: 'Contacts' });
  await remove('CsPool', 'pool0.example.org');
  await assert.rejects(remove('CsSite', 'Redmond'), {
    code: 'OBJECT_IN_USE',
    message: /is used by voicepolicy Site:Redmond/,
  });
  await remove('CsVoicePolicy', 'site:redmond');
  await remove('CsSite', 'Redmond');
  await world.act('CsOUPermission', 'grant', { OU: 'Contacts', ObjectType: 'User' });
  await assert.rejects(remove('OrganizationalUnit', 'Contacts'), { code: 'OBJECT_IN_USE', message: /user Ken Myer/ });
  await world.set('User', 'Ken Myer', { ou: null });
  const gone = await remove('OrganizationalUnit', 'Contacts');
  assert.deepEqual(gone.map(({ kind }) => kind).sort(), ['CsOUPermission', 'OrganizationalUnit']);
});

test('a trial tells and changes nothing', async () => {
  const world = await TwoTenants.begin();
  const trial: By = { ...world.litware, trial: true };
  const { objects } = await world.grant('Hosted', trial);
  assert.equal(objects[0]?.references.hostedVoicemailPolicy, 'Hosted');
  const { references } = await world.objects.get('User', 'Ken Myer', world.litware);
  assert.equal(references.hostedVoicemailPolicy, undefined);
});
