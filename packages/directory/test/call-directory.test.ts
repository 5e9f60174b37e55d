import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { memoryLog } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import { type Entry, firstStartObjects } from '@parley/directory';
import { type CallDirectoryOptions, openCallDirectory } from '@parley/directory/cache';
import { makeObject, type NewOfKind } from '@parley/schema';
import { MemorySource } from './memory-source.ts';

const mailbox = (id: string, input: Partial<NewOfKind<'UMMailbox'>> = {}): Entry => ({
  kind: 'UMMailbox',
  object: makeObject('UMMailbox', id, { name: id, umMailboxPolicy: 'policy', extensions: ['2000'], ...input }),
});

/** Mailboxes 2000 and on, beside ann, bob and carol. */
const many = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    mailbox(`m${index}`, { extensions: [String(2000 + index)], sipResourceIdentifier: `m${index}@parley.test` }),
  );

async function open(
  t: TestContext,
  options: Partial<CallDirectoryOptions> & { readonly entries?: readonly Entry[] } = {},
) {
  const { entries = [], ...others } = options;
  const source = new MemorySource([...firstStartObjects(), ...entries]);
  const clock = new FakeClock();
  const log = memoryLog();
  const directory = await openCallDirectory({ source, clock, log, readAhead: 0, ...others });
  t.after(async () => {
    source.release();
    await directory.close();
    assert.equal(clock.timers, 0);
  });
  const plan = directory.dialPlan('plan');
  assert.ok(plan);
  const extension = async (number: string) => (await directory.mailboxByExtension(plan, number))?.mailbox.name;
  const address = async (text: string) => (await directory.mailboxByAddress(plan, text))?.mailbox.name;
  const events = () => log.lines.map(line => line.event);
  return { source, clock, log, directory, plan, extension, address, events };
}

test('a mailbox is asked for once, and answers by all its numbers and addresses from then on', async t => {
  const { source, extension, address, directory } = await open(t);
  assert.equal(await extension('1001'), 'ann');
  assert.equal(source.asked, 1);
  assert.equal(await extension('1001'), 'ann');
  assert.equal(await address('SIP:Ann@parley.test'), 'ann');
  assert.equal((await directory.mailboxById('ann'))?.organization.name, 'Parley');
  assert.equal(source.asked, 1);
  assert.deepEqual([directory.figures.hits, directory.figures.misses, directory.figures.mailboxes], [3, 1, 1]);
});

test('a second dial plan has extensions of a mailbox too', async t => {
  const second: Entry = {
    kind: 'UMDialPlan',
    object: makeObject('UMDialPlan', 'second', {
      name: 'S',
      organization: 'organization',
      numberOfDigitsInExtension: 3,
    }),
  };
  const dan = mailbox('dan', { secondaryDialPlan: 'second', secondaryExtensions: ['777'] });
  const { directory, source, plan } = await open(t, { entries: [second, dan] });
  const there = directory.dialPlan('second');
  assert.ok(there);
  assert.equal((await directory.mailboxByExtension(there, '777'))?.dialPlan.name, 'Main');
  assert.equal((await directory.mailboxByExtension(plan, '2000'))?.mailbox.name, 'dan');
  assert.equal(source.asked, 1);
  assert.equal(await directory.mailboxByExtension(there, '2000'), undefined);
});

test('whoever asks the same at the same time shares one question', async t => {
  const { source, extension } = await open(t);
  source.hold();
  const asked = Array.from({ length: 100 }, () => extension('1002'));
  await settle();
  source.release();
  assert.deepEqual(new Set(await Promise.all(asked)), new Set(['bob']));
  assert.equal(source.asked, 1);
});

test('that nobody has a number is remembered, until anything changes', async t => {
  const { source, extension, directory } = await open(t);
  assert.equal(await extension('2000'), undefined);
  assert.equal(await extension('2000'), undefined);
  assert.equal(source.asked, 1);
  source.put(mailbox('dan'));
  await directory.refresh();
  assert.equal(await extension('2000'), 'dan');
});

test('a change is seen as soon as it is announced: renamed, moved to another number, removed', async t => {
  const { source, extension, directory } = await open(t, { entries: [mailbox('dan')] });
  assert.equal(await extension('2000'), 'dan');
  source.put(mailbox('dan', { name: 'daniel', extensions: ['2001'] }));
  await directory.refresh();
  assert.deepEqual([await extension('2000'), await extension('2001')], [undefined, 'daniel']);
  source.remove('dan');
  await directory.refresh();
  assert.equal(await extension('2001'), undefined);
  assert.equal(await directory.mailboxById('dan'), undefined);
  assert.equal(directory.figures.mailboxes, 0);
});

test('a number that goes from one to another is never answered by the one who had it', async t => {
  const { source, extension, directory } = await open(t, { entries: [mailbox('dan')] });
  assert.equal(await extension('2000'), 'dan');
  source.put(mailbox('dan', { extensions: ['2001'] }), mailbox('eve', { extensions: ['2000'] }));
  await directory.refresh();
  assert.deepEqual([await extension('2000'), await extension('2001')], ['eve', 'dan']);
  assert.equal(await extension('2000'), 'eve');
});

test('a change that was not announced is seen within a second', async t => {
  const { source, extension, clock } = await open(t, { entries: [mailbox('dan')] });
  assert.equal(await extension('2000'), 'dan');
  source.silent = true;
  source.put(mailbox('dan', { name: 'daniel' }));
  assert.equal(await extension('2000'), 'dan');
  await clock.run(1000);
  assert.equal(await extension('2000'), 'daniel');
});

test('an answer that was on its way when the change came is not taken for new, nor is it shared', async t => {
  const { source, extension, directory } = await open(t, { entries: [mailbox('dan')] });
  source.hold();
  const before = extension('2000');
  await settle();
  source.put(mailbox('dan', { name: 'daniel' }));
  await directory.refresh();
  const after = extension('2000');
  await settle();
  source.release();
  assert.deepEqual([await before, await after], ['dan', 'daniel']);
  assert.equal(await extension('2000'), 'daniel');
  assert.equal(source.asked, 2);
});

test('nor is it, when nobody has asked since', async t => {
  const { source, extension, directory } = await open(t, { entries: [mailbox('dan')] });
  source.hold();
  const before = extension('2000');
  await settle();
  source.put(mailbox('dan', { name: 'daniel' }));
  await directory.refresh();
  source.release();
  assert.equal(await before, 'dan');
  assert.equal(await extension('2000'), 'daniel');
});

test('nor is it remembered that nobody was there', async t => {
  const { source, extension, directory } = await open(t);
  source.hold();
  const before = extension('2000');
  await settle();
  source.put(mailbox('dan'));
  await directory.refresh();
  source.release();
  assert.equal(await before, undefined);
  assert.equal(await extension('2000'), 'dan');
});

test('when nobody knows what has changed, everything is asked for again', async t => {
  const { source, extension, directory } = await open(t);
  assert.equal(await extension('1001'), 'ann');
  source.loseTrack();
  await directory.refresh();
  assert.equal(await extension('1001'), 'ann');
  assert.equal(source.asked, 2);
});

test('plans, policies, gateways and hunt groups are in memory, and follow their changes', async t => {
  const { source, directory, extension } = await open(t);
  const [organization, plan, policy, gateway] = firstStartObjects();
  assert.ok(organization.kind === 'Organization' && plan.kind === 'UMDialPlan' && policy.kind === 'UMMailboxPolicy');
  assert.ok(gateway.kind === 'UMIPGateway');
  assert.equal(await extension('1001'), 'ann');
  source.put({ ...policy, object: { ...policy.object, allowMissedCallNotifications: false } });
  source.put({ ...gateway, object: { ...gateway.object, address: ['192.0.2.1'] } });
  await directory.refresh();
  assert.equal((await directory.mailboxById('ann'))?.policy.allowMissedCallNotifications, false);
  assert.equal(directory.gatewayFor({ address: '127.0.0.1' }), undefined);
  assert.equal(directory.gatewayFor({ address: '192.0.2.1' })?.name, 'loopback');
  source.remove('loopback', 'catch-all');
  await directory.refresh();
  assert.equal(directory.gatewayFor({ address: '192.0.2.1' }), undefined);
  assert.equal(directory.huntGroupFor(gateway.object, '1001'), undefined);
  assert.equal(source.asked, 1);
});

test('mailboxes of a policy that gets another dial plan are found in that one', async t => {
  const other: Entry = {
    kind: 'UMDialPlan',
    object: makeObject('UMDialPlan', 'other', {
      name: 'O',
      organization: 'organization',
      numberOfDigitsInExtension: 4,
    }),
  };
  const { source, directory, extension } = await open(t, { entries: [other] });
  assert.equal(await extension('1001'), 'ann');
  const object = makeObject('UMMailboxPolicy', 'policy', { name: 'P', umDialPlan: 'other' });
  source.put({ kind: 'UMMailboxPolicy', object });
  await directory.refresh();
  assert.equal(await extension('1001'), undefined);
  const there = directory.dialPlan('other');
  assert.ok(there);
  assert.equal((await directory.mailboxByExtension(there, '1001'))?.mailbox.name, 'ann');
});

test('a mailbox whose policy was made along with it is found though that is not known yet', async t => {
  const { source, extension } = await open(t);
  source.silent = true;
  const object = makeObject('UMMailboxPolicy', 'new', { name: 'New', umDialPlan: 'plan' });
  source.put({ kind: 'UMMailboxPolicy', object }, mailbox('dan', { umMailboxPolicy: 'new' }));
  assert.equal(await extension('2000'), 'dan');
  // What was read before the change was heard of is not taken for new.
  assert.equal(await extension('2000'), 'dan');
  assert.equal(await extension('2000'), 'dan');
  assert.equal(source.asked, 2);
});

test('a mailbox that refers to what is not there is none, and the log says so', async t => {
  const { extension, events } = await open(t, { entries: [mailbox('dan', { umMailboxPolicy: 'policy' })] });
  assert.equal(await extension('2000'), 'dan');
  const broken = await open(t, { entries: [] });
  broken.source.rows.find = async () => ({
    kind: 'UMMailbox',
    id: 'x',
    document: '{"name":"x","umMailboxPolicy":"gone","extensions":["2000"]}',
  });
  assert.equal(await broken.extension('2000'), undefined);
  assert.deepEqual([events(), broken.events()], [[], ['stored object refers to a missing one']]);
});

test('while the database is away calls are answered from memory; the log says it once, the figures say since when', async t => {
  const { source, clock, extension, directory, events } = await open(t, { entries: many(3) });
  assert.equal(await extension('1001'), 'ann');
  source.failing = true;
  await clock.run(5000);
  assert.equal(await extension('1001'), 'ann');
  await assert.rejects(extension('2001'), { code: 'DIRECTORY_UNAVAILABLE', message: /the database is away/ });
  assert.equal(directory.gatewayFor({ address: '127.0.0.1' })?.name, 'loopback');
  assert.deepEqual(events(), ['directory cannot ask the database: calls are answered from memory']);
  assert.equal(directory.figures.awayMillis, 4000);
  assert.equal(directory.figures.failed, 1);
  source.failing = false;
  await clock.run(1000);
  assert.equal(await extension('2001'), 'm1');
  assert.equal(events().at(-1), 'directory asks the database again');
  assert.equal(directory.figures.awayMillis, 0);
});

test('an answer that is old is better than none while the database is away, and asked for again afterwards', async t => {
  const { source, clock, extension, directory } = await open(t);
  assert.equal(await extension('1001'), 'ann');
  source.loseTrack();
  await directory.refresh();
  source.failing = true;
  assert.equal(await extension('1001'), 'ann');
  assert.equal(await extension('1001'), 'ann');
  assert.deepEqual([directory.figures.stale, source.asked], [2, 2]);
  source.failing = false;
  await clock.run(1000);
  assert.equal(await extension('1001'), 'ann');
  assert.equal(source.asked, 3);
});

test('what changed while the database was away is seen when it is back', async t => {
  const { source, clock, extension } = await open(t, { entries: [mailbox('dan')] });
  assert.equal(await extension('2000'), 'dan');
  source.failing = true;
  await clock.run(3000);
  source.put(mailbox('dan', { name: 'daniel' }));
  assert.equal(await extension('2000'), 'dan');
  source.failing = false;
  await clock.run(1000);
  assert.equal(await extension('2000'), 'daniel');
});

test('a database that does not answer is waited for two seconds; what it says later is remembered', async t => {
  const { source, clock, extension, directory } = await open(t);
  source.hold();
  const late = extension('1001');
  const outcome = late.catch(error => error.code);
  await clock.run(1999);
  assert.equal(await Promise.race([outcome, settle().then(() => 'waiting')]), 'waiting');
  await clock.run(1);
  assert.equal(await outcome, 'DIRECTORY_UNAVAILABLE');
  source.release();
  await settle();
  source.failing = true;
  assert.equal(await extension('1001'), 'ann');
  assert.equal(directory.figures.misses, 1);
});

test('memory is bounded whatever is asked for, and everybody is still found', async t => {
  const bounds = { mailboxes: 50, absent: 20 };
  const { directory, extension, source } = await open(t, { entries: many(1000), bounds, readAhead: 10_000 });
  for (let round = 0; round < 2; round++)
    for (let number = 2000; number < 3000; number++) assert.equal(await extension(String(number)), `m${number - 2000}`);
  for (let number = 5000; number < 5100; number++) assert.equal(await extension(String(number)), undefined);
  const { mailboxes, absent, whole } = directory.figures;
  assert.deepEqual([mailboxes, absent, whole], [50, 20, false]);
  assert.equal(source.read, 0);
  const bytes = directory.figures.bytes / 50;
  const small = await open(t, { entries: many(100), bounds: { bytes: 10 * bytes } });
  for (let number = 2000; number < 2100; number++) await small.extension(String(number));
  assert.ok(small.directory.figures.mailboxes <= 10 && small.directory.figures.mailboxes >= 8);
});

test('a small site is read at once: nobody is asked for again, not even those who do not exist', async t => {
  const { source, extension, directory } = await open(t, { entries: many(30), readAhead: 33 });
  assert.equal(directory.figures.whole, true);
  source.failing = true;
  assert.deepEqual(
    [await extension('2029'), await extension('2030'), await extension('1001')],
    ['m29', undefined, 'ann'],
  );
  assert.equal(source.asked, 0);
  const larger = await open(t, { entries: many(31), readAhead: 33 });
  assert.deepEqual([larger.directory.figures.whole, larger.directory.figures.mailboxes], [false, 0]);
});

test('a small site stays whole over changes, of which only the changed are read', async t => {
  const { source, extension, directory } = await open(t, { entries: many(30), readAhead: 100 });
  const before = source.read;
  source.put(mailbox('dan', { extensions: ['3000'] }));
  source.put(mailbox('m1', { name: 'one', extensions: ['2001'] }));
  source.remove('m2');
  await directory.refresh();
  assert.equal(directory.figures.whole, true);
  assert.deepEqual(
    [await extension('3000'), await extension('2001'), await extension('2002')],
    ['dan', 'one', undefined],
  );
  assert.deepEqual([source.read - before, source.asked], [2, 0]);
  source.remove('m3');
  source.loseTrack();
  await directory.refresh();
  assert.deepEqual([directory.figures.whole, directory.figures.mailboxes], [true, 32]);
  assert.equal(await extension('2003'), undefined);
});

test('what changes again while it is read is read again', async t => {
  const { source, extension, directory } = await open(t, { entries: [mailbox('dan')], readAhead: 100 });
  source.hold();
  source.remove('dan');
  await settle();
  source.put(mailbox('dan', { name: 'daniel' }));
  await settle();
  source.release();
  await directory.refresh();
  assert.equal(directory.figures.whole, true);
  assert.equal(await extension('2000'), 'daniel');
});

test('a change that cannot be read yet is read when the database is back; until then nobody is told that a number is unknown', async t => {
  const { source, clock, extension, directory } = await open(t, { entries: many(3), readAhead: 100 });
  source.put(mailbox('dan', { extensions: ['3000'] }));
  source.failing = true;
  await directory.refresh();
  assert.equal(await extension('2001'), 'm1');
  source.rows.byIds = refuseOnce(source.rows.byIds);
  source.failing = false;
  await clock.run(1000);
  source.failing = true;
  await assert.rejects(extension('3000'), { code: 'DIRECTORY_UNAVAILABLE' });
  source.failing = false;
  await clock.run(1000);
  assert.equal(directory.figures.whole, true);
  source.failing = true;
  assert.equal(await extension('3000'), 'dan');
});

/** The same question, refused the first time. */
function refuseOnce<A extends readonly unknown[], R>(ask: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  let refused = false;
  return async (...args) => {
    if (refused) return ask(...args);
    refused = true;
    throw new Error('not yet');
  };
}

test('a small site that grows beyond its bounds is asked for by need', async t => {
  const { source, extension, directory } = await open(t, { entries: many(3), readAhead: 10, bounds: { mailboxes: 8 } });
  assert.equal(directory.figures.whole, true);
  source.put(...many(20));
  await directory.refresh();
  await directory.refresh();
  assert.deepEqual([directory.figures.whole, directory.figures.mailboxes], [false, 8]);
  for (let number = 2000; number < 2020; number++) assert.equal(await extension(String(number)), `m${number - 2000}`);
  assert.equal(await extension('2020'), undefined);
});

test('when very many have come in one go, they are not all read to find out that they do not fit', async t => {
  const { source, extension, directory } = await open(t, { entries: many(3), readAhead: 10, bounds: { mailboxes: 8 } });
  source.silent = true;
  source.put(...many(200));
  source.silent = false;
  const before = source.read;
  source.loseTrack();
  await directory.refresh();
  assert.equal(directory.figures.whole, false);
  assert.equal(source.read, before);
  assert.equal(await extension('2150'), 'm150');
});

test('closing waits for what is being read, and not for a database that does not answer', async () => {
  const source = new MemorySource(firstStartObjects());
  const clock = new FakeClock();
  const log = memoryLog();
  const directory = await openCallDirectory({ source, clock, log, readAhead: 0 });
  source.hold();
  source.remove('ann', 'loopback');
  let closed = false;
  const closing = directory.close().then(() => {
    closed = true;
  });
  await clock.run(1999);
  assert.equal(closed, false);
  await clock.run(1);
  await closing;
  assert.deepEqual(
    log.lines.map(line => line.event),
    ['directory closed while the database was asked'],
  );
  source.release();
  await settle();
  assert.equal(clock.timers, 0);
});

test('a bug is no missing database', async t => {
  const { source, extension } = await open(t);
  const { Bug } = await import('@parley/base');
  source.rows.find = async () => {
    throw new Bug('two and two are five');
  };
  await assert.rejects(extension('1001'), /two and two/);
});
