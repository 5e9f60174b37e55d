import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionOf, type Kind, kinds, type Property, validate, validateChange } from '@parley/schema';

/** What is said of one property when it has this value. */
function saidOf(kind: Kind, name: string, value: unknown): readonly string[] {
  const validated = validate(kind, { [name]: value });
  const problems = 'problems' in validated ? validated.problems : [];
  return problems.filter(({ property }) => property === name).map(({ message }) => message);
}

const everyProperty = kinds.flatMap(kind =>
  Object.entries(definitionOf(kind).properties).map(([name, property]): [Kind, string, Property] => [
    kind,
    name,
    property,
  ]),
);

for (const [kind, name, property] of everyProperty) {
  if (property.type !== 'integer') continue;
  test(`${kind}.${name} is from ${property.min} to ${property.max}, and nothing beside`, () => {
    for (const inside of [property.min, property.max, ...(property.orUnlimited ? ['Unlimited'] : [])])
      assert.deepEqual(saidOf(kind, name, inside), [], String(inside));
    const outside = [property.min - 1, property.max + 1, property.min + 0.5, String(property.min), Number.NaN];
    for (const each of [...outside, ...(property.orUnlimited ? [] : ['Unlimited'])]) {
      const [said = ''] = saidOf(kind, name, each);
      assert.match(said, new RegExp(`from ${property.min} to ${property.max}`), String(each));
    }
  });
}

test('a choice is one of its words, a flag true or false, and a text not longer than it may be', () => {
  for (const [kind, name, property] of everyProperty) {
    if (property.type === 'choice') {
      for (const value of property.values) assert.deepEqual(saidOf(kind, name, value), [], `${kind}.${name}`);
      assert.match(saidOf(kind, name, 'Neither')[0], /one of /, `${kind}.${name}`);
    }
    if (property.type === 'flag') {
      for (const value of [true, false]) assert.deepEqual(saidOf(kind, name, value), [], `${kind}.${name}`);
      assert.match(saidOf(kind, name, 'yes')[0], /true or false/, `${kind}.${name}`);
    }
    if (property.type === 'text') {
      const [said = ''] = saidOf(kind, name, 'x'.repeat((property.max ?? 256) + 1));
      assert.match(
        said,
        new RegExp(`^${name} is .*: it must be at most ${property.max ?? 256} characters long$`),
        `${kind}.${name}`,
      );
    }
  }
});

test('a list has as many entries as it may, and one more is refused', () => {
  for (const [kind, name, property] of everyProperty) {
    if (property.type !== 'list') continue;
    const most = property.max ?? 64;
    const [said = ''] = saidOf(
      kind,
      name,
      Array.from({ length: most + 1 }, (_, i) => String(i)),
    );
    assert.match(said, new RegExp(`at most ${most} entries`), `${kind}.${name}`);
  }
});

/** Two values of what is given once, and what else an object of the kind needs. */
const FIXED: { readonly [K in Kind]?: Readonly<Record<string, readonly [unknown, unknown]>> } = {
  UMDialPlan: { organization: ['a', 'b'], numberOfDigitsInExtension: [4, 5], uriType: ['TelExtn', 'SipName'] },
  UMIPGateway: { organization: ['a', 'b'] },
  UMHuntGroup: { name: ['a', 'b'], umDialPlan: ['a', 'b'], umIPGateway: ['a', 'b'], pilotIdentifier: [['1'], ['2']] },
  UMMailbox: { user: ['a', 'b'] },
  UMAutoAttendant: { umDialPlan: ['a', 'b'] },
  UMCallAnsweringRule: { umMailbox: ['a', 'b'] },
  UMPrompt: { umDialPlan: ['a', 'b'], umAutoAttendant: ['a', 'b'] },
};
const BASE: { readonly [K in Kind]?: object } = {
  UMDialPlan: { name: 'x', organization: 'a', numberOfDigitsInExtension: 4 },
  UMIPGateway: { name: 'x', organization: 'a', address: ['192.0.2.1'] },
  UMHuntGroup: { name: 'a', umDialPlan: 'a', umIPGateway: 'a' },
  UMMailbox: { name: 'x', umMailboxPolicy: 'a', extensions: ['1'] },
  UMAutoAttendant: { name: 'x', umDialPlan: 'a' },
  UMCallAnsweringRule: { name: 'x', umMailbox: 'a' },
  UMPrompt: { name: 'x.wav', umDialPlan: 'a', audioData: 'AAAA' },
};

for (const kind of kinds) {
  const fixed = FIXED[kind];
  if (!fixed) continue;
  test(`${kind}: what is given once is never changed`, () => {
    const declared = Object.entries(definitionOf(kind).properties).filter(([, property]) => property.fixedAfterCreate);
    assert.deepEqual(declared.map(([name]) => name).sort(), Object.keys(fixed).sort());
    for (const [name, [before, after]] of Object.entries(fixed)) {
      const made = validate(kind, { ...BASE[kind], [name]: before });
      if ('problems' in made) assert.fail(made.problems.map(({ message }) => message).join());
      const refused = validateChange(kind, made.document, { [name]: after });
      assert.match(
        'problems' in refused ? refused.problems[0].message : '',
        new RegExp(`^${name} cannot be changed after creation`),
      );
      assert.ok('document' in validateChange(kind, made.document, { [name]: before }), 'the same is no change');
    }
  });
}
