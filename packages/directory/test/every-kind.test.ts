import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, messageOf } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { ANY_ETAG, type By, type KeptObjects, type Stored } from '@parley/directory';
import { memoryObjects } from '@parley/directory/memory';
import { definitionOf, type Kind, kinds, type Property } from '@parley/schema';
import { type Company, company } from './every-kind.ts';

interface Scene {
  readonly objects: KeptObjects;
  readonly ours: Company;
  readonly by: By;
}

async function newScene(): Promise<Scene> {
  const objects = memoryObjects({ clock: new FakeClock() });
  const ours = await company(objects, 'ours', 1);
  return { objects, ours, by: { who: 'ann', organization: ours.organization } };
}

let shared: Promise<Scene> | undefined;

/** The same company for all tests that remove nothing. */
async function scene(use: (scene: Scene) => Promise<void>): Promise<void> {
  shared ??= newScene();
  await use(await shared);
}

const shownKinds = kinds.filter(kind => kind !== 'Organization' && !definitionOf(kind).secret);

const objectOf = ({ ours }: Scene, kind: Kind): Stored => {
  const stored = ours.of.get(kind);
  assert.ok(stored, kind);
  return stored;
};

const valuesOf = ({ object }: Stored) => new Map<string, unknown>(Object.entries(object));

const nameOf = (stored: Stored) => String(valuesOf(stored).get('name'));

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => ({ code: 'none', message: '' }),
    error => ({ code: codeOf(error), message: messageOf(error) }),
  );

/** Ids in every reference of an object. */
function idsIn(stored: Stored): string[] {
  const values = valuesOf(stored);
  return Object.entries(definitionOf(stored.kind).properties).flatMap(([name, declared]) => {
    const isReference = declared.type === 'ref' || (declared.type === 'list' && declared.of.type === 'ref');
    const value = isReference ? values.get(name) : undefined;
    return Array.isArray(value) ? value : value === undefined ? [] : [String(value)];
  });
}

for (const kind of shownKinds) {
  const { word, namedWithin, always, properties } = definitionOf(kind);

  test(`a ${word} is found by its id and its name in any case`, () =>
    scene(async at => {
      const stored = objectOf(at, kind);
      const identities = [stored.object.id, nameOf(stored), nameOf(stored).toUpperCase()];
      if (namedWithin !== undefined) identities.push(`${stored.references[namedWithin]}\\${nameOf(stored)}`);
      for (const identity of identities)
        assert.equal((await at.objects.get(kind, identity, at.by)).object.id, stored.object.id, identity);
    }));

  const name = properties.name;
  if (name?.type === 'text' && (name.unique || namedWithin))
    test(`a second ${word} of the same name is refused`, () =>
      scene(async at => {
        const { id: _id, ...again } = { ...objectOf(at, kind).object };
        const same = nameOf(objectOf(at, kind));
        const { code, message } = await outcome(at.objects.create(kind, again, at.by));
        assert.equal(code, 'OBJECT_INVALID');
        assert.ok(message.includes(`name ${JSON.stringify(same)} is taken by another ${kind}`), message);
      }));

  const fixed = Object.entries(properties).filter(([, declared]) => declared.fixedAfterCreate);
  if (fixed.length > 0)
    test(`what of a ${word} is fixed does not change: ${fixed.map(([each]) => each).join(', ')}`, () =>
      scene(async at => {
        for (const [property, declared] of fixed) {
          const other = anotherValue(at, declared);
          if (other === undefined || other === valuesOf(objectOf(at, kind)).get(property)) continue;
          const patch = { [property]: other };
          const changing = at.objects.change(kind, objectOf(at, kind).object.id, { etag: ANY_ETAG, patch }, at.by);
          assert.equal((await outcome(changing)).code, 'OBJECT_INVALID', property);
        }
      }));

  const changeable = Object.entries(properties).filter(
    ([property, each]) =>
      !each.fixedAfterCreate &&
      (each.type === 'flag' || (each.type === 'text' && each.format === undefined && property !== 'name')),
  );
  if (changeable.length > 0)
    test(`a change of a ${word} counts its etag and is in its history`, () =>
      scene(async at => {
        let done = 0;
        for (const [property, { type }] of changeable) {
          const before = await at.objects.get(kind, objectOf(at, kind).object.id, at.by);
          const was = valuesOf(before).get(property);
          const patch = { [property]: type === 'flag' ? was !== true : 'other' };
          const change = at.objects.change(kind, before.object.id, { etag: before.etag, patch }, at.by);
          // Rules of the kind may want something else along with it.
          if ((await outcome(change)).code !== 'none') continue;
          const [entry] = await at.objects.history(kind, before.object.id, at.by);
          assert.equal((await change).etag, String(Number(before.etag) + 1));
          assert.deepEqual(entry?.detail.to, patch);
          assert.deepEqual([entry?.who, entry?.cmdlet], ['ann', `Set-${kind}`]);
          const stale = at.objects.change(kind, before.object.id, { etag: before.etag, patch }, at.by);
          assert.equal((await outcome(stale)).code, 'OBJECT_CHANGED');
          done++;
        }
        assert.ok(done > 0);
      }));

  test(`what a ${word} refers to is not removed, unless it takes it along`, () =>
    scene(async at => {
      const user = objectOf(at, kind);
      const { goesWith } = definitionOf(kind);
      const along = goesWith === undefined ? undefined : valuesOf(user).get(goesWith);
      for (const target of at.ours.of.values()) {
        if (!idsIn(user).includes(target.object.id) || target.kind === 'Organization') continue;
        const removal = at.objects.remove(target.kind, target.object.id, ANY_ETAG, { ...at.by, trial: true });
        const { code, message } = await outcome(removal);
        if (along === target.object.id) continue;
        assert.equal(code, 'OBJECT_IN_USE', `${target.kind} ${nameOf(target)}`);
        const isAlways = definitionOf(target.kind).always === nameOf(target);
        if (!isAlways) assert.match(message, / is used by /);
      }
    }));

  if (always !== undefined)
    test(`every organisation has a ${word} ${always}, which stays`, () =>
      scene(async at => {
        const { object } = await at.objects.get(kind, always, at.by);
        const { code } = await outcome(at.objects.remove(kind, object.id, ANY_ETAG, at.by));
        assert.equal(code, 'OBJECT_IN_USE');
      }));
}

/** A value of the shape of a property, other than the one it has. */
function anotherValue(at: Scene, declared: Property): unknown {
  switch (declared.type) {
    case 'ref':
      return 'nobody at all';
    case 'integer':
      return declared.min === declared.max ? undefined : declared.max;
    case 'choice':
      return declared.values.at(-1);
    case 'flag':
      return undefined;
    default:
      return declared.type === 'list' ? undefined : `other ${at.ours.organization}`;
  }
}

test('in the order of what refers to what everything is removed, and the history of each remains', () =>
  newScene().then(async ({ objects, ours, by }) => {
    // A plan's own attendant refers back to nothing here, so the order of the kinds is enough.
    for (const kind of kinds.toReversed()) {
      if (kind === 'Organization' || definitionOf(kind).secret) continue;
      for (const { object } of (await objects.list(kind, {}, by)).objects) {
        const isAlways = 'name' in object && object.name === definitionOf(kind).always;
        if (!isAlways) await objects.remove(kind, object.id, ANY_ETAG, by);
      }
    }
    for (const [kind, { object }] of ours.of) {
      if (kind === 'Organization') continue;
      const history = await objects.history(kind, object.id, by);
      assert.deepEqual(history.at(-1)?.detail.from, undefined);
      const isAlways = 'name' in object && object.name === definitionOf(kind).always;
      assert.equal(history[0]?.detail.to === undefined, !isAlways, kind);
    }
    const gone = await objects.remove('Organization', ours.organization, ANY_ETAG, { who: 'root' });
    assert.equal(gone[0]?.id, ours.organization);
    assert.equal((await objects.audit.verify(undefined)).broken, undefined);
  }));
