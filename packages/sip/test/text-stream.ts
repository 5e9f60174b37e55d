import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { Peer } from '../src/index.ts';

/** A peer on a stream that speaks text, and hears messages without bodies. */
export class TextStream {
  readonly socket: Socket;
  /** The code of the error that ended it, if one did. */
  error: string | undefined;
  #text = '';
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#text += chunk;
      this.#wake();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.error = error.code;
      this.#wake();
    });
    socket.on('close', () => this.#wake());
  }

  static tcp({ address, port }: Peer, localAddress?: string): TextStream {
    return new TextStream(connect({ host: address, port, localAddress }));
  }

  /** TLS that believes every server, unless the options say otherwise. */
  static tls({ address, port }: Peer, options: ConnectionOptions = {}): TextStream {
    return new TextStream(connectTls({ host: address, port, rejectUnauthorized: false, ...options }));
  }

  write(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** The messages that have come, at least `count` unless it is closed before. */
  async heard(count = 1): Promise<readonly string[]> {
    const messages = () => this.#text.split(/(?<=\r\n\r\n)/).filter(text => text.endsWith('\r\n\r\n'));
    while (messages().length < count && !this.socket.closed) await this.#more();
    return messages();
  }

  /** Everything that has come, once it is that text. */
  async exactly(text: string): Promise<void> {
    while (this.#text !== text && !this.socket.closed) await this.#more();
    if (this.#text !== text) throw new Error(`heard ${JSON.stringify(this.#text)}`);
    this.#text = '';
  }

  async closed(): Promise<void> {
    while (!this.socket.closed) await this.#more();
  }

  #more(): Promise<void> {
    return new Promise(resolve => void this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
