import { parentPort, workerData } from 'node:worker_threads';
import { silentLog } from '@parley/base';
import { type ChannelMessage, MemoryRecorder, runEngine, type ThreadData } from '../src/engine/index.ts';

/** What tests ask of their media thread, over the channel 'test'. */
export interface TestMessage extends ChannelMessage {
  readonly ask: 'take' | 'die' | 'data';
  readonly draft?: string;
}

/** And what it answers. */
export interface TestAnswer extends ChannelMessage {
  readonly data?: unknown;
  readonly bytes?: Uint8Array;
  readonly gaps?: number;
  readonly ended?: boolean;
}

const { media, data }: ThreadData = workerData;
const recorder = new MemoryRecorder();

function answer(message: ChannelMessage): void {
  const { ask, draft = '' } = message as TestMessage;
  if (ask === 'die') throw new Error('asked to die');
  const take = recorder.take(draft, 1);
  if (ask === 'data') post({ channel: 'test', data });
  else post({ channel: 'test', bytes: Uint8Array.from(take?.bytes ?? []), gaps: take?.gaps.length ?? -1 });
}

function post(message: TestAnswer): void {
  running.post(message);
}

const running = runEngine(parentPort!, {
  settings: media,
  recorder,
  log: silentLog,
  onMessage: answer,
  beforeEnd: async () => post({ channel: 'test', ended: true }),
});
