import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '@parley/base';
import { type CmdletDefinition, cmdlets, roleGroups } from '@parley/schema';
import { authorise, type Target } from './authorise.ts';
import { EXPECTED, GROUPS, OF_THE_SYSTEM } from './expected-rights.ts';
import type { Principal } from './principal.ts';

const words = (text: string) => text.trim().split(/\s+/);
const shared = new Set(words(OF_THE_SYSTEM));
const expected = new Map(
  EXPECTED.flatMap(([who, names]) =>
    words(names).map((name): [string, ReadonlySet<string>] => [name, new Set(words(who))]),
  ),
);

/** What comes of it: the code of the refusal, or that it is allowed. */
function outcome(principal: Principal, cmdlet: CmdletDefinition, target: Target): string {
  try {
    authorise(principal, cmdlet, target);
    return 'allowed';
  } catch (error) {
    return codeOf(error) ?? String(error);
  }
}

const member = (groups: readonly string[], organization?: string): Principal => ({
  name: 'ann',
  groups,
  scopes: [],
  how: 'password',
  ...(organization === undefined ? {} : { organization }),
});

const OWN = { organization: 'own' };
const OTHER = { organization: 'other' };

test('every cmdlet is in the table once, and every role group has a letter', () => {
  const listed = EXPECTED.flatMap(([, names]) => words(names));
  assert.deepEqual(
    listed.filter((name, i) => listed.indexOf(name) !== i),
    [],
  );
  assert.deepEqual(
    cmdlets.map(({ name }) => name).filter(name => !expected.has(name)),
    [],
    'declared, and nobody has said who may',
  );
  assert.deepEqual(Object.values(GROUPS).sort(), roleGroups.map(({ name }) => name).sort());
});

for (const cmdlet of cmdlets)
  test(`${cmdlet.name}: who may, in which organisation`, () => {
    const who = expected.get(cmdlet.name) ?? new Set();
    for (const [letter, group] of Object.entries(GROUPS)) {
      const may = who.has(letter);
      const tenantMay = may && !shared.has(cmdlet.name);
      const cells = {
        own: outcome(member([group], 'own'), cmdlet, OWN),
        other: outcome(member([group], 'own'), cmdlet, OTHER),
        'the system’s': outcome(member([group], 'own'), cmdlet, {}),
        'any, for the whole system': outcome(member([group]), cmdlet, OTHER),
      };
      assert.deepEqual(
        cells,
        {
          own: tenantMay ? 'allowed' : 'FORBIDDEN',
          other: tenantMay ? 'OBJECT_NOT_FOUND' : 'FORBIDDEN',
          'the system’s': tenantMay ? 'OBJECT_NOT_FOUND' : 'FORBIDDEN',
          'any, for the whole system': may ? 'allowed' : 'FORBIDDEN',
        },
        group,
      );
    }
    for (const nobody of [member([]), member([], 'own'), member(['Gods', '', '*', '__proto__'])])
      for (const target of [OWN, OTHER, {}]) assert.equal(outcome(nobody, cmdlet, target), 'FORBIDDEN');
  });
