import { codeOf, type Log, messageOf } from '@parley/base';
import type { PacketReceiver, PacketSocket, PacketSockets } from './packet-socket.ts';
import type { PortPairs } from './port-pairs.ts';

/** Pairs that are tried when others hold them, before it is given up. */
const MOST_TRIES = 16;

/** The two sockets of a session. */
export interface SocketPair {
  /** The even one; RTCP is one above. */
  readonly port: number;
  readonly rtp: PacketSocket;
  readonly rtcp: PacketSocket;
}

export interface BindOptions {
  readonly address: string;
  readonly rtp: PacketReceiver;
  readonly rtcp: PacketReceiver;
  readonly log: Log;
  /** Milliseconds that do not jump. */
  now(): number;
}

/** Binds RTP and RTCP on a free pair. Undefined when there is none, or the system gives no more sockets. */
export async function bindPair(
  sockets: PacketSockets,
  pairs: PortPairs,
  options: BindOptions,
): Promise<SocketPair | undefined> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const port = pairs.take(options.now());
    if (port === undefined) return undefined;
    let rtp: PacketSocket | undefined;
    try {
      rtp = await sockets.bind({ address: options.address, port }, options.rtp);
      const rtcp = await sockets.bind({ address: options.address, port: port + 1 }, options.rtcp);
      return { port, rtp, rtcp };
    } catch (error) {
      rtp?.close();
      pairs.release(port, options.now());
      options.log.warn('media port not bound', { address: options.address, port, error: messageOf(error) });
      // Somebody else's port: try the next. Anything else (EMFILE, EADDRNOTAVAIL) the next port will meet too.
      if (codeOf(error) !== 'EADDRINUSE') return undefined;
    }
  }
  return undefined;
}
