import { parentPort, workerData } from 'node:worker_threads';
import { silentLog } from '@parley/base';
import { openSockets, type SocketKind } from '../src/engine/linux-sockets/index.ts';

/** A thread that binds sockets and never ends in order. */
const { kind, port }: { kind: SocketKind; port: number } = workerData;
const sockets = openSockets(kind, silentLog);
await sockets.bind({ address: '127.0.0.1', port }, { packet() {} });
sockets.exchange?.();
parentPort?.postMessage(sockets.estate?.shared);
setInterval(() => sockets.exchange?.(), 1);
