import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParleyError } from '@parley/base';
import { authorise, isAllowed } from './authorise.ts';
import { localPrincipal, type Principal } from './principal.ts';

const get = { name: 'Get-UMMailbox', changes: false };
const set = { name: 'Set-UMMailbox', changes: true };
const setPlan = { name: 'Set-UMDialPlan', changes: true };
const setPolicy = { name: 'Set-CsVoicePolicy', changes: true };
const getPolicy = { name: 'Get-CsVoicePolicy', changes: false };

const who = (given: Partial<Principal>): Principal => ({
  name: 'ann',
  groups: ['UM Management'],
  scopes: [],
  how: 'password',
  ...given,
});

const refused = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof ParleyError && error.code === code && message.test(error.message);

test('a refusal says which role groups may, and what one is', () => {
  assert.throws(
    () => authorise(who({ groups: ['Help Desk'] }), setPlan),
    refused(
      'FORBIDDEN',
      /^Set-UMDialPlan is for members of Organization Management or UM Management; "ann" is a member of Help Desk$/,
    ),
  );
  assert.throws(() => authorise(who({ groups: [] }), setPlan), refused('FORBIDDEN', /no role group$/));
});

test('an object of another organisation is not forbidden, it is not there; one of the system neither', () => {
  const tenant = who({ organization: 'a' });
  authorise(tenant, set, { organization: 'a' });
  for (const target of [{ organization: 'b' }, {}])
    assert.throws(() => authorise(tenant, set, target), refused('OBJECT_NOT_FOUND', /^there is no such object$/));
  // What one may not do anyway is refused before anything is looked at: the answer tells nothing about the object.
  assert.throws(() => authorise(tenant, getPolicy, { organization: 'b' }), refused('FORBIDDEN', /CsAdministrator/));
});

test('what all organisations share is for administrators of the whole system', () => {
  const make = { name: 'New-Organization', changes: true };
  authorise(who({ groups: ['Organization Management'] }), { ...make, name: 'Get-UMDialPlan' });
  assert.ok(
    !isAllowed(who({ groups: ['Organization Management'], organization: 'a' }), {
      name: 'Set-UMService',
      changes: true,
    }),
  );
});

test('a folder scope binds what is about people: reading too, and whoever is in no folder is outside', () => {
  const finance = who({ scopes: ['OU:ou=Finance,dc=x,dc=com', 'ou:OU=Sales,DC=x,DC=com'] });
  const inside = { organization: 'a', ou: 'OU=Paris,OU=Finance,DC=x,DC=com' };
  for (const cmdlet of [get, set]) {
    assert.ok(isAllowed(finance, cmdlet, inside));
    assert.ok(isAllowed(finance, cmdlet, { organization: 'a', ou: 'ou=sales,dc=x,dc=com' }));
    assert.ok(!isAllowed(finance, cmdlet, { organization: 'a', ou: 'OU=IT,DC=x,DC=com' }));
    assert.ok(!isAllowed(finance, cmdlet, { organization: 'a' }));
  }
  assert.throws(() => authorise(finance, set, { organization: 'a' }), refused('FORBIDDEN', /only in ou=Finance/));
  assert.ok(isAllowed(finance, setPlan, { organization: 'a' }), 'a dial plan is nobody');
});

test('a site scope binds changes of configuration', () => {
  const redmond = who({ groups: ['CsVoiceAdministrator'], scopes: ['site:Redmond'] });
  assert.ok(isAllowed(redmond, setPolicy, { organization: 'a', site: 'redmond' }));
  assert.ok(!isAllowed(redmond, setPolicy, { organization: 'a', site: 'Paris' }));
  assert.ok(!isAllowed(redmond, setPolicy, { organization: 'a' }), 'the global one is for all sites');
  assert.ok(isAllowed(redmond, getPolicy, { organization: 'a' }), 'what is inherited may be read');
});

test('scopes of cmdlets and groups narrow what the groups grant, and add nothing to it', () => {
  const token = who({ scopes: ['cmdlet:get-umdialplan', 'group:View-Only Organization Management'] });
  assert.ok(isAllowed(token, { name: 'Get-UMDialPlan', changes: false }));
  assert.ok(isAllowed(token, { name: 'Get-UMDialPlan', changes: false }));
  assert.ok(!isAllowed(token, setPlan));
  const beyond = who({ groups: ['Help Desk'], scopes: ['cmdlet:Set-UMDialPlan', 'group:Organization Management'] });
  assert.ok(!isAllowed(beyond, setPlan));
});

test('a scope that nobody can read allows nothing', () => {
  for (const scope of ['', 'OU:', 'UO:dc=x', 'cmdlet:Get-Nothing', 'group:Gods', ':x', `OU:${'x'.repeat(2000)}`])
    assert.ok(!isAllowed(who({ scopes: [scope] }), { name: 'Get-UMDialPlan', changes: false }), scope.slice(0, 20));
});

test('the socket of the machine may do everything', () => {
  authorise(localPrincipal, setPlan, { organization: 'any' });
});
