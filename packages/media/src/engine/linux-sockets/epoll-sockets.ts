import { type Clock, ParleyError, systemClock } from '@parley/base';
import type { Endpoint, PacketReceiver, PacketSocket, PacketSockets } from '../packet-socket.ts';
import { ArrivalClock } from './arrival-clock.ts';
import { Destination } from './destination.ts';
import { Estate } from './estate.ts';
import { Memory } from './memory.ts';
import { MessageBatch } from './message-batch.ts';
import type { Native } from './native.ts';
import { openSocket } from './open-socket.ts';
import { SendBuffers } from './send-buffers.ts';
import { Source } from './source.ts';

/** Sockets that are looked at in one exchange; the others have their turn in the next (the kernel hands them out in turns). */
const MOST_READY = 4096;
/** Datagrams of one socket in one exchange. */
const BATCH = 16;
/** How often that many are read of a socket that is drained, at most. */
const MOST_BATCHES = 4;
const MOST_SOCKETS = 32_768;
const SCRATCH_BYTES = 64;
const EVENT_WORDS = process.arch === 'x64' ? 3 : 4;
const EVENT_DATA = process.arch === 'x64' ? 1 : 2;
const EPOLL_CLOEXEC = 0x80000;
const EPOLL_CTL_ADD = 1;
const EPOLLIN = 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/**
 * UDP sockets of Linux over epoll(7): one system call says which have something, one reads what a socket has, one sends each datagram. For machines
 * that forbid io_uring.
 */
export class EpollSockets implements PacketSockets {
  readonly estate = new Estate(MOST_SOCKETS + 1);
  readonly #native: Native;
  readonly #epoll: number;
  readonly #events: Memory;
  readonly #incoming: MessageBatch;
  readonly #outgoing: SendBuffers;
  readonly #scratch: Memory;
  readonly #arrivals: ArrivalClock;
  readonly #sockets: (EpollSocket | undefined)[] = [];
  readonly #free: number[] = [];
  #closed = false;

  /** Throws the system's error. */
  constructor(native: Native, clock: Clock = systemClock) {
    this.#native = native;
    this.#epoll = native.calls.epoll_create1(EPOLL_CLOEXEC);
    if (this.#epoll < 0) throw native.lastError('epoll_create1');
    this.estate.hold(MOST_SOCKETS, this.#epoll);
    this.#events = new Memory(native, MOST_READY * EVENT_WORDS * 4);
    this.#incoming = new MessageBatch(native, BATCH);
    this.#outgoing = new SendBuffers(native, 1);
    this.#scratch = new Memory(native, SCRATCH_BYTES);
    this.#arrivals = new ArrivalClock(native, clock);
  }

  async bind(local: Endpoint, receiver: PacketReceiver): Promise<PacketSocket> {
    if (this.#closed) throw new ParleyError('EBADF', 'the sockets of this thread are closed');
    const place = this.#free.pop() ?? this.#sockets.length;
    if (place === MOST_SOCKETS) throw new ParleyError('EMFILE', `more than ${MOST_SOCKETS} sockets`);
    try {
      const fd = openSocket(this.#native, local, this.#scratch);
      this.estate.hold(place, fd);
      this.#watch(fd, place);
      const socket = new EpollSocket(this, receiver, { place, fd });
      this.#sockets[place] = socket;
      return socket;
    } catch (error) {
      this.#free.push(place);
      throw error;
    }
  }

  exchange(): void {
    if (this.#closed) return;
    const count = this.#native.calls.epoll_wait(this.#epoll, this.#events.address, MOST_READY, 0);
    for (let i = 0; i < count; i++) {
      const socket = this.#sockets[this.#events.words[i * EVENT_WORDS + EVENT_DATA]];
      if (socket) this.#receive(socket);
    }
  }

  close(): void {
    if (this.#closed) return;
    for (const socket of this.#sockets) socket?.close();
    this.#closed = true;
    this.estate.release(MOST_SOCKETS);
    this.#native.calls.close(this.#epoll);
  }

  /** For sockets of ours: what has come to one is read at once. */
  drain(socket: EpollSocket): void {
    for (let batches = 0; batches < MOST_BATCHES && !socket.closed && this.#receive(socket) === BATCH; batches++);
  }

  /** For sockets of ours. False when the datagram was not taken. */
  send({ fd, destination }: EpollSocket, bytes: Uint8Array, length: number): boolean {
    const out = this.#outgoing;
    if (length > out.most) return false;
    out.fill(0, bytes, length, destination.words);
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    return this.#native.calls.sendto(fd, out.payload, length, flags, out.name, destination.length) === length;
  }

  /** For sockets of ours. */
  forget({ place, fd }: EpollSocket): void {
    this.#sockets[place] = undefined;
    this.#free.push(place);
    this.estate.release(place);
    this.#native.calls.close(fd);
  }

  #watch(fd: number, place: number): void {
    this.#scratch.words.fill(0);
    this.#scratch.words[0] = EPOLLIN;
    this.#scratch.words[EVENT_DATA] = place;
    if (this.#native.calls.epoll_ctl(this.#epoll, EPOLL_CTL_ADD, fd, this.#scratch.address) === 0) return;
    const error = this.#native.lastError('epoll_ctl');
    this.estate.release(place);
    this.#native.calls.close(fd);
    throw error;
  }

  /** Returns how many datagrams that were. */
  #receive(socket: EpollSocket): number {
    const batch = this.#incoming;
    const count = this.#native.calls.recvmmsg(socket.fd, batch.address, BATCH, MSG_DONTWAIT, 0n);
    this.#arrivals.read();
    for (let i = 0; i < count; i++) {
      const at = this.#arrivals.arrival(batch.controls, batch.controlOf(i));
      const datagram = batch.datagram(i);
      // Closed by what it got before.
      if (socket.closed) continue;
      socket.source.read(batch.names, batch.nameOf(i), at);
      if (datagram) socket.receiver.packet(datagram, socket.source);
      else socket.failures += 1;
    }
    return count;
  }
}

/** One of them. */
class EpollSocket implements PacketSocket {
  failures = 0;
  closed = false;
  readonly place: number;
  readonly fd: number;
  readonly receiver: PacketReceiver;
  readonly source = new Source();
  readonly destination = new Destination();
  readonly #owner: EpollSockets;

  constructor(
    owner: EpollSockets,
    receiver: PacketReceiver,
    { place, fd }: { readonly place: number; readonly fd: number },
  ) {
    this.#owner = owner;
    this.receiver = receiver;
    this.place = place;
    this.fd = fd;
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
