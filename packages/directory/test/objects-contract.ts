import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { ANY_ETAG, firstStart, type KeptObjects, type ListOptions } from '@parley/directory';
import { company } from './every-kind.ts';
import { mailboxAt } from './mailbox-at.ts';

export interface ObjectsContractOptions {
  readonly name: string;
  /** An empty store; closed by the caller. */
  readonly open: (use: (objects: KeptObjects) => Promise<void>) => Promise<void>;
  readonly skip?: string | false;
}

const SYSTEM = { who: 'system' };
const TRIAL = { who: 'system', trial: true } as const;
const clock = new FakeClock();

type Cases = Record<string, (objects: KeptObjects) => Promise<void>>;

/** What every store of objects promises to administrators, beside the life-cycle rules: lists, trials, bulk, history, audit. */
export function objectsContract({ name, open, skip = false }: ObjectsContractOptions): void {
  for (const [title, use] of Object.entries({ ...lists, ...patches, ...trials, ...bulk, ...histories }))
    test(`${name}: ${title}`, { skip }, () =>
      open(async objects => {
        await firstStart(objects, { clock, timeZone: 'UTC' });
        await use(objects);
      }),
    );
}

const people = (count: number, change: (index: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, index) => ({
    name: `p${String(index).padStart(3, '0')}`,
    displayName: `Person ${count - index}`,
    extensions: [String(2000 + index)],
    sipResourceIdentifier: `p${index}@parley.test`,
    ...change(index),
  }));

async function pagesOf(objects: KeptObjects, options: ListOptions): Promise<string[][]> {
  const pages: string[][] = [];
  let after: string | undefined;
  do {
    const page = await objects.list('UMMailbox', { ...options, ...(after === undefined ? {} : { after }) }, SYSTEM);
    pages.push(page.objects.map(each => each.object.name));
    after = page.next;
  } while (after !== undefined);
  return pages;
}

const lists: Cases = {
  async 'pages follow one another in the order of names, whatever comes between'(objects) {
    await objects.createAll('UMMailbox', people(5), SYSTEM);
    assert.deepEqual(await pagesOf(objects, { limit: 3 }), [
      ['ann', 'bob', 'carol'],
      ['p000', 'p001', 'p002'],
      ['p003', 'p004'],
    ]);
    const { next } = await objects.list('UMMailbox', { limit: 2 }, SYSTEM);
    await objects.remove('UMMailbox', 'bob', ANY_ETAG, SYSTEM);
    await objects.create(
      'UMMailbox',
      { name: 'abel', extensions: ['3000'], sipResourceIdentifier: 'a@b.test' },
      SYSTEM,
    );
    const { objects: rest } = await objects.list('UMMailbox', { after: next, limit: 2 }, SYSTEM);
    assert.deepEqual(
      rest.map(each => each.object.name),
      ['carol', 'p000'],
    );
  },

  async 'a filter is answered page by page, by an index or without one'(objects) {
    await objects.createAll(
      'UMMailbox',
      people(30, index => ({ umEnabled: index % 3 === 0 })),
      SYSTEM,
    );
    const enabled = { op: 'eq', property: 'umEnabled', value: true } as const;
    const named = { op: 'like', property: 'name', value: 'P00*' } as const;
    const all = (await pagesOf(objects, { limit: 4, filter: { op: 'and', of: [enabled, named] } })).flat();
    assert.deepEqual(all, ['p000', 'p003', 'p006', 'p009']);
    const both = (
      await pagesOf(objects, { limit: 4, filter: { op: 'not', of: { op: 'or', of: [named, enabled] } } })
    ).flat();
    assert.equal(both.length, 14);
    const one = { op: 'eq', property: 'sipResourceIdentifier', value: 'SIP:p7@Parley.test' } as const;
    assert.deepEqual(await pagesOf(objects, { filter: { ...one, value: 'P7@parley.test' } }), [['p007']]);
    const { object: policy } = await objects.get('UMMailboxPolicy', 'Main Default Policy', SYSTEM);
    const byPolicy = { op: 'eq', property: 'umMailboxPolicy', value: policy.id } as const;
    assert.deepEqual(
      (await pagesOf(objects, { limit: 20, filter: byPolicy })).map(page => page.length),
      [20, 13],
    );
    assert.deepEqual((await pagesOf(objects, { limit: 20, filter: byPolicy }))[0]?.slice(0, 4), [
      'ann',
      'bob',
      'carol',
      'p000',
    ]);
    assert.deepEqual(await pagesOf(objects, { text: 'person 30' }), [['p000']]);
  },

  async 'any property is an order, both ways, over pages'(objects) {
    await objects.createAll('UMMailbox', people(7), SYSTEM);
    const byShown = [{ property: 'displayName' }];
    assert.deepEqual(await pagesOf(objects, { limit: 4, sort: byShown }), [
      ['ann', 'bob', 'carol', 'p006'],
      ['p005', 'p004', 'p003', 'p002'],
      ['p001', 'p000'],
    ]);
    const downwards = [
      { property: 'umEnabled', descending: true },
      { property: 'name', descending: true },
    ] as const;
    assert.deepEqual((await pagesOf(objects, { limit: 4, sort: downwards })).flat(), [
      ...['carol', 'bob', 'ann'],
      ...['p006', 'p005', 'p004', 'p003', 'p002', 'p001', 'p000'],
    ]);
  },

  async 'a cursor that was not given out, or for another order, is refused'(objects) {
    const { next } = await objects.list('UMMailbox', { limit: 1 }, SYSTEM);
    const sort = [{ property: 'displayName' }];
    for (const options of [
      { after: 'x' },
      { after: 'bnVsbA' },
      { after: next, sort },
      { sort: [{ property: 'constructor' }] },
    ])
      await assert.rejects(objects.list('UMMailbox', options, SYSTEM), { code: 'OBJECT_INVALID' });
  },

  async 'what is large is not in lists, what is secret nowhere'(objects) {
    const { organization } = await company(objects, 'ours', 1);
    const by = { who: 'ann', organization };
    const [listed] = (await objects.list('UMPrompt', {}, by)).objects;
    assert.equal(listed?.object.audioData, undefined);
    assert.ok((await objects.get('UMPrompt', 'ours.wav', by)).object.audioData.length > 50);
    const [told] = await objects.history('UMPrompt', 'ours.wav', by);
    assert.match(String(told?.detail.to?.audioData), /^\(\d+ characters\)$/);
    await assert.rejects(objects.list('UMMailboxPIN', {}, by), { code: 'NOT_PERMITTED' });
    await assert.rejects(objects.get('UMMailboxPIN', 'oursbox', by), { code: 'NOT_PERMITTED' });
  },
};

const patch = (changes: object) => ({ etag: ANY_ETAG, patch: changes });

const patches: Cases = {
  async 'entries are added to lists and removed from them, each once'(objects) {
    const change = async (extensions: object) =>
      (await objects.change('UMMailbox', 'ann', patch({ extensions }), SYSTEM)).object.extensions;
    assert.deepEqual(await change({ Add: ['1009', '1001'] }), ['1001', '1009']);
    assert.deepEqual(await change({ add: '1010', REMOVE: ['1001', '5555'] }), ['1009', '1010']);
    await assert.rejects(change({ remove: ['1009', '1010'] }), { code: 'OBJECT_INVALID' });
    await assert.rejects(change({ add: ['12'] }), /4 digits long/);
    await assert.rejects(change({ add: ['1002'] }), /belongs to mailbox bob in dial plan Main/);
    await assert.rejects(change({ insert: ['1012'] }), { code: 'OBJECT_INVALID' });
  },

  async 'members are added to lists by name'(objects) {
    for (const name of ['Ken', 'Pilar']) await objects.create('User', { name }, SYSTEM);
    await objects.create('DistributionGroup', { name: 'Sales', members: ['ken'] }, SYSTEM);
    const change = async (members: object) =>
      (await objects.change('DistributionGroup', 'Sales', patch({ members }), SYSTEM)).references.members;
    assert.deepEqual(await change({ add: ['PILAR'] }), ['Ken', 'Pilar']);
    assert.deepEqual(await change({ remove: ['Ken'] }), ['Pilar']);
    await assert.rejects(change({ add: ['Nobody'] }), {
      message: /members is "Nobody": it must be the id or the name of an existing User/,
    });
    await assert.rejects(objects.remove('User', 'Pilar', ANY_ETAG, SYSTEM), {
      code: 'OBJECT_IN_USE',
      message: 'user Pilar is used by group Sales',
    });
  },

  async 'a property named like none of ours changes nothing'(objects) {
    const evil = JSON.parse('{"__proto__": {"polluted": true}, "displayName": "Ann"}');
    await assert.rejects(objects.change('UMMailbox', 'ann', patch(evil), SYSTEM), { code: 'OBJECT_INVALID' });
    await assert.rejects(objects.create('UMMailbox', evil, SYSTEM), { code: 'OBJECT_INVALID' });
    for (const input of [null, [], 'text', 7])
      await assert.rejects(objects.create('UMMailbox', input, SYSTEM), { code: 'OBJECT_INVALID' });
    assert.ok(!('polluted' in {}));
  },

  async 'a refusal names ten users and counts the others'(objects) {
    await objects.createAll('UMMailbox', people(12), SYSTEM);
    await assert.rejects(objects.remove('UMMailboxPolicy', 'Main Default Policy', ANY_ETAG, SYSTEM), {
      code: 'OBJECT_IN_USE',
      message: /^policy Main Default Policy is used by (mailbox [a-z0-9]+, ){9}mailbox [a-z0-9]+ and 5 more$/,
    });
  },

  async 'who works for the whole system means the organisation of what is given'(objects) {
    const other = { name: 'Other', systemMailAddress: 'a@other.test' };
    const { object: organization } = await objects.create('Organization', other, SYSTEM);
    const plan = { name: 'Main', numberOfDigitsInExtension: 3, organization: 'Other' };
    const { object: theirs } = await objects.create('UMDialPlan', plan, SYSTEM);
    await assert.rejects(objects.get('UMDialPlan', 'Main', SYSTEM), { code: 'OBJECT_AMBIGUOUS' });
    const gateway = { name: 'pbx', organization: 'Other', address: 'pbx.other.test', umDialPlan: 'Main' };
    const { object: made } = await objects.create('UMIPGateway', gateway, SYSTEM);
    assert.equal(made.organization, organization.id);
    const { object: group } = await objects.get('UMHuntGroup', 'pbx\\Default Hunt Group', SYSTEM);
    assert.equal(group.umDialPlan, theirs.id);
  },

  async 'what every organisation has keeps its name and stays, and goes with the organisation'(objects) {
    const { object: other } = await objects.create(
      'Organization',
      { name: 'Other', systemMailAddress: 'a@other.test' },
      SYSTEM,
    );
    const by = { who: 'ann', organization: other.id };
    const global = await objects.get('CsVoicePolicy', 'global', by);
    assert.equal(global.references.organization, 'Other');
    await assert.rejects(objects.remove('CsVoicePolicy', 'Global', ANY_ETAG, by), { code: 'OBJECT_IN_USE' });
    await assert.rejects(objects.get('CsVoicePolicy', 'Global', SYSTEM), { code: 'OBJECT_AMBIGUOUS' });
    const gone = await objects.remove('Organization', 'Other', ANY_ETAG, SYSTEM);
    assert.ok(gone.some(each => each.id === global.object.id));
    await objects.get('CsVoicePolicy', 'Global', SYSTEM);
  },
};

async function stateOf(objects: KeptObjects): Promise<unknown> {
  const { objects: mailboxes } = await objects.list('UMMailbox', {}, SYSTEM);
  const { objects: plans } = await objects.list('UMDialPlan', {}, SYSTEM);
  const { entries } = await objects.audit.search({}, undefined);
  return JSON.parse(JSON.stringify({ mailboxes, plans, entries }));
}

const trials: Cases = {
  async 'a trial checks everything, tells what would be, and leaves no trace'(objects) {
    const before = await stateOf(objects);
    const made = await objects.create('UMDialPlan', { name: 'Maybe', numberOfDigitsInExtension: 3 }, TRIAL);
    assert.deepEqual(made.computed.umMailboxPolicies, ['Maybe Default Policy']);
    const changed = await objects.change('UMMailbox', 'ann', patch({ displayName: 'Perhaps' }), TRIAL);
    assert.deepEqual([changed.object.displayName, changed.etag], ['Perhaps', '2']);
    assert.deepEqual(
      (await objects.remove('UMMailbox', 'bob', ANY_ETAG, TRIAL)).map(each => each.name),
      ['bob'],
    );
    assert.deepEqual(await objects.createAll('UMMailbox', people(3), TRIAL), { made: 3, refused: [] });
    await assert.rejects(objects.create('UMMailbox', { name: 'ann' }, TRIAL), { code: 'OBJECT_INVALID' });
    await assert.rejects(objects.remove('UMDialPlan', 'Main', ANY_ETAG, TRIAL), { code: 'OBJECT_IN_USE' });
    assert.deepEqual(await stateOf(objects), before);
  },

  async 'several requests together are all kept, or none'(objects) {
    const before = await stateOf(objects);
    const failing = objects.together(SYSTEM, async each => {
      await each.create('UMDialPlan', { name: 'Half', numberOfDigitsInExtension: 3 });
      await each.change('UMMailbox', 'ann', patch({ displayName: 'Half' }));
      await each.remove('UMDialPlan', 'Main', ANY_ETAG);
    });
    await assert.rejects(failing, { code: 'OBJECT_IN_USE' });
    assert.deepEqual(await stateOf(objects), before);
  },
};

const bulk: Cases = {
  async 'many are made in one go, with progress'(objects) {
    const seen: number[] = [];
    const { made, refused } = await objects.createAll('UMMailbox', people(1200), SYSTEM, done => seen.push(done));
    assert.deepEqual([made, refused, seen], [1200, [], [500, 1000, 1200]]);
    assert.equal((await objects.get('UMMailbox', 'p1199', SYSTEM)).object.extensions[0], '3199');
    assert.equal((await mailboxAt(objects.directory, 'p1199@parley.test'))?.mailbox.name, 'p1199');
    assert.equal((await pagesOf(objects, {})).flat().length, 1203);
    assert.deepEqual((await objects.audit.verify(undefined)).broken, undefined);
    assert.equal((await objects.history('UMMailbox', '3199', SYSTEM)).length, 1);
  },

  async 'of many with a mistake in some nothing is made, and every mistake is told'(objects) {
    const before = await stateOf(objects);
    const inputs: unknown[] = people(700);
    inputs[3] = { name: 'short', extensions: ['1'], sipResourceIdentifier: 'short@parley.test' };
    inputs[600] = people(1)[0];
    inputs[650] = { name: 'BOB', extensions: ['9000'], sipResourceIdentifier: 'b@parley.test' };
    inputs[651] = 'no object';
    inputs[652] = {
      name: 'stray',
      umMailboxPolicy: 'Nowhere',
      extensions: ['9001'],
      sipResourceIdentifier: 's@parley.test',
    };
    const { made, refused } = await objects.createAll('UMMailbox', inputs, SYSTEM);
    assert.equal(made, 0);
    assert.deepEqual(
      refused.map(({ index, problems }) => [index, problems.map(each => each.property)]),
      [
        [3, ['extensions']],
        [600, ['name', 'extensions', 'sipResourceIdentifier']],
        [650, ['name']],
        [651, ['mailbox']],
        [652, ['umMailboxPolicy']],
      ],
    );
    assert.deepEqual(await stateOf(objects), before);
  },
};

const histories: Cases = {
  async 'the history of an object tells who changed what, from what and to what'(objects) {
    const by = { who: 'ann', cmdlet: 'Set-UMMailbox', requestId: 'r-1' };
    await objects.change('UMMailbox', 'bob', patch({ displayName: 'Robert', umEnabled: null }), by);
    await objects.remove('UMMailbox', 'bob', ANY_ETAG, { ...by, cmdlet: 'Remove-UMMailbox', requestId: 'r-2' });
    const { entries } = await objects.audit.search({ who: 'ann' }, undefined);
    const history = await objects.history('UMMailbox', entries[0]?.objectId ?? '', SYSTEM);
    assert.deepEqual(
      history.map(({ who, cmdlet, requestId, outcome }) => [who, cmdlet, requestId, outcome]),
      [
        ['ann', 'Remove-UMMailbox', 'r-2', 'done'],
        ['ann', 'Set-UMMailbox', 'r-1', 'done'],
        ['system', 'first start', undefined, 'done'],
      ],
    );
    assert.deepEqual(history[1]?.detail, {
      from: { displayName: 'Bob Ray', umEnabled: true },
      to: { displayName: 'Robert', umEnabled: null },
    });
    assert.deepEqual([history[0]?.detail.to, history[2]?.detail.from], [undefined, undefined]);
    await assert.rejects(objects.history('UMMailbox', 'nobody', SYSTEM), { code: 'OBJECT_NOT_FOUND' });
  },

  async 'the audit is searched by who, what, when and whose, over pages, and exported'(objects) {
    const { audit } = objects;
    const { object: organization } = await objects.get('Organization', 'Parley', SYSTEM);
    for (let i = 0; i < 5; i++)
      await audit.append({
        organization: organization.id,
        who: `eve\u202e${i % 2}`,
        cmdlet: 'sign-in',
        outcome: i === 3 ? 'done' : 'refused',
        detail: { parameters: { address: '=cmd|"x",y' } },
      });
    await audit.append({ who: 'root', cmdlet: 'sign-in', outcome: 'done' });
    const seqs = async (search: object, whose?: string) =>
      (await audit.search(search, whose)).entries.map(each => each.who);
    assert.deepEqual(await seqs({ cmdlets: ['sign-in'], outcome: 'refused' }), ['eve0', 'eve0', 'eve1', 'eve0']);
    assert.deepEqual(await seqs({ cmdlets: ['sign-in'] }, 'another organisation'), []);
    assert.deepEqual(await seqs({ who: 'root' }, organization.id), []);
    assert.deepEqual(await seqs({ since: clock.wall() + 1 }), []);
    assert.deepEqual(await seqs({ until: clock.wall() }), []);
    const first = await audit.search({ cmdlets: ['sign-in'], limit: 4 }, undefined);
    const second = await audit.search({ cmdlets: ['sign-in'], limit: 4, after: first.next }, undefined);
    assert.deepEqual([first.entries.length, second.entries.length, second.next], [4, 2, undefined]);
    const lines: string[] = [];
    for await (const line of audit.exportCsv({ who: 'eve1' }, organization.id)) lines.push(line);
    assert.equal(lines.length, 3);
    assert.match(
      lines[1] ?? '',
      /^\d+,\d{4}-[^,]*Z,[^,]*,eve1,,sign-in,,,,refused,"\{""parameters"":\{""address"":""=cmd\|\\""x\\"",y""\}\}",[0-9a-f]{64}\r\n$/,
    );
  },
};
