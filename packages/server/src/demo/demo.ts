import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeOf, silentLog, systemClock } from '@parley/base';
import { level, resample } from '@parley/media';
import { openPhone, recordToneOver } from '@parley/phone';
import { embeddedVoice } from '@parley/speech/voices';
import type { DemoArguments } from '../arguments.ts';
import { readConfig } from '../config/config.ts';
import type { Config } from '../config/settings.ts';
import { openDataFolder } from '../data-folder.ts';
import { createLog } from '../log.ts';
import { type Server, startServer } from '../server.ts';
import { type ArrivedMessage, arrivedMessage } from './arrived-message.ts';

/** How long the message may take from the start of the call to its arrival. */
const PATIENCE_MILLIS = 30_000;
const SENTENCE = 'Hello Ann, this is Carol. The demo works. Please call me back.';
const CALLER = '"Carol Jones" <sip:+15550100@demo.parley.test>';

/**
 * `parley demo`: a server in a temporary folder, a call over loopback that leaves a spoken message, and what came of it.
 * Resolves with the exit code: 0 when the message arrived in time, 1 when not.
 */
export async function demo({ once }: DemoArguments): Promise<number> {
  process.umask(0o077);
  const folder = await mkdtemp(join(tmpdir(), 'parley-demo-'));
  const began = performance.now();
  const say = (line: string) =>
    process.stdout.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${line}\n`);
  say(`data folder: ${folder}`);
  const data = await openDataFolder(folder);
  const delivered = Promise.withResolvers<void>();
  const server = await openHouse({ data, say, onDelivered: () => delivered.resolve() });
  try {
    for (const line of server.made) say(`made ${line}`);
    const message = await leaveMessage(server, { folder, say, delivered: delivered.promise });
    if (!once && message) await stayUp(addressOf(server), folder);
    return message ? 0 : 1;
  } finally {
    await server.drain(AbortSignal.timeout(5000));
    await server.close();
    await data.release();
  }
}

interface DemoCall {
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly delivered: Promise<void>;
}

/** Calls, and shows what arrived; undefined when nothing did in time. */
async function leaveMessage(server: Server, { folder, say, delivered }: DemoCall): Promise<ArrivedMessage | undefined> {
  say('rendering the prompts with the embedded voice ...');
  await server.ready;
  const address = addressOf(server);
  say(`the server is ready: SIP on ${address} (UDP and TCP)`);
  const arrived = await Promise.race([callAnn(address, say).then(() => delivered), late()]);
  const message = arrived === 'late' ? undefined : await arrivedMessage(join(folder, 'mail/parley.test/ann/new'));
  if (message) await show(message, folder, say);
  else say(`the message did not arrive within ${PATIENCE_MILLIS / 1000} s`);
  return message;
}

interface HouseOptions {
  readonly data: Awaited<ReturnType<typeof openDataFolder>>;
  readonly say: (line: string) => void;
  readonly onDelivered: () => void;
}

/** The server on the usual port, or on any free one when that is taken. */
async function openHouse({ data, say, onDelivered }: HouseOptions): Promise<Server> {
  const options = {
    data,
    clock: systemClock,
    log: createLog({ level: 'error', maskNumbers: true, fd: 2 }),
    transcript: (line: string) => say(`  call: ${line}`),
    onDelivered,
  };
  try {
    return await startServer({ ...options, config: configFor(5060) });
  } catch (error) {
    if (codeOf(error) !== 'SIP_PORT_IN_USE') throw error;
    say('port 5060 is taken: using a free one');
    return startServer({ ...options, config: configFor(0) });
  }
}

function configFor(port: number): Config {
  return readConfig(
    `sip: { listen: ["udp:127.0.0.1:${port}", "tcp:127.0.0.1:${port}"] }\nrtp: { address: 127.0.0.1 }\nhttp: { port: 0 }\n`,
    'the demo',
  );
}

async function callAnn(address: string, say: (line: string) => void): Promise<void> {
  const voice = embeddedVoice(fileURLToPath(import.meta.resolve('@parley/speech-espeak/main')), {
    clock: systemClock,
    log: silentLog,
  });
  const { samples, rate } = await voice.speak(SENTENCE, 'en-US');
  const speech = level(resample(samples, rate, 8000), -20);
  await voice.close();
  const phone = await openPhone();
  try {
    say(`Carol calls 1001 from ${phone.contact.address}:${phone.contact.port} ...`);
    const call = await phone.call(`sip:1001@${address}`, { from: CALLER });
    say('  answered; Carol hears the greeting');
    await call.hears(recordToneOver, { within: PATIENCE_MILLIS });
    say(`  the tone is over; Carol says "${SENTENCE}"`);
    await call.say(speech);
    await call.hangUp();
    say('  Carol hangs up');
  } finally {
    await phone.close();
  }
}

async function show(message: ArrivedMessage, folder: string, say: (line: string) => void): Promise<void> {
  const audio = join(folder, message.audio.name);
  await writeFile(audio, message.audio.bytes);
  say('the message is in the mailbox:');
  process.stdout.write(`\n${message.headers.map(line => `    ${line}`).join('\n')}\n\n`);
  process.stdout.write(`message: ${message.path}\naudio:   ${audio}\n\n`);
}

/** Keeps the server running for the user's own phone, until Ctrl-C. */
async function stayUp(address: string, folder: string): Promise<void> {
  process.stdout.write(
    [
      'The server stays up for your own telephone on this machine. Call (no registration, no password):',
      ...['1001 (Ann Lee)', '1002 (Bob Ray)', '1003 (Carol Diaz)'].map(
        who => `  sip:${who.slice(0, 4)}@${address}${who.slice(4)}`,
      ),
      `Messages arrive below ${join(folder, 'mail')}. Ctrl-C ends it.`,
      '',
    ].join('\n'),
  );
  await new Promise<void>(resolve => {
    // A timer keeps the process alive: everything of the server's own gives way to its end.
    const alive = setInterval(() => {}, 60_000);
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        clearInterval(alive);
        resolve();
      });
  });
}

function addressOf(server: Server): string {
  const udp = server.sip.find(peer => peer.transport === 'udp') ?? server.sip[0];
  return `${udp.address}:${udp.port}`;
}

function late(): Promise<'late'> {
  return new Promise(resolve => setTimeout(() => resolve('late'), PATIENCE_MILLIS).unref());
}
