/**
 * What the administrators' door does in a second, over its socket, with a database on a disk: requests of each sort, and mailboxes of a
 * table of CSV.
 *
 *   node bench/api/requests.ts [--mailboxes N] [--seconds S] [--connections N] [--json]
 *
 * "a CPU second" counts the time that the server had: what to believe on a machine that others use too.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { adminSocket } from '@parley/admin';
import { type AdminClient, connectAdmin } from '@parley/admin/client';
import { machine } from '../machine.ts';

const { values } = parseArgs({
  options: {
    mailboxes: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
  },
});
const mailboxes = Number(values.mailboxes);

interface Load {
  readonly what: string;
  readonly method: string;
  readonly path: (turn: number) => string;
  readonly body?: (turn: number) => object;
}

/** A mailbox that is there, another one each time. */
const some = (turn: number) => `mailbox${(turn * 7919) % mailboxes}`;

const LOADS: readonly Load[] = [
  { what: 'read one mailbox', method: 'GET', path: turn => `/v1/mailboxes/${some(turn)}` },
  { what: 'a page of 100', method: 'GET', path: () => '/v1/mailboxes?limit=100' },
  {
    what: 'Get-UMMailbox',
    method: 'POST',
    path: () => '/v1/cmdlets/Get-UMMailbox',
    body: turn => ({ parameters: { Identity: some(turn) } }),
  },
  {
    what: 'change one mailbox',
    method: 'PATCH',
    path: turn => `/v1/mailboxes/${some(turn)}`,
    body: turn => ({ displayName: `Changed ${turn}` }),
  },
];

interface Figures {
  readonly what: string;
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly medianMillis: number;
  readonly p99Millis: number;
}

/** One request on a connection that is kept. */
function send(agent: Agent, socketPath: string, { method, path, body }: Load, turn: number): Promise<void> {
  const content = body && JSON.stringify(body(turn));
  return new Promise((resolve, reject) => {
    const headers = {
      'if-match': '*',
      ...(content && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
    };
    const asked = request({ socketPath, agent, method, path: path(turn), headers }, response => {
      response.resume().once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${method} ${path(turn)}: ${response.statusCode}`));
      });
    });
    asked.once('error', reject).end(content);
  });
}

async function measured(load: Load, folder: string, client: AdminClient): Promise<Figures> {
  const connections = Number(values.connections);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const socketPath = adminSocket(folder);
  const millis: number[] = [];
  let turn = 0;
  for (; turn < 100; turn++) await send(agent, socketPath, load, turn);
  const cpuBefore = Number((await client.status()).cpuMillis);
  const begin = performance.now();
  const end = begin + Number(values.seconds) * 1000;
  const sender = async () => {
    while (performance.now() < end) {
      const from = performance.now();
      await send(agent, socketPath, load, turn++);
      millis.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: connections }, sender));
  const took = performance.now() - begin;
  const cpu = Number((await client.status()).cpuMillis) - cpuBefore;
  agent.destroy();
  const sorted = millis.sort((a, b) => a - b);
  const at = (part: number) => Number((sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(2));
  return {
    what: load.what,
    perSecond: Math.round((sorted.length * 1000) / took),
    perCpuSecond: Math.round((sorted.length * 1000) / cpu),
    medianMillis: at(0.5),
    p99Millis: at(0.99),
  };
}

async function* table(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('Name,DisplayName,Extensions,UMMailboxPolicy,MailAddress\n');
  const LINES = 1000;
  for (let from = 0; from < mailboxes; from += LINES) {
    const lines = Array.from({ length: Math.min(LINES, mailboxes - from) }, (_, i) => {
      const number = from + i;
      return `mailbox${number},Person ${number},${1_000_000 + number},Bench Default Policy,m${number}@example.org\n`;
    });
    yield Buffer.from(lines.join(''));
  }
}

interface Imported {
  readonly mailboxes: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly peakMiB: number;
}

async function imported(client: AdminClient): Promise<Imported> {
  await client.run('New-UMDialPlan', { parameters: { Name: 'Bench', NumberOfDigitsInExtension: 7 } });
  const cpuBefore = Number((await client.status()).cpuMillis);
  const begin = performance.now();
  const onProgress = ({ step, done, of }: { step: string; done: number; of?: number }) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${step} ${done}${of === undefined ? '' : ` of ${of}`}   `);
  };
  await client.importTable('UMMailbox', table(), { onProgress });
  const seconds = (performance.now() - begin) / 1000;
  const { cpuMillis, peakMiB } = await client.status();
  return {
    mailboxes,
    seconds: Number(seconds.toFixed(1)),
    perSecond: Math.round(mailboxes / seconds),
    perCpuSecond: Math.round((mailboxes * 1000) / (Number(cpuMillis) - cpuBefore)),
    peakMiB: Math.round(Number(peakMiB)),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'parley-bench-api-'));
const server: ChildProcess = fork(join(import.meta.dirname, 'api-server.ts'), [folder]);
try {
  await once(server, 'message');
  const client = connectAdmin(folder);
  const bulk = await imported(client);
  const requests: Figures[] = [];
  for (const load of LOADS) requests.push(await measured(load, folder, client));
  if (values.json) console.log(JSON.stringify({ machine: machine(), bulk, requests }, null, 1));
  else {
    console.log(`${bulk.mailboxes} mailboxes of one CSV table`);
    console.table([bulk]);
    console.log(`requests over ${values.connections} connections, with so many mailboxes`);
    console.table(requests);
  }
} finally {
  server.kill();
  rmSync(folder, { recursive: true });
}
