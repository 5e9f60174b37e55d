import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer, isIP } from 'node:net';

/**
 * Outside of what the system gives to whoever asks for any port (from 32768 on): between our look and the peer's bind nobody gets one of these by chance.
 * Nothing else of the tests is here.
 */
const FROM = 11_000;
const TO = 17_991;
const BLOCK = 8;
const BLOCKS = Math.floor((TO - FROM + 1) / BLOCK);

/** The next block that this process looks at: two peers that start together get two. */
let next = randomInt(BLOCKS);

/** A port that nobody holds right now, on UDP and TCP. For peers that cannot say which port they took. */
export function freePort(address = '127.0.0.1'): Promise<number> {
  return freePorts(1, address);
}

/** The first of so many ports in a row, at most eight, that nobody holds right now; it is even. */
export async function freePorts(count: number, address = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < BLOCKS; tries++) {
    const port = FROM + BLOCK * next;
    next = (next + 1) % BLOCKS;
    const free = await Promise.all(
      Array.from(
        { length: count },
        async (_, i) => (await tcpIsFree(address, port + i)) && udpIsFree(address, port + i),
      ),
    );
    if (free.every(each => each)) return port;
  }
  throw new Error(`no ${count} free ports in a row from ${FROM} to ${TO}`);
}

/** Whether a program has bound a port by now, of whatever address. Looked up: to try would take it away from whoever is about to. */
export function isHeld(port: number): boolean {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['udp', 'udp6', 'tcp', 'tcp6'].some(table =>
    readFileSync(`/proc/net/${table}`, 'latin1')
      .split('\n')
      .some(line => line.trim().split(/\s+/)[1]?.endsWith(local)),
  );
}

function tcpIsFree(address: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}

function udpIsFree(address: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, address, () => socket.close(() => resolve(true)));
  });
}
