import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { seeded } from '@parley/base';

/** What the relay does to datagrams, each on its own. */
export interface Chaos {
  /** Share of datagrams that never arrive, 0 to 1. */
  readonly loss?: number;
  /** Share that arrives twice. */
  readonly doubled?: number;
  /** Share that is overtaken by those that follow: held back 45 ms longer than the others. */
  readonly reordered?: number;
  /** Every datagram takes so long, milliseconds. */
  readonly delayMillis?: number;
}

/** What a relay did. */
export interface RelayCounts {
  passed: number;
  lost: number;
  doubled: number;
  reordered: number;
}

export interface ChaosRelay {
  /** "127.0.0.1:PORT": call this instead of the server. */
  readonly address: string;
  readonly media: RelayCounts;
  readonly signalling: RelayCounts;
}

export interface RelayOptions {
  /** "127.0.0.1:PORT" of the server, UDP. */
  readonly server: string;
  readonly seed: number;
  readonly signalling: Chaos;
  readonly media: Chaos;
}

const HOST = '127.0.0.1';
const OVERTAKEN_MILLIS = 45;

type Deliver = () => void;

/** Decides about each datagram by a seeded source, so that a run can be repeated. */
class Weather {
  readonly counts: RelayCounts = { passed: 0, lost: 0, doubled: 0, reordered: 0 };
  readonly #chaos: Chaos;
  readonly #random: () => number;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(chaos: Chaos, random: () => number) {
    this.#chaos = chaos;
    this.#random = random;
  }

  pass(deliver: Deliver): void {
    const { loss = 0, doubled = 0, reordered = 0, delayMillis = 0 } = this.#chaos;
    const [lost, twice, late] = [this.#random() < loss, this.#random() < doubled, this.#random() < reordered];
    if (lost) {
      this.counts.lost += 1;
      return;
    }
    this.counts.passed += 1;
    if (twice) this.counts.doubled += 1;
    if (late) this.counts.reordered += 1;
    for (let copy = 0; copy < (twice ? 2 : 1); copy++)
      this.#later(delayMillis + (late ? OVERTAKEN_MILLIS : 0) + copy, deliver);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #later(millis: number, deliver: Deliver): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      deliver();
    }, millis);
    this.#timers.add(timer);
  }
}

/**
 * A bad network between one phone and a server: relays the SIP of both, writes itself into their session descriptions, and so has
 * their media as well. What it does to datagrams is drawn from a seed.
 */
export async function startChaosRelay(t: TestContext, options: RelayOptions): Promise<ChaosRelay> {
  const random = seeded(options.seed);
  const media = new Weather(options.media, random);
  const signalling = new Weather(options.signalling, random);
  const sockets: Socket[] = [];
  t.after(() => {
    media.stop();
    signalling.stop();
    for (const socket of sockets) socket.close();
  });
  const open = async () => {
    const socket = createSocket('udp4');
    sockets.push(socket);
    socket.bind(0, HOST);
    await once(socket, 'listening');
    return socket;
  };

  /** By "host:port" of an end that a description named: the socket that stands for it towards the other side. */
  const standIns = new Map<string, Socket>();
  /** The partner's stand-in, once both descriptions have been seen. */
  let ends: { readonly at: { address: string; port: number }; readonly socket: Socket }[] = [];
  const standInFor = async (address: string, port: number) => {
    const key = `${address}:${port}`;
    const known = standIns.get(key);
    if (known) return known;
    const socket = await open();
    standIns.set(key, socket);
    const end = { at: { address, port }, socket };
    ends = [...ends.slice(-1), end];
    // What arrives at the stand-in of one end was sent by the other one, and leaves through the stand-in of the sender.
    socket.on('message', bytes => {
      const other = ends.find(each => each !== end);
      if (other) media.pass(() => other.socket.send(bytes, port, address));
    });
    return socket;
  };
  const rewritten = async (message: Buffer): Promise<Buffer> => {
    const text = message.toString('latin1');
    const [head, body] = [text.slice(0, text.indexOf('\r\n\r\n')), text.slice(text.indexOf('\r\n\r\n') + 4)];
    const address = /^c=IN IP4 (\S+)/m.exec(body)?.[1];
    const port = /^m=audio (\d+)/m.exec(body)?.[1];
    if (!address || !port || port === '0') return message;
    const standIn = (await standInFor(address, Number(port))).address().port;
    const changed = body
      .replace(/^c=IN IP4 \S+/m, `c=IN IP4 ${HOST}`)
      .replace(/^m=audio \d+/m, `m=audio ${standIn}`)
      // Reports have no stand-in: they would say what the relay did to them.
      .replace(/^a=rtcp:.*\r\n/m, '');
    return Buffer.from(
      `${head.replace(/^Content-Length: *\d+/im, `Content-Length: ${changed.length}`)}\r\n\r\n${changed}`,
      'latin1',
    );
  };

  const [front, back] = [await open(), await open()];
  const [serverHost, serverPort] = options.server.split(':');
  let phone: RemoteInfo | undefined;
  front.on('message', async (bytes, from) => {
    phone = from;
    const message = await rewritten(bytes);
    signalling.pass(() => back.send(message, Number(serverPort), serverHost));
  });
  back.on('message', async bytes => {
    const message = await rewritten(bytes);
    const { port, address } = phone ?? { port: 0, address: HOST };
    if (port > 0) signalling.pass(() => front.send(message, port, address));
  });
  return { address: `${HOST}:${front.address().port}`, media: media.counts, signalling: signalling.counts };
}
