import { isIP } from 'node:net';
import { type Clock, codeOf, type Log, messageOf, ParleyError } from '@parley/base';
import type { OpenDatagramSocket } from './datagram-socket.ts';
import type { LocalAddress } from './local-address.ts';
import { isLoopback } from './loopback.ts';
import type { Peer } from './peer.ts';
import { type TcpBudgets, TcpTransport } from './tcp-transport.ts';
import type { Channel, Transport, TransportUser } from './transport.ts';
import { UdpTransport } from './udp-transport.ts';
import { hostPort } from './via.ts';

export interface TransportLayerOptions {
  /** Port 0 = any free one. */
  readonly listen: readonly Peer[];
  readonly clock: Clock;
  readonly log: Log;
  readonly user: TransportUser;
  readonly local: LocalAddress;
  readonly budgets: TcpBudgets;
  readonly openDatagramSocket: OpenDatagramSocket;
}

/** Every listen point of a user agent. */
export class TransportLayer {
  readonly #options: TransportLayerOptions;
  #transports: readonly Transport[] = [];

  constructor(options: TransportLayerOptions) {
    this.#options = options;
  }

  /** Opens the listen points, or none of them. Throws SIP_PORT_IN_USE or SIP_CANNOT_LISTEN. */
  async listen(): Promise<readonly Peer[]> {
    const opened: Transport[] = [];
    for (const point of this.#options.listen) {
      try {
        opened.push(await this.#open(point));
      } catch (thrown) {
        await Promise.all(opened.map(transport => transport.close()));
        throw cannotListen(point, thrown);
      }
    }
    this.#transports = opened;
    return opened.map(transport => transport.bound);
  }

  /** A way to `peer` out of a listen point of its transport and address family; undefined when there is none. */
  to(peer: Peer): Channel | undefined {
    const family = isIP(peer.address);
    const suited = this.#transports.filter(
      ({ bound }) => bound.transport === peer.transport && isIP(bound.address) === family,
    );
    const near = suited.find(({ bound }) => isLoopback(bound.address) === isLoopback(peer.address));
    return (near ?? suited[0])?.to(peer);
  }

  get connections(): number {
    return this.#transports.reduce((sum, transport) => sum + transport.connections, 0);
  }

  async close(): Promise<void> {
    const transports = this.#transports;
    this.#transports = [];
    await Promise.all(transports.map(transport => transport.close()));
  }

  #open({ transport, address, port }: Peer): Promise<Transport> {
    const { clock, log, user, local, budgets, openDatagramSocket: open } = this.#options;
    const common = { address, port, local, user, log, budgets };
    return transport === 'udp' ? UdpTransport.open({ ...common, open }) : TcpTransport.open({ ...common, clock });
  }
}

function cannotListen(point: Peer, thrown: unknown): ParleyError {
  const where = `${point.transport.toUpperCase()} ${hostPort(point)}`;
  const cause = { cause: thrown };
  switch (codeOf(thrown)) {
    case 'EADDRINUSE':
      return new ParleyError(
        'SIP_PORT_IN_USE',
        `SIP cannot listen on ${where}: another program has that port. Stop it, or listen on another port.`,
        cause,
      );
    case 'EADDRNOTAVAIL':
      return new ParleyError(
        'SIP_CANNOT_LISTEN',
        `SIP cannot listen on ${where}: this machine has no such address. Use one of its own, or 0.0.0.0 for all.`,
        cause,
      );
    case 'EACCES':
      return new ParleyError(
        'SIP_CANNOT_LISTEN',
        `SIP cannot listen on ${where}: the system does not allow it. Use a port above 1023.`,
        cause,
      );
    default:
      return new ParleyError('SIP_CANNOT_LISTEN', `SIP cannot listen on ${where}: ${messageOf(thrown)}.`, cause);
  }
}
