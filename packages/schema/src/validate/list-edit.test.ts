import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Document, type Validated, validate, validateChange } from './validate.ts';

const given = { name: 'Main', organization: 'o', numberOfDigitsInExtension: 4 };
const documentOf = (validated: Validated): Document =>
  'document' in validated ? validated.document : assert.fail(validated.problems.map(each => each.message).join());
const plan = (properties: object): Document => documentOf(validate('UMDialPlan', { ...given, ...properties }));
const numbers = (document: Document, edit: unknown) =>
  documentOf(validateChange('UMDialPlan', document, { accessTelephoneNumbers: edit })).accessTelephoneNumbers;

test('entries are added at the end and taken away, one or several, in any case of the words', () => {
  const two = plan({ accessTelephoneNumbers: ['100', 'ann@example.org'] });
  assert.deepEqual(numbers(two, { Add: '200' }), ['100', 'ann@example.org', '200']);
  assert.deepEqual(numbers(two, { ADD: ['200', '300'], remove: ['100'] }), ['ann@example.org', '200', '300']);
  assert.deepEqual(numbers(two, { Remove: 'ANN@example.org' }), ['100']);
  assert.deepEqual(numbers(plan({}), { add: '200' }), ['200'], 'beginning with the default');
  assert.deepEqual(numbers(two, { remove: ['100', 'ann@example.org'] }), []);
});

test('what is there is not added again, and what is not there need not be taken away', () => {
  const one = plan({ accessTelephoneNumbers: ['100'] });
  assert.deepEqual(numbers(one, { add: '100', remove: '999' }), ['100']);
  assert.deepEqual(numbers(one, { add: [], remove: null }), ['100']);
});

test('an entry with parts is added by its text and taken away whole or by its first part', () => {
  const rules = plan({ configuredInCountryOrRegionGroups: ['Local,xxxx,xxxx', 'Long,91*,9*,far'] });
  const left = (edit: unknown) =>
    documentOf(validateChange('UMDialPlan', rules, { configuredInCountryOrRegionGroups: edit }))
      .configuredInCountryOrRegionGroups;
  const local = { name: 'Local', numberMask: 'xxxx', dialedNumber: 'xxxx' };
  const long = { name: 'Long', numberMask: '91*', dialedNumber: '9*', comment: 'far' };
  assert.deepEqual(left({ remove: 'long' }), [local]);
  assert.deepEqual(left({ remove: { Name: 'LONG', comment: '' } }), [local]);
  assert.deepEqual(left({ remove: 'Long,91*,9*,far' }), [local]);
  assert.deepEqual(left({ remove: { Comment: 'far', Name: 'Long', NumberMask: '91*', DialedNumber: '9*' } }), [local]);
  assert.deepEqual(left({ remove: 'Long,91*,9*' }), [local, long], 'another one');
  assert.deepEqual(left({ add: { name: 'Free', numberMask: '1800*', dialedNumber: '91800*' } }), [
    local,
    long,
    { name: 'Free', numberMask: '1800*', dialedNumber: '91800*' },
  ]);
});

test('the list that comes of it is checked as any other', () => {
  const messages = (property: string, edit: unknown, kind: 'UMDialPlan' | 'UMMailbox' = 'UMDialPlan') => {
    const current = kind === 'UMDialPlan' ? plan({}) : { name: 'ann', umMailboxPolicy: 'p', extensions: ['1001'] };
    const validated = validateChange(kind, current, { [property]: edit });
    return 'problems' in validated ? validated.problems.map(each => each.message) : [];
  };
  assert.match(messages('accessTelephoneNumbers', { add: ['1\u0000'] })[0], /^accessTelephoneNumbers is /);
  assert.match(messages('extensions', { remove: ['1001'] }, 'UMMailbox')[0], /at least one entry/);
  assert.match(
    messages('extensions', { add: Array.from({ length: 40 }, (_, i) => `20${i}`) }, 'UMMailbox')[0],
    /at most 32/,
  );
  assert.match(messages('accessTelephoneNumbers', { add: '1', replace: '2' })[0], /accessTelephoneNumbers/);
  assert.match(messages('maxCallDuration', { add: 5 })[0], /whole number/);
});

test('work grows with the entries given, not with their square, and they are not without end', () => {
  const many = Array.from({ length: 5_000 }, (_, i) => String(i));
  const begun = performance.now();
  const validated = validateChange('UMDialPlan', plan({ accessTelephoneNumbers: ['1'] }), {
    accessTelephoneNumbers: { add: many, remove: many },
  });
  assert.ok('problems' in validated, 'more than a list may have');
  assert.ok(performance.now() - begun < 2000);
  const tooMany = validateChange('UMDialPlan', plan({}), { accessTelephoneNumbers: { add: [...many, ...many, '1'] } });
  assert.match('problems' in tooMany ? tooMany.problems[0].message : '', /at most 10000 entries/);
});
