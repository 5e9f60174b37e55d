import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '@parley/base';
import { openPhone, type Phone } from '@parley/phone';
import { CallRefused } from '@parley/sip';
import { Caller } from '../peers/caller.ts';
import { audit, codeOf, type Entry, soundOf } from '../peers/ledger.ts';
import { mailIn, parseMail } from '../peers/mailbox.ts';
import { type Server, startServer, testFolder } from '../peers/parley.ts';
import { seedData } from '../peers/seed.ts';
import { until } from '../peers/until.ts';

const KILLS = Number(process.env.PARLEY_KILLS ?? 12);
const SEED = Number(process.env.PARLEY_SEED ?? 20_261_121);
/** Calls under way at a time. */
const LINES = 4;

/** What callers do after they have spoken; as often as they are listed. */
const PLANS = ['send', 'hang up', 'erase', 'send', 'hang up', 'stay'] as const;
/** What a kill follows, at once or soon after. */
const MOMENTS = ['any time', 'says', 'asks', 'asks', 'confirmed'] as const;

class Killed extends Error {}

/** One life of the server: its calls, until it is killed. */
class Life {
  readonly events = new EventEmitter<{ says: []; asks: []; confirmed: []; answered: [] }>();
  readonly entries: Entry[] = [];
  readonly #killed = Promise.withResolvers<never>();
  isOver = false;

  constructor() {
    this.#killed.promise.catch(() => undefined);
  }

  /** Waits for something that the server may be killed before. */
  step<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#killed.promise]);
  }

  end(): void {
    const at = performance.now();
    this.isOver = true;
    for (const entry of this.entries) entry.killedAt = at;
    this.#killed.reject(new Killed());
  }
}

interface Around {
  readonly phone: Phone;
  readonly random: () => number;
  /** Gives every call a code of its own. */
  readonly count: { next: number };
}

test(`kill -9 at ${KILLS} random moments loses nothing, doubles nothing and brings nothing back`, {
  timeout: 60_000 + KILLS * 12_000,
}, async t => {
  t.diagnostic(`PARLEY_SEED=${SEED} PARLEY_KILLS=${KILLS}`);
  const data = join(testFolder(t), 'data');
  await seedData(data, { dialPlan: { audioCodec: 'G711', minRecordingDuration: 0 } });
  // Nobody answers the BYE of a call whose server is dead: the phone gives up after 64*T1.
  const phone = await openPhone({ timers: { T1: 30 } });
  t.after(() => phone.close());
  const around: Around = { phone, random: seeded(SEED), count: { next: 0 } };
  const entries: Entry[] = [];
  for (let kill = 0; kill < KILLS; kill++) entries.push(...(await oneLife(await startServer(t, { data }), around)));
  const last = await startServer(t, { data });
  await until('an empty spool', () => isDelivered(last), 30);
  const mails = await Promise.all(mailIn(join(data, 'mail/parley.test/ann')).map(parseMail));
  t.diagnostic(`${entries.length} calls, ${mails.length} mails: ${tally(mails.map(mail => kindOf(mail)))}`);
  t.diagnostic(
    `callers: ${tally(entries.map(entry => `${entry.asked ?? 'nothing'}${entry.confirmedAt ? ' confirmed' : ''}`))}`,
  );
  assert.deepEqual(await audit(entries, mails), []);
  // The moments were worth something: messages were cut by the kill, and others were accepted before it.
  assert.ok(mails.some(mail => kindOf(mail) === 'interrupted message'));
  assert.ok(entries.some(({ asked, confirmedAt }) => asked === 'send' && confirmedAt));
});

/** Calls the server on all lines until it is killed. */
async function oneLife(server: Server, around: Around): Promise<Entry[]> {
  const life = new Life();
  const lines = Array.from({ length: LINES }, () => line(server, life, around));
  await momentToKill(life, around.random);
  server.child.process.kill('SIGKILL');
  life.end();
  assert.equal(await server.child.ended, 'SIGKILL', server.child.output().slice(-2000));
  await Promise.all(lines);
  return life.entries;
}

/**
 * Resolves at a random moment while calls are under way: at any time, or behind what callers do, mostly at once and sometimes so
 * late that the message is just being delivered.
 */
async function momentToKill({ events }: Life, random: () => number): Promise<void> {
  const moment = MOMENTS[Math.floor(random() * MOMENTS.length)];
  const times = 1 + Math.floor(random() * 4);
  const delay = random();
  await once(events, 'answered');
  if (moment === 'any time') return pause(200 + delay * 5000);
  for (let i = 0; i < times; i++) await once(events, moment);
  await pause(moment === 'says' ? delay * 1500 : delay * delay * 800);
}

/** One caller after the other. */
async function line(server: Server, life: Life, around: Around): Promise<void> {
  while (!life.isOver)
    try {
      await life.step(pause(around.random() * 400));
      await oneCall(server, life, around);
    } catch (error) {
      // A machine with too much to do may turn a caller away, who tries again.
      if (!life.isOver && !(error instanceof CallRefused && error.status === 503)) throw error;
    }
}

async function oneCall(server: Server, life: Life, { phone, random, count }: Around): Promise<void> {
  const plan = PLANS[Math.floor(random() * PLANS.length)];
  const caller = await life.step(Caller.calls(phone, server.udp, '1001'));
  const entry: Entry = { callId: caller.call.callId, code: codeOf(count.next++) };
  life.entries.push(entry);
  life.events.emit('answered');
  try {
    // Any key leads straight to the tone.
    await life.step(caller.press('#'));
    await life.step(caller.hears('record.tone'));
    entry.saidAt = performance.now();
    life.events.emit('says');
    await life.step(caller.say(soundOf(entry.code)));
    if (plan !== 'stay') await ask(plan, { caller, entry, life });
    else await life.step(pause(2000));
  } finally {
    if (!life.isOver) entry.asked ??= 'hang up';
    void caller.call.hangUp();
  }
}

async function ask(
  plan: 'send' | 'erase' | 'hang up',
  { caller, entry, life }: { readonly caller: Caller; readonly entry: Entry; readonly life: Life },
): Promise<void> {
  if (plan !== 'hang up') {
    await life.step(caller.press('#'));
    await life.step(caller.hearsBegin('after.menu'));
  }
  entry.asked = plan;
  life.events.emit('asks');
  if (plan === 'hang up') await life.step(caller.hangUp());
  else {
    await life.step(caller.press(plan === 'send' ? '1' : '*'));
    await life.step(caller.hearsBegin(plan === 'send' ? 'message.sent' : 'message.erased'));
  }
  entry.confirmedAt = performance.now();
  life.events.emit('confirmed');
  if (plan !== 'hang up') await life.step(caller.isHungUp());
}

async function isDelivered({ health }: Server): Promise<true | undefined> {
  const text = await (await fetch(`${health}/metrics`)).text();
  return /^parley_spool_waiting 0$/m.test(text) && /^parley_spool_dead_letters 0$/m.test(text) ? true : undefined;
}

function kindOf(mail: { kind: string | undefined; header(name: string): string | undefined }): string {
  if (mail.kind === 'missedcall') return 'notice';
  return mail.header('X-Parley-Interrupted') ? 'interrupted message' : 'message';
}

function tally(kinds: readonly string[]): string {
  return [...Map.groupBy(kinds, kind => kind)].map(([kind, all]) => `${all.length} ${kind}`).join(', ');
}
