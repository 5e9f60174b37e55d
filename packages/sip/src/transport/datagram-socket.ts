import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { messageOf } from '@parley/base';
import type { Sent } from './transport.ts';

export interface Destination {
  /** A literal IP address. */
  readonly address: string;
  readonly port: number;
}

/** UDP as a port, so that tests can lose, double and reorder datagrams. */
export interface DatagramSocket {
  /** Where it is bound. */
  readonly address: string;
  readonly port: number;
  /** Never throws: what cannot be sent is told to `sent`, at once or later. */
  send(bytes: Uint8Array, to: Destination, sent: Sent): void;
  close(): Promise<void>;
}

/** Hears one datagram, which belongs to whoever hears it. Must not throw. */
export type DatagramHandler = (bytes: Buffer, address: string, port: number) => void;

/** What a UDP socket is opened with. */
export interface DatagramListen {
  readonly address: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly received: DatagramHandler;
  /** A failure of the socket itself, which stays open. */
  readonly failed: (error: Error) => void;
}

/** Opens a socket; rejects with the system's error (EADDRINUSE ...) when it cannot be bound. */
export type OpenDatagramSocket = (listen: DatagramListen) => Promise<DatagramSocket>;

/** The peers' addresses are always literal: answering at once spares the resolver's round through the event loop for each datagram. */
function literal(host: string, _options: unknown, done: (error: null, address: string, family: number) => void): void {
  done(null, host, isIP(host) || 4);
}

/** Sockets of the machine. */
export const openDatagramSocket: OpenDatagramSocket = listen =>
  new Promise((resolve, reject) => {
    // Of one family only: an IPv6 socket that takes IPv4 would know peers by addresses that no list has.
    const family =
      isIP(listen.address) === 6 ? ({ type: 'udp6', ipv6Only: true } as const) : ({ type: 'udp4' } as const);
    const socket = createSocket({ ...family, lookup: literal, recvBufferSize: 4 << 20 });
    socket.once('error', reject);
    socket.bind({ address: listen.address, port: listen.port, exclusive: true }, () => {
      socket.removeListener('error', reject);
      socket.on('error', listen.failed);
      socket.on('message', (bytes, from) => listen.received(bytes, from.address, from.port));
      const bound = socket.address();
      resolve({
        address: bound.address,
        port: bound.port,
        send: (bytes, to, sent) => {
          try {
            socket.send(bytes, to.port, to.address, sent);
          } catch (thrown) {
            // Node throws for port 0, which anybody may write into a Via or a Contact, and once the socket is closed.
            sent(thrown instanceof Error ? thrown : new Error(messageOf(thrown)));
          }
        },
        close: () => new Promise<void>(closed => void socket.close(() => closed())),
      });
    });
  });
