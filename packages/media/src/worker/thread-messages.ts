import type { SocketKind } from '../engine/linux-sockets/index.ts';
import type { PortRange } from '../engine/port-pairs.ts';
import type { MediaCommand, MediaEvent } from './protocol.ts';

/** Anything else that travels between the main thread and a media thread, told apart by its channel: any text but 'media'. */
export interface ChannelMessage {
  readonly channel: string;
}

/** What a media thread is told about its engine when it starts. */
export interface ThreadSettings {
  /** From 0. */
  readonly thread: number;
  readonly address: string;
  /** Its share of the range. */
  readonly ports: PortRange;
  readonly silentMillis: number;
  readonly silenceEveryMillis: number;
  readonly sockets: SocketKind;
}

/** `workerData` of a media thread: what its engine needs, and what the owner of the threads added. */
export interface ThreadData<Data = unknown> {
  readonly media: ThreadSettings;
  readonly data: Data;
}

/** Channel of the two messages that the threads themselves exchange: the main thread says 'end', the worker 'ready' and 'ended'. */
export const OWN_CHANNEL = 'media';

export interface OwnMessage extends ChannelMessage {
  readonly channel: typeof OWN_CHANNEL;
  readonly say: 'end' | 'ready' | 'ended';
  /** With 'ready': what is to be given back when the thread is dead (see `settle`). */
  readonly estate?: SharedArrayBuffer;
}

export type ToThread = MediaCommand | OwnMessage | ChannelMessage;
export type FromThread = MediaEvent | OwnMessage | ChannelMessage;

export function isOwn(message: ChannelMessage): message is OwnMessage {
  return message.channel === OWN_CHANNEL;
}
