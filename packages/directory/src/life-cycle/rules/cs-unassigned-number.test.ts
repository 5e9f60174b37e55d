import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOME, lookupOf, type Made, problemsOf } from '../../../test/cs-lookup.ts';
import { csAnnouncementRules, csUnassignedNumberRules, csVoicemailReroutingRules } from './cs-unassigned-number.ts';

const contact = (id: string, displayNumber: string, autoAttendant: boolean): Made => [
  id,
  'CsExUmContact',
  {
    name: id,
    organization: 'o',
    sipAddress: `sip:${id}@x.org`,
    registrarPool: 'pool',
    ou: 'finance',
    displayNumber,
    lineURI: `tel:${displayNumber}`,
    autoAttendant,
  },
];
const WORLD: readonly Made[] = [
  ...HOME,
  contact('aa', '+1', true),
  contact('sa', '+2', false),
  ['app', 'CsPool', { name: 'app.litwareinc.com', organization: 'o', site: 'redmond', role: 'ApplicationServer' }],
  ['busy', 'CsAnnouncement', { name: 'Busy', organization: 'o', service: 'ApplicationServer:app.litwareinc.com' }],
];

async function range(more: Readonly<Record<string, string>>): Promise<number> {
  const input = {
    name: 'r',
    organization: 'o',
    numberRangeStart: '+10',
    numberRangeEnd: '+20',
    announcement: 'busy',
    ...more,
  };
  return (
    await problemsOf(
      csUnassignedNumberRules,
      'CsUnassignedNumber',
      'r',
      lookupOf(...WORLD, ['r', 'CsUnassignedNumber', input]),
    )
  ).length;
}

for (const [start, end, count] of [
  ['+10', '+10', 0],
  ['+10', '+9', 1],
  ['+9', '+10', 0],
  ['+10', '20', 1],
  ['tel:+10', '+20', 0],
  ['+1;ext=10', '+1;ext=9', 1],
  ['+1;ext=9', '+1;ext=10', 0],
  ['+1;ext=9', '+2;ext=10', 1],
  ['+1;ext=9', '+2', 1],
  ['9'.repeat(17), '9'.repeat(18), 0],
] as const)
  test(`the range from ${start} to ${end} is ${count ? 'refused' : 'good'}`, async () =>
    assert.equal(await range({ numberRangeStart: start, numberRangeEnd: end }), count));

test('calls go to an announcement or to an attendant that is there', async () => {
  for (const [more, count] of [
    [{ announcementService: 'ApplicationServer:APP.litwareinc.com' }, 0],
    [{ announcementService: 'ApplicationServer:other.litwareinc.com' }, 1],
    [{ exUmAutoAttendantPhoneNumber: '+1' }, 1],
    [{ announcement: '' }, 1],
    [{ announcement: '', exUmAutoAttendantPhoneNumber: '+1' }, 0],
    [{ announcement: '', exUmAutoAttendantPhoneNumber: '+2' }, 1],
    [{ announcement: '', exUmAutoAttendantPhoneNumber: '+3' }, 1],
    [
      {
        announcement: '',
        exUmAutoAttendantPhoneNumber: '+1',
        announcementService: 'ApplicationServer:app.litwareinc.com',
      },
      1,
    ],
  ] as const)
    assert.equal(await range(more), count, JSON.stringify(more));
});

test('an announcement is played by a server that is there, and spoken in a language', async () => {
  const wrong = (more: object) =>
    problemsOf(
      csAnnouncementRules,
      'CsAnnouncement',
      'a',
      lookupOf(...WORLD, [
        'a',
        'CsAnnouncement',
        { name: 'A', organization: 'o', service: 'ApplicationServer:app.litwareinc.com', ...more },
      ]),
    );
  assert.deepEqual(await wrong({ textToSpeechPrompt: 'Hello', language: 'en-US' }), []);
  assert.match((await wrong({ textToSpeechPrompt: 'Hello' }))[0] ?? '', /language is missing/);
  assert.match(
    (await wrong({ service: 'ApplicationServer:pool.litwareinc.com' }))[0] ?? '',
    /role is ApplicationServer/,
  );
});

test('rerouting goes to numbers of contacts of the right kind', async () => {
  const wrong = async (more: object) =>
    (
      await problemsOf(
        csVoicemailReroutingRules,
        'CsVoicemailReroutingConfiguration',
        'v',
        lookupOf(...WORLD, [
          'v',
          'CsVoicemailReroutingConfiguration',
          { name: 'Site:Redmond', organization: 'o', ...more },
        ]),
      )
    ).length;
  for (const [more, count] of [
    [{}, 0],
    [{ autoAttendantNumber: '+1', subscriberAccessNumber: '+2' }, 0],
    [{ autoAttendantNumber: '+2' }, 1],
    [{ subscriberAccessNumber: '+1' }, 1],
    [{ autoAttendantNumber: '+3', subscriberAccessNumber: '+3' }, 2],
  ] as const)
    assert.equal(await wrong(more), count, JSON.stringify(more));
});
