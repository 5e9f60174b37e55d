import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANY_ETAG, type By, type KeptObjects, type Stored } from '@parley/directory';
import { definitionOf, type Kind, kinds, type Property } from '@parley/schema';
import { type Company, company } from './every-kind.ts';
import type { ObjectsContractOptions } from './objects-contract.ts';

const shownKinds = kinds.filter(kind => !definitionOf(kind).secret);

interface Scene {
  readonly objects: KeptObjects;
  readonly ours: Company;
  readonly theirs: Company;
  readonly by: By;
}

/** Every name and id of the other company, none of which may be told. */
function secretsOf(theirs: Company): string[] {
  return [...theirs.of.values()].flatMap(({ object }) => [
    object.id,
    ...('name' in object ? [String(object.name)] : []),
  ]);
}

/** Every way to mean an object. */
function identitiesOf({ kind, object }: Stored): string[] {
  const values = new Map<string, unknown>(Object.entries(object));
  const found = ['name', ...(definitionOf(kind).foundBy ?? [])].flatMap(name => values.get(name) ?? []);
  return [object.id, ...found.filter(each => typeof each === 'string')];
}

const notFound = (identity: string) => (error: unknown) => {
  assert.ok(error instanceof Error && 'code' in error);
  assert.equal(error.code, 'OBJECT_NOT_FOUND', error.message);
  assert.match(error.message, /^there is no [a-z]+ "/);
  assert.ok(error.message.endsWith(JSON.stringify(identity.slice(0, 80))));
  return true;
};

/** What each kind refers to, where another object may be given instead. */
function referencesOf(kind: Kind): [string, Property][] {
  const { properties, creation = {} } = definitionOf(kind);
  return Object.entries({ ...properties, ...creation }).filter(
    ([, each]) => each.type === 'ref' || (each.type === 'list' && each.of.type === 'ref'),
  );
}

const targetOf = (property: Property) =>
  property.type === 'ref' ? property.to : property.type === 'list' && property.of.type === 'ref' ? property.of.to : '';

/** Values of an object as an input for another one like it. */
function likenessOf({ object }: Stored): Record<string, unknown> {
  const { id: _id, ...rest } = { ...object };
  return rest;
}

async function nothingLeaks({ objects, ours, theirs, by }: Scene): Promise<void> {
  const secrets = secretsOf(theirs);
  for (const kind of shownKinds) {
    const there = theirs.of.get(kind);
    const here = ours.of.get(kind);
    assert.ok(there && here, kind);
    const same = new Set(identitiesOf(here));
    for (const identity of identitiesOf(there).filter(each => !same.has(each))) {
      const refused = notFound(identity);
      await assert.rejects(objects.get(kind, identity, by), refused);
      await assert.rejects(objects.change(kind, identity, { etag: ANY_ETAG, patch: {} }, by), refused);
      await assert.rejects(objects.remove(kind, identity, ANY_ETAG, by), refused);
      await assert.rejects(objects.history(kind, identity, by), refused);
    }
    const { objects: listed } = await objects.list(kind, {}, by);
    assert.ok(listed.some(each => each.object.id === here.object.id));
    const text = JSON.stringify(listed);
    for (const secret of secrets.filter(each => !identitiesOf(here).includes(each)))
      assert.ok(!text.includes(`"${secret}"`) || sharedNames.has(secret), `${kind}: ${secret}`);
    for (const [property, declared] of referencesOf(kind))
      await refersToNobody({ objects, ours, theirs, by }, { kind, property, declared });
  }
}

/** Names that every organisation has. */
const sharedNames = new Set([
  ...kinds.flatMap(kind => definitionOf(kind).always ?? []),
  'Global/Out',
  'Global/Calling',
  'Global/Code',
]);

interface Place {
  readonly kind: Kind;
  readonly property: string;
  readonly declared: Property;
}

/** Neither the id nor the name of another organisation's object can be referred to; it is as if it were not there. */
async function refersToNobody(
  { objects, ours, theirs, by }: Scene,
  { kind, property, declared }: Place,
): Promise<void> {
  const to = kinds.find(each => each === targetOf(declared));
  const target = to && theirs.of.get(to);
  const here = ours.of.get(kind);
  if (!target || !here) return;
  for (const identity of new Set([
    target.object.id,
    'name' in target.object ? String(target.object.name) : target.object.id,
  ])) {
    if (sharedNames.has(identity)) continue;
    const nobody = declared.type === 'list' ? ['nobody at all'] : 'nobody at all';
    const somebody = declared.type === 'list' ? [identity] : identity;
    const outcomeOf = async (value: unknown): Promise<string> => {
      const input = { ...likenessOf(here), [property]: value };
      return objects.create(kind, input, by).then(
        () => 'made',
        error => (error instanceof Error ? error.message : ''),
      );
    };
    const said = await outcomeOf(somebody);
    assert.notEqual(said, 'made', `${kind}.${property}`);
    assert.equal(
      said.replaceAll(JSON.stringify(identity), '?'),
      (await outcomeOf(nobody)).replaceAll('"nobody at all"', '?'),
    );
    if (declared.fixedAfterCreate || !Object.hasOwn(definitionOf(kind).properties, property)) continue;
    const changing = objects.change(kind, here.object.id, { etag: ANY_ETAG, patch: { [property]: somebody } }, by);
    await assert.rejects(changing, { code: 'OBJECT_INVALID', message: /it must be the id or the name of an existing/ });
  }
}

/** Not even who administers everything joins two organisations. */
async function staysApart({ objects, ours, theirs }: Scene): Promise<void> {
  let tried = 0;
  for (const kind of shownKinds)
    for (const [property, declared] of referencesOf(kind)) {
      const to = kinds.find(each => each === targetOf(declared));
      const target = to && theirs.of.get(to);
      const here = ours.of.get(kind);
      if (!target || !here || declared.fixedAfterCreate || !Object.hasOwn(definitionOf(kind).properties, property))
        continue;
      const value = declared.type === 'list' ? [target.object.id] : target.object.id;
      const change = objects.change(
        kind,
        here.object.id,
        { etag: ANY_ETAG, patch: { [property]: value } },
        { who: 'root' },
      );
      await assert.rejects(change, { code: 'OBJECT_INVALID' }, `${kind}.${property}`);
      tried++;
    }
  assert.ok(tried > 10);
}

async function nobodyIsTold({ objects, ours, theirs, by }: Scene): Promise<void> {
  const mine = ours.of.get('User');
  const address = 'sip:user@theirs.test';
  assert.ok(mine);
  const take = { etag: ANY_ETAG, patch: { sipAddress: address } };
  // What is unique in the whole system cannot be taken, and it is not told by whom.
  await assert.rejects(objects.change('User', mine.object.id, take, by), (error: unknown) => {
    assert.ok(error instanceof Error && 'code' in error);
    assert.deepEqual([error.code, error.message], ['OBJECT_INVALID', `sipAddress: ${address} is taken`]);
    return true;
  });
  const all = await objects.createAll(
    'User',
    [
      { name: 'Free', sipAddress: 'sip:free@ours.test' },
      { name: 'Taken', sipAddress: address },
    ],
    by,
  );
  assert.deepEqual(
    [all.made, all.refused.map(({ index, problems }) => [index, problems[0]?.message])],
    [0, [[1, `sipAddress: ${address} is taken`]]],
  );
  const gateway = objects.create('UMIPGateway', { name: 'Thief', address: '192.0.2.2' }, by);
  await assert.rejects(gateway, { code: 'OBJECT_INVALID', message: 'address: 192.0.2.2 is taken' });
  const audited = JSON.stringify(await objects.audit.search({ limit: 1000 }, ours.organization));
  assert.ok(!audited.includes(theirs.organization));
}

async function onlyTheWholeSystem({ objects, ours, by }: Scene): Promise<void> {
  const input = { name: 'Another', systemMailAddress: 'a@another.test' };
  await assert.rejects(objects.create('Organization', input, by), { code: 'NOT_PERMITTED' });
  await assert.rejects(objects.remove('Organization', ours.organization, ANY_ETAG, by), { code: 'NOT_PERMITTED' });
}

/** What every store of objects promises to organisations: that they are strangers. */
export function organizationsContract({ name, open, skip = false }: ObjectsContractOptions): void {
  const cases: Record<string, (scene: Scene) => Promise<void>> = {
    'of no kind is anything found, listed or referred to that another organisation has': nothingLeaks,
    'who has a value that is unique everywhere is not told': nobodyIsTold,
    'nothing of one organisation refers to another one, whoever asks': staysApart,
    'organisations are made and removed for the whole system only': onlyTheWholeSystem,
  };
  // One after the other in one scene: none of them changes anything.
  test(`${name}: organisations are strangers`, { skip }, t =>
    open(async objects => {
      const ours = await company(objects, 'ours', 1);
      const theirs = await company(objects, 'theirs', 2);
      const scene = { objects, ours, theirs, by: { who: 'ann', organization: ours.organization } };
      for (const [title, use] of Object.entries(cases)) await t.test(title, () => use(scene));
    }),
  );
}
