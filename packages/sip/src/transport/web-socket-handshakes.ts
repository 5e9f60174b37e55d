import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { codeOf, plainText } from '@parley/base';
import { WebSocket, WebSocketServer } from 'ws';
import type { Peer } from './peer.ts';
import { PeerRefused } from './peer-refused.ts';
import { hostPort } from './via.ts';
import type { WebSocketOptions } from './web-socket-options.ts';

export interface WebSocketHandshakeOptions extends WebSocketOptions {
  /** Octets of one message. */
  readonly maxMessage: number;
}

/** Told once. `PeerRefused` says what an administrator should read. */
export type WebSocketDone = (outcome: WebSocket | Error) => void;

/** The sub-protocol of RFC 7118 section 4.1. */
const PROTOCOL = 'sip';
const MOST_FRAGMENTS = 64;
const MOST_CHUNKS = 4096;
const LONGEST_HEAD = 8192;

/** The opening of a WebSocket on both sides of a connection that is there already, secured or not. */
export class WebSocketHandshakes {
  readonly #options: WebSocketHandshakeOptions;
  readonly #waiting = new WeakMap<object, WebSocketDone>();
  /** Never listens: connections are given to it. */
  readonly #http: Server;
  readonly #upgrader: WebSocketServer;

  constructor(options: WebSocketHandshakeOptions) {
    this.#options = options;
    this.#upgrader = new WebSocketServer({
      ...this.#limits,
      noServer: true,
      clientTracking: false,
      handleProtocols: () => PROTOCOL,
    });
    this.#http = createServer({ maxHeaderSize: LONGEST_HEAD }, (request, response) => {
      const headers = { Connection: 'close', Upgrade: 'websocket', 'Sec-WebSocket-Protocol': PROTOCOL };
      response.writeHead(426, headers).end(() => this.#take(request.socket)?.(NO_WEB_SOCKET));
    });
    this.#http.on('clientError', (error, socket) => this.#noHttp(error, socket));
    this.#http.on('upgrade', (request, _socket, head) => this.#upgrade(request, head));
  }

  /** Waits for a client's handshake, as long as it wants; whoever owns the socket ends it by closing that. */
  accept(socket: Socket, done: WebSocketDone): void {
    this.#waiting.set(socket, done);
    this.#http.emit('connection', socket);
  }

  /** Shakes hands with a server. */
  connect(socket: Socket, peer: Peer, done: WebSocketDone): void {
    // A domain of SIP need not be one of URLs, where for example none ends in a number: it stands in the header only.
    const web = new WebSocket(`ws://${hostPort(peer)}${this.#options.path ?? '/'}`, [PROTOCOL], {
      ...this.#limits,
      headers: { Host: hostPort({ address: peer.name ?? peer.address, port: peer.port }) },
      followRedirects: false,
      createConnection: () => socket,
    });
    let isOpen = false;
    web.once('open', () => {
      isOpen = true;
      done(web);
    });
    // Once it is open, errors are the wire's.
    web.on('error', error => {
      if (!isOpen) done(refusedByServer(error));
    });
  }

  get #limits() {
    return {
      maxPayload: this.#options.maxMessage,
      maxFragments: MOST_FRAGMENTS,
      maxBufferedChunks: MOST_CHUNKS,
      perMessageDeflate: false,
    };
  }

  #upgrade(request: IncomingMessage, head: Buffer): void {
    const { socket } = request;
    const done = this.#take(socket);
    if (!done) {
      socket.destroy();
      return;
    }
    const refusal = this.#refusalOf(request);
    if (refusal) {
      const [status, refused] = refusal;
      socket.end(emptyAnswer(status), () => done(refused));
      return;
    }
    this.#upgrader.handleUpgrade(request, socket, head, done);
  }

  /** What is no HTTP at all: SIP as over TCP, TLS where none is spoken. Breaks of the connection show as its closing. */
  #noHttp(error: Error, socket: Duplex): void {
    const isBroken = !socket.writable || !codeOf(error)?.startsWith('HPE_');
    const done = this.#take(socket);
    if (isBroken || !done) socket.destroy();
    else socket.end(emptyAnswer(400), () => done(NO_HTTP));
  }

  #refusalOf({ url, headers }: IncomingMessage): readonly [status: number, refused: PeerRefused] | undefined {
    const { path, origins } = this.#options;
    if (path !== undefined && url?.split('?')[0] !== path) return [404, wrongPath(url, path)];
    const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim());
    if (!offered.includes(PROTOCOL)) return [400, NO_SIP];
    const { origin } = headers;
    if (origins === undefined || origin === undefined) return undefined;
    const isAllowed = origins.some(allowed => allowed.toLowerCase() === origin.toLowerCase());
    return isAllowed ? undefined : [403, wrongOrigin(origin)];
  }

  #take(socket: object): WebSocketDone | undefined {
    const done = this.#waiting.get(socket);
    this.#waiting.delete(socket);
    return done;
  }
}

const emptyAnswer = (status: number): string =>
  `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;

const NO_HTTP = new PeerRefused({
  reason: 'it sent something that is no HTTP, with which every WebSocket begins',
  change:
    'Let the peer speak SIP over WebSocket here (RFC 7118), or use the port of the transport that it speaks: tcp, tls, wss.',
});

const NO_WEB_SOCKET = new PeerRefused({
  reason: 'it sent an HTTP request that opens no WebSocket',
  change: 'Only SIP over WebSocket (RFC 7118) is spoken at this port.',
});

const NO_SIP = new PeerRefused({
  reason: 'it did not offer the WebSocket sub-protocol "sip"',
  change: 'Let the client open its WebSocket with the protocol "sip" (RFC 7118 section 4).',
});

function wrongPath(url: string | undefined, path: string): PeerRefused {
  return new PeerRefused({
    reason: `it asked for the path ${plainText(url ?? '')}`,
    change: `Let the client use the path ${path}, or change ours.`,
  });
}

function wrongOrigin(origin: string): PeerRefused {
  return new PeerRefused({
    reason: `its page comes from ${plainText(origin)}, which is no allowed origin`,
    change: 'Add the origin to those that are allowed, when pages from there may telephone here.',
  });
}

function refusedByServer(error: Error): PeerRefused {
  return new PeerRefused({
    reason: `it did not open a WebSocket for SIP (${plainText(error.message)})`,
    change: 'The peer must speak RFC 7118 at this port, at the path that is set here.',
  });
}
