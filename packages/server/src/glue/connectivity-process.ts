import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { setPriority } from 'node:os';
import { Bug, messageOf, sleep, systemClock } from '@parley/base';
import { openPhone, type Phone, type PhoneCall } from '@parley/phone';
import { CallRefused, hostPort } from '@parley/sip';
import { askOptions } from './ask-options.ts';
import type { ConnectivityJob, ConnectivityResult } from './connectivity-job.ts';

/*
 * The process that tests a way as a telephone would: it sends from a port of its own, rings, listens, presses keys and hangs up, and ends.
 * Packets of a test keep no call of the server waiting.
 */
if (process.send === undefined) throw new Bug('the process of a test is started by the server');
const send = process.send.bind(process);
const clock = systemClock;

/** How much it gives way to all others (nice value). */
const GIVE_WAY = 10;
/** How long sound is waited for after the answer, and keys of the other end after ours. */
const LISTENS_MILLIS = 5000;
const ECHO_MILLIS = 1000;

setPriority(GIVE_WAY);
process.on('disconnect', () => process.exit(0));
// A terminal and systemd tell the whole group: the server decides when this process ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.once('message', (job: ConnectivityJob) => {
  void tested(job).then(result => send(result, () => process.disconnect?.()));
});

async function tested(job: ConnectivityJob): Promise<ConnectivityResult> {
  const limit = AbortSignal.timeout(job.timeoutMillis);
  try {
    const address = await ownAddress(job);
    return job.phone === undefined ? await asked(job, address, limit) : await called(job, address, limit);
  } catch (error) {
    return { why: limit.aborted ? `no answer within ${job.timeoutMillis / 1000} seconds` : whyOf(error) };
  }
}

function whyOf(error: unknown): string {
  if (error instanceof CallRefused) return `refused: ${error.status} ${error.reason}`;
  return messageOf(error);
}

/** The address of this machine from which the other end is reached: nothing is sent to find out. */
async function ownAddress({ host, port }: ConnectivityJob): Promise<string> {
  const { address } = isIP(host) === 0 ? await lookup(host) : { address: host };
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, address, resolve);
    });
    return socket.address().address;
  } finally {
    socket.close();
  }
}

async function asked(job: ConnectivityJob, address: string, signal: AbortSignal): Promise<ConnectivityResult> {
  const { transport, host, port, listenPort } = job;
  if (transport === 'tls') return { why: 'OPTIONS are not sent by TLS: give -Phone, and it is called' };
  const began = clock.monotonic();
  const { status, reason } = await askOptions({
    transport,
    host,
    port,
    from: { address, port: listenPort },
    clock,
    signal,
  });
  const latencyMillis = clock.monotonic() - began;
  // Whoever does not know OPTIONS is there all the same, and so is whoever wants to know who asks.
  const isThere = (status >= 200 && status < 300) || [401, 405, 407, 501].includes(status);
  return { latencyMillis, ...(isThere ? {} : { why: `refused: ${status} ${reason}` }) };
}

async function called(job: ConnectivityJob, address: string, limit: AbortSignal): Promise<ConnectivityResult> {
  const { transport, listenPort, tls } = job;
  await using opened = new AsyncDisposableStack();
  const phone = opened.adopt(
    await openPhone({ address, transport, port: listenPort, ...(tls && { tls }), clock }),
    each => each.close(),
  );
  const began = clock.monotonic();
  const dialling = await phone.dial(uriOf(job), {
    ...optionsOf(job, phone),
    security: job.mediaSecured ? 'required' : 'none',
  });
  let latency: number | undefined;
  const answers = () => {
    latency ??= clock.monotonic() - began;
  };
  dialling.onProgress(answers);
  limit.addEventListener('abort', () => dialling.cancel(), { once: true });
  let call: PhoneCall;
  try {
    call = await dialling.answered;
  } catch (error) {
    if (error instanceof CallRefused && !limit.aborted) answers();
    if (limit.aborted) throw error;
    return { ...(latency === undefined ? {} : { latencyMillis: latency }), why: whyOf(error) };
  }
  answers();
  const { answerMillis } = call.statistics;
  const heard = await listened(call, job);
  await call.hangUp();
  return { ...(latency === undefined ? {} : { latencyMillis: latency }), answerMillis, ...heard };
}

/** Listens to an answered call and presses keys in it. */
async function listened(call: PhoneCall, { keys }: ConnectivityJob): Promise<ConnectivityResult> {
  const sound = call
    .hears(samples => samples.length > 0 || undefined, { within: LISTENS_MILLIS })
    .then(() => undefined, messageOf);
  let why: string | undefined;
  if (keys) why = await pressed(call, keys).then(() => undefined, messageOf);
  const silence = await sound;
  const { packetsReceived } = call.statistics;
  why ??= silence === undefined ? undefined : `it was answered, and no sound came: ${silence}`;
  return {
    packets: packetsReceived,
    ...(keys && { receivedKeys: call.keys }),
    ...(why === undefined ? {} : { why }),
  };
}

async function pressed(call: PhoneCall, keys: NonNullable<ConnectivityJob['keys']>): Promise<void> {
  const over = new AbortController();
  void call.ended.then(() => over.abort(new Error('the call was over before all keys were pressed')));
  await sleep(clock, keys.initialSilenceMillis, over.signal);
  for (const [index, key] of [...keys.sequence].entries()) {
    await call.press(key);
    await sleep(clock, keys.gapsMillis[index] ?? ECHO_MILLIS, over.signal);
  }
}

/** Whoever is called, it is the gateway that is asked to: nothing is sent to where a number says. */
function uriOf({ phone = '', host, port, transport }: ConnectivityJob): string {
  if (phone.includes('@') && isIP(host) !== 0) return `sip:${phone}`;
  const [user] = phone.split('@');
  return `sip:${user}@${hostPort({ address: host, port })};transport=${transport}`;
}

function optionsOf({ phone = '', from, host, port, transport }: ConnectivityJob, { contact }: Phone) {
  const own = hostPort(contact);
  const caller = from === undefined ? `sip:test@${own}` : `sip:${from.includes('@') ? from : `${from}@${own}`}`;
  return {
    from: caller,
    ...(phone.includes('@') && { to: `sip:${phone}` }),
    ...(isIP(host) !== 0 && { via: { transport, address: host, port } }),
  };
}
