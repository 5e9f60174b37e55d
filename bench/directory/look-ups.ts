/**
 * What a call waits for the directory, and what a node remembers of it, at 10, 10,000 and 1,000,000 mailboxes: flat, if all is well.
 *
 *   node bench/directory/look-ups.ts [--engine sqlite|postgres] [--sizes 10,10000,1000000] [--samples N] [--json FILE]
 *
 * "asked" is a look-up that the database answers, one after the other, each of a mailbox that was not asked for before; "remembered" one
 * that memory answers. Heap is what lives on the main thread after a collection, beside what lived there before the directory was opened.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { seeded, systemClock } from '@parley/base';
import type { Database } from '@parley/database';
import type { MailboxInPlan } from '@parley/directory';
import { type CallDirectory, databaseSource, openCallDirectory } from '@parley/directory/cache';
import { sql } from 'kysely';
import { type Spread, spread } from '../figures.ts';
import { machine } from '../machine.ts';
import { ENGINES, type EngineName, isEngine, openEngine } from './engines.ts';
import { addressesOf, fill, PLANS, planOf } from './fill.ts';

const KINDS = ['extension', 'SIP address', 'E.164 number', 'miss'] as const;
type Kind = (typeof KINDS)[number];

interface Sized {
  readonly mailboxes: number;
  readonly fillSeconds: number;
  /** Until the first call could be answered, with the default bounds. */
  readonly openMillis: number;
  /** Whether all were read at once. */
  readonly whole: boolean;
  /** Microseconds. */
  readonly asked: Readonly<Record<Kind, Spread>>;
  readonly remembered: Readonly<Record<Kind, number>>;
  /** After as many different mailboxes as there are, at most 200,000, have been called. */
  readonly kept: { readonly mailboxes: number; readonly heapMiB: number; readonly estimatedMiB: number };
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

function heapMiB(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

interface Looker {
  readonly directory: CallDirectory;
  readonly mailboxes: number;
}

/** One look-up of a kind for the mailbox with this number; for a miss, a number beyond all of them. */
function lookUp({ directory, mailboxes }: Looker, kind: Kind, index: number): Promise<MailboxInPlan | undefined> {
  const asked = kind === 'miss' ? mailboxes + index : index;
  const { extension, sip, e164 } = addressesOf(asked);
  const plan = directory.dialPlan(PLANS[planOf(asked)]);
  if (!plan) throw new Error('the dial plan is gone');
  if (kind === 'SIP address') return directory.mailboxByAddress(plan, sip);
  if (kind === 'E.164 number') return directory.mailboxByAddress(plan, e164);
  return directory.mailboxByExtension(plan, extension);
}

/** Different numbers of mailboxes that can be called in this way, at random. */
function chosen(kind: Kind, mailboxes: number, samples: number): number[] {
  const random = seeded(7);
  const fits = (index: number) =>
    kind === 'SIP address' ? planOf(index) === 'sip' : kind === 'E.164 number' ? planOf(index) === 'e164' : true;
  const all = new Set<number>();
  for (let tries = 0; tries < samples * 4 && all.size < samples; tries++) {
    const index = Math.floor(random() * mailboxes);
    if (fits(index)) all.add(index);
  }
  return [...all];
}

async function check(looker: Looker, kind: Kind, index: number): Promise<void> {
  const found = await lookUp(looker, kind, index);
  const right = kind === 'miss' ? found === undefined : found?.mailbox.extensions[0] === addressesOf(index).extension;
  if (!right) throw new Error(`the ${kind} of mailbox ${index} is answered wrongly`);
}

/** Nothing is remembered: every look-up goes to the database. */
async function timeAsked(database: Database, mailboxes: number, samples: number): Promise<Record<Kind, Spread>> {
  const source = databaseSource(database, systemClock);
  const bounds = { mailboxes: 1, absent: 1 };
  const directory = await openCallDirectory({ source, clock: systemClock, bounds, readAhead: 0 });
  const looker = { directory, mailboxes };
  const time = async (kind: Kind) => {
    const micros: number[] = [];
    for (const index of chosen(kind, mailboxes, samples)) {
      const began = performance.now();
      await lookUp(looker, kind, index);
      micros.push((performance.now() - began) * 1000);
    }
    return spread(micros);
  };
  try {
    // The first ones compile the code and fill the database's own memory.
    for (const kind of KINDS) for (const index of chosen(kind, mailboxes, 300)) await check(looker, kind, index);
    return await timed(time);
  } finally {
    await directory.close();
  }
}

async function timed<T>(time: (kind: Kind) => Promise<T>): Promise<Record<Kind, T>> {
  return {
    extension: await time('extension'),
    'SIP address': await time('SIP address'),
    'E.164 number': await time('E.164 number'),
    miss: await time('miss'),
  };
}

/** Microseconds for one look-up that memory answers, the promise included. */
async function timeRemembered(looker: Looker, kind: Kind): Promise<number> {
  const indexes = chosen(kind, looker.mailboxes, 500);
  for (const index of indexes) await check(looker, kind, index);
  const rounds = Math.ceil(200_000 / indexes.length);
  const began = performance.now();
  for (let round = 0; round < rounds; round++) for (const index of indexes) await lookUp(looker, kind, index);
  return ((performance.now() - began) * 1000) / (rounds * indexes.length);
}

async function measureSize(engine: EngineName, mailboxes: number, samples: number): Promise<Sized> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-look-ups-'));
  const { database, close } = await openEngine(engine, folder);
  try {
    await database.migrate();
    const began = performance.now();
    await fill(database, mailboxes);
    await sql`analyze`.execute(database.kysely);
    const fillSeconds = (performance.now() - began) / 1000;
    const asked = await timeAsked(database, mailboxes, samples);
    const before = heapMiB();
    const opening = performance.now();
    const directory = await openCallDirectory({ source: databaseSource(database, systemClock), clock: systemClock });
    const openMillis = performance.now() - opening;
    try {
      const looker = { directory, mailboxes };
      const { whole } = directory.figures;
      const remembered = await timed(kind => timeRemembered(looker, kind));
      for (let index = 0; index < Math.min(mailboxes, 200_000); index++) await lookUp(looker, 'extension', index);
      const { mailboxes: kept, bytes } = directory.figures;
      const heap = heapMiB() - before;
      return {
        ...{ mailboxes, fillSeconds, openMillis, whole, asked, remembered },
        kept: { mailboxes: kept, heapMiB: heap, estimatedMiB: bytes / 2 ** 20 },
      };
    } finally {
      await directory.close();
    }
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const ms = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(0));

function line({ mailboxes, asked, remembered, kept, openMillis, whole }: Sized): string {
  const times = KINDS.map(kind => `${kind} ${ms(asked[kind].p50)}/${ms(asked[kind].p99)}`).join(', ');
  const memory = KINDS.map(kind => `${kind} ${ms(remembered[kind])}`).join(', ');
  return [
    `${mailboxes} mailboxes`,
    `  asked, us (p50/p99)   ${times}`,
    `  remembered, us        ${memory}`,
    `  ${whole ? 'all read at once' : 'by need'}, open in ${openMillis.toFixed(0)} ms; ${kept.mailboxes} remembered: heap ${kept.heapMiB.toFixed(1)} MiB (estimated ${kept.estimatedMiB.toFixed(1)})`,
  ].join('\n');
}

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'sqlite' },
    sizes: { type: 'string', default: '10,10000,1000000' },
    samples: { type: 'string', default: '2000' },
    json: { type: 'string' },
  },
});
const { engine } = values;
if (!isEngine(engine)) throw new Error(`--engine is one of ${ENGINES.join(', ')}`);
const results: Sized[] = [];
process.stdout.write(`${JSON.stringify(machine())}\n${engine}\n`);
for (const size of values.sizes.split(',').map(Number)) {
  const result = await measureSize(engine, size, Number(values.samples));
  results.push(result);
  process.stdout.write(`${line(result)}\n`);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ engine, results }, null, 2)}\n`);
