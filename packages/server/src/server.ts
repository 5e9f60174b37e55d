import type { Clock, Log } from '@parley/base';
import type { KeptObjects } from '@parley/directory';
import { LocalAddress, type Peer } from '@parley/sip';
import type { SpoolFigures } from '@parley/spool';
import type { LoadFigures } from './admission.ts';
import { changedKeys } from './config/config.ts';
import type { Config } from './config/settings.ts';
import type { DataFolder } from './data-folder.ts';
import { serveHealth } from './health/http.ts';
import { createMetrics } from './health/metrics.ts';
import { type AdminHouse, serveAdmin } from './house/admin.ts';
import { Calls } from './house/answer-invitations.ts';
import { ConnectivityTest } from './house/connectivity.ts';
import { createDialer } from './house/dialer.ts';
import { createFrontDoor } from './house/front-door.ts';
import { LoopWatch } from './house/loop-watch.ts';
import { openMailRoom } from './house/mail-room.ts';
import { openMediaRoom } from './house/media-room.ts';
import { readMusic } from './house/music.ts';
import { openOffice } from './house/office.ts';
import { referOutsideCalls } from './house/refer.ts';
import { createSignalling } from './house/signalling.ts';
import { withSpokenNames } from './house/spoken-names.ts';
import { spoolOperations } from './house/spool-operations.ts';
import { readTlsFiles } from './house/tls-files.ts';
import { openTraces } from './house/traces.ts';
import { openVoice, type Voice } from './house/voice.ts';

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
  /** Where administrators come in by HTTPS, and the link that makes the first of them. */
  readonly admin: Pick<AdminHouse, 'https' | 'setupLink'>;
  /** Resolves when the fixed prompts of the languages in use are rendered and calls are taken. */
  readonly ready: Promise<void>;
  /** Takes over what can be changed while running; returns the keys that need a restart. */
  reload(config: Config): { readonly live: readonly string[]; readonly restart: readonly string[] };
  /** No new calls from here on; resolves when the present ones are over, or were ended because the signal aborted. */
  drain(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
  /** Nothing can be trusted any more: seals what is being recorded. Whoever asks ends the process. */
  abandon(): Promise<void>;
}

/**
 * Puts the house together, bottom first, and opens the doors last. What fails on the way is a ParleyError of one line; everything
 * opened so far is closed again, in the opposite order.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { data, clock, log } = options;
  let { config } = options;
  const state = { ready: false, draining: false };
  await using opened = new AsyncDisposableStack();

  const wideband = config.rtp.codecs.some(codec => codec === 'G722' || codec === 'opus');
  const voice = await openVoice(opened, { data, config: config.speech, wideband, clock, log });
  const office = await openOffice(opened, {
    data,
    config: config.database,
    languages: voice.book.languages(),
    node: config.node,
    clock,
    log,
  });
  const { objects, directory, records } = office;
  const metrics = createMetrics(() => {
    const { waiting, oldestMillis, dead } = mailRoom.spool.figures();
    const { mailboxes, awayMillis, stale } = directory.figures;
    return {
      ...figures(),
      spoolWaiting: waiting,
      spoolOldestSeconds: oldestMillis / 1000,
      spoolDead: dead,
      spoolFreeBytes: mediaRoom.spoolHealth.freeBytes,
      directoryMailboxes: mailboxes,
      directoryAwaySeconds: awayMillis / 1000,
      directoryStale: stale,
      certificateSeconds:
        signalling.certificateUntil === undefined ? undefined : (signalling.certificateUntil - clock.wall()) / 1000,
    };
  });
  const onDelivered = (seconds: number) => {
    metrics.delivered(seconds);
    options.onDelivered?.();
  };
  const mailRoom = await openMailRoom(opened, {
    data,
    config,
    promptsFolder: voice.folder,
    directory,
    clock,
    log,
    onDelivered,
  });
  const mediaRoom = await openMediaRoom(opened, { data, config, mailRoom, voice, clock, log });
  const { media, writers, spoolHealth, prompter } = mediaRoom;
  const loop = opened.adopt(new LoopWatch(clock), each => each.close());
  const traces = openTraces({ calls: config.sip.trace, directory, telling: () => config.log, clock });
  const addresses = {
    localAddress: new LocalAddress(clock, config.rtp.advertise),
    localAddress6: new LocalAddress(clock),
  };
  const dialer = createDialer({
    ...addresses,
    userAgent: () => userAgent,
    directory,
    placed: (leg, call) => traces.placed(leg, call),
    log,
  });
  const calls = new Calls({
    directory,
    drafts: spoolHealth.watched(writers.drafts(call => calls.threadOf(call))),
    media,
    ...addresses,
    prompter,
    dialer,
    onForeign: (call, foreign) => traces.heardElsewhere(call, foreign),
    music: await readMusic(config.speech.music && data.at(config.speech.music), voice.prompts),
    records: {
      add(record) {
        records.add(record);
        traces.ended(record);
      },
    },
    metrics,
    messageIdDomain: await mailDomain(objects),
    node: config.node,
    rtp: config.rtp,
    callsPerSecond: () => config.limits.callsPerSecond,
    clock,
    log,
    ...(options.transcript ? { transcript: options.transcript } : {}),
  });
  const figures = (): LoadFigures => ({
    ready: state.ready,
    draining: state.draining,
    spoolTakes: spoolHealth.takes,
    calls: calls.count,
    waiting: calls.waiting,
    mediaStuck: mediaRoom.load.stuck,
    lateMillis: mediaRoom.load.lateMillis,
    signallingMillis: loop.lateMillis,
    backlogSeconds: mailRoom.delivery.backlogSeconds,
  });

  const signalling = createSignalling({
    config: config.sip,
    at: path => data.at(path),
    clock,
    log,
    onInvitation: invitation => calls.take(invitation),
    admit: createFrontDoor({ directory, figures, limits: () => config.limits, metrics }),
    // Calls from whoever is a gateway are bounded by `limits`; strangers are refused anyway, and a flood of theirs costs little.
    unlimited: source => directory.gatewayFor(source) !== undefined,
    // A caller's Contact must not make us send to addresses that nobody has configured; who is behind a gateway is reached through it.
    mayReach: ({ address, name }) => directory.gatewayFor({ address, certified: name ? [name] : [] }) !== undefined,
    events: { onRefer: referOutsideCalls(log) },
    ...(traces.onTraffic && { onTraffic: traces.onTraffic }),
  });
  const userAgent = opened.adopt(signalling.userAgent, each => each.close());
  const sip = await userAgent.listen();
  const status = () => ({
    ...statusOf(figures(), mailRoom.spool.figures()),
    directoryMailboxes: directory.figures.mailboxes,
    directoryAwaySeconds: Math.round(directory.figures.awayMillis / 1000),
  });
  const administered = withSpokenNames(objects, { prompts: voice.prompts, log });
  const connectivity = opened.adopt(
    new ConnectivityTest({ listening: sip, tls: () => readTlsFiles(config.sip, path => data.at(path)), clock, log }),
    each => each.close(),
  );
  const admin = opened.adopt(
    await serveAdmin({
      data: data.path,
      config: config.admin,
      at: path => data.at(path),
      objects: administered,
      audit: objects.audit,
      access: office.access,
      backup: office.backup,
      replicas: office.replicas,
      node: config.node,
      directory,
      records,
      spool: spoolOperations({ ...mailRoom, directory, clock }),
      traces: traces.operations,
      status,
      activeCalls: () => calls.active(),
      connectivity: {
        test: question => connectivity.run(question),
        load: () => ({ calls: calls.count, queuedMessages: mailRoom.spool.figures().waiting }),
      },
      clock,
      log,
    }),
    each => each.close(),
  );
  const health = opened.adopt(
    await serveHealth({ ...config.http, registry: metrics.registry, notReady: () => notReady(figures()), log }),
    each => each.close(),
  );

  const ready = prepare(objects, voice, log).then(() => {
    state.ready = true;
  });
  const house = opened.move();
  return {
    sip,
    healthPort: health.port,
    made: office.made,
    admin: { https: admin.https, setupLink: admin.setupLink },
    ready,
    reload(next) {
      const changed = changedKeys(config, next);
      // The files may have changed though their names have not.
      signalling.renewTls();
      config = { ...config, limits: next.limits, log: next.log };
      return changed;
    },
    async drain(signal) {
      state.draining = true;
      await calls.idle(signal);
      await calls.endAll();
    },
    close: () => house.disposeAsync(),
    abandon: () => writers.sealAll(),
  };
}

/** Renders the fixed prompts of every language in use, so that nobody waits for the voice. */
async function prepare(objects: KeptObjects, { prompts }: Voice, log: Log): Promise<void> {
  const { objects: plans } = await objects.list('UMDialPlan', {}, { who: 'system' });
  const languages = [...new Set(plans.map(({ object }) => object.defaultLanguage))];
  const began = performance.now();
  await prompts.ready(languages);
  log.info('prompts are ready', { languages, millis: Math.round(performance.now() - began) });
}

/** What `parley status` prints. */
function statusOf(figures: LoadFigures, spool: SpoolFigures): Record<string, string | number | boolean> {
  const reasons = notReady(figures);
  return {
    process: process.pid,
    upSeconds: Math.round(process.uptime()),
    node: process.version,
    memoryMiB: Math.round(process.memoryUsage.rss() / (1024 * 1024)),
    ...figures,
    // The same word as /ready has, with its reasons.
    ready: reasons.length === 0,
    ...(reasons.length > 0 && { notReady: reasons.join('; ') }),
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
  const [first] = (await objects.list('Organization', { limit: 1 }, { who: 'system' })).objects;
  return first?.object.systemMailAddress.split('@').at(-1) ?? 'localhost';
}
