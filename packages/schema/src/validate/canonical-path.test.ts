import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionOf } from '../objects/index.ts';
import { canonicalIdentity } from './canonical-identity.ts';
import { distinguishedNameOf } from './canonical-path.ts';

test('a path is the distinguished name of the same unit', () => {
  // Pairs as the documentation of Active Directory has them (canonicalName and distinguishedName).
  for (const [path, name] of [
    ['example.org/Finance', 'ou=Finance,dc=example,dc=org'],
    ['litwareinc.com/North America/Finance', 'ou=Finance,ou=North America,dc=litwareinc,dc=com'],
    ['example.org/', 'dc=example,dc=org'],
    ['x/R\\/D/Labs', 'ou=Labs,ou=R/D,dc=x'],
    ['x/A\\\\B', 'ou=A\\B,dc=x'],
  ] as const)
    assert.equal(distinguishedNameOf(path), name);
});

test('what is no path is none', () => {
  for (const text of [
    'Finance',
    'ou=Finance,dc=x',
    'example.org//Finance',
    '/Finance',
    'a..b/c',
    'a/b,c',
    `a/${'b/'.repeat(600)}`,
  ])
    assert.equal(distinguishedNameOf(text), undefined, text);
});

test('units are meant by their paths and by distinguished names however these are written, and nothing else is', () => {
  const unit = definitionOf('OrganizationalUnit');
  assert.equal(canonicalIdentity(unit, 'x.org/Sales'), 'ou=Sales,dc=x,dc=org');
  assert.equal(canonicalIdentity(unit, 'OU=Sales, DC=x'), 'ou=Sales,dc=x');
  assert.equal(canonicalIdentity(unit, 'Sales'), 'Sales');
  assert.equal(canonicalIdentity(definitionOf('UMMailboxPolicy'), 'x.org/Sales'), 'x.org/Sales');
});
