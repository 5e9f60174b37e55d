import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { type Clock, defer, messageOf, ParleyError, type Timer, ulid } from '@parley/base';
import {
  buildRequest,
  hostPort,
  parseMessage,
  printMessage,
  SipParseError,
  type SipResponse,
  StreamFramer,
} from '@parley/sip';

/** Whom to ask, and from where. */
export interface OptionsQuestion {
  readonly transport: 'udp' | 'tcp';
  readonly host: string;
  readonly port: number;
  readonly from: { readonly address: string; readonly port: number };
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** RFC 3261 section 17.1.2.1: T1, doubled up to T2. */
const T1_MILLIS = 500;
const T2_MILLIS = 4000;

interface Line {
  send(bytes: Uint8Array): void;
  close(): void;
}

/** Asks whether somebody is there (OPTIONS, RFC 3261 section 11); resolves with the final answer. Rejects with the signal's reason, or when nothing can be sent. */
export async function askOptions(question: OptionsQuestion): Promise<SipResponse> {
  const { clock, signal, transport } = question;
  const answered = defer<SipResponse>();
  const branch = `z9hG4bK${ulid(clock.wall())}`;
  const heard = (bytes: Uint8Array) => {
    const message = readAnswer(bytes, branch);
    if (message && message.status >= 200) answered.resolve(message);
  };
  const stop = () => answered.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const line = await (transport === 'udp' ? datagrams : stream)(question, { heard, failed: answered.reject });
  let timer: Timer | undefined;
  const send = (wait: number) => {
    line.send(requestOf(question, branch));
    if (transport === 'udp') timer = clock.after(wait, () => send(Math.min(2 * wait, T2_MILLIS)));
  };
  try {
    send(T1_MILLIS);
    return await answered.promise;
  } finally {
    timer?.cancel();
    signal.removeEventListener('abort', stop);
    line.close();
  }
}

function requestOf({ transport, host, port, from }: OptionsQuestion, branch: string): Uint8Array {
  const [near, far] = [hostPort(from), hostPort({ address: host, port })];
  const uri = `sip:${far};transport=${transport}`;
  return printMessage(
    buildRequest({
      method: 'OPTIONS',
      uri,
      headers: [
        ['Via', `SIP/2.0/${transport.toUpperCase()} ${near};branch=${branch};rport`],
        ['Max-Forwards', '70'],
        ['From', `<sip:test@${near}>;tag=${branch.slice(-10)}`],
        ['To', `<${uri}>`],
        ['Call-ID', `${branch}@${near}`],
        ['CSeq', '1 OPTIONS'],
        ['Contact', `<sip:test@${near};transport=${transport}>`],
        ['Accept', 'application/sdp'],
      ],
    }),
  );
}

/** The answer to our request; undefined for everything else that comes in, whatever it is. */
function readAnswer(bytes: Uint8Array, branch: string): SipResponse | undefined {
  try {
    const message = parseMessage(bytes);
    return message.kind === 'response' && message.vias[0]?.branch === branch ? message : undefined;
  } catch (error) {
    if (error instanceof SipParseError) return undefined;
    throw error;
  }
}

interface Hearer {
  readonly heard: (bytes: Uint8Array) => void;
  readonly failed: (error: unknown) => void;
}

const unsendable = (error: unknown) => new ParleyError('TEST_NOT_SENT', messageOf(error), { cause: error });

async function datagrams({ host, port, from }: OptionsQuestion, { heard, failed }: Hearer): Promise<Line> {
  const socket = createSocket(isIPv6(from.address) ? 'udp6' : 'udp4');
  socket.on('message', heard);
  const bound = defer<void>();
  socket.on('error', error => {
    bound.reject(unsendable(error));
    failed(unsendable(error));
  });
  socket.bind(from.port, from.address, bound.resolve);
  await bound.promise;
  return {
    send: bytes => socket.send(bytes, port, host, error => error && failed(unsendable(error))),
    close: () => socket.close(),
  };
}

async function stream({ host, port, from }: OptionsQuestion, { heard, failed }: Hearer): Promise<Line> {
  const framer = new StreamFramer();
  const socket = connect({ host, port, localAddress: from.address });
  socket.on('error', error => failed(unsendable(error)));
  socket.on('close', () => failed(unsendable(new Error('the connection was closed before there was an answer'))));
  socket.on('data', (chunk: Buffer) => {
    try {
      framer.push(chunk);
      for (let next = framer.next(); next !== undefined; next = framer.next()) if (next !== 'keep-alive') heard(next);
    } catch (error) {
      failed(unsendable(error));
    }
  });
  return { send: bytes => void socket.write(bytes), close: () => socket.destroy() };
}
