import { type ChildProcess, fork } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import type { ConnectivityOutcome, ConnectivityQuestion } from '@parley/admin';
import { type Clock, defer, type Log, ParleyError } from '@parley/base';
import { isLoopback, type Peer, type TlsOptions } from '@parley/sip';
import type { ConnectivityJob, ConnectivityResult } from '../glue/connectivity-job.ts';

export interface ConnectivityTestParts {
  /** Where this server listens. */
  readonly listening: readonly Peer[];
  /** What tests by TLS prove themselves with. */
  readonly tls: () => TlsOptions | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long the process may take beyond its own limit. */
const GRACE_MILLIS = 15_000;

interface Way {
  readonly transport: ConnectivityJob['transport'];
  readonly host: string;
  readonly port: number;
}

/** Tests ways, one at a time, each in a process of its own; what cannot be tested at all is an outcome too. */
export class ConnectivityTest {
  readonly #parts: ConnectivityTestParts;
  #child: ChildProcess | undefined;
  #isBusy = false;

  constructor(parts: ConnectivityTestParts) {
    this.#parts = parts;
  }

  /** Rejects with `TEST_UNDER_WAY`. */
  async run(question: ConnectivityQuestion): Promise<ConnectivityOutcome> {
    if (this.#isBusy)
      throw new ParleyError('TEST_UNDER_WAY', 'another test is under way on this node: wait for its end');
    this.#isBusy = true;
    try {
      return await this.#tested(question);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const gone = new Promise<void>(resolve => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await gone;
  }

  async #tested(question: ConnectivityQuestion): Promise<ConnectivityOutcome> {
    const { gateway, secured, thumbprint, remotePort: _, ...rest } = question;
    const tls = secured || thumbprint !== undefined ? this.#parts.tls() : undefined;
    const unproven = unprovenBy(tls, question);
    if (unproven !== undefined) return { address: '', why: unproven };
    const way = gateway ? toGateway(gateway, question) : this.#toThis(question);
    if (typeof way === 'string') return { address: '', why: way };
    const { clock, log } = this.#parts;
    const address = `${way.transport}:${way.host}:${way.port}`;
    const job: ConnectivityJob = { ...rest, ...way, ...(secured && tls && { tls }) };
    const began = clock.monotonic();
    const result = hinted(await this.#inProcess(job), way.host);
    const { why } = result;
    const fields = { to: address, dialled: question.phone, millis: Math.round(clock.monotonic() - began) };
    log.info('connectivity tested', { ...fields, ...(why === undefined ? {} : { why }) });
    return { address, ...result };
  }

  /** This server, where it listens. */
  #toThis({ secured, remotePort }: ConnectivityQuestion): Way | string {
    const { listening } = this.#parts;
    for (const transport of secured ? (['tls'] as const) : (['udp', 'tcp'] as const)) {
      const peer = listening.find(each => each.transport === transport && (remotePort ?? each.port) === each.port);
      if (peer) return { transport, host: reached(peer.address), port: peer.port };
    }
    const at = remotePort === undefined ? '' : ` at port ${remotePort}`;
    return `this server does not listen for ${secured ? 'TLS' : 'UDP or TCP'}${at}: sip.listen says where it does`;
  }

  async #inProcess(job: ConnectivityJob): Promise<ConnectivityResult> {
    const { clock, log } = this.#parts;
    const child = fork(new URL('../glue/connectivity-process.ts', import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    const done = defer<ConnectivityResult>();
    child.once('message', (result: ConnectivityResult) => done.resolve(result));
    child.once('error', error => {
      log.error('connectivity test', { error });
      done.resolve({ why: 'the process of the test could not be started' });
    });
    child.once('exit', (code, signal) => done.resolve({ why: `the process of the test ended with ${signal ?? code}` }));
    const limit = clock.after(job.timeoutMillis + GRACE_MILLIS, () => child.kill('SIGKILL'));
    try {
      child.send(job);
      return await done.promise;
    } finally {
      limit.cancel();
      this.#child = undefined;
    }
  }
}

function toGateway(gateway: NonNullable<ConnectivityQuestion['gateway']>, asked: ConnectivityQuestion): Way | string {
  const { name, address, port, status } = gateway;
  if (status === 'Disabled') return `gateway ${name} is disabled: Enable-UMIPGateway "${name}"`;
  const host = address.find(each => !each.includes('/'));
  if (host === undefined) return `gateway ${name} is a network: of which address of it is not known`;
  const usual = asked.secured ? SECURE_PORT : PLAIN_PORT;
  const own = asked.secured && port === PLAIN_PORT ? SECURE_PORT : port;
  return { transport: asked.secured ? 'tls' : 'udp', host, port: asked.remotePort ?? (own === 0 ? usual : own) };
}

const PLAIN_PORT = 5060;
const SECURE_PORT = 5061;

/** Who listens at all addresses is reached at this machine's own. */
const reached = (address: string) => (address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address);

/** Why nothing can be proven to the other end as it was asked for. */
function unprovenBy(tls: TlsOptions | undefined, { secured, thumbprint }: ConnectivityQuestion): string | undefined {
  if (!secured && thumbprint === undefined) return undefined;
  if (!tls) return 'this server has no certificate to call with: sip.tls names it';
  const own = new X509Certificate(tls.certificate).fingerprint.replaceAll(':', '');
  const wanted = thumbprint?.replaceAll(/[^0-9A-Fa-f]/g, '').toUpperCase();
  return wanted === undefined || wanted === own ? undefined : `the certificate of this server is another one: ${own}`;
}

/** Calls of this machine are refused like those of any stranger until it is a gateway. */
function hinted(result: ConnectivityResult, host: string): ConnectivityResult {
  if (!result.why?.startsWith('refused: 403') || !isLoopback(host)) return result;
  return { ...result, why: `${result.why}: this machine is no gateway (New-UMIPGateway -Name Tests -Address ${host})` };
}
