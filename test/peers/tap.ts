import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Something like a NAT between a telephone and its proxy, that remembers what goes through it. */
export interface Tap {
  /** "127.0.0.1:PORT": where the telephone connects to. */
  readonly address: string;
  /** What came from the telephone and from the proxy, piece by piece. */
  readonly up: readonly Buffer[];
  readonly down: readonly Buffer[];
  /** Forgets every flow: what was connected is not any more. */
  cut(): void;
}

interface Scope {
  after(end: () => unknown): unknown;
}

/** Between TCP connections. */
export async function streamTap(t: Scope, to: string): Promise<Tap> {
  const [up, down]: [Buffer[], Buffer[]] = [[], []];
  const sockets = new Set<Socket>();
  const [host, port] = to.split(':');
  const pass = (from: Socket, there: Socket, into: Buffer[]) => {
    sockets.add(from);
    from.on('data', (chunk: Buffer) => {
      into.push(chunk);
      there.write(chunk);
    });
    from.on('close', () => {
      sockets.delete(from);
      there.destroy();
    });
    // It closes too, which is all that matters here.
    from.on('error', () => undefined);
  };
  const server = createServer(near => {
    const far = connect(Number(port), host);
    pass(near, far, up);
    pass(far, near, down);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  t.after(() => {
    cut();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, up, down, cut };
}

/** Between UDP addresses: each telephone has a port of its own towards the proxy. */
export async function datagramTap(t: Scope, to: string): Promise<Tap> {
  const [up, down]: [Buffer[], Buffer[]] = [[], []];
  const [host, port] = to.split(':');
  const near = createSocket('udp4');
  const flows = new Map<number, DatagramSocket>();
  const flowOf = (source: number): DatagramSocket => {
    const known = flows.get(source);
    if (known) return known;
    const far = createSocket('udp4');
    flows.set(source, far);
    far.on('message', bytes => {
      down.push(bytes);
      near.send(bytes, source, '127.0.0.1');
    });
    return far;
  };
  near.on('message', (bytes, from) => {
    up.push(bytes);
    flowOf(from.port).send(bytes, Number(port), host);
  });
  near.bind(0, '127.0.0.1');
  await once(near, 'listening');
  const cut = () => {
    for (const flow of flows.values()) flow.close();
    flows.clear();
  };
  t.after(() => {
    cut();
    near.close();
  });
  return { address: `127.0.0.1:${near.address().port}`, up, down, cut };
}
