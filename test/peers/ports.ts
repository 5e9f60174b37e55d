import { createSocket } from 'node:dgram';
import { createServer, isIP } from 'node:net';

/** A port that nobody holds right now, on UDP and TCP. For peers that cannot say which port they took. */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const port = await tcpPort(address);
    if (await udpIsFree(address, port)) return port;
  }
  throw new Error('no free port found in 50 tries');
}

function tcpPort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, address, () => {
      const bound = server.address();
      server.close(() => (bound && typeof bound === 'object' ? resolve(bound.port) : reject(new Error('no port'))));
    });
  });
}

function udpIsFree(address: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, address, () => socket.close(() => resolve(true)));
  });
}
