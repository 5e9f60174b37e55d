import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, UmWorld } from './um-world.ts';

async function withMailboxes() {
  const world = await UmWorld.begin();
  await world.plan();
  await world.mailbox('ann', { extensions: ['1001', '1002'] });
  await world.mailbox('bob', { extensions: ['1003'] });
  const make = (input: object, umMailbox = 'ann') =>
    world.make('UMCallAnsweringRule', { name: 'Rule', umMailbox, ...input });
  return { world, make };
}

test('a mailbox has nine rules at most, of different names and priorities', async () => {
  const { make } = await withMailboxes();
  for (let priority = 1; priority <= 8; priority++) await make({ name: `Rule ${priority}`, priority });
  await assertRefused(make({ name: 'Again', priority: 3 }), 'priority', /3 belongs to rule Rule 3; there is still 9/);
  await assertRefused(make({ name: 'RULE 3', priority: 9 }), 'name', /taken/);
  await make({ name: 'Last' });
  await assertRefused(make({ name: 'Tenth', priority: 9 }), 'umMailbox', /9 rules already/);
  await make({ name: 'Rule 1', priority: 1 }, 'bob');
  await assertRefused(make({ name: 'Zero', priority: 0 }, 'bob'), 'priority', /from 1 to 9/);
});

test('only a mailbox that is enabled gets rules', async () => {
  const { world, make } = await withMailboxes();
  await make({});
  await world.act('UMMailbox', 'disable', 'ann');
  await assertRefused(make({ name: 'More', priority: 2 }), 'umMailbox', /enabled/);
  await world.set('UMCallAnsweringRule', 'ann\\Rule', { priority: 5 });
});

test('fifty callers and all contacts', async () => {
  const { make } = await withMailboxes();
  const numbers = Array.from({ length: 50 }, (_, i) => `1,42555501${String(i).padStart(2, '0')},,`);
  await make({ callerIds: [...numbers, '4,,,'] });
  const more = (callerIds: string[]) => make({ name: 'More', priority: 1, callerIds });
  await assertRefused(more([...numbers, '1,4255550199,,']), 'callerIds', /at most 50/);
  await assertRefused(more(['5,1,,']), 'callerIds', /"1,<number>,,"/);
  await assertRefused(more(['1,,,']), 'callerIds', /number/);
});

test('keys are there once, each with what it needs', async () => {
  const { make } = await withMailboxes();
  const keys = (...keyMappings: string[]) => make({ keyMappings });
  await assertRefused(keys('1,1,A,,,,,100,', '2,1,B'), 'keyMappings', /no other entry has/);
  await assertRefused(keys('1,1,A'), 'keyMappings', /one number or one contact/);
  await assertRefused(keys('1,1,A,,,,,100,someone'), 'keyMappings', /one number or one contact/);
  await assertRefused(keys('5,1,A'), 'keyMappings', /a number to call/);
  await assertRefused(keys('5,1,A,100,20,200'), 'keyMappings', /second number rings/);
  await assertRefused(keys('3,1,A'), 'keyMappings', /type 1/);
  await assertRefused(keys('1,11,A,,,,,100,'), 'keyMappings.key', /from 0 to 9/);
  const { keyMappings } = await keys(
    '1,1,Receptionist,,,,,45678,',
    '5,2,Urgent Issues,23456,23,45671,50,,',
    '2,3,A message',
  );
  assert.deepEqual(keyMappings[1], {
    type: 5,
    key: 2,
    context: 'Urgent Issues',
    findMe1: '23456',
    findMe1Duration: 23,
    findMe2: '45671',
    findMe2Duration: 50,
  });
});

test('conditions: extensions of the mailbox, and times of the day', async () => {
  const { make } = await withMailboxes();
  await assertRefused(make({ extensionsDialed: ['1003'] }), 'extensionsDialed', /1001, 1002/);
  await assertRefused(make({ timeOfDay: '3,0,8:00,12:00' }), 'timeOfDay', /working hours/);
  await assertRefused(make({ timeOfDay: '1,4,,' }), 'timeOfDay', /working hours/);
  await assertRefused(make({ scheduleStatus: 16 }), 'scheduleStatus', /from 0 to 15/);
  await make({ extensionsDialed: ['1002'], timeOfDay: '3,4,8:00,12:00', scheduleStatus: 12 });
});

test('rules are turned off and on, and go with their mailbox', async () => {
  const { world, make } = await withMailboxes();
  await make({});
  await make({}, 'bob');
  const enabled = async () => (await world.get('UMCallAnsweringRule', 'ann\\Rule')).object.enabled;
  await world.act('UMCallAnsweringRule', 'disable', 'ann\\Rule');
  assert.equal(await enabled(), false);
  await world.act('UMCallAnsweringRule', 'enable', 'ann\\Rule');
  assert.equal(await enabled(), true);
  await world.remove('UMMailbox', 'ann');
  assert.equal((await world.names('UMCallAnsweringRule')).length, 1);
});
