import type { Via } from '../message/grammar.ts';
import type { Peer } from './peer.ts';
import type { Channel, Sent, TransportUser } from './transport.ts';

/** A SIP message on its way, malformed ones included. */
export interface Traffic {
  readonly direction: 'in' | 'out';
  readonly peer: Peer;
  /** As on the wire. They may be a view of something larger, and change after the call: keep a copy. What could not be framed on a stream ends where it was given up. */
  readonly bytes: Uint8Array;
}

/** Hears every message before anything is done about it. Must be quick and must not throw. */
export type TrafficHandler = (traffic: Traffic) => void;

/** The same user, whose messages are heard, and whose channels are tapped. */
export function tapped(user: TransportUser, hear: TrafficHandler): TransportUser {
  return {
    received(message, from, bytes) {
      hear({ direction: 'in', peer: from.peer, bytes });
      user.received(message, new TappedChannel(from, hear), bytes);
    },
    malformed(thrown, from, bytes) {
      hear({ direction: 'in', peer: from.peer, bytes });
      user.malformed(thrown, new TappedChannel(from, hear), bytes);
    },
  };
}

/** A channel that is listened to. */
export class TappedChannel implements Channel {
  readonly #channel: Channel;
  readonly #hear: TrafficHandler;

  constructor(channel: Channel, hear: TrafficHandler) {
    this.#channel = channel;
    this.#hear = hear;
  }

  get peer(): Peer {
    return this.#channel.peer;
  }

  get local(): Peer {
    return this.#channel.local;
  }

  get reliable(): boolean {
    return this.#channel.reliable;
  }

  get unprovenOctets(): number | undefined {
    return this.#channel.unprovenOctets;
  }

  send(bytes: Uint8Array, sent: Sent): void {
    this.#hear({ direction: 'out', peer: this.#channel.peer, bytes });
    this.#channel.send(bytes, sent);
  }

  replyPath(top: Via): Channel {
    return new TappedChannel(this.#channel.replyPath(top), this.#hear);
  }

  admitted(): void {
    this.#channel.admitted?.();
  }
}
