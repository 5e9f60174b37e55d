import assert from 'node:assert/strict';
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, suite, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { memoryLog, systemClock } from '@parley/base';
import { createUserAgent, type Peer, parseMessage, type UserAgentOptions } from '../src/index.ts';
import { Authority } from './certificates.ts';
import { runningTime } from './running-time.ts';
import { type Answer, LIVE, type LiveVerdict } from './torture/live.ts';
import { rfc4475, rfc5118 } from './torture/messages.ts';

/** Of this process alone: the ports are those that the messages name. */
const OWN = `${(process.pid >> 8) & 0xff}.${process.pid & 0xff}`;
const HERE = `127.61.${OWN}`;
const THERE = `127.62.${OWN}`;
/** A valid OPTIONS has to be answered within this after every message. */
const ANSWER_MILLIS = 500;

const bytesOf = (rfc: 4475 | 5118, name: string) => (rfc === 4475 ? rfc4475(name) : rfc5118(name));

let pings = 0;
function optionsText(transport: string, port: number): string {
  const id = `ping-${transport}-${++pings}`;
  const lines = [
    `OPTIONS sip:${HERE} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${THERE}:${port};branch=z9hG4bK${id};rport`,
    `From: <sip:t@${THERE}>;tag=t`,
    `To: <sip:${HERE}>`,
    `Call-ID: ${id}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Final statuses among whole messages, those of our own OPTIONS left out. */
function finals(texts: readonly string[]): Answer[] {
  return texts
    .filter(text => !/^Call-ID: ping-/im.test(text))
    .map(text => Number(/^SIP\/2\.0 (\d{3}) /.exec(text)?.[1]))
    .filter(status => status >= 200);
}

/** A user agent on one transport that refuses every call; nothing that reaches its log as an error is expected. */
async function server(transport: Peer['transport'], options: Pick<UserAgentOptions, 'tls'> = {}) {
  const log = memoryLog();
  const agent = createUserAgent({
    listen: [{ transport, address: HERE, port: 0 }],
    clock: systemClock,
    log,
    admit: () => undefined,
    onInvitation: invitation => invitation.reject({ status: 486 }),
    ...options,
  });
  const [bound] = await agent.listen();
  const errors = () => log.lines.filter(line => line.level === 'error');
  return { agent, bound, errors };
}

suite('every torture message at a live UDP socket', async () => {
  const { agent, bound, errors } = await server('udp');
  /** Refusals of INVITEs, which nobody acknowledges, come again to whoever has their port by then. */
  const before = new Set<string>();
  after(() => agent.close());
  for (const [rfc, name, verdict] of LIVE)
    test(`RFC ${rfc} ${name}`, async () => {
      const bytes = bytesOf(rfc, name);
      const expected = typeof verdict === 'object' ? verdict.datagram : verdict;
      const heard = (await overDatagrams(bound, bytes)).filter(text => !before.has(text));
      for (const text of heard) if (/^CSeq: \d+ INVITE/im.test(text)) before.add(text);
      assert.deepEqual(finals(heard), expected === 'silence' ? [] : [expected]);
      assert.deepEqual(errors(), []);
    });
});

/** Sends a message from where its Via says that it is, then an OPTIONS; resolves with all that came back until that was answered. */
async function overDatagrams(bound: Peer, bytes: Buffer): Promise<string[]> {
  const heard: string[] = [];
  const socket = await listenAt(portOf(bytes), heard);
  const ping = await listenAt(0, []);
  socket.send(bytes, bound.port, bound.address);
  ping.send(optionsText('UDP', ping.address().port), bound.port, bound.address);
  await once(ping, 'message', { signal: runningTime(ANSWER_MILLIS) });
  // The answers to the first message left before that to the second one, and loopback keeps the order for one socket: a last
  // message of ours, on the same socket, is behind them.
  socket.send(optionsText('UDP', socket.address().port), bound.port, bound.address);
  await until(socket, () => heard.some(text => /^Call-ID: ping-/im.test(text)));
  for (const each of [socket, ping]) each.close();
  return heard;
}

async function listenAt(port: number, heard: string[]): Promise<DatagramSocket> {
  const socket = createSocket('udp4');
  socket.on('message', bytes => heard.push(bytes.toString('latin1')));
  socket.bind(port, THERE);
  await once(socket, 'listening');
  return socket;
}

async function until(socket: DatagramSocket, isSo: () => boolean): Promise<void> {
  const signal = runningTime(ANSWER_MILLIS);
  while (!isSo()) await once(socket, 'message', { signal });
}

/** Where answers go without rport: the port of the top Via (RFC 3261 18.2.2), 5060 when there is none or it cannot be read. */
function portOf(bytes: Buffer): number {
  try {
    const message = parseMessage(bytes);
    return (message.kind === 'request' ? message.vias[0].port : undefined) ?? 5060;
  } catch {
    const top = /^(?:via|v)\s*:\s*SIP\s*\/\s*2\.0\s*\/\s*\w+\s+[^;,\r]*:(\d+)/im.exec(bytes.toString('latin1'));
    return Number(top?.[1] ?? 5060);
  }
}

/** A way to open streams to the server. */
interface Streams {
  readonly transport: 'TCP' | 'TLS';
  /** Resolves with a socket that has shaken hands. */
  open(): Promise<Socket>;
}

/** How a torture message fares on a stream: the same over TLS as over TCP. */
function atStreams(title: string, start: () => Promise<Streams & Awaited<ReturnType<typeof server>>>): void {
  suite(title, async () => {
    const streams = await start();
    after(() => streams.agent.close());
    for (const [rfc, name, verdict] of LIVE)
      test(`RFC ${rfc} ${name}`, async () => {
        const heard = await overStream(streams, bytesOf(rfc, name), verdict);
        const expected = typeof verdict === 'object' ? verdict.stream : verdict;
        if (typeof expected === 'object') assert.deepEqual(finals(heard), expected);
        else assert.deepEqual(finals(heard), typeof expected === 'number' ? [expected] : []);
        assert.deepEqual(streams.errors(), []);
      });
  });
}

atStreams('every torture message at a live TCP connection', async () => {
  const started = await server('tcp');
  const { address: host, port } = started.bound;
  return { ...started, transport: 'TCP', open: () => opened(connect({ host, port }), 'connect') };
});

atStreams('every torture message at a live TLS connection', async () => {
  const authority = await Authority.named('CN=torture');
  const tls = { ...(await authority.issue({ names: [['ip', HERE]] })), authorities: [authority.certificate] };
  const started = await server('tls', { tls });
  const { address: host, port } = started.bound;
  const options = { host, port, ca: authority.certificate };
  return { ...started, transport: 'TLS', open: () => opened(connectTls(options), 'secureConnect') };
});

async function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<Socket> {
  await once(socket, event);
  return socket;
}

/**
 * Sends a message and an OPTIONS behind it over the same connection; a second connection's OPTIONS has to be answered in time
 * whatever the first one does. Resolves with all that came back.
 */
async function overStream(streams: Streams, bytes: Buffer, verdict: LiveVerdict): Promise<string[]> {
  const socket = await streams.open();
  let text = '';
  socket.on('data', chunk => {
    text += chunk.toString('latin1');
  });
  const closed = once(socket, 'close');
  const isClosed = typeof verdict === 'object' && verdict.closed;
  const waits = typeof verdict === 'object' && verdict.stream === 'waits';
  socket.write(bytes);
  if (!isClosed && !waits) socket.write(optionsText(streams.transport, 5060));
  await answersOptions(streams);
  const signal = runningTime(ANSWER_MILLIS);
  if (isClosed) await closed;
  else if (!waits) while (!/^Call-ID: ping-/im.test(text)) await once(socket, 'data', { signal });
  socket.destroy();
  return text.split(/(?=^SIP\/2\.0 )/m);
}

async function answersOptions({ transport, open }: Streams): Promise<void> {
  const socket = await open();
  socket.write(optionsText(transport, 5060));
  const [answer] = (await once(socket, 'data', { signal: runningTime(ANSWER_MILLIS) })) as [Buffer];
  assert.match(answer.toString('latin1'), /^SIP\/2\.0 200 /);
  socket.destroy();
}
