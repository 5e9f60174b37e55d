import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeObject, type NewOfKind } from '@parley/schema';
import { isDigits, numbersOf } from './called-number.ts';

const plan = (input: Partial<NewOfKind<'UMDialPlan'>> = {}) =>
  makeObject('UMDialPlan', 'plan', {
    name: 'Plan',
    organization: 'o',
    numberOfDigitsInExtension: 4,
    uriType: 'E164',
    ...input,
  });

const FRANCE = plan({ countryOrRegionCode: '33', nationalNumberPrefix: '0', internationalAccessCode: '00' });
const AMERICA = plan({ countryOrRegionCode: '1', nationalNumberPrefix: '1', internationalAccessCode: '011' });
/** Its national numbers keep their 0. */
const ITALY = plan({ countryOrRegionCode: '39', internationalAccessCode: '00' });

test('what a number may mean in an E.164 plan, the likeliest first', () => {
  for (const [dialPlan, user, numbers] of [
    [FRANCE, '+33123456789', ['+33123456789']],
    [FRANCE, '33123456789', ['+33123456789', '+3333123456789']],
    [FRANCE, '0123456789', ['+33123456789', '+330123456789']],
    [FRANCE, '123456789', ['+123456789', '+33123456789']],
    [FRANCE, '00390612345678', ['+390612345678', '+330390612345678']],
    [AMERICA, '14255550100', ['+14255550100', '+114255550100']],
    [AMERICA, '4255550100', ['+4255550100', '+14255550100']],
    [AMERICA, '01133123456789', ['+33123456789', '+101133123456789']],
    [ITALY, '0612345678', ['+390612345678']],
    [plan(), '0123456789', []],
    [plan(), '33123456789', ['+33123456789']],
  ] as const)
    assert.deepEqual(numbersOf(dialPlan, { user }), numbers, `${dialPlan.countryOrRegionCode} ${user}`);
});

test('a phone-context that begins a global number is put before a local one (RFC 3966 section 5.1.4)', () => {
  for (const [phoneContext, user, numbers] of [
    ['+33', '123456789', ['+33123456789']],
    ['+33', '0123456789', ['+33123456789']],
    ['+3312345', '6789', ['+33123456789']],
    ['+33', '+390612345678', ['+390612345678']],
    ['pbx.example', '33123456789', ['+33123456789', '+3333123456789']],
    ['+pbx', '6789', ['+6789', '+336789']],
  ] as const)
    assert.deepEqual(numbersOf(FRANCE, { user, phoneContext }), numbers, `${user} ${phoneContext}`);
});

test('what is no E.164 number is none: letters, more than 15 digits, a country code that begins with 0', () => {
  for (const user of ['', '+', 'ann', '+33x', '12 34', '+0123', '1'.repeat(16), '+1234567890123456', '１２３４'])
    assert.deepEqual(numbersOf(FRANCE, { user }), [], user);
  assert.deepEqual(numbersOf(plan(), { user: '1'.repeat(15) }), [`+${'1'.repeat(15)}`]);
});

test('in other plans only a number with "+" is one', () => {
  for (const uriType of ['SipName', 'TelExtn'] as const) {
    const other = plan({ uriType, countryOrRegionCode: '33', nationalNumberPrefix: '0' });
    assert.deepEqual(numbersOf(other, { user: '+33123456789' }), ['+33123456789']);
    assert.deepEqual(numbersOf(other, { user: '0123456789' }), []);
    assert.deepEqual(numbersOf(other, { user: '33123456789' }), []);
  }
});

test('digits are those of ASCII', () => {
  assert.deepEqual(['0', '0123456789', '', '1a', '١', ' 1'].map(isDigits), [true, true, false, false, false, false]);
});
