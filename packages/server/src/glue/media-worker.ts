import { parentPort, workerData } from 'node:worker_threads';
import { Bug, systemClock } from '@parley/base';
import { type RunningEngine, runEngine, type ThreadData } from '@parley/media';
import { nodeDisk } from '@parley/spool';
import { SpoolWriter, serveSpool } from '@parley/spool/writer';
import { remoteLog } from './thread-log.ts';

/** What a media thread is told about its part of the spool. */
export interface SpoolThreadData {
  readonly folder: string;
  readonly fallback?: string;
  readonly node: string;
  /** New for every start of a thread. */
  readonly worker: string;
  readonly reserveBytes?: number;
}

/*
 * A media thread: the engine that plays and records, and the log that recordings are written to, joined. Whoever records hands
 * bytes straight to whoever writes, in the same thread.
 */
if (parentPort === null) throw new Bug('the media worker is started as a thread');
const port = parentPort;
const { media, data } = workerData as ThreadData<SpoolThreadData>;
const log = remoteLog(message => port.postMessage(message), { thread: media.thread });
const served = serveSpool(
  () => writer,
  message => port.postMessage(message),
);
const writer = new SpoolWriter({
  disk: nodeDisk,
  folder: data.folder,
  ...(data.fallback === undefined ? {} : { fallback: data.fallback }),
  node: data.node,
  worker: data.worker,
  clock: systemClock,
  log,
  limits: data.reserveBytes === undefined ? {} : { reserveBytes: data.reserveBytes },
  onEvent: event => served.event(event),
});

/** What runs here, for whoever looks into the thread with a debugger. */
export const running: RunningEngine = runEngine(port, {
  settings: media,
  recorder: writer,
  log,
  onMessage: message => void served.receive(message),
  beforeEnd: () => writer.close(),
});
