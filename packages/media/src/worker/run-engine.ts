import type { MessagePort } from 'node:worker_threads';
import { type Clock, type Log, systemClock } from '@parley/base';
import type { MediaEngine } from '../engine/engine.ts';
import { openSockets } from '../engine/linux-sockets/index.ts';
import type { PacketSockets } from '../engine/packet-socket.ts';
import { TimedEngine } from '../engine/timed-engine.ts';
import { goFirst } from './go-first.ts';
import type { Recorder } from './protocol.ts';
import { type ChannelMessage, isOwn, OWN_CHANNEL, type ThreadSettings, type ToThread } from './thread-messages.ts';

/** What a media thread brings along to its engine. */
export interface RunOptions {
  /** `media` of the thread's `ThreadData`. */
  readonly settings: ThreadSettings;
  readonly recorder: Recorder;
  readonly log: Log;
  /** What `settings.sockets` says by default. */
  readonly sockets?: PacketSockets;
  readonly clock?: Clock;
  /** Messages of other channels that the main thread posted. */
  readonly onMessage?: (message: ChannelMessage) => void;
  /** Awaited after the last session ended, before the thread does: what a recorder still holds is written here. */
  readonly beforeEnd?: () => Promise<void>;
}

/** An engine that runs on this thread. */
export interface RunningEngine {
  readonly engine: MediaEngine;
  /** Sends a message of another channel to the main thread. */
  post(message: ChannelMessage): void;
}

/**
 * Runs a media engine on this worker thread, driven by its 20 ms clock and by the commands that come through `port` (the thread's `parentPort`).
 * Returns at once; the thread ends by itself after the main thread asked for it.
 */
export function runEngine(port: MessagePort, options: RunOptions): RunningEngine {
  const clock = options.clock ?? systemClock;
  goFirst(options.log);
  const sockets = options.sockets ?? openSockets(options.settings.sockets, options.log);
  const timed = new TimedEngine({
    ...options.settings,
    sockets,
    clock,
    recorder: options.recorder,
    log: options.log,
    emit: event => port.postMessage(event),
  });
  const end = async () => {
    timed.close();
    await options.beforeEnd?.();
    sockets.close?.();
    port.postMessage({ channel: OWN_CHANNEL, say: 'ended' });
    port.close();
  };
  port.on('message', (message: ToThread) => {
    // Other channels have words of their own, which may be the same as ours.
    if (!('channel' in message)) timed.handle(message);
    else if (!isOwn(message)) options.onMessage?.(message);
    // A thread that cannot end in order dies: its owner then treats what it held as lost.
    else if (message.say === 'end') end().catch(rethrow);
  });
  // A thread that is killed, or out of memory, does not come here: then its owner settles the estate.
  process.on('exit', () => sockets.close?.());
  const estate = sockets.estate?.shared;
  port.postMessage({ channel: OWN_CHANNEL, say: 'ready', ...(estate && { estate }) });
  return { engine: timed.engine, post: message => port.postMessage(message) };
}

function rethrow(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
