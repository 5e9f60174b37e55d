import { asBuffer } from '@parley/base';
import { settle } from '@parley/base/fake-clock';
import type { DatagramListen, DatagramSocket, OpenDatagramSocket } from '../src/index.ts';

/** Where a datagram goes and what is in it, for a test that decides its fate. */
export interface Datagram {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** A network inside one process: nothing is lost but what `loses` says, nothing takes longer than a microtask. */
export class MemoryNetwork {
  /** Every datagram that was sent, lost ones included. */
  readonly sent: Datagram[] = [];
  loses: (datagram: Datagram) => boolean = () => false;
  readonly #listeners = new Map<string, DatagramListen>();
  #nextPort = 40_000;

  /** Sockets that are open. */
  get sockets(): number {
    return this.#listeners.size;
  }

  readonly open: OpenDatagramSocket = async listen => {
    const port = listen.port === 0 ? this.#nextPort++ : listen.port;
    const here = `${listen.address}:${port}`;
    if (this.#listeners.has(here)) throw Object.assign(new Error('address in use'), { code: 'EADDRINUSE' });
    this.#listeners.set(here, listen);
    const socket: DatagramSocket = {
      address: listen.address,
      port,
      send: (bytes, to, sent) => {
        this.#carry(Buffer.from(bytes), { address: listen.address, port }, to);
        sent(null);
      },
      close: async () => void this.#listeners.delete(here),
    };
    return socket;
  };

  /** A peer that speaks text, without any SIP stack. */
  async peer(address: string, port = 5060): Promise<RawPeer> {
    const heard: string[] = [];
    const received = (bytes: Uint8Array) => void heard.push(asBuffer(bytes).toString('latin1'));
    const socket = await this.open({ address, port, received, failed: () => undefined });
    return new RawPeer(socket, heard);
  }

  #carry(bytes: Buffer, from: { address: string; port: number }, to: { address: string; port: number }): void {
    const datagram = {
      from: `${from.address}:${from.port}`,
      to: `${to.address}:${to.port}`,
      text: bytes.toString('latin1'),
    };
    this.sent.push(datagram);
    if (this.loses(datagram)) return;
    queueMicrotask(() => this.#listeners.get(datagram.to)?.received(bytes, from.address, from.port));
  }
}

/** Sends text, remembers what came back. */
export class RawPeer {
  readonly heard: string[];
  readonly #socket: DatagramSocket;

  constructor(socket: DatagramSocket, heard: string[]) {
    this.#socket = socket;
    this.heard = heard;
  }

  get address(): string {
    return this.#socket.address;
  }

  get port(): number {
    return this.#socket.port;
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  /** Sends and returns what came back before time had to pass. */
  async ask(text: string, to: { address: string; port: number }): Promise<readonly string[]> {
    const before = this.heard.length;
    this.#socket.send(Buffer.from(text, 'latin1'), to, () => undefined);
    await settle();
    return this.heard.slice(before);
  }
}

/** The first lines of messages, without the protocol: "180 Ringing", "BYE". */
export const firstWords = (texts: readonly string[]): readonly string[] =>
  texts.map(text => {
    const line = text.slice(0, text.indexOf('\r\n'));
    return line.startsWith('SIP/2.0 ') ? line.slice('SIP/2.0 '.length) : line.slice(0, line.indexOf(' '));
  });

/** The value of a header in a message's text. */
export function headerOf(text: string, name: string): string | undefined {
  const line = text.split('\r\n').find(one => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line?.slice(name.length + 1).trim();
}

export const tagIn = (text: string, name: string): string =>
  /;tag=([^;>\s]+)/.exec(headerOf(text, name) ?? '')?.[1] ?? '';
