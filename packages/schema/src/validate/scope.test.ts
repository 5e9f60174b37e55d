import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches } from '../filter/filter.ts';
import { definitionOf } from '../objects/index.ts';
import { canonicalIdentity } from './canonical-identity.ts';
import { canonicalScope, identityLike, scopeOf, shownScope } from './scope.ts';

for (const [given, kept, shown, scope, of] of [
  ['global', 'Global', 'Global', 'Global', ''],
  ['GLOBAL', 'Global', 'Global', 'Global', ''],
  ['site:Redmond', 'Site:Redmond', 'Site:Redmond', 'Site', 'Redmond'],
  [
    'registrar:pool.example.org',
    'Registrar:pool.example.org',
    'Registrar:pool.example.org',
    'Registrar',
    'pool.example.org',
  ],
  ['service:PstnGateway:192.0.2.1', 'PstnGateway:192.0.2.1', 'PstnGateway:192.0.2.1', 'PstnGateway', '192.0.2.1'],
  ['tag:Sales', 'Sales', 'Tag:Sales', 'Tag', 'Sales'],
  ['Sales', 'Sales', 'Tag:Sales', 'Tag', 'Sales'],
  ['constructor:x', 'constructor:x', 'Tag:constructor:x', 'Tag', 'constructor:x'],
] as const)
  test(`${given} is kept as ${kept}`, () => {
    assert.deepEqual(scopeOf(given), { scope, of });
    assert.equal(canonicalScope(given), kept);
    assert.equal(shownScope(kept), shown);
    assert.equal(canonicalScope(kept), kept);
  });

test('an identity is looked up in the form in which it is kept', () => {
  const policy = definitionOf('CsHostedVoicemailPolicy');
  assert.equal(canonicalIdentity(policy, 'tag:ExRedmond'), 'ExRedmond');
  assert.equal(canonicalIdentity(policy, 'global'), 'Global');
  assert.equal(canonicalIdentity(policy, 'site:'), 'site:');
  assert.equal(canonicalIdentity(definitionOf('UMDialPlan'), 'tag:x'), 'tag:x');
  assert.equal(canonicalIdentity(definitionOf('CsVoiceNormalizationRule'), 'tag:Sales/In'), 'Sales/In');
});

test('a pattern means identities with their scope written out', () => {
  const names = ['Global', 'Site:Redmond', 'Sales', 'Registrar:a.example.org'];
  const like = (pattern: string) => names.filter(name => matches(identityLike(pattern), { name }));
  assert.deepEqual(like('tag:*'), ['Sales']);
  assert.deepEqual(like('Tag:S*'), ['Sales']);
  assert.deepEqual(like('site:*'), ['Site:Redmond']);
  assert.deepEqual(like('service:Registrar:*'), ['Registrar:a.example.org']);
  assert.deepEqual(like('*'), names);
  assert.deepEqual(like('global'), ['Global']);
});
