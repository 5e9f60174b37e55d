import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { firstStart, type KeptObjects, type ListOptions, type Sort } from '@parley/directory';
import { type Filter, matches } from '@parley/schema';
import fc from 'fast-check';

export interface ListingContractOptions {
  readonly name: string;
  /** An empty store; closed by the caller. */
  readonly open: (use: (objects: KeptObjects) => Promise<void>) => Promise<void>;
  readonly skip?: string | false;
}

const SYSTEM = { who: 'system' };
const clock = new FakeClock();

/** However a list is found, by an index, by several or by looking at everything: it is the same list. */
export function listingContract({ name, open, skip = false }: ListingContractOptions): void {
  for (const [title, use] of Object.entries(cases))
    test(`${name}: ${title}`, { skip }, () =>
      open(async objects => {
        await firstStart(objects, { clock, timeZone: 'UTC' });
        await fill(objects);
        await use(objects);
      }),
    );
}

/** Equal ones, none, and what sorts differently by octets, by letters and without regard to case. */
const SHOWN = [
  'Zoë',
  'zoe',
  undefined,
  'Ann',
  'ann Lee',
  'Ann',
  undefined,
  'Åsa',
  '*star',
  '%like_',
  '\u{1f600} face',
  '\uff5e wave',
];
const UNITS = ['ou=North,dc=x', 'ou=Finance,ou=North,dc=x', 'ou=South,dc=x'];

async function fill(objects: KeptObjects): Promise<void> {
  for (const name of UNITS)
    await objects.create('OrganizationalUnit', { name, leafName: name.slice(3, name.indexOf(',')) }, SYSTEM);
  await objects.create('UMDialPlan', { name: 'Second', numberOfDigitsInExtension: 4 }, SYSTEM);
  for (const [index, displayName] of SHOWN.entries()) {
    const ou = [...UNITS, undefined][index % 4];
    const shown = displayName === undefined ? {} : { displayName };
    await objects.create('User', { name: `user ${index}`, ...shown, ...(ou === undefined ? {} : { ou }) }, SYSTEM);
    const second = { umMailboxPolicy: 'Second Default Policy', extensions: [String(7000 + index)] };
    const first = { umMailboxPolicy: 'Main Default Policy', sipResourceIdentifier: `m${index}@parley.test` };
    const of = index % 3 === 0 ? { ...first, extensions: [String(2000 + index)] } : second;
    const user = index % 5 === 4 ? {} : { user: `user ${index}` };
    await objects.create(
      'UMMailbox',
      { name: `m${index}`, ...shown, ...user, ...of, umEnabled: index % 2 === 0 },
      SYSTEM,
    );
  }
}

async function listed(objects: KeptObjects, options: ListOptions) {
  const found: (Readonly<Record<string, unknown>> & { readonly name: string })[] = [];
  let after: string | undefined;
  do {
    const page = await objects.list('UMMailbox', { ...options, ...(after === undefined ? {} : { after }) }, SYSTEM);
    assert.ok(page.objects.length <= (options.limit ?? Number.POSITIVE_INFINITY));
    found.push(...page.objects.map(({ object, computed }) => ({ ...computed, ...object })));
    after = page.next;
  } while (after !== undefined);
  return found;
}

const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);

const folded = (value: unknown) => (typeof value === 'string' ? value.normalize('NFC').toLowerCase() : '');

const cases: Readonly<Record<string, (objects: KeptObjects) => Promise<void>>> = {
  async 'an order that an index has goes through all objects, both ways, whatever the size of the pages'(objects) {
    for (const property of ['displayName', 'name']) {
      const whole = await listed(objects, { sort: [{ property }] });
      assert.deepEqual(names(whole).toSorted(), names(await listed(objects, {})).toSorted());
      const keys = whole.map(each => folded(each[property]));
      // Code points, as both databases have them (UTF-8), or UTF-16, as memory has them: within the first plane they are the same.
      const simple = keys.filter(key => !/[\ud800-\udfff\uff00-\uffff]/.test(key));
      assert.deepEqual(simple, simple.toSorted());
      for (const limit of [1, 3, 5]) {
        assert.deepEqual(names(await listed(objects, { limit, sort: [{ property }] })), names(whole));
        const back: readonly Sort[] = [{ property, descending: true }];
        assert.deepEqual(names(await listed(objects, { limit, sort: back })), names(whole).toReversed());
      }
    }
  },

  async 'an order that no index has takes along those without a value too'(objects) {
    const sort: readonly Sort[] = [{ property: 'language' }, { property: 'name', descending: true }];
    assert.deepEqual(names(await listed(objects, { limit: 4, sort })), names(await listed(objects, {})).toReversed());
  },

  async 'what begins alike is read from its place on, in its own order and in another'(objects) {
    const filter: Filter = { op: 'like', property: 'displayName', value: 'ANN*' };
    for (const limit of [1, 10]) {
      const own = await listed(objects, { limit, filter, sort: [{ property: 'displayName' }] });
      assert.deepEqual(
        own.map(each => folded(each.displayName)),
        ['ann', 'ann', 'ann lee', 'ann lee'],
      );
      assert.deepEqual(names(await listed(objects, { limit, filter })), ['ann', 'm3', 'm4', 'm5']);
    }
    assert.deepEqual(names(await listed(objects, { filter: { ...filter, value: '%like*' } })), ['m9']);
  },

  async 'the next page is asked for in the same order, also when the way to it is another one by then'(objects) {
    const sort: readonly Sort[] = [{ property: 'displayName' }];
    const filter: Filter = { op: 'eq', property: 'umEnabled', value: true };
    const first = await objects.list('UMMailbox', { limit: 3, sort, filter }, SYSTEM);
    assert.ok(first.next !== undefined);
    // The second page by an index of another property: both filters hold for the same mailboxes.
    const ids: Filter = {
      op: 'or',
      of: (await listed(objects, { filter })).map(({ name }) => ({ op: 'eq', property: 'name', value: name })),
    };
    const second = await objects.list('UMMailbox', { sort, filter: ids, after: first.next }, SYSTEM);
    const all = names(await listed(objects, { sort, filter }));
    assert.deepEqual(
      [...first.objects, ...second.objects].map(each => each.object.name),
      all,
    );
  },

  async 'few among many are found wherever they are in the order'(objects) {
    const many = Array.from({ length: 620 }, (_, index) => ({
      name: `n${String(index).padStart(3, '0')}`,
      displayName: index >= 600 ? 'Late' : `Early ${index}`,
      umMailboxPolicy: 'Second Default Policy',
      extensions: [String(1000 + index)],
    }));
    assert.deepEqual((await objects.createAll('UMMailbox', many, SYSTEM)).refused, []);
    const filter: Filter = { op: 'eq', property: 'displayName', value: 'late' };
    const late = many.slice(600).map(({ name }) => name);
    for (const limit of [1, 7, 20, 100]) assert.deepEqual(names(await listed(objects, { filter, limit })), late);
    const back: readonly Sort[] = [{ property: 'name', descending: true }];
    assert.deepEqual(names(await listed(objects, { filter, limit: 7, sort: back })), late.toReversed());
  },

  async 'whatever the filter is, it is answered as if each object had been looked at'(objects) {
    const all = await listed(objects, {});
    const { object: policy } = await objects.get('UMMailboxPolicy', 'Second Default Policy', SYSTEM);
    await fc.assert(
      fc.asyncProperty(filters([policy.id]), fc.constantFrom(1, 4, 1000), async (filter, limit) => {
        const found = names(await listed(objects, { filter, limit }));
        assert.deepEqual(found, names(all.filter(each => matches(filter, each))));
      }),
      { seed: 21, numRuns: 120 },
    );
  },
};

/** Conditions on what is indexed, on what is not and on what is worked out, joined in all ways. */
function filters(policies: readonly string[]): fc.Arbitrary<Filter> {
  const condition = (property: string, values: readonly (string | boolean)[]): fc.Arbitrary<Filter> =>
    fc.record({
      op: fc.constantFrom('eq', 'ne', 'like', 'contains', 'notlike'),
      property: fc.constant(property),
      value: fc.constantFrom(...values),
    });
  const simple = fc.oneof(
    condition('displayName', ['Ann', 'ann*', '*e*', 'Z?e', 'åsa', '']),
    condition('name', ['m1', 'm1*', 'ann', '*']),
    condition('umMailboxPolicy', policies),
    condition('extensions', ['7001', '2000', '70*']),
    condition('sipResourceIdentifier', ['SIP:m0@parley.test', 'm0@parley.test', 'm*']),
    condition('ou', [...UNITS, 'OU=north,dc=x', 'ou=Nowhere,dc=x', 'ou=*']),
    condition('umDialPlan', ['main', 'Second', 'S*']),
    condition('umEnabled', [true, false]),
  );
  const { filter } = fc.letrec<{ filter: Filter }>(tie => ({
    filter: fc.oneof(
      { maxDepth: 2, depthIdentifier: 'filter' },
      simple,
      fc.record({ op: fc.constantFrom('and', 'or'), of: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ op: fc.constant('not'), of: tie('filter') }),
    ),
  }));
  return filter;
}
