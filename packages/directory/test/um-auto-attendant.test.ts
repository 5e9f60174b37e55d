import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, UmWorld } from './um-world.ts';

async function withAttendant(input: object = {}) {
  const world = await UmWorld.begin();
  await world.plan();
  await world.make('UMAutoAttendant', { name: 'Hello', umDialPlan: 'Main', ...input });
  const set = (patch: object) => world.set('UMAutoAttendant', 'Hello', patch);
  return { world, set };
}

test('it is made disabled, in a plan that it keeps', async () => {
  const { world, set } = await withAttendant();
  assert.equal((await world.get('UMAutoAttendant', 'Hello')).object.status, 'Disabled');
  await world.plan('Other');
  await assertRefused(set({ umDialPlan: 'Other' }), 'umDialPlan', /cannot be changed/);
  await assertRefused(set({ language: 'it-IT' }), 'language', /en-US, fr-FR/);
  await assertRefused(set({ allowedInternationalGroups: ['Long'] }), 'allowedInternationalGroups', /it has none/);
});

test('keys from 1 to 9 and none at all, each once, each for one thing', async () => {
  const { world, set } = await withAttendant();
  await world.make('UMAutoAttendant', { name: 'Sales', umDialPlan: 'Main' });
  await world.mailbox('ann', { extensions: ['1001'] });
  const lines = [
    '1,Sales,,Sales',
    '2,Support,12345',
    '3,Directions,,,directions.wav',
    '4,Ann,,,,,ann',
    '5,Call Ann,,,,,,ann',
    '6,Where,,,,,,,true',
    '7,When,,,,,,,,true',
    '8,Spoken,100,,,spoken;said',
    '9,Nine,sip@contoso.com',
    '-,Nothing,1000',
  ];
  const { businessHoursKeyMapping: made } = await set({ businessHoursKeyMapping: lines });
  assert.deepEqual([made.length, made[1].extension, made[5].announceBusinessLocation], [10, '12345', true]);
  const keys = (...mapping: string[]) => set({ afterHoursKeyMapping: mapping });
  await assertRefused(keys('1,One,1', '1,Two,2'), 'afterHoursKeyMapping', /no other entry has/);
  await assertRefused(keys('0,Operator,1'), 'afterHoursKeyMapping.key', /from 1 to 9/);
  await assertRefused(keys('10,Ten,1'), 'afterHoursKeyMapping.key', /1 characters|from 1 to 9/);
  await assertRefused(keys('1,Two things,1,Sales'), 'afterHoursKeyMapping', /extension and autoAttendantName/);
  await assertRefused(keys('1,Nothing'), 'afterHoursKeyMapping', /does nothing/);
  await assertRefused(keys(...lines, '1,Eleven,1'), 'afterHoursKeyMapping', /at most 10/);
  await assertRefused(
    keys('1,Name is too long for it, nine words and more;,1'),
    'afterHoursKeyMapping.extension',
    /number/,
  );
  const added = await set({
    businessHoursKeyMapping: { remove: ['1', '2'], add: { Key: '2', Name: 'New', Extension: '7' } },
  });
  assert.deepEqual(
    added.businessHoursKeyMapping.map(({ key }) => key),
    ['3', '4', '5', '6', '7', '8', '9', '-', '2'],
  );
});

test('business hours keep a quarter of an hour between them', async () => {
  const { set } = await withAttendant();
  const hours = (...businessHoursSchedule: string[]) => set({ businessHoursSchedule });
  await hours('Mon.09:00-Mon.12:00', 'Mon.12:15-Mon.17:00', 'Tue.9:00 AM-Tue.5:00 PM');
  await assertRefused(hours('Mon.09:00-Mon.12:00', 'Mon.12:05-Mon.17:00'), 'businessHoursSchedule', /15 minutes away/);
  await assertRefused(hours('Mon.09:00-Mon.09:10'), 'businessHoursSchedule', /at least 15 minutes/);
});

test('a holiday does not end before it begins, and has a greeting', async () => {
  const { set } = await withAttendant();
  const days = (...holidaySchedule: string[]) => set({ holidaySchedule });
  await days('Christmas,xmas.wav,12/24/2026,12/26/2026', 'Eve,eve.wav,2026-12-24');
  await assertRefused(days('Back,back.wav,2026-12-26,2026-12-24'), 'holidaySchedule', /not before its first/);
  await assertRefused(days('Never,never.wav,2026-02-30'), 'holidaySchedule.start', /a day such as/);
  await assertRefused(days('Silent,,2026-12-24'), 'holidaySchedule.greeting', /entry with name, greeting/);
});

test('a number leads to one place in its plan', async () => {
  const { world, set } = await withAttendant({ pilotIdentifierList: ['5000'] });
  const second = (umDialPlan: string, ...pilotIdentifierList: string[]) =>
    world.make('UMAutoAttendant', { name: 'Second', umDialPlan, pilotIdentifierList });
  await world.set('UMDialPlan', 'Main', { accessTelephoneNumbers: ['6000'] });
  await world.mailbox('ann', { extensions: ['1001'] });
  await assertRefused(second('Main', '5000'), 'pilotIdentifierList', /attendant Hello/);
  await assertRefused(set({ pilotIdentifierList: { add: '6000' } }), 'pilotIdentifierList', /dial plan Main/);
  await assertRefused(set({ pilotIdentifierList: { add: '1001' } }), 'pilotIdentifierList', /mailbox ann/);
  await world.plan('Other');
  await second('Other', '5000', '1001');
});

test('the fallback is another attendant, which is not spoken to', async () => {
  const { world, set } = await withAttendant({ speechEnabled: true });
  await world.make('UMAutoAttendant', { name: 'Spoken', umDialPlan: 'Main', speechEnabled: true });
  await world.make('UMAutoAttendant', { name: 'Keys', umDialPlan: 'Main' });
  const fallback = (dtmfFallbackAutoAttendant: string) => set({ dtmfFallbackAutoAttendant });
  await assertRefused(fallback('Hello'), 'dtmfFallbackAutoAttendant', /another attendant/);
  await assertRefused(fallback('Spoken'), 'dtmfFallbackAutoAttendant', /not spoken to/);
  await fallback('Keys');
});

test('it is disabled unless a hunt group names one of its numbers', async () => {
  const { world } = await withAttendant({ pilotIdentifierList: ['5000'], status: 'Enabled' });
  await world.make('UMIPGateway', { name: 'gw', address: '192.0.2.1' });
  await world.make('UMHuntGroup', { name: 'g', umDialPlan: 'Main', umIPGateway: 'gw', pilotIdentifier: ['5000'] });
  await assertRefused(world.act('UMAutoAttendant', 'disable', 'Hello'), 'Identity', /g does/);
  await world.remove('UMHuntGroup', 'gw\\g');
  await world.act('UMAutoAttendant', 'disable', 'Hello');
  await world.act('UMAutoAttendant', 'enable', 'Hello');
  assert.equal((await world.get('UMAutoAttendant', 'Hello')).object.status, 'Enabled');
});

test('it is not removed while something leads to it, unless by force, which cuts that', async () => {
  const { world } = await withAttendant();
  await world.set('UMDialPlan', 'Main', { umAutoAttendant: 'Hello' });
  await world.make('UMAutoAttendant', {
    name: 'Other',
    umDialPlan: 'Main',
    dtmfFallbackAutoAttendant: 'Hello',
    businessHoursKeyMapping: ['1,Hello,,Hello', '2,Support,12345'],
  });
  await assert.rejects(world.act('UMAutoAttendant', 'discard', 'Hello'), ({ code, message }) => {
    assert.equal(code, 'OBJECT_IN_USE');
    assert.match(message, /Main/);
    assert.match(message, /Other/);
    return true;
  });
  await world.act('UMAutoAttendant', 'discard', 'Hello', { Force: true });
  assert.deepEqual(await world.names('UMAutoAttendant'), ['Other']);
  const { object } = await world.get('UMAutoAttendant', 'Other');
  assert.deepEqual(
    [object.dtmfFallbackAutoAttendant, object.businessHoursKeyMapping.map(({ key }) => key)],
    [undefined, ['2']],
  );
  assert.equal((await world.get('UMDialPlan', 'Main')).object.umAutoAttendant, undefined);
});
