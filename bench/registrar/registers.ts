/**
 * REGISTERs a second on one core, ours beside Kamailio's, in turns in one run: the same requests over UDP loopback, refreshes of
 * bindings that are there, without digest and with it (credentials with a counted nonce in every request, as phones send them).
 *
 *   node bench/registrar/registers.ts [--users N] [--rounds N] [--window N] [--json]
 *
 * "a CPU second" is what to believe on a machine that others use too: it counts the time that the server had.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CALLER_CORE, machine, pinned, pinSelf, SERVER_CORE } from '../machine.ts';
import { usageOf } from '../server/process-tree.ts';
import { kamailioArguments } from './kamailio-registrar.ts';
import type { LoadOrder, LoadReport } from './load.ts';
import type { Digest } from './messages.ts';

const PORT = 15_060;
const HERE = import.meta.dirname;
const DIGESTS: readonly Digest[] = ['none', 'MD5', 'SHA-256'];
const SERVERS = ['Parley', 'Kamailio'] as const;

interface Row {
  readonly digest: Digest;
  readonly server: (typeof SERVERS)[number];
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly rssMiB: number;
  readonly sentAgain: number;
}

type Sizes = Pick<LoadOrder, 'users' | 'rounds' | 'warmUp' | 'window'>;

function commandFor(server: Row['server'], digest: Digest, folder: string): readonly string[] {
  if (server === 'Parley') return [process.execPath, join(HERE, 'parley-registrar.ts'), String(PORT), digest];
  return ['kamailio', ...kamailioArguments(folder, PORT, digest)];
}

async function started(command: readonly string[]): Promise<ChildProcess> {
  const [program, ...args] = [...pinned(SERVER_CORE), ...command];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      if (/^ready|Listening on/m.test(said)) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${program} has ended:\n${said}`)));
  });
  await ready;
  child.removeAllListeners('exit');
  return child;
}

async function measure(server: Row['server'], digest: Digest, sizes: Sizes): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-registers-'));
  const child = await started(commandFor(server, digest, folder));
  const load = fork(join(HERE, 'load.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const pid = child.pid ?? 0;
  try {
    const order: LoadOrder = { toPort: PORT, digest, ...sizes };
    load.send(order);
    let before = usageOf(pid).cpuMillis;
    const report = await new Promise<LoadReport & { kind: 'done' }>((resolve, reject) => {
      load.on('message', (said: LoadReport) => {
        if (said.kind === 'done') resolve(said);
        else before = usageOf(pid).cpuMillis;
      });
      load.once('exit', () => reject(new Error('the load has ended early')));
    });
    const { cpuMillis, rssMiB } = usageOf(pid);
    const { registrations, millis, sentAgain } = report;
    const perCpuSecond = (registrations * 1000) / (cpuMillis - before);
    return { digest, server, perSecond: (registrations * 1000) / millis, perCpuSecond, rssMiB, sentAgain };
  } finally {
    load.removeAllListeners('exit').kill();
    child.kill('SIGTERM');
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

function whole(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`--${name} is a whole number from 1, not "${text}"`);
  return Number(text);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      users: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '8' },
      window: { type: 'string', default: '32' },
      json: { type: 'boolean', default: false },
    },
  });
  pinSelf(CALLER_CORE);
  const warmUp = 3;
  const rounds = warmUp + whole('rounds', values.rounds);
  const sizes: Sizes = { users: whole('users', values.users), window: whole('window', values.window), rounds, warmUp };
  const rows: Row[] = [];
  for (const digest of DIGESTS) for (const server of SERVERS) rows.push(await measure(server, digest, sizes));
  if (values.json) process.stdout.write(`${JSON.stringify({ machine: machine(), ...sizes, rows })}\n`);
  else process.stdout.write(table(rows));
}

function table(rows: readonly Row[]): string {
  const head = 'REGISTER     server      a second  a CPU second  RSS MiB  sent again';
  const lines = rows.map(({ digest, server, perSecond, perCpuSecond, rssMiB, sentAgain }) =>
    [
      (digest === 'none' ? 'no digest' : digest).padEnd(12),
      server.padEnd(10),
      perSecond.toFixed(0).padStart(9),
      perCpuSecond.toFixed(0).padStart(13),
      rssMiB.toFixed(0).padStart(8),
      String(sentAgain).padStart(11),
    ].join(' '),
  );
  return `${[head, ...lines].join('\n')}\n`;
}

await main();
