import { availableParallelism } from 'node:os';
import type { Clock, Log } from '@parley/base';
import type { Prompter } from '@parley/call';
import { MediaThreads } from '@parley/media';
import type { Config } from '../config/settings.ts';
import type { DataFolder } from '../data-folder.ts';
import type { SpoolThreadData } from '../glue/media-worker.ts';
import { ClipNumbers, createPrompter } from '../glue/prompter.ts';
import { LoadWatch } from './load-watch.ts';
import type { MailRoom } from './mail-room.ts';
import { checkOwnAddress } from './own-address.ts';
import { SpoolHealth } from './spool-health.ts';
import { SpoolWriters } from './spool-writers.ts';
import type { Voice } from './voice.ts';

/** The media threads with the logs they write. */
export interface MediaRoom {
  readonly media: MediaThreads;
  readonly writers: SpoolWriters;
  readonly spoolHealth: SpoolHealth;
  readonly load: LoadWatch;
  readonly prompter: Prompter;
}

export interface MediaRoomParts {
  readonly data: DataFolder;
  readonly config: Config;
  readonly mailRoom: MailRoom;
  readonly voice: Voice;
  readonly clock: Clock;
  readonly log: Log;
}

const MIB = 1024 * 1024;

/** Starts the media threads. */
export async function openMediaRoom(
  opened: AsyncDisposableStack,
  { data, config, mailRoom, voice, clock, log }: MediaRoomParts,
): Promise<MediaRoom> {
  const { rtp, spool, node } = config;
  const { folder, fallback } = mailRoom;
  await checkOwnAddress('rtp.address', rtp.address);
  if (rtp.address6 !== undefined) await checkOwnAddress('rtp.address6', rtp.address6);
  const reserveBytes = spool.reserveMiB === undefined ? undefined : spool.reserveMiB * MIB;
  const writers = new SpoolWriters(mailRoom.spool, { clock, log });
  const logOf = (worker: string): SpoolThreadData => ({
    folder,
    node,
    worker,
    ...(fallback === undefined ? {} : { fallback }),
    ...(reserveBytes === undefined ? {} : { reserveBytes }),
  });
  const count = rtp.threads ?? Math.max(1, availableParallelism() - 1);
  const media: MediaThreads = opened.adopt(
    new MediaThreads({
      count,
      entry: new URL('../glue/media-worker.ts', import.meta.url),
      address: rtp.address,
      ...(rtp.address6 === undefined ? {} : { address6: rtp.address6 }),
      ports: rtp.ports,
      silentMillis: rtp.silentSeconds * 1000,
      silenceEveryMillis: rtp.silenceEveryMillis,
      sockets: rtp.sockets,
      data: thread => logOf(writers.begin(() => media, thread)),
      clock,
      log,
      onThreadLost: (thread, error) => writers.lost(thread, error),
    }),
    each => each.close(),
  );
  for (let thread = 0; thread < count; thread++) media.onMessage(thread, message => writers.receive(thread, message));
  await media.start();
  const spoolHealth = opened.adopt(
    new SpoolHealth({ folder, ...(fallback === undefined ? {} : { fallback }), reserveBytes, clock, log }),
    each => each.close(),
  );
  await spoolHealth.watch();
  const load = opened.adopt(new LoadWatch(() => media.loads(), clock), each => each.close());
  const numbers = new ClipNumbers(media);
  voice.onDropped(clip => numbers.drop(clip));
  return {
    media,
    writers,
    spoolHealth,
    load,
    prompter: createPrompter(voice.prompts, { numbers, at: path => data.at(path) }),
  };
}
