import { type ClientOptions, WebSocket } from 'ws';
import type { Peer } from '../src/index.ts';

/** A browser, as far as SIP sees one: speaks text over a WebSocket. */
export class WebSocketPeer {
  readonly web: WebSocket;
  readonly heard: { readonly text: string; readonly isBinary: boolean }[] = [];
  /** Code of the close frame, once closed. */
  code: number | undefined;
  /** HTTP status of a refusal. */
  status: number | undefined;
  pings = 0;
  readonly #waiting = new Set<() => void>();

  constructor(
    { transport, address, port }: Peer,
    { protocol = 'sip', path = '/', ...more }: WebSocketPeerOptions = {},
  ) {
    const host = address.includes(':') ? `[${address}]` : address;
    this.web = new WebSocket(`${transport}://${host}:${port}${path}`, protocol === '' ? [] : [protocol], {
      rejectUnauthorized: false,
      ...more,
    });
    this.web.on('message', (data, isBinary) => {
      this.heard.push({ text: data.toString('latin1'), isBinary });
      this.#wake();
    });
    this.web.on('ping', () => {
      this.pings += 1;
      this.#wake();
    });
    this.web.on('open', () => this.#wake());
    this.web.on('error', () => this.#wake());
    this.web.on('unexpected-response', (request, response) => {
      this.status = response.statusCode;
      request.destroy();
      this.web.terminate();
      this.#wake();
    });
    this.web.on('close', code => {
      this.code = code;
      this.#wake();
    });
  }

  async opened(): Promise<void> {
    await this.until(() => this.web.readyState !== WebSocket.CONNECTING);
  }

  async send(data: string | Uint8Array): Promise<void> {
    await this.opened();
    this.web.send(data);
  }

  /** The text of message `number`, from 1. */
  async message(number: number): Promise<string> {
    await this.until(() => this.heard.length >= number || this.web.readyState === WebSocket.CLOSED);
    return this.heard[number - 1]?.text ?? '';
  }

  async closed(): Promise<void> {
    await this.until(() => this.web.readyState === WebSocket.CLOSED);
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>(resolve => void this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

export interface WebSocketPeerOptions extends ClientOptions {
  /** '' for none. */
  readonly protocol?: string;
  readonly path?: string;
}
