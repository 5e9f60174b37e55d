import { type Log, messageOf } from '@parley/base';
import { DgramSockets } from '../dgram-sockets.ts';
import type { PacketSockets } from '../packet-socket.ts';
import { EpollSockets } from './epoll-sockets.ts';
import { loadNative, type Native } from './native.ts';
import { RingSockets } from './ring-sockets.ts';

/** Ways to the network; 'auto' is the first of the others that works here. */
export const SOCKET_KINDS = ['auto', 'io_uring', 'epoll', 'dgram'] as const;
export type SocketKind = (typeof SOCKET_KINDS)[number];

const MAKERS: readonly { readonly kind: Exclude<SocketKind, 'auto' | 'dgram'>; make(native: Native): PacketSockets }[] =
  [
    { kind: 'io_uring', make: native => new RingSockets(native) },
    { kind: 'epoll', make: native => new EpollSockets(native) },
  ];

/**
 * The UDP sockets of a media thread. What was asked for and is refused here is told in one log line, and the next best is taken: calls are answered
 * with any of them, they differ in what a packet costs (docs/decisions/0021).
 */
export function openSockets(kind: SocketKind, log: Log, load = loadNative): PacketSockets {
  const refused: Record<string, string> = {};
  const first = kind === 'auto' ? 0 : MAKERS.findIndex(each => each.kind === kind);
  const makers = first < 0 ? [] : MAKERS.slice(first);
  for (const each of makers) {
    try {
      const sockets = each.make(load());
      tell(each.kind);
      return sockets;
    } catch (error) {
      refused[each.kind] = messageOf(error);
    }
  }
  tell('dgram');
  return new DgramSockets();

  function tell(sockets: SocketKind): void {
    const fields = { sockets, ...refused };
    if (Object.keys(refused).length === 0) log.info('media sockets', fields);
    else if (kind === 'auto') log.info('media sockets: the faster ones do not work here', fields);
    else log.warn('media sockets: those that rtp.sockets names do not work here', fields);
  }
}
