import type { Endpoint, PacketReceiver, PacketSocket } from '@parley/media/engine';
import type { Trunk } from '@parley/phone';
import { DatagramArena, libc, Memory } from './libc.ts';

const SOCKETS = 8;
const BATCH = 256;
/** RTP with 20 ms of G.711 is 172 bytes; longer datagrams are none of ours. */
const SLOT_BYTES = 256;
const POLL_MILLIS = 1;
/** Batches read from one socket before the others get their turn. */
const MOST_BATCHES = 16;
const BUFFER_BYTES = 4 << 20;

const DGRAM_NONBLOCK = 2 | 0x800 | 0x80000;
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_TIMESTAMPNS = 35;
const MSG_DONTWAIT = 0x40;

interface Socket {
  readonly fd: number;
  readonly port: number;
  readonly outgoing: DatagramArena;
  queued: number;
}

/**
 * Eight UDP sockets for any number of calls, read and written in batches by `recvmmsg` and `sendmmsg`: about a fifth of the CPU that a
 * socket a call costs, so that one core can load another to its limit. Arrival times are the kernel's, taken when the sender's packet went
 * over loopback: how busy we are does not show in them. RTCP is taken and dropped.
 */
export class BatchTrunk implements Trunk {
  /** Datagrams that came from where nobody was expected, or were no RTP packet of ours. */
  strays = 0;
  readonly #host: number;
  readonly #sockets: readonly Socket[];
  readonly #rtcp: readonly number[];
  readonly #incoming = new DatagramArena(BATCH, SLOT_BYTES);
  readonly #slots: readonly Uint8Array[];
  readonly #receivers = new Map<number, PacketReceiver>();
  /** The receiver by the port that its packets come from; all from one host. */
  readonly #routes: (PacketReceiver | undefined)[] = new Array(65_536);
  readonly #sources = new Map<number, number>();
  /** The line by the port that its packets come from. */
  readonly #lines = new Map<number, number>();
  /** Lines that the engine is not heard on. */
  readonly #taken = new Set<number>();
  readonly #timer: NodeJS.Timeout;
  readonly #address: string;
  readonly #wallOffset: number;
  #arrived = 0;
  #flushing = false;

  /** @param port even; it and the next 15 are bound on `address` (IPv4). Throws when one is taken. */
  constructor(address: string, port: number) {
    this.#address = address;
    this.#host = numberOf(address);
    this.#sockets = Array.from({ length: SOCKETS }, (_, i) => ({
      fd: open(this.#host, port + 2 * i),
      port: port + 2 * i,
      outgoing: new DatagramArena(BATCH, SLOT_BYTES),
      queued: 0,
    }));
    this.#rtcp = this.#sockets.map(socket => open(this.#host, socket.port + 1));
    const { bytes } = this.#incoming.payload;
    this.#slots = Array.from({ length: BATCH }, (_, i) => bytes.subarray(i * SLOT_BYTES, (i + 1) * SLOT_BYTES));
    for (let i = 0; i < BATCH; i++) this.#incoming.vacate(i);
    this.#wallOffset = wallOffset();
    this.#timer = setInterval(() => this.#poll(), POLL_MILLIS);
  }

  async bind(local: Endpoint, receiver: PacketReceiver): Promise<PacketSocket> {
    if (local.port % 2 === 1) return { failures: 0, send: () => undefined, close: () => undefined };
    this.#receivers.set(local.port, receiver);
    const socket = this.#socketOf(local.port);
    return {
      failures: 0,
      send: (bytes, length, to) => {
        if (!this.#taken.has(local.port)) this.#send(socket, { bytes, length, port: to.port });
      },
      close: () => this.#forget(local.port),
    };
  }

  portOf(port: number): number {
    return this.#socketOf(port).port;
  }

  route(port: number, from: Endpoint): void {
    this.#unroute(port);
    this.#routes[from.port] = this.#receivers.get(port);
    this.#sources.set(port, from.port);
    this.#lines.set(from.port, port);
  }

  /** From here on the line that hears `from` says what is given to the function returned, and nothing of the engine's. */
  take(from: number): (bytes: Uint8Array, length: number) => void {
    const line = this.#lines.get(from);
    if (line === undefined) throw new Error(`nobody hears port ${from}`);
    this.#taken.add(line);
    const socket = this.#socketOf(line);
    return (bytes, length) => {
      if (this.#taken.has(line)) this.#send(socket, { bytes, length, port: from });
    };
  }

  arrivedAt(): number {
    return this.#arrived;
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { fd } of this.#sockets) libc.close(fd);
    for (const fd of this.#rtcp) libc.close(fd);
  }

  #socketOf(port: number): Socket {
    return this.#sockets[(port >> 1) % SOCKETS];
  }

  #send(socket: Socket, packet: { readonly bytes: Uint8Array; readonly length: number; readonly port: number }): void {
    const { outgoing, queued } = socket;
    const at = queued * SLOT_BYTES;
    for (let i = 0; i < packet.length; i++) outgoing.payload.bytes[at + i] = packet.bytes[i];
    outgoing.send(queued, { address: this.#host, port: packet.port }, packet.length);
    socket.queued += 1;
    if (socket.queued === BATCH) this.#flush(socket);
    if (this.#flushing) return;
    this.#flushing = true;
    // After the beat of the clock that sends these packets.
    queueMicrotask(() => {
      this.#flushing = false;
      for (const each of this.#sockets) this.#flush(each);
    });
  }

  #flush(socket: Socket): void {
    const { headers } = socket.outgoing;
    // A full socket buffer drops the rest, as a network would.
    if (socket.queued > 0) libc.sendmmsg(socket.fd, headers.address, socket.queued, MSG_DONTWAIT);
    socket.queued = 0;
  }

  #poll(): void {
    for (const { fd } of this.#sockets)
      for (let batches = 0; batches < MOST_BATCHES && this.#receive(fd) === BATCH; batches++);
    for (const fd of this.#rtcp) libc.recvmmsg(fd, this.#incoming.headers.address, BATCH, MSG_DONTWAIT, 0n);
  }

  #receive(fd: number): number {
    const incoming = this.#incoming;
    const count = libc.recvmmsg(fd, incoming.headers.address, BATCH, MSG_DONTWAIT, 0n);
    for (let i = 0; i < count; i++) {
      const port = incoming.portOf(i);
      const length = incoming.lengthOf(i);
      this.#arrived = incoming.stampOf(i) - this.#wallOffset;
      const receiver = this.#routes[port];
      // One view for each length would be garbage; what is not 20 ms of G.711 gets its own.
      if (receiver)
        receiver.packet(this.#slots[i].subarray(0, length), { address: this.#address, port, at: this.#arrived });
      else this.strays += 1;
      incoming.vacate(i);
    }
    return count;
  }

  #unroute(port: number): void {
    const source = this.#sources.get(port);
    if (source !== undefined && this.#routes[source] === this.#receivers.get(port)) this.#routes[source] = undefined;
    if (source !== undefined && this.#lines.get(source) === port) this.#lines.delete(source);
    this.#sources.delete(port);
  }

  #forget(port: number): void {
    this.#unroute(port);
    this.#receivers.delete(port);
    this.#taken.delete(port);
  }
}

function open(host: number, port: number): number {
  const fd = libc.socket(2, DGRAM_NONBLOCK, 0);
  const name = new Memory(16);
  name.view.setUint16(0, 2, true);
  name.view.setUint16(2, port);
  name.view.setUint32(4, host);
  option(fd, SO_RCVBUF, BUFFER_BYTES);
  option(fd, SO_SNDBUF, BUFFER_BYTES);
  option(fd, SO_TIMESTAMPNS, 1);
  if (fd < 0 || libc.bind(fd, name.address, 16) < 0) throw new Error(`UDP port ${port} cannot be bound`);
  return fd;
}

function option(fd: number, name: number, value: number): void {
  const memory = new Memory(8);
  memory.view.setInt32(0, value, true);
  libc.setsockopt(fd, SOL_SOCKET, name, memory.address, 4);
}

function wallMillis(): number {
  const time = new Memory(16);
  libc.clock_gettime(0, time.address);
  return Number(time.view.getBigInt64(0, true)) * 1000 + Number(time.view.getBigInt64(8, true)) / 1e6;
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Wall clock minus monotonic clock, milliseconds: the smallest of some tries, because each may be interrupted between the two. */
function wallOffset(): number {
  const tries = Array.from({ length: 20 }, () => -performance.now() + wallMillis());
  return Math.min(...tries);
}
