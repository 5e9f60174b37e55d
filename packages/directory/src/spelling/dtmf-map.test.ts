import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dtmfMapOf, keysOf } from './dtmf-map.ts';

test('names and aliases by the keys of a telephone, as the reference spells them', () => {
  assert.deepEqual(dtmfMapOf({ firstName: 'Tony', lastName: 'Smith', mailAddress: 'tsmith@contoso.com' }), [
    'emailAddress:876484',
    'lastNameFirstName:764848669',
    'firstNameLastName:866976484',
  ]);
  assert.equal(keysOf('jim.wilson'), '546945766');
  assert.equal(keysOf('Mike1092'), '64531092');
});

test('accents are left off, other scripts have no keys, and the length is bounded', () => {
  assert.equal(keysOf('Çelik Ünal'), keysOf('Celik Unal'));
  assert.deepEqual(dtmfMapOf({ displayName: '李小龍' }), []);
  assert.equal(keysOf('a'.repeat(1_000_000)).length, 64);
});

test('without first and last name the words of the display name stand for them', () => {
  assert.deepEqual(dtmfMapOf({ displayName: 'Ann Mary Lee', alias: 'ann' }), [
    `emailAddress:${keysOf('ann')}`,
    `lastNameFirstName:${keysOf('LeeAnnMary')}`,
    `firstNameLastName:${keysOf('AnnMaryLee')}`,
  ]);
});
