/**
 * How long an administrator waits for a page of `Get-UMMailbox`, by what it is narrowed and ordered, at 10,000 and 100,000 mailboxes, and
 * how much of the heap it takes meanwhile: what an index answers is flat, what looks at every mailbox is not.
 *
 *   node bench/directory/listings.ts [--engine sqlite|postgres] [--sizes 10000,100000] [--runs N]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock as clock } from '@parley/base';
import { firstStart, type ListOptions, type Objects } from '@parley/directory';
import { openOwnDirectory } from '@parley/directory/own';
import type { Filter } from '@parley/schema';
import { spread } from '../figures.ts';
import { isEngine, openEngine } from './engines.ts';

const SYSTEM = { who: 'bench' };
const MEBIBYTE = 2 ** 20;
const LIMIT = 100;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'sqlite' },
    sizes: { type: 'string', default: '10000,100000' },
    runs: { type: 'string', default: '7' },
  },
});
const { engine } = values;
const sizes = values.sizes.split(',').map(Number);
const runs = Number(values.runs);
if (!isEngine(engine) || ![...sizes, runs].every(each => Number.isInteger(each) && each > 0))
  throw new Error('listings.ts [--engine sqlite|postgres] [--sizes 10000,100000] [--runs 7]');

/** One in a hundred people is in the unit, one mailbox in ten has the second policy. */
async function fill(objects: Objects, count: number): Promise<void> {
  await objects.create('OrganizationalUnit', { name: 'ou=Sales,dc=x', leafName: 'Sales' }, SYSTEM);
  for (const name of ['Big', 'Small'])
    await objects.create('UMDialPlan', { name, numberOfDigitsInExtension: 7 }, SYSTEM);
  const shown = (index: number) => `Person ${String((index * 7919) % count).padStart(7, '0')}`;
  const users = Array.from({ length: count }, (_, index) => ({
    name: `user${index}`,
    displayName: shown(index),
    ...(index % 100 === 0 ? { ou: 'ou=Sales,dc=x' } : {}),
  }));
  const mailboxes = users.map(({ name, displayName }, index) => ({
    ...{ name, displayName, user: name, umEnabled: true, extensions: [String(1_000_000 + index)] },
    umMailboxPolicy: `${index % 10 === 0 ? 'Small' : 'Big'} Default Policy`,
    missedCallNotificationEnabled: index % 1000 !== 0,
  }));
  for (const [kind, inputs] of [
    ['User', users],
    ['UMMailbox', mailboxes],
  ] as const) {
    const { refused } = await objects.createAll(kind, inputs, SYSTEM);
    if (refused.length > 0) throw new Error(JSON.stringify(refused[0]));
  }
}

async function questions(objects: Objects, count: number): Promise<readonly (readonly [string, ListOptions])[]> {
  const { object: small } = await objects.get('UMMailboxPolicy', 'Small Default Policy', SYSTEM);
  const middle = `Person ${String(count / 2).padStart(7, '0')}`;
  const like = (property: string, value: string): Filter => ({ op: 'like', property, value });
  const byShown = [{ property: 'displayName' }];
  const far = await pageAfter(objects, { limit: Math.ceil(count / 100), sort: byShown }, 8);
  return [
    ['the first page, by name', {}],
    ['-SortBy DisplayName', { sort: byShown }],
    ['-SortBy DisplayName, downwards', { sort: [{ property: 'displayName', descending: true }] }],
    ['-SortBy DisplayName, behind 8 in 100', { sort: byShown, after: far }],
    [`-Filter DisplayName -eq "${middle}"`, { filter: { op: 'eq', property: 'displayName', value: middle } }],
    ['-Filter DisplayName -like "Person 00007*"', { filter: like('displayName', 'Person 00007*') }],
    [
      'user77* (name or display name)',
      { filter: { op: 'or', of: [like('name', 'user77*'), like('displayName', 'user77*')] } },
    ],
    ['-Filter UMMailboxPolicy (1 in 10)', { filter: { op: 'eq', property: 'umMailboxPolicy', value: small.id } }],
    ['-OrganizationalUnit (1 in 100)', { filter: { op: 'eq', property: 'ou', value: 'ou=Sales,dc=x' } }],
    [
      'scan: MissedCallNotificationEnabled (1 in 1000)',
      { filter: { op: 'eq', property: 'missedCallNotificationEnabled', value: false } },
    ],
    ['scan: -Anr "ser77"', { text: 'ser77' }],
    ['scan: -SortBy MailAddress', { sort: [{ property: 'mailAddress' }] }],
  ];
}

async function pageAfter(objects: Objects, options: ListOptions, pages: number): Promise<string> {
  let after = '';
  for (let page = 0; page < pages; page++)
    after = (await objects.list('UMMailbox', { ...options, ...(after && { after }) }, SYSTEM)).next ?? after;
  return after;
}

/** The most of the heap that is in use while something is done, garbage included, beside what was there before. */
async function heapWhile(work: () => Promise<unknown>): Promise<number> {
  collect();
  const before = process.memoryUsage().heapUsed;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().heapUsed);
  }, 5);
  await work();
  clearInterval(timer);
  return (Math.max(most, process.memoryUsage().heapUsed) - before) / MEBIBYTE;
}

for (const size of sizes) {
  const folder = await mkdtemp(join(tmpdir(), 'parley-listings-'));
  try {
    const { database, close } = await openEngine(engine, folder);
    await database.migrate();
    const objects = await openOwnDirectory({ database, clock });
    await firstStart(objects, { clock, timeZone: 'UTC' });
    const began = performance.now();
    await fill(objects, size);
    console.log(
      `${engine}, ${size} mailboxes and people (made in ${((performance.now() - began) / 1000).toFixed(0)} s), pages of ${LIMIT}`,
    );
    for (const [title, options] of await questions(objects, size)) {
      const millis: number[] = [];
      const ask = () => objects.list('UMMailbox', { limit: LIMIT, ...options }, SYSTEM);
      const { length } = (await ask()).objects;
      for (let run = 0; run < runs; run++) {
        const from = performance.now();
        await ask();
        millis.push(performance.now() - from);
      }
      const heap = await heapWhile(ask);
      const { p50, max } = spread(millis);
      console.log(
        `  ${title.padEnd(52)} ${p50.toFixed(1).padStart(8)} ms (most ${max.toFixed(1)})  ${length} shown, heap +${heap.toFixed(0)} MiB`,
      );
    }
    await objects.close();
    await close();
  } finally {
    await rm(folder, { recursive: true });
  }
}
