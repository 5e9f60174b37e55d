import { type Clock, ParleyError, systemClock } from '@parley/base';
import type { Endpoint, PacketReceiver, PacketSocket, PacketSockets } from '../packet-socket.ts';
import { ArrivalClock } from './arrival-clock.ts';
import { Destination } from './destination.ts';
import { Estate } from './estate.ts';
import { Memory } from './memory.ts';
import { MessageBatch } from './message-batch.ts';
import type { Native } from './native.ts';
import { openSocket } from './open-socket.ts';
import { ReceiveBuffers } from './receive-buffers.ts';
import { Ring } from './ring.ts';
import * as orders from './ring-orders.ts';
import { SendBuffers } from './send-buffers.ts';
import { Source } from './source.ts';

/** A power of two: most datagrams that one system call sends. */
const ORDERS = 1024;
const COMPLETIONS = 4096;
/** Most datagrams that one system call receives; what is beyond waits in its socket. */
const BUFFERS = 2048;
/** Since Linux 6.13 one system call takes in what came to so many sockets (all of it), and leaves the others for the next. */
const SOCKETS_A_ROUND = 20;
/**
 * System calls of an exchange that take in what came, at most. With the above that is 40 sockets every 4 ms, all of some 200 calls. Where there are more, a
 * socket has its turn less often and then more than one packet, which costs a third less than one by one: at 2,000 calls ten packets every 200 ms. Who cannot
 * wait so long drains his socket.
 */
const MOST_ROUNDS = 2;
/** Datagrams of one socket that are read at once when it is drained. */
const BATCH = 16;
/** How often, at most: whoever floods a port must not keep the clock from ticking. */
const MOST_BATCHES = 4;
/** Most sockets of a thread: two for each of 16,000 calls. */
const MOST_SOCKETS = 32_768;
const SCRATCH_BYTES = 64;
const MSG_DONTWAIT = 0x40;

/**
 * UDP sockets of Linux over io_uring: a socket a port as everywhere, but one system call sends all that a beat of the clock has to send and takes in
 * all that came to any of them. Each socket has one standing order to receive.
 */
export class RingSockets implements PacketSockets {
  readonly estate = new Estate(MOST_SOCKETS + 1);
  readonly #native: Native;
  readonly #ring: Ring;
  readonly #incoming: ReceiveBuffers;
  readonly #outgoing: SendBuffers;
  readonly #scratch: Memory;
  readonly #batch: MessageBatch;
  readonly #arrivals: ArrivalClock;
  /** What each standing order says: a struct msghdr without buffers of its own. */
  readonly #message: Memory;
  readonly #sockets: (RingSocket | undefined)[] = [];
  readonly #free: number[] = [];
  /** Those that could not be given the order they need, because too many were pending. */
  #unserved: RingSocket[] = [];
  #generation = 0;
  #closed = false;

  /** Throws the system's error where io_uring is forbidden or too old. */
  constructor(native: Native, clock: Clock = systemClock) {
    this.#native = native;
    this.#ring = new Ring(native, ORDERS, COMPLETIONS);
    this.estate.hold(MOST_SOCKETS, this.#ring.fd);
    this.estate.map(this.#ring.mappings);
    try {
      this.#incoming = new ReceiveBuffers(native, this.#ring, BUFFERS);
      this.#outgoing = new SendBuffers(native, this.#ring.entries);
    } catch (error) {
      this.#ring.close();
      throw error;
    }
    this.#scratch = new Memory(native, SCRATCH_BYTES);
    this.#batch = new MessageBatch(native, BATCH);
    this.#message = new Memory(native, orders.MSGHDR_BYTES);
    this.#message.words[orders.MSGHDR_NAMELEN] = this.#incoming.nameBytes;
    this.#message.words[orders.MSGHDR_CONTROLLEN] = this.#incoming.controlBytes;
    this.#arrivals = new ArrivalClock(native, clock);
  }

  async bind(local: Endpoint, receiver: PacketReceiver): Promise<PacketSocket> {
    if (this.#closed) throw new ParleyError('EBADF', 'the sockets of this thread are closed');
    const place = this.#free.pop() ?? this.#sockets.length;
    if (place === MOST_SOCKETS) throw new ParleyError('EMFILE', `more than ${MOST_SOCKETS} sockets`);
    try {
      const fd = openSocket(this.#native, local, this.#scratch);
      this.estate.hold(place, fd);
      this.#generation = (this.#generation + 1) >>> 0;
      const socket = new RingSocket(this, receiver, { place, fd, generation: this.#generation });
      this.#sockets[place] = socket;
      this.#serve(socket);
      return socket;
    } catch (error) {
      this.#free.push(place);
      throw error;
    }
  }

  exchange(): void {
    if (this.#closed) return;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      this.#ring.enter();
      const made = this.#ring.ready;
      if (made > 0) this.#completeAll();
      if (made < SOCKETS_A_ROUND) break;
    }
    // What came of it: answers, and sockets that stopped for lack of buffers.
    if (this.#ring.pending > 0) this.#ring.enter();
  }

  close(): void {
    if (this.#closed) return;
    for (const socket of this.#sockets) socket?.close();
    this.#closed = true;
    this.estate.unmap();
    this.estate.release(MOST_SOCKETS);
    this.#ring.close();
  }

  /** For sockets of ours: a datagram goes out with the next exchange. False when it cannot. */
  send(socket: RingSocket, bytes: Uint8Array, length: number): boolean {
    if (length > this.#outgoing.most) return false;
    const place = this.#ring.order();
    if (place < 0) return false;
    this.#outgoing.fill(place, bytes, length, socket.destination.words);
    const at = orders.writeSend(this.#ring, place, socket);
    this.#outgoing.point(place, this.#ring.orders, at + orders.ADDR2);
    this.#ring.orders[at + orders.LENGTH] = length;
    return true;
  }

  /** For sockets of ours: what was sent goes out, the port is free at once. */
  forget(socket: RingSocket): void {
    this.#serve(socket);
    // The kernel holds on to the socket until the order to receive is taken back.
    this.#ring.enter();
    this.estate.release(socket.place);
    this.#native.calls.close(socket.fd);
    if (!socket.receiving) this.#vacate(socket);
  }

  /** For sockets of ours: what has come to one is read at once, behind what the kernel has handed out of it already. */
  drain(socket: RingSocket): void {
    if (this.#ring.ready > 0) this.#completeAll();
    for (let batches = 0; batches < MOST_BATCHES && !socket.closed; batches++) {
      const count = this.#native.calls.recvmmsg(socket.fd, this.#batch.address, BATCH, MSG_DONTWAIT, 0n);
      this.#arrivals.read();
      for (let i = 0; i < count; i++) {
        const at = this.#arrivals.arrival(this.#batch.controls, this.#batch.controlOf(i));
        const datagram = this.#batch.datagram(i);
        // Closed by what it got before.
        if (socket.closed) continue;
        socket.source.read(this.#batch.names, this.#batch.nameOf(i), at);
        socket.received(datagram);
      }
      if (count < BATCH) return;
    }
  }

  #completeAll(): void {
    this.#arrivals.read();
    while (this.#ring.ready > 0) this.#complete();
    this.#incoming.publish();
    this.#serveLeft();
  }

  /** Gives a socket the order to receive, or takes it back when it is closed. */
  #serve(socket: RingSocket): void {
    if (socket.closed && !socket.receiving) return;
    const place = this.#ring.order();
    if (place < 0) {
      this.#unserved.push(socket);
      return;
    }
    if (socket.closed) orders.writeCancel(this.#ring, place, socket);
    else orders.writeReceive(this.#ring, place, { socket, message: this.#message });
    socket.receiving = true;
  }

  #serveLeft(): void {
    if (this.#unserved.length === 0) return;
    const left = this.#unserved;
    this.#unserved = [];
    for (const socket of left) this.#serve(socket);
  }

  /** One completion: a datagram that came, or an order that ended. */
  #complete(): void {
    const ring = this.#ring;
    const at = ring.completion;
    const about = ring.results[at];
    const generation = ring.results[at + 1] >>> 0;
    const result = ring.results[at + 2];
    const flags = ring.results[at + 3];
    ring.seen();
    const found = this.#sockets[orders.placeOf(about)];
    const socket = found?.generation === generation ? found : undefined;
    if ((flags & orders.CQE_BUFFER) !== 0) this.#received(socket, flags >>> 16, result);
    if (!socket) return;
    if (orders.isReceive(about)) {
      if ((flags & orders.CQE_MORE) === 0) this.#stopped(socket, result);
    } else if (orders.isSend(about)) socket.failures += 1;
  }

  #received(socket: RingSocket | undefined, buffer: number, bytes: number): void {
    if (socket && !socket.closed) {
      const incoming = this.#incoming;
      const at = this.#arrivals.arrival(incoming.words, incoming.controlOf(buffer));
      socket.source.read(incoming.words, incoming.addressOf(buffer), at);
      socket.received(incoming.datagram(buffer, bytes));
    }
    this.#incoming.give(buffer);
  }

  /** Its order to receive ended: it is closed, there were no buffers left or no room for completions, or the network said no. */
  #stopped(socket: RingSocket, result: number): void {
    socket.receiving = false;
    if (!socket.closed && result < 0 && result !== -orders.ENOBUFS) socket.failures += 1;
    if (socket.closed) this.#vacate(socket);
    else this.#serve(socket);
  }

  #vacate(socket: RingSocket): void {
    this.#sockets[socket.place] = undefined;
    this.#free.push(socket.place);
  }
}

interface Identity {
  readonly place: number;
  readonly fd: number;
  readonly generation: number;
}

/** One of them. */
class RingSocket implements PacketSocket {
  failures = 0;
  closed = false;
  /** Its order to receive stands. */
  receiving = false;
  readonly place: number;
  readonly fd: number;
  readonly generation: number;
  readonly #receiver: PacketReceiver;
  readonly source = new Source();
  readonly destination = new Destination();
  readonly #owner: RingSockets;

  constructor(owner: RingSockets, receiver: PacketReceiver, { place, fd, generation }: Identity) {
    this.#owner = owner;
    this.#receiver = receiver;
    this.place = place;
    this.fd = fd;
    this.generation = generation;
  }

  /** For its owner: a datagram of `source`; undefined when it was too long. */
  received(datagram: Uint8Array | undefined): void {
    if (datagram) this.#receiver.packet(datagram, this.source);
    else this.failures += 1;
  }

  drain(): void {
    if (!this.closed) this.#owner.drain(this);
  }

  send(bytes: Uint8Array, length: number, to: Endpoint): void {
    if (this.closed) return;
    if (!this.destination.set(to) || !this.#owner.send(this, bytes, length)) this.failures += 1;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#owner.forget(this);
  }
}
