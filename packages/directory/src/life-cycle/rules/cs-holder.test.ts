import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, HOME, lookupOf } from '../../../test/cs-lookup.ts';
import { grant } from './cs-holder.ts';

const lookup = lookupOf(
  ...HOME,
  ['ken', 'User', { name: 'Ken Myer', organization: 'o', sipAddress: 'sip:ken@litwareinc.com' }],
  ['ex', 'CsHostedVoicemailPolicy', { name: 'ExRedmond', organization: 'o', destination: 'um.example.org' }],
  ['empty', 'CsHostedVoicemailPolicy', { name: 'Empty', organization: 'o' }],
  ['site', 'CsHostedVoicemailPolicy', { name: 'Site:Redmond', organization: 'o' }],
  ['sales', 'CsVoicePolicy', { name: 'Sales', organization: 'o' }],
);
const grantHosted = (parameters: Readonly<Record<string, unknown>>) =>
  grant('CsHostedVoicemailPolicy')(asked(lookup, parameters));

for (const name of ['ExRedmond', 'exredmond', 'tag:ExRedmond', 'Tag:ExRedmond'])
  test(`a policy is granted as ${name}`, async () => {
    const { changes, shows, warnings } = await grantHosted({ Holder: 'Ken Myer', PolicyName: name });
    assert.deepEqual(changes, [{ what: 'change', kind: 'User', id: 'ken', patch: { hostedVoicemailPolicy: 'ex' } }]);
    assert.deepEqual([shows, warnings], [[], []]);
  });

test('$null takes it away, and is not the same as nothing', async () => {
  const { changes } = await grantHosted({ Holder: 'sip:ken@litwareinc.com', PolicyName: null });
  assert.deepEqual(changes, [{ what: 'change', kind: 'User', id: 'ken', patch: { hostedVoicemailPolicy: null } }]);
  await assert.rejects(grantHosted({ Holder: 'Ken Myer' }), {
    code: 'OBJECT_INVALID',
    message: /PolicyName is missing/,
  });
});

test('the answer is empty unless it is wanted', async () => {
  const { shows } = await grantHosted({ Holder: 'Ken Myer', PolicyName: 'ExRedmond', PassThru: true });
  assert.deepEqual(shows, [{ kind: 'User', id: 'ken' }]);
});

test('a policy without a destination is granted with a warning', async () => {
  const { changes, warnings } = await grantHosted({ Holder: 'Ken Myer', PolicyName: 'Empty' });
  assert.equal(changes?.length, 1);
  assert.match(warnings?.[0] ?? '', /Empty has no Destination/);
});

test('what holds by itself is not granted, nor what is not there, nor what is of another kind', async () => {
  for (const [PolicyName, says] of [
    ['global', /Global holds by itself/],
    ['site:Redmond', /Site:Redmond holds by itself/],
    ['Sales', /existing CsHostedVoicemailPolicy/],
  ] as const)
    await assert.rejects(grantHosted({ Holder: 'Ken Myer', PolicyName }), { code: 'OBJECT_INVALID', message: says });
  await assert.rejects(grantHosted({ Holder: 'Nobody', PolicyName: 'ExRedmond' }), {
    code: 'OBJECT_NOT_FOUND',
    message: 'there is no person and no contact "Nobody"',
  });
});

test('each kind of policy goes to its own property', async () => {
  const { changes } = await grant('CsVoicePolicy')(asked(lookup, { Holder: 'ken', PolicyName: 'Sales' }));
  assert.deepEqual(changes, [{ what: 'change', kind: 'User', id: 'ken', patch: { voicePolicy: 'sales' } }]);
});
