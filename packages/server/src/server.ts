import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Clock, Log } from '@parley/base';
import { openSqlite } from '@parley/database/sqlite';
import { firstStart, type KeptObjects } from '@parley/directory';
import { openCallRecords, openOwnDirectory } from '@parley/directory/own';
import { MediaThreads } from '@parley/media';
import { createUserAgent, LocalAddress, type Peer } from '@parley/sip';
import { nodeDisk, Spool, type SpoolFigures } from '@parley/spool';
import type { LoadFigures } from './admission.ts';
import { changedKeys } from './config/config.ts';
import type { Config } from './config/settings.ts';
import type { DataFolder } from './data-folder.ts';
import { CourierProcess } from './glue/courier-process.ts';
import { createDelivery, waitingItem } from './glue/delivery.ts';
import type { SpoolThreadData } from './glue/media-worker.ts';
import { ClipNumbers, createPrompter } from './glue/prompter.ts';
import { loadWordings } from './glue/wordings.ts';
import { serveHealth } from './health/http.ts';
import { createMetrics } from './health/metrics.ts';
import { serveAdmin } from './house/admin.ts';
import { Calls } from './house/answer-invitations.ts';
import { createFrontDoor } from './house/front-door.ts';
import { LoadWatch } from './house/load-watch.ts';
import { withSpokenNames } from './house/spoken-names.ts';
import { SpoolHealth, SpoolWriters } from './house/spool.ts';
import { openVoice, PROMPTS } from './house/voice.ts';

export interface ServerOptions {
  readonly data: DataFolder;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears what callers hear and do, line by line: for the demo. */
  readonly transcript?: (line: string) => void;
  /** Hears of every message that is in its mailbox: for the demo. */
  readonly onDelivered?: () => void;
}

/** A server that runs. */
export interface Server {
  /** Where SIP is listened for. */
  readonly sip: readonly Peer[];
  readonly healthPort: number;
  /** What the first start made, a line each; empty when there was something already. */
  readonly made: readonly string[];
  /** Resolves when the fixed prompts of the languages in use are rendered and calls are taken. */
  readonly ready: Promise<void>;
  /** Takes over what can be changed while running; returns the keys that need a restart. */
  reload(config: Config): { readonly live: readonly string[]; readonly restart: readonly string[] };
  /** No new calls from here on; resolves when the present ones are over, or were ended because the signal aborted. */
  drain(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const MIB = 1024 * 1024;

/**
 * Puts the house together, bottom first, and opens the doors last. What fails on the way is a ParleyError of one line; everything
 * opened so far is closed again.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { data, clock, log } = options;
  let config = options.config;
  await using opened = new AsyncDisposableStack();
  const state = { ready: false, draining: false };

  const database = opened.adopt(await openSqlite({ file: data.at('parley.db'), log }), each => each.close());
  await database.migrate();
  const promptsFolder = config.speech.prompts === undefined ? PROMPTS : data.at(config.speech.prompts);
  const numbers: { of: ClipNumbers | undefined } = { of: undefined };
  const voice = await openVoice(config.speech, {
    cacheFolder: data.at(config.speech.cache),
    promptsFolder,
    numbers: () => need(numbers.of),
    clock,
    log,
  });
  opened.adopt(voice.prompts, each => each.close());
  const objects = await openOwnDirectory({ database, clock, log, languages: voice.book.languages() });
  const made = await firstStart(objects, { clock, timeZone: Temporal.Now.timeZoneId() });
  const { directory } = objects;
  const records = opened.adopt(openCallRecords({ database, clock, log }), each => each.close());
  const wordings = await loadWordings(voice.folder, log);

  const folder = data.at(`${config.spool.folder}/${config.node}`);
  const fallback = config.spool.fallback === undefined ? undefined : data.at(`${config.spool.fallback}/${config.node}`);
  await mkdir(data.at(config.maildir.root), { recursive: true, mode: 0o711 });
  const metrics = createMetrics(() => ({
    calls: calls.count,
    lateMillis: load.lateMillis,
    spoolWaiting: spool.figures().waiting,
    spoolOldestSeconds: spool.figures().oldestMillis / 1000,
    spoolDead: spool.figures().dead,
    spoolFreeBytes: spoolHealth.freeBytes,
    backlogSeconds: delivery.backlogSeconds,
  }));
  const spool = opened.adopt(
    await Spool.open({
      disk: nodeDisk,
      folder,
      ...(fallback === undefined ? {} : { fallback }),
      node: config.node,
      clock,
      log,
      onItem: item => delivery.add(waitingItem(item)),
    }),
    each => each.close(),
  );
  const courier = opened.adopt(
    new CourierProcess({
      maildir: {
        root: data.at(config.maildir.root),
        mode: config.maildir.mode,
        ...(config.maildir.owner ? { owner: config.maildir.owner } : {}),
      },
      audio: id => spool.audio(id),
      log,
    }),
    each => each.close(),
  );
  const delivery = opened.adopt(
    createDelivery({
      spool,
      courier,
      directory,
      wordings,
      clock,
      log,
      onDelivered: seconds => {
        metrics.delivered(seconds);
        options.onDelivered?.();
      },
    }),
    each => each.close(),
  );

  const reserveBytes = config.spool.reserveMiB === undefined ? undefined : config.spool.reserveMiB * MIB;
  const writers = new SpoolWriters(spool, { clock, log });
  const media = new MediaThreads({
    count: config.rtp.threads ?? Math.max(1, availableParallelism() - 1),
    entry: new URL('./glue/media-worker.ts', import.meta.url),
    address: config.rtp.address,
    ports: config.rtp.ports,
    silentMillis: config.rtp.silentSeconds * 1000,
    data: thread =>
      ({
        folder,
        ...(fallback === undefined ? {} : { fallback }),
        node: config.node,
        worker: writers.begin(() => media, thread),
        ...(reserveBytes === undefined ? {} : { reserveBytes }),
      }) satisfies SpoolThreadData,
    clock,
    log,
    onThreadLost: (thread, error) => writers.lost(thread, error),
  });
  opened.adopt(media, each => each.close());
  for (let thread = 0; thread < media.loads().length || thread === 0; thread++)
    media.onMessage(thread, message => writers.receive(thread, message));
  await media.start();
  const load = opened.adopt(new LoadWatch(() => media.loads(), clock), each => each.close());
  numbers.of = new ClipNumbers(media);

  const spoolHealth = opened.adopt(new SpoolHealth({ folder, reserveBytes, clock, log }), each => each.close());
  await spoolHealth.watch();
  const calls = new Calls({
    directory,
    drafts: spoolHealth.watched(writers.drafts(call => calls.threadOf(call))),
    media,
    localAddress: new LocalAddress(clock, config.rtp.advertise),
    prompter: createPrompter(voice.prompts, numbers.of),
    records,
    metrics,
    messageIdDomain: await mailDomain(objects),
    node: config.node,
    clock,
    log,
    ...(options.transcript ? { transcript: options.transcript } : {}),
  });
  for (const item of spool.list()) if (item.state === 'waiting') delivery.add(waitingItem(item));

  const figures = (): LoadFigures => ({
    ready: state.ready,
    draining: state.draining,
    spoolTakes: spoolHealth.takes,
    calls: calls.count,
    lateMillis: load.lateMillis,
    backlogSeconds: delivery.backlogSeconds,
  });
  const userAgent = createUserAgent({
    listen: config.sip.listen,
    ...(config.sip.advertise === undefined ? {} : { advertise: config.sip.advertise }),
    budgets: { connections: config.sip.maxConnections },
    clock,
    log,
    onInvitation: invitation => calls.take(invitation),
    admit: createFrontDoor({ directory, figures, limits: () => config.limits, metrics, clock, log }),
  });
  opened.adopt(userAgent, each => each.close());
  const sip = await userAgent.listen();
  const admin = await serveAdmin({
    data: data.path,
    objects: withSpokenNames(objects, { prompts: voice.prompts, log }),
    directory,
    records,
    spool,
    hurry: id => delivery.hurry(id),
    status: () => statusOf(figures(), spool.figures()),
    log,
  });
  opened.adopt(admin, each => each.close());
  const health = opened.adopt(
    await serveHealth({ ...config.http, registry: metrics.registry, notReady: () => notReady(figures()), log }),
    each => each.close(),
  );

  const ready = prepare(objects, voice.prompts, log).then(() => {
    state.ready = true;
  });
  const house = opened.move();
  return {
    sip,
    healthPort: health.port,
    made,
    ready,
    reload(next) {
      const changed = changedKeys(config, next);
      config = { ...config, limits: next.limits, log: next.log };
      return changed;
    },
    async drain(signal) {
      state.draining = true;
      await calls.idle(signal);
      await calls.endAll();
    },
    close: () => house.disposeAsync(),
  };
}

/** Renders the fixed prompts of every language in use, then the names of the mailboxes that exist. */
async function prepare(
  objects: KeptObjects,
  prompts: { ready(languages: readonly string[]): Promise<void> },
  log: Log,
): Promise<void> {
  const plans = await objects.list('UMDialPlan');
  const languages = [...new Set(plans.map(({ object }) => object.defaultLanguage))];
  const began = performance.now();
  await prompts.ready(languages);
  log.info('prompts are ready', { languages, millis: Math.round(performance.now() - began) });
}

/** What `parley status` prints. */
function statusOf(figures: LoadFigures, spool: SpoolFigures): Record<string, string | number | boolean> {
  return {
    process: process.pid,
    upSeconds: Math.round(process.uptime()),
    node: process.version,
    memoryMiB: Math.round(process.memoryUsage.rss() / MIB),
    ...figures,
    spoolWaiting: spool.waiting,
    spoolDead: spool.dead,
    spoolOldestSeconds: Math.round(spool.oldestMillis / 1000),
    spoolSegments: spool.segments,
  };
}

/** Why new calls are not taken, for /ready. */
function notReady(figures: LoadFigures): string[] {
  const reasons: string[] = [];
  if (!figures.ready) reasons.push('prompts are being rendered');
  if (figures.draining) reasons.push('draining: the server is ending');
  if (!figures.spoolTakes) reasons.push('the spool cannot take recordings: its disk is full or failing');
  return reasons;
}

/** Right half of Message-IDs: the domain that the first organisation's messages come from. */
async function mailDomain(objects: KeptObjects): Promise<string> {
  const [first] = await objects.list('Organization');
  return first?.object.systemMailAddress.split('@').at(-1) ?? 'localhost';
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the media threads are not there yet');
  return value;
}
