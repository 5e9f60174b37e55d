import { parentPort, workerData } from 'node:worker_threads';
import { silentLog } from '@parley/base';
import { MemoryRecorder, openSockets, type PacketSockets } from '../src/engine/index.ts';
import { type ChannelMessage, runEngine, type ThreadData } from '../src/index.ts';

/** What tests ask of their media thread, over the channel 'test'. */
export interface TestMessage extends ChannelMessage {
  /** 'sockets' is answered when none is being bound. */
  readonly ask: 'take' | 'die' | 'data' | 'sockets';
  readonly draft?: string;
}

/** And what it answers. */
export interface TestAnswer extends ChannelMessage {
  readonly data?: unknown;
  readonly bytes?: Uint8Array;
  readonly gaps?: number;
  readonly ended?: boolean;
  /** How many were bound up to now. */
  readonly sockets?: number;
}

const { media, data }: ThreadData = workerData;
const recorder = new MemoryRecorder();
let binding = 0;
let bound = 0;

const network = openSockets(media.sockets, silentLog);
const { estate } = network;
const counted: PacketSockets = {
  async bind(local, receiver) {
    binding += 1;
    try {
      const socket = await network.bind(local, receiver);
      bound += 1;
      return socket;
    } finally {
      binding -= 1;
    }
  },
  exchange: () => network.exchange?.(),
  close: () => network.close?.(),
  ...(estate && { estate }),
};

function answer(message: ChannelMessage): void {
  const { ask, draft = '' } = message as TestMessage;
  if (ask === 'die') throw new Error('asked to die');
  if (ask === 'sockets') return void setImmediate(tellSockets);
  const take = recorder.take(draft, 1);
  if (ask === 'data') post({ channel: 'test', data });
  else post({ channel: 'test', bytes: Uint8Array.from(take?.bytes ?? []), gaps: take?.gaps.length ?? -1 });
}

function tellSockets(): void {
  if (binding > 0) setImmediate(tellSockets);
  else post({ channel: 'test', sockets: bound });
}

function post(message: TestAnswer): void {
  running.post(message);
}

const running = runEngine(parentPort!, {
  settings: media,
  recorder,
  log: silentLog,
  sockets: counted,
  onMessage: answer,
  beforeEnd: async () => post({ channel: 'test', ended: true }),
});
