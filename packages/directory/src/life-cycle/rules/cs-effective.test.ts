import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, HOME, lookupOf, type Made } from '../../../test/cs-lookup.ts';
import { effectivePolicy, type PolicyKind } from './cs-effective.ts';
import { showEffective } from './cs-holder.ts';

const ORGANIZATION = { organization: 'o' } as const;
const KINDS: readonly PolicyKind[] = ['CsHostedVoicemailPolicy', 'CsVoicePolicy', 'CsDialPlan'];
const GRANTED = {
  CsHostedVoicemailPolicy: 'hostedVoicemailPolicy',
  CsVoicePolicy: 'voicePolicy',
  CsDialPlan: 'csDialPlan',
} as const;

const policy = (id: string, kind: PolicyKind, name: string): Made => [id, kind, { name, ...ORGANIZATION }];
const ken = (more: object = {}): Made => ['ken', 'User', { name: 'Ken Myer', ...ORGANIZATION, ...more }];

async function decided(kind: PolicyKind, made: readonly Made[]) {
  const lookup = lookupOf(...HOME, ...made);
  const holder = await lookup.get('User', 'ken');
  assert.ok(holder);
  const { object, scope, why } = await effectivePolicy(kind, holder, lookup);
  return { name: object.name, scope, why };
}

for (const kind of KINDS) {
  const site = policy('site', kind, 'Site:Redmond');
  const tag = policy('tag', kind, 'Sales');

  test(`${kind}: Global holds for whom nothing nearer is made`, async () => {
    assert.deepEqual(await decided(kind, [ken(), site]), {
      name: 'Global',
      scope: 'Global',
      why: 'none was granted to Ken Myer, and Ken Myer is homed nowhere',
    });
    const { name, why } = await decided(kind, [ken({ registrarPool: 'pool' })]);
    assert.deepEqual([name, why], ['Global', 'none was granted to Ken Myer, and none is made for site Redmond']);
  });

  test(`${kind}: the site of the pool comes before Global`, async () => {
    assert.deepEqual(await decided(kind, [ken({ registrarPool: 'pool' }), site]), {
      name: 'Site:Redmond',
      scope: 'Site',
      why: 'Ken Myer is homed on pool pool.litwareinc.com, which is at site Redmond',
    });
  });

  test(`${kind}: what was granted comes before everything`, async () => {
    const granted = ken({ registrarPool: 'pool', [GRANTED[kind]]: 'tag' });
    assert.deepEqual(await decided(kind, [granted, site, tag]), {
      name: 'Sales',
      scope: 'Tag',
      why: 'it was granted to Ken Myer',
    });
  });
}

test('of dial plans, that of the pool comes before that of the site', async () => {
  const home = ken({ registrarPool: 'pool' });
  const made = (kind: PolicyKind): readonly Made[] => [
    home,
    policy('site', kind, 'Site:Redmond'),
    policy('service', kind, 'Registrar:pool.litwareinc.com'),
  ];
  const { scope, why } = await decided('CsDialPlan', made('CsDialPlan'));
  assert.deepEqual([scope, why], ['Registrar', 'Ken Myer is homed on pool pool.litwareinc.com']);
});

test('Get-CsEffectivePolicy shows what holds, where it leads and why; a contact is asked for alike', async () => {
  const lookup = lookupOf(
    ...HOME,
    ['ex', 'CsHostedVoicemailPolicy', { name: 'ExRedmond', ...ORGANIZATION, destination: 'um.example.org' }],
    [
      'contact',
      'CsExUmContact',
      {
        name: 'c',
        ...ORGANIZATION,
        sipAddress: 'sip:aa@fabrikam.com',
        registrarPool: 'pool',
        ou: 'finance',
        displayNumber: '+1425',
        lineURI: 'tel:+1425',
        hostedVoicemailPolicy: 'ex',
      },
    ],
  );
  const { result } = await showEffective(
    asked(lookup, { Holder: 'sip:aa@fabrikam.com', PolicyType: 'HostedVoicemailPolicy' }),
  );
  assert.deepEqual(result, [
    {
      Identity: 'HostedVoicemailPolicy',
      Policy: 'Tag:ExRedmond',
      Scope: 'Tag',
      Why: 'it was granted to contact sip:aa@fabrikam.com',
      Destination: 'um.example.org',
      Organization: null,
    },
  ]);
  const all = await showEffective(asked(lookup, { Holder: 'contact' }));
  assert.ok(Array.isArray(all.result));
  assert.equal(all.result.length, 3);
  await assert.rejects(showEffective(asked(lookup, { Holder: 'nobody' })), { code: 'OBJECT_NOT_FOUND' });
  await assert.rejects(showEffective(asked(lookup, { Holder: 'contact', PolicyType: 'x' })), {
    code: 'OBJECT_INVALID',
  });
});
