import { once } from 'node:events';
import type { Child } from './child.ts';

/** Node's own debugger, opened in a running server as anybody may who may send it signals: nothing in the server is made for it. */
export interface Debugger {
  /** Runs an expression in a worker thread; `number` is its place in the order of their starts. Does not wait for the end of a thread. */
  inWorker(number: number, expression: string): void;
  close(): void;
}

interface Message {
  readonly method?: string;
  readonly params?: { readonly sessionId?: string; readonly workerInfo?: { readonly url?: string } };
}

/** Attaches to the worker threads whose source is `entry`. The server must have been started with `NODE_OPTIONS=--inspect-port=0`. */
export async function attachDebugger(child: Child, entry: string): Promise<Debugger> {
  child.process.kill('SIGUSR1');
  const [, url] = await child.prints(/Debugger listening on (ws:\/\/\S+)/);
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const workers: string[] = [];
  let id = 0;
  const send = (method: string, params: object) => socket.send(JSON.stringify({ id: ++id, method, params }));
  const attached = new Promise<void>(resolve => {
    socket.addEventListener('message', ({ data }) => {
      const { method, params }: Message = JSON.parse(String(data));
      if (method !== 'NodeWorker.attachedToWorker' || !params?.workerInfo?.url?.includes(entry)) return;
      workers.push(params.sessionId ?? '');
      resolve();
    });
  });
  send('NodeWorker.enable', { waitForDebuggerOnStart: false });
  await attached;
  return {
    inWorker(number, expression) {
      const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
      send('NodeWorker.sendMessageToWorker', { sessionId: workers[number], message });
    },
    close: () => socket.close(),
  };
}
