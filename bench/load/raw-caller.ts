import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const ADDRESS = '127.0.0.1';
const PATIENCE_MILLIS = 5000;

/** What an INVITE or OPTIONS got, and how long after it was sent. */
export interface RawAnswer {
  /** 0: nothing came in time. */
  readonly status: number;
  readonly millis: number;
}

interface Waiting {
  readonly sentAt: number;
  settle(answer: RawAnswer): void;
}

/**
 * Sends ready-made SIP messages and looks at status lines, nothing else, so that what is measured is the server. Calls that are
 * answered are acknowledged and hung up at once.
 */
export class RawCaller {
  readonly #sip: Socket;
  readonly #rtp: Socket;
  readonly #server: { readonly address: string; readonly port: number };
  readonly #waiting = new Map<string, Waiting>();
  #next = 1;

  private constructor(sip: Socket, rtp: Socket, via: string) {
    const [address, port] = via.split(':');
    this.#server = { address, port: Number(port) };
    this.#sip = sip;
    this.#rtp = rtp;
    sip.on('message', bytes => this.#receive(bytes.toString('latin1')));
  }

  /** @param via the server, "127.0.0.1:5060". */
  static async open(via: string): Promise<RawCaller> {
    const [sip, rtp] = [createSocket('udp4'), createSocket('udp4')];
    for (const socket of [sip, rtp]) {
      socket.bind(0, ADDRESS);
      await once(socket, 'listening');
    }
    return new RawCaller(sip, rtp, via);
  }

  /** So many INVITEs at once; resolves when each has its final answer. */
  invite(count: number, extension: string): Promise<readonly RawAnswer[]> {
    return Promise.all(Array.from({ length: count }, () => this.#ask('INVITE', extension)));
  }

  options(): Promise<RawAnswer> {
    return this.#ask('OPTIONS', '');
  }

  close(): void {
    this.#sip.close();
    this.#rtp.close();
  }

  #ask(method: 'INVITE' | 'OPTIONS', user: string): Promise<RawAnswer> {
    const callId = `raw-${process.pid}-${this.#next++}`;
    const { address, port } = this.#server;
    const uri = user === '' ? `sip:${address}:${port}` : `sip:${user}@${address}:${port}`;
    const message = this.#message({ method, uri, to: `<${uri}>`, callId, cseq: 1, body: method === 'INVITE' });
    return new Promise(resolve => {
      const limit = setTimeout(() => settle({ status: 0, millis: PATIENCE_MILLIS }), PATIENCE_MILLIS);
      const settle = (answer: RawAnswer) => {
        clearTimeout(limit);
        this.#waiting.delete(callId);
        resolve(answer);
      };
      this.#waiting.set(callId, { sentAt: performance.now(), settle });
      this.#send(message);
    });
  }

  #receive(message: string): void {
    const now = performance.now();
    const status = Number(message.slice(8, 11));
    const callId = field(message, 'Call-ID');
    if (status < 200 || callId === undefined || !field(message, 'CSeq')?.endsWith('INVITE')) {
      if (status >= 200 && callId !== undefined) this.#settle(callId, { status, now });
      return;
    }
    const to = field(message, 'To') ?? '';
    const contact = /<([^>]*)>/.exec(field(message, 'Contact') ?? '')?.[1];
    const uri = contact ?? /<([^>]*)>/.exec(to)?.[1] ?? '';
    this.#send(this.#message({ method: 'ACK', uri, to, callId, cseq: 1 }));
    if (status < 300 && this.#waiting.has(callId))
      this.#send(this.#message({ method: 'BYE', uri, to, callId, cseq: 2 }));
    this.#settle(callId, { status, now });
  }

  #settle(callId: string, { status, now }: { readonly status: number; readonly now: number }): void {
    const waiting = this.#waiting.get(callId);
    waiting?.settle({ status, millis: now - waiting.sentAt });
  }

  #send(message: string): void {
    this.#sip.send(message, this.#server.port, this.#server.address);
  }

  #message(parts: {
    readonly method: string;
    readonly uri: string;
    readonly to: string;
    readonly callId: string;
    readonly cseq: number;
    readonly body?: boolean;
  }): string {
    const { method, uri, to, callId, cseq } = parts;
    const own = `${ADDRESS}:${this.#sip.address().port}`;
    const body = parts.body ? this.#sdp() : '';
    // A 2xx is acknowledged in a transaction of its own, anything else in that of the INVITE (RFC 3261 17.1.1.3).
    const branch = `z9hG4bK${callId}-${method === 'BYE' ? 'bye' : 'invite'}`;
    return [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${own};branch=${branch}`,
      'Max-Forwards: 70',
      `From: "Bench" <sip:+15550100@bench.test>;tag=${callId}`,
      `To: ${to}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:bench@${own}>`,
      ...(parts.body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
  }

  #sdp(): string {
    const { port } = this.#rtp.address();
    return [
      'v=0',
      `o=- 1 1 IN IP4 ${ADDRESS}`,
      's=-',
      `c=IN IP4 ${ADDRESS}`,
      't=0 0',
      `m=audio ${port} RTP/AVP 0 101`,
      'a=rtpmap:101 telephone-event/8000',
      '',
    ].join('\r\n');
  }
}

/** The value of a header field; we write the names, or the server does in full. */
function field(message: string, name: string): string | undefined {
  const at = message.indexOf(`\r\n${name}: `);
  if (at < 0) return undefined;
  return message.slice(at + name.length + 4, message.indexOf('\r\n', at + 2));
}
