import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Directory, type Entry, firstStartObjects } from '@parley/directory';
import { makeObject, type NewOfKind } from '@parley/schema';

export interface CallsContractOptions {
  readonly name: string;
  /** Lends a directory of these objects. */
  readonly open: (entries: readonly Entry[], use: (directory: Directory) => Promise<void>) => Promise<void>;
  /** Why it is left out. */
  readonly skip?: string | false;
}

const plan = (id: string, input: Partial<NewOfKind<'UMDialPlan'>>): Entry[] => [
  {
    kind: 'UMDialPlan',
    object: makeObject('UMDialPlan', id, {
      name: id,
      organization: 'organization',
      numberOfDigitsInExtension: 4,
      ...input,
    }),
  },
  {
    kind: 'UMMailboxPolicy',
    object: makeObject('UMMailboxPolicy', `policy of ${id}`, { name: `policy of ${id}`, umDialPlan: id }),
  },
];

const mailbox = (id: string, input: Partial<NewOfKind<'UMMailbox'>>): Entry => ({
  kind: 'UMMailbox',
  object: makeObject('UMMailbox', id, {
    name: id,
    umEnabled: true,
    umMailboxPolicy: 'policy',
    extensions: ['9999'],
    ...input,
  }),
});

/** Beside a fresh installation: an E.164 plan, and another organisation with the same numbers and addresses. */
const ENTRIES: readonly Entry[] = [
  ...firstStartObjects(),
  {
    kind: 'Organization',
    object: makeObject('Organization', 'other', { name: 'Other', systemMailAddress: 'vm@other.test' }),
  },
  ...plan('numbers', { uriType: 'E164' }),
  ...plan('theirs', { organization: 'other' }),
  mailbox('dora', {
    umMailboxPolicy: 'policy of numbers',
    extensions: ['1001', '1005'],
    sipResourceIdentifier: '+33123456789',
  }),
  mailbox('eve', {
    umMailboxPolicy: 'policy of theirs',
    extensions: ['1001'],
    sipResourceIdentifier: 'ann@parley.test',
  }),
  mailbox('fred', { extensions: ['1010'], secondaryDialPlan: 'numbers', secondaryExtensions: ['1006'] }),
  mailbox('off', { extensions: ['1011'], umEnabled: false }),
];

/** What every directory answers to calls. */
export function callsContract({ name, open, skip = false }: CallsContractOptions): void {
  for (const [title, use] of Object.entries(cases)) test(`${name}: ${title}`, { skip }, () => open(ENTRIES, use));
}

const planOf = (directory: Directory, id: string) => {
  const found = directory.dialPlan(id);
  assert.ok(found, id);
  return found;
};

const cases: Record<string, (directory: Directory) => Promise<void>> = {
  async 'the way of a call: gateway, hunt group, dial plan, mailbox'(directory) {
    const gateway = directory.gatewayFor({ address: '127.9.8.7' });
    const group = gateway && directory.huntGroupFor(gateway, 'anything');
    const found = await directory.mailboxByExtension(planOf(directory, group?.umDialPlan ?? ''), '1002');
    assert.deepEqual(
      [gateway?.name, found?.mailbox.name, found?.policy.name, found?.dialPlan.name, found?.organization.name],
      ['loopback', 'bob', 'Main Default Policy', 'Main', 'Parley'],
    );
    assert.deepEqual(await directory.mailboxById('bob'), found);
    assert.equal(directory.gatewayFor({ address: '192.0.2.1' }), undefined);
    assert.equal(directory.dialPlan('nobody'), undefined);
  },

  async 'an extension is one of its dial plan, the second one included'(directory) {
    const named = async (dialPlan: string, extension: string) =>
      (await directory.mailboxByExtension(planOf(directory, dialPlan), extension))?.mailbox.name;
    for (const [dialPlan, extension, expected] of [
      ['plan', '1001', 'ann'],
      ['numbers', '1001', 'dora'],
      ['numbers', '1005', 'dora'],
      ['theirs', '1001', 'eve'],
      ['plan', '1010', 'fred'],
      ['numbers', '1006', 'fred'],
      ['plan', '1006', undefined],
      ['numbers', '1010', undefined],
      ['theirs', '1002', undefined],
      ['plan', '', undefined],
      ['plan', '\u0000', undefined],
      ['plan', '1'.repeat(100_000), undefined],
    ] as const)
      assert.equal(await named(dialPlan, extension), expected, `${extension} in ${dialPlan}`);
  },

  async 'an address is one of its organisation, in any spelling'(directory) {
    const named = async (dialPlan: string, address: string) =>
      (await directory.mailboxByAddress(planOf(directory, dialPlan), address))?.mailbox.name;
    for (const [dialPlan, address, expected] of [
      ['plan', 'ann@parley.test', 'ann'],
      ['plan', 'SIP:Ann@PARLEY.test', 'ann'],
      ['numbers', 'sips:ann@parley.test', 'ann'],
      ['theirs', 'ann@parley.test', 'eve'],
      ['theirs', 'bob@parley.test', undefined],
      ['numbers', '+33123456789', 'dora'],
      ['plan', '+33123456789', 'dora'],
      ['theirs', '+33123456789', undefined],
      ['numbers', '33123456789', undefined],
      ['plan', "ann@parley.test' or '1'='1", undefined],
      ['plan', '%', undefined],
      ['plan', '', undefined],
      ['plan', 'ann\u0000@parley.test', undefined],
      ['plan', '\ud800ann@parley.test', undefined],
      ['plan', `${'a'.repeat(100_000)}@parley.test`, undefined],
    ] as const)
      assert.equal(await named(dialPlan, address), expected, `${address} in ${dialPlan}`);
  },

  async 'a plan is known by its phone-context in its organisation'(directory) {
    const named = (organization: string, context: string) =>
      directory.dialPlanByPhoneContext(organization, context)?.name;
    assert.deepEqual(
      [
        named('organization', 'Main.parley.test'),
        named('organization', 'NUMBERS.PARLEY.TEST'),
        named('other', 'theirs.other.test'),
        named('other', 'Main.parley.test'),
        named('organization', 'Main'),
        named('organization', ''),
        named('nobody', 'Main.parley.test'),
      ],
      ['Main', 'numbers', 'theirs', undefined, undefined, undefined, undefined],
    );
  },

  async 'by id, and whether it is enabled is for others to decide'(directory) {
    assert.equal((await directory.mailboxById('off'))?.mailbox.umEnabled, false);
    assert.equal((await directory.mailboxByExtension(planOf(directory, 'plan'), '1011'))?.mailbox.name, 'off');
    for (const id of ['nobody', 'plan', 'loopback', '', '\0', '\ud800', 'x'.repeat(100_000)])
      assert.equal(await directory.mailboxById(id), undefined, id);
  },
};
