import { type Log, messageOf } from '@parley/base';
import type { Via } from '../message/grammar.ts';
import type { SipBudgets } from '../message/index.ts';
import type { BucketTable } from '../protection/bucket-table.ts';
import type { Pace } from '../protection/pace.ts';
import { sourceNetwork } from '../protection/source-network.ts';
import type { DatagramSocket, Destination, OpenDatagramSocket } from './datagram-socket.ts';
import type { LocalAddress } from './local-address.ts';
import { withoutMapping } from './loopback.ts';
import type { Peer } from './peer.ts';
import { receive } from './receive.ts';
import { bindingSuccess, isBindingRequest } from './stun-keep-alive.ts';
import type { Channel, Sent, Transport, TransportUser } from './transport.ts';
import { DEFAULT_PORT } from './via.ts';

/** Shorter than any SIP message: keep-alives ("\r\n\r\n", a few zero bytes) and scans. */
const SHORTEST_MESSAGE = 20;

/** How much longer than a request its answer may be while its source may be forged: nobody's flood grows by much here. */
const AMPLIFICATION = 1.5;

export interface UdpOptions {
  readonly open: OpenDatagramSocket;
  readonly address: string;
  readonly port: number;
  readonly local: LocalAddress;
  readonly user: TransportUser;
  readonly log: Log;
  readonly budgets: { readonly message: SipBudgets };
  readonly pace: Pace;
  /** How many STUN keep-alives of a source are answered. */
  readonly keepAlives: BucketTable;
}

/** One UDP socket (RFC 3261 section 18). */
export class UdpTransport implements Transport {
  readonly bound: Peer;
  readonly connections = 0;
  readonly #socket: DatagramSocket;
  readonly #local: LocalAddress;

  private constructor(socket: DatagramSocket, local: LocalAddress) {
    this.#socket = socket;
    this.#local = local;
    this.bound = { transport: 'udp', address: socket.address, port: socket.port };
  }

  /** Rejects with the system's error when the port is taken. */
  static async open(options: UdpOptions): Promise<UdpTransport> {
    let transport: UdpTransport | undefined;
    const socket = await options.open({
      address: options.address,
      port: options.port,
      received: (bytes, address, port) =>
        transport?.received(bytes, { transport: 'udp', address: withoutMapping(address), port }, options),
      failed: error => options.log.warn('sip socket failed', { transport: 'udp', reason: messageOf(error) }),
    });
    transport = new UdpTransport(socket, options.local);
    return transport;
  }

  received(bytes: Buffer, peer: Peer, { user, budgets, keepAlives, pace }: UdpOptions): void {
    if (bytes.length < SHORTEST_MESSAGE || !pace.reads(peer)) return;
    if (isBindingRequest(bytes)) {
      if (keepAlives.take(sourceNetwork(peer.address))) this.#keepAlive(bytes, peer);
      return;
    }
    const from = new UdpChannel(this, peer, { unprovenOctets: Math.floor(bytes.length * AMPLIFICATION) });
    receive(bytes, from, { transport: 'datagram', budgets: budgets.message, user });
  }

  #keepAlive(request: Buffer, peer: Peer): void {
    const answer = bindingSuccess(request, peer.address, peer.port);
    // One that does not arrive is asked for again.
    if (answer) this.send(answer, peer, () => undefined);
  }

  to(peer: Peer): Channel {
    return new UdpChannel(this, peer, {});
  }

  flow(peer: Peer): Channel {
    return this.to(peer);
  }

  send(bytes: Uint8Array, to: Destination, sent: Sent): void {
    this.#socket.send(bytes, to, sent);
  }

  localTowards(peer: Peer): Peer {
    return this.#local.towards(peer, this.bound);
  }

  close(): Promise<void> {
    return this.#socket.close();
  }
}

interface UdpWay {
  /** Where datagrams go when not to the peer itself. */
  readonly to?: Destination;
  readonly unprovenOctets?: number;
}

class UdpChannel implements Channel {
  readonly peer: Peer;
  readonly reliable = false;
  readonly unprovenOctets: number | undefined;
  readonly #transport: UdpTransport;
  readonly #to: Destination;

  constructor(transport: UdpTransport, peer: Peer, { to, unprovenOctets }: UdpWay) {
    this.#transport = transport;
    this.peer = peer;
    this.unprovenOctets = unprovenOctets;
    this.#to = to ?? peer;
  }

  get local(): Peer {
    return this.#transport.localTowards(this.peer);
  }

  send(bytes: Uint8Array, sent: Sent): void {
    this.#transport.send(bytes, this.#to, sent);
  }

  /**
   * With rport the way it came (RFC 3581 section 4), otherwise to the port of sent-by (RFC 3261 18.2.2), always at the source's
   * address: a maddr is not followed, because it would let anybody point our answers at a third party.
   */
  replyPath(top: Via): Channel {
    if (top.parameters.has('rport')) return this;
    const to = { address: this.peer.address, port: top.port ?? DEFAULT_PORT };
    return new UdpChannel(this.#transport, this.peer, { to, unprovenOctets: this.unprovenOctets });
  }
}
