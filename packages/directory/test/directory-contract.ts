import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { ANY_ETAG, firstStart, isCertified, type KeptObjects } from '@parley/directory';
import { mailboxAt } from './mailbox-at.ts';

const SYSTEM = { who: 'system' };

export interface ContractOptions {
  readonly name: string;
  /** An empty store; closed by the caller. */
  readonly open: (use: (objects: KeptObjects) => Promise<void>) => Promise<void>;
  readonly skip?: string | false;
}

const clock = new FakeClock();

/** What every directory promises: to calls, and to administrators. */
export function directoryContract({ name, open, skip = false }: ContractOptions): void {
  const started = (use: (objects: KeptObjects) => Promise<void>) =>
    open(async objects => {
      await firstStart(objects, { clock, timeZone: 'Europe/Paris' });
      await use(objects);
    });
  const cases: Record<string, (objects: KeptObjects) => Promise<void>> = { ...calls, ...lifeCycle, ...etags };
  test(`${name}: the first start makes what a newcomer needs, once`, { skip }, () => open(firstStarts));
  for (const [title, use] of Object.entries(cases)) test(`${name}: ${title}`, { skip }, () => started(use));
}

async function firstStarts(objects: KeptObjects): Promise<void> {
  const lines = await firstStart(objects, { clock, timeZone: 'Europe/Paris' });
  assert.deepEqual(lines, [
    'organization Parley (time zone Europe/Paris)',
    'dial plan Main: SIP URI, extensions of 4 digits, with the mailbox policy Main Default Policy',
    'gateway loopback: calls from 127.0.0.0/8 and ::1, with a hunt group for all numbers',
    'mailbox 1001: Ann Lee, sip:ann@parley.test',
    'mailbox 1002: Bob Ray, sip:bob@parley.test',
    'mailbox 1003: Carol Diaz, sip:carol@parley.test',
  ]);
  await objects.remove('UMMailbox', 'carol', ANY_ETAG, SYSTEM);
  assert.deepEqual(await firstStart(objects, { clock, timeZone: 'UTC' }), []);
  assert.deepEqual(
    (await objects.list('UMMailbox', {}, SYSTEM)).objects.map(each => each.object.name),
    ['ann', 'bob'],
  );
}

const plan = async (objects: KeptObjects, input: object) =>
  (await objects.create('UMDialPlan', { numberOfDigitsInExtension: 3, ...input }, SYSTEM)).object;

const calls: Record<string, (objects: KeptObjects) => Promise<void>> = {
  async 'the way of a call: gateway, hunt group, dial plan, mailbox'({ directory }) {
    const gateway = directory.gatewayFor({ address: '127.9.8.7' })!;
    const group = directory.huntGroupFor(gateway, 'anything')!;
    const found = (await directory.mailboxByExtension(directory.dialPlan(group.umDialPlan)!, '1002'))!;
    assert.deepEqual(
      [gateway.name, found.mailbox.name, found.policy.name, found.dialPlan.name, found.organization.name],
      ['loopback', 'bob', 'Main Default Policy', 'Main', 'Parley'],
    );
    assert.equal((await directory.mailboxById(found.mailbox.id))!.mailbox.name, 'bob');
    assert.equal(await directory.mailboxByExtension(found.dialPlan, '9999'), undefined);
    assert.equal(directory.gatewayFor({ address: '192.0.2.1' }), undefined);
  },

  async 'a SIP address is found with and without scheme, in any case'({ directory }) {
    for (const address of ['ann@parley.test', 'SIP:Ann@PARLEY.test', 'sips:ann@parley.test'])
      assert.equal((await mailboxAt(directory, address))?.mailbox.name, 'ann', address);
    assert.equal(await mailboxAt(directory, 'ann@elsewhere.test'), undefined);
  },

  async 'an extension resolves in every plan type, an E.164 number in its own'(objects) {
    for (const [uriType, sipResourceIdentifier] of [
      ['TelExtn', undefined],
      ['SipName', 'dan@parley.test'],
      ['E164', '+33123456789'],
    ]) {
      const { id } = await plan(objects, { name: `Plan ${uriType}`, uriType });
      const policy = `Plan ${uriType} Default Policy`;
      const name = `dan-${uriType}`.toLowerCase();
      await objects.create(
        'UMMailbox',
        { name, umMailboxPolicy: policy, extensions: ['777'], sipResourceIdentifier },
        SYSTEM,
      );
      const dialPlan = objects.directory.dialPlan(id)!;
      assert.equal((await objects.directory.mailboxByExtension(dialPlan, '777'))?.mailbox.name, name);
    }
    assert.equal((await mailboxAt(objects.directory, '+33123456789'))?.mailbox.name, 'dan-e164');
  },

  async 'the smallest network wins, IPv4 in IPv6 is the same address, a disabled gateway is none'(objects) {
    await objects.create('UMIPGateway', { name: 'net', address: '10.0.0.0/8' }, SYSTEM);
    await objects.create('UMIPGateway', { name: 'host', address: ['10.1.2.3', '2001:db8::/32'] }, SYSTEM);
    const who = (address: string) => objects.directory.gatewayFor({ address })?.name;
    assert.deepEqual(
      ['10.9.9.9', '10.1.2.3', '::ffff:10.1.2.3', '::ffff:a01:203', '2001:db8:1::5', '2001:db9::1', 'no address'].map(
        who,
      ),
      ['net', 'host', 'host', 'host', 'host', undefined, undefined],
    );
    await objects.change('UMIPGateway', 'host', { etag: ANY_ETAG, patch: { status: 'NoNewCalls' } }, SYSTEM);
    assert.equal(objects.directory.gatewayFor({ address: '10.1.2.3' })?.status, 'NoNewCalls');
    await objects.change('UMIPGateway', 'host', { etag: ANY_ETAG, patch: { status: 'Disabled' } }, SYSTEM);
    assert.equal(who('2001:db8:1::5'), undefined);
  },

  async 'a certificate that proves a name of a gateway goes before the address'(objects) {
    await objects.create('UMIPGateway', { name: 'net', address: '10.0.0.0/8' }, SYSTEM);
    await objects.create(
      'UMIPGateway',
      { name: 'named', address: ['GW.Example.org', 'gw2.example.org'], port: 5061 },
      SYSTEM,
    );
    const who = (certified?: readonly string[]) =>
      objects.directory.gatewayFor({ address: '10.1.2.3', ...(certified && { certified }) });
    assert.equal(who()?.name, 'net');
    assert.equal(who([])?.name, 'net');
    assert.equal(who(['elsewhere.example.org'])?.name, 'net');
    const named = who(['elsewhere.example.org', 'gw.example.org']);
    assert.equal(named?.name, 'named');
    assert.ok(named && isCertified(named, { address: '10.1.2.3', certified: ['gw2.example.org'] }));
    assert.ok(named && !isCertified(named, { address: '10.1.2.3', certified: ['example.org'] }));
    assert.ok(named && !isCertified(named, { address: '10.1.2.3' }));
  },

  async 'a secured dial plan takes gateways only that have a name to prove and the port of TLS'(objects) {
    const secured = await plan(objects, { name: 'Secret', voIPSecurity: 'Secured' });
    const open = await plan(objects, { name: 'Open' });
    await objects.create('UMIPGateway', { name: 'numbered', address: '192.0.2.1', port: 5061 }, SYSTEM);
    await objects.create('UMIPGateway', { name: 'named', address: 'gw.example.org', port: 5061 }, SYSTEM);
    const link = (umIPGateway: string, umDialPlan: string) =>
      objects.create('UMHuntGroup', { name: `${umIPGateway} to it`, umIPGateway, umDialPlan }, SYSTEM);
    const why = /needs a full name as its address .* and port 5061/;
    await assert.rejects(link('numbered', secured.id), why);
    await link('named', secured.id);
    await link('numbered', open.id);
    await assert.rejects(
      objects.change('UMDialPlan', 'Open', { etag: ANY_ETAG, patch: { voIPSecurity: 'SIPSecured' } }, SYSTEM),
      why,
    );
    const change = (patch: object) => objects.change('UMIPGateway', 'named', { etag: ANY_ETAG, patch }, SYSTEM);
    await assert.rejects(change({ port: 5060 }), why);
    await assert.rejects(change({ address: ['gw.example.org', '192.0.2.7'] }), why);
    await change({ address: ['gw3.example.org'] });
  },

  async 'an exact pilot goes before the catch-all; without a catch-all the rest has none'(objects) {
    await plan(objects, { name: 'Sales' });
    const { object: gateway } = await objects.create('UMIPGateway', { name: 'pbx', address: '192.0.2.5' }, SYSTEM);
    const found = (called: string) => objects.directory.huntGroupFor(gateway, called)?.name;
    assert.equal(found('500'), undefined);
    const group = { umIPGateway: 'pbx', umDialPlan: 'Sales' };
    await objects.create(
      'UMHuntGroup',
      { ...group, name: 'pilots', pilotIdentifier: ['500', 'sip:Pilot@pbx.test', '+33123'] },
      SYSTEM,
    );
    assert.deepEqual(['500', 'pilot@pbx.test', '+33123', '33123', '+500', '501'].map(found), [
      'pilots',
      'pilots',
      'pilots',
      'pilots',
      'pilots',
      undefined,
    ]);
    await objects.create('UMHuntGroup', { ...group, name: 'all', pilotIdentifier: ['Sales'] }, SYSTEM);
    assert.deepEqual(['500', '501'].map(found), ['pilots', 'all']);
  },

  async 'a change is seen by calls before it is confirmed'(objects) {
    const address = 'zoe@parley.test';
    await objects.create('UMMailbox', { name: 'zoe', extensions: ['1009'], sipResourceIdentifier: address }, SYSTEM);
    assert.equal((await mailboxAt(objects.directory, address))?.mailbox.umEnabled, false);
    await objects.change(
      'UMMailbox',
      'zoe',
      { etag: ANY_ETAG, patch: { umEnabled: true, extensions: ['1010'] } },
      SYSTEM,
    );
    const { dialPlan, mailbox } = (await mailboxAt(objects.directory, address))!;
    assert.equal(mailbox.umEnabled, true);
    assert.equal(await objects.directory.mailboxByExtension(dialPlan, '1009'), undefined);
    assert.equal((await objects.directory.mailboxByExtension(dialPlan, '1010'))?.mailbox.name, 'zoe');
    await objects.remove('UMMailbox', 'zoe', ANY_ETAG, SYSTEM);
    assert.equal(await objects.directory.mailboxByExtension(dialPlan, '1010'), undefined);
    assert.equal(await mailboxAt(objects.directory, address), undefined);
  },
};

const invalid = (message: RegExp) => ({ code: 'OBJECT_INVALID', message });

const lifeCycle: Record<string, (objects: KeptObjects) => Promise<void>> = {
  async 'a dial plan comes with its policy, unless that is declined'(objects) {
    await plan(objects, { name: 'Support' });
    assert.equal(
      (await objects.get('UMMailboxPolicy', 'support default policy', SYSTEM)).references.umDialPlan,
      'Support',
    );
    await plan(objects, { name: 'Bare', generateUMMailboxPolicy: false });
    await assert.rejects(objects.get('UMMailboxPolicy', 'Bare Default Policy', SYSTEM), { code: 'OBJECT_NOT_FOUND' });
  },

  async 'a dial plan is not made when its policy cannot be'(objects) {
    await objects.create('UMMailboxPolicy', { name: 'Odd Default Policy', umDialPlan: 'Main' }, SYSTEM);
    await assert.rejects(plan(objects, { name: 'Odd' }), invalid(/"Odd Default Policy".*exists already/));
    await assert.rejects(objects.get('UMDialPlan', 'Odd', SYSTEM), { code: 'OBJECT_NOT_FOUND' });
    await assert.rejects(plan(objects, { name: 'x'.repeat(50) }), invalid(/at most 49 characters/));
  },

  async 'a gateway that names a dial plan comes with a hunt group, which goes with it'(objects) {
    const { object: gateway } = await objects.create(
      'UMIPGateway',
      {
        name: 'pbx',
        address: '192.0.2.7',
        umDialPlan: 'Main',
      },
      SYSTEM,
    );
    assert.equal(objects.directory.huntGroupFor(gateway, '1001')?.pilotIdentifier.length, 0);
    assert.equal((await objects.get('UMHuntGroup', 'pbx\\Default Hunt Group', SYSTEM)).references.umDialPlan, 'Main');
    const gone = await objects.remove('UMIPGateway', 'pbx', ANY_ETAG, SYSTEM);
    assert.deepEqual(
      gone.map(each => each.name),
      ['pbx', 'Default Hunt Group'],
    );
    assert.equal((await objects.list('UMHuntGroup', {}, SYSTEM)).objects.length, 1);
  },

  async 'what is used is not removed, and the users are named'(objects) {
    await assert.rejects(objects.remove('UMMailboxPolicy', 'Main Default Policy', ANY_ETAG, SYSTEM), {
      code: 'OBJECT_IN_USE',
      message: 'policy Main Default Policy is used by mailbox ann, mailbox bob, mailbox carol',
    });
    await assert.rejects(objects.remove('UMDialPlan', 'Main', ANY_ETAG, SYSTEM), {
      code: 'OBJECT_IN_USE',
      message: 'dialplan Main is used by policy Main Default Policy, huntgroup Default Hunt Group',
    });
    await assert.rejects(objects.remove('Organization', 'Parley', ANY_ETAG, SYSTEM), { code: 'OBJECT_IN_USE' });
  },

  async 'in the right order everything can be removed'(objects) {
    for (const name of ['ann', 'bob', 'carol']) await objects.remove('UMMailbox', name, ANY_ETAG, SYSTEM);
    await objects.remove('UMMailboxPolicy', 'Main Default Policy', ANY_ETAG, SYSTEM);
    await objects.remove('UMIPGateway', 'loopback', ANY_ETAG, SYSTEM);
    await objects.remove('UMDialPlan', 'Main', ANY_ETAG, SYSTEM);
    await objects.remove('Organization', 'Parley', ANY_ETAG, SYSTEM);
    assert.deepEqual((await objects.list('UMDialPlan', {}, SYSTEM)).objects, []);
  },

  async 'a policy with mailboxes stays in its plan; a mailbox may move to a policy of another'(objects) {
    await plan(objects, { name: 'Short' });
    const move = { etag: ANY_ETAG, patch: { umDialPlan: 'Short' } };
    await assert.rejects(objects.change('UMMailboxPolicy', 'Main Default Policy', move, SYSTEM), {
      code: 'OBJECT_IN_USE',
    });
    const patch = { umMailboxPolicy: 'Short Default Policy' };
    await assert.rejects(
      objects.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch }, SYSTEM),
      invalid(/extensions is "1001": it must be 3 digits long, as dial plan Short says/),
    );
    await objects.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { ...patch, extensions: ['101'] } }, SYSTEM);
    assert.equal((await mailboxAt(objects.directory, 'ann@parley.test'))?.dialPlan.name, 'Short');
  },

  async 'names, extensions, addresses and networks are nobody else’s'(objects) {
    const mailbox = { name: 'eve', extensions: ['1004'], sipResourceIdentifier: 'eve@parley.test' };
    const refused = (input: object, message: RegExp) =>
      assert.rejects(objects.create('UMMailbox', { ...mailbox, ...input }, SYSTEM), invalid(message));
    await refused({ name: 'ANN' }, /name "ANN" is taken/);
    await refused({ extensions: ['1004', '1002'] }, /1002 belongs to mailbox bob in dial plan Main/);
    await refused({ sipResourceIdentifier: 'BOB@parley.test' }, /belongs to mailbox bob/);
    await refused({ sipResourceIdentifier: undefined }, /since dial plan Main is of type SipName/);
    await refused({ sipResourceIdentifier: '+33123456789' }, /since dial plan Main is of type SipName/);
    await refused({ umMailboxPolicy: 'nobody' }, /umMailboxPolicy is "nobody": it must be/);
    const gateway = objects.create('UMIPGateway', { name: 'other', address: '127.0.0.1/8' }, SYSTEM);
    await assert.rejects(gateway, invalid(/belongs to gateway loopback/));
  },

  async 'an extension may be used again in another plan, and is then no identity'(objects) {
    await plan(objects, { name: 'Twin', numberOfDigitsInExtension: 4 });
    await objects.create(
      'UMMailbox',
      {
        name: 'twin',
        umMailboxPolicy: 'Twin Default Policy',
        extensions: ['1001'],
      },
      SYSTEM,
    );
    assert.equal((await objects.get('UMMailbox', '1002', SYSTEM)).object.name, 'bob');
    await assert.rejects(objects.get('UMMailbox', '1001', SYSTEM), { code: 'OBJECT_AMBIGUOUS' });
  },

  async 'what is fixed stays, hunt groups wholly'(objects) {
    const patch = { numberOfDigitsInExtension: 5 };
    await assert.rejects(
      objects.change('UMDialPlan', 'Main', { etag: ANY_ETAG, patch }, SYSTEM),
      invalid(/numberOfDigitsInExtension cannot be changed after creation/),
    );
    const pilots = { etag: ANY_ETAG, patch: { pilotIdentifier: ['1'] } };
    await assert.rejects(
      objects.change('UMHuntGroup', 'loopback\\Default Hunt Group', pilots, SYSTEM),
      invalid(/cannot be changed/),
    );
  },

  async 'listings are sorted, searched and cut'(objects) {
    const names = async (options: object) =>
      (await objects.list('UMMailbox', options, SYSTEM)).objects.map(each => each.object.name);
    assert.deepEqual(await names({ limit: 2 }), ['ann', 'bob']);
    assert.deepEqual(await names({ text: 'DIAZ' }), ['carol']);
    assert.deepEqual(await names({ text: '1002' }), ['bob']);
    assert.deepEqual(await names({ text: 'nobody' }), []);
  },
};

const etags: Record<string, (objects: KeptObjects) => Promise<void>> = {
  async 'of two changes to the same state one wins, the other is told'(objects) {
    const { etag } = await objects.get('UMMailbox', 'ann', SYSTEM);
    const change = (displayName: string) =>
      objects.change('UMMailbox', 'ann', { etag, patch: { displayName } }, SYSTEM);
    const outcomes = await Promise.allSettled([change('First'), change('Second')]);
    assert.deepEqual(outcomes.map(each => each.status).sort(), ['fulfilled', 'rejected']);
    const now = await objects.get('UMMailbox', 'ann', SYSTEM);
    assert.equal(now.object.displayName, outcomes[0].status === 'fulfilled' ? 'First' : 'Second');
    assert.notEqual(now.etag, etag);
    await assert.rejects(objects.remove('UMMailbox', 'ann', etag, SYSTEM), { code: 'OBJECT_CHANGED' });
  },

  async 'a change that changes nothing keeps the etag; null takes a default back'(objects) {
    const before = await objects.get('UMMailbox', 'ann', SYSTEM);
    const change = (patch: object) => objects.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch }, SYSTEM);
    assert.equal((await change({ displayName: 'Ann Lee' })).etag, before.etag);
    assert.equal((await change({ missedCallNotificationEnabled: false })).object.missedCallNotificationEnabled, false);
    assert.equal((await change({ missedCallNotificationEnabled: null })).object.missedCallNotificationEnabled, true);
  },

  async 'a refused change leaves everything as it was'(objects) {
    const before = await objects.get('UMDialPlan', 'Main', SYSTEM);
    const patch = { maxCallDuration: 30, maxRecordingDuration: 30 };
    await assert.rejects(
      objects.change('UMDialPlan', 'Main', { etag: ANY_ETAG, patch }, SYSTEM),
      invalid(/less than maxCallDuration/),
    );
    assert.deepEqual(await objects.get('UMDialPlan', 'Main', SYSTEM), before);
  },
};
