import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cmdlets } from '../cmdlets/index.ts';
import { cmdletsOfRole, groupsThatMay, managementRoles, mayGroupRun, roleGroupNamed, roleGroups } from './index.ts';
import { isMeant } from './role.ts';

test('every cmdlet is a right of some role group', () => {
  const unclaimed = cmdlets.map(({ name }) => name).filter(name => groupsThatMay(name).length === 0);
  assert.deepEqual(unclaimed, []);
});

test('names are unique, groups have roles that exist, and every role for administrators is had by a group', () => {
  for (const named of [managementRoles, roleGroups]) {
    const names = named.map(({ name }) => name.toLowerCase());
    assert.equal(new Set(names).size, names.length);
  }
  const had = roleGroups.flatMap(({ roles }) => roles);
  const known = managementRoles.map(({ name }) => name);
  assert.deepEqual(
    had.filter(role => !known.includes(role)),
    [],
  );
  for (const { name, forOneself } of managementRoles) assert.equal(had.includes(name), forOneself !== true, name);
});

test('no pattern of a role is a slip: each means a verb and a noun', () => {
  for (const { cmdlets: patterns, except = [] } of managementRoles)
    for (const pattern of [...patterns, ...except]) assert.match(pattern, /^(\*|[A-Z][a-z]+)-[A-Z][A-Za-z]+\*?$/);
});

test('roles that only view grant nothing that changes anything', () => {
  const changing = new Set(cmdlets.filter(({ changes }) => changes).map(({ name }) => name));
  for (const role of managementRoles.filter(({ name }) => name.startsWith('View-Only')))
    assert.deepEqual(
      cmdletsOfRole(role).filter(name => changing.has(name)),
      [],
      role.name,
    );
});

test('a pattern means whole verbs, whole nouns or the beginning of a noun, in any case', () => {
  for (const [pattern, name, expected] of [
    ['Get-UMMailbox', 'get-ummailbox', true],
    ['Get-UMMailbox', 'Get-UMMailboxPolicy', false],
    ['*-UMMailbox', 'Disable-UMMailbox', true],
    ['*-UMMailbox', 'Disable-UMMailboxPin', false],
    ['Get-Cs*', 'Get-CsUser', true],
    ['Get-Cs*', 'Set-CsUser', false],
  ] as const)
    assert.equal(isMeant(pattern, name), expected, `${pattern} ${name}`);
});

test('a group is known in any case, and one that does not exist may nothing', () => {
  assert.equal(roleGroupNamed('um management')?.name, 'UM Management');
  assert.ok(mayGroupRun('um management', 'Set-UMDialPlan'));
  for (const stranger of ['', 'UM', '__proto__', 'constructor', 'toString'])
    assert.ok(!mayGroupRun(stranger, 'Get-UMDialPlan'), stranger);
});
