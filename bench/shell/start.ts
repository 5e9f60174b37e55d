/**
 * How long a command takes from its start to its end, against a running server; Node alone beside it, to know the machine.
 *
 *   node bench/shell/start.ts [--runs N] [--beside FOLDER] [--json]
 *
 * `--beside` runs the same of another working tree in turn, so that both have the same machine. "CPU" is what the processes had of it: what
 * to believe on a machine that others use too.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../test/peers/documents.ts';
import { type Server, startServer } from '../../test/peers/parley.ts';
import { seedData } from '../../test/peers/seed.ts';
import { quantile } from '../figures.ts';
import { machine } from '../machine.ts';

/** One program, started again and again. */
interface Subject {
  readonly name: string;
  readonly words: readonly string[];
  /** What it reads. */
  readonly input?: string;
}

interface Took {
  readonly millis: number;
  readonly cpuMillis: number;
}

export interface Figures {
  readonly name: string;
  /** Milliseconds from the start of the process to its end. */
  readonly best: number;
  readonly median: number;
  readonly cpuBest: number;
  readonly cpuMedian: number;
}

/** A process of ours writes what it had of the CPU when it ends. */
const TELL =
  "process.on('exit', () => { const { user, system } = process.cpuUsage(); require('node:fs').writeSync(3, String(user + system)); });";

function subjectsOf(root: string, data: string, label: string): readonly Subject[] {
  const parley = join(root, 'bin/parley.js');
  return [
    { name: `parley Get-UMDialPlan${label}`, words: [parley, 'Get-UMDialPlan', '--data', data] },
    { name: `parley mailbox list${label}`, words: [parley, 'mailbox', 'list', '--data', data] },
    {
      name: `parley shell, a line of a pipe${label}`,
      words: [parley, 'shell', '--data', data],
      input: 'Get-UMDialPlan\n',
    },
  ];
}

function run({ name, words, input = '' }: Subject): Promise<Took> {
  return new Promise((resolve, reject) => {
    const begun = process.hrtime.bigint();
    const tell = `data:text/javascript,${encodeURIComponent(`import { createRequire } from 'node:module'; const require = createRequire('/'); ${TELL}`)}`;
    const child = spawn(process.execPath, ['--import', tell, ...words], {
      stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
    });
    let told = '';
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      told += chunk;
    });
    child.stdin?.end(input);
    child.once('error', reject);
    child.once('close', code => {
      const millis = Number(process.hrtime.bigint() - begun) / 1e6;
      if (code === 0) resolve({ millis, cpuMillis: Number(told) / 1000 });
      else reject(new Error(`${name} ended with ${code}`));
    });
  });
}

/** Starts each in turn, `runs` times; the first turn, which fills caches, does not count. */
export async function startTimes(
  server: Pick<Server, 'data'>,
  { runs, beside }: { readonly runs: number; readonly beside?: string },
): Promise<readonly Figures[]> {
  const subjects: readonly Subject[] = [
    { name: 'node -e 0', words: ['-e', '0'] },
    ...subjectsOf(ROOT, server.data, ''),
    ...(beside === undefined ? [] : subjectsOf(beside, server.data, ` of ${beside}`)),
  ];
  const took = new Map<Subject, Took[]>(subjects.map(subject => [subject, []]));
  for (let turn = 0; turn <= runs; turn++)
    for (const [subject, all] of took) {
      const one = await run(subject);
      if (turn > 0) all.push(one);
    }
  return Array.from(took, ([{ name }, all]) => {
    const of = (figure: keyof Took, share: number) =>
      Math.round(
        quantile(
          all.map(each => each[figure]),
          share,
        ),
      );
    return {
      name,
      best: of('millis', 0),
      median: of('millis', 0.5),
      cpuBest: of('cpuMillis', 0),
      cpuMedian: of('cpuMillis', 0.5),
    };
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '20' },
      beside: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const endings: (() => unknown)[] = [];
  const scope = { after: (end: unknown) => void endings.unshift(end as () => unknown) };
  const data = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  scope.after(() => rmSync(data, { recursive: true, force: true, maxRetries: 5 }));
  try {
    await seedData(data);
    const server = await startServer(scope, { data });
    const { beside } = values;
    const figures = await startTimes(server, {
      runs: Number(values.runs),
      ...(beside === undefined ? {} : { beside }),
    });
    if (values.json) console.log(JSON.stringify({ machine: machine(), figures }, null, 2));
    else console.table(figures);
  } finally {
    for (const end of endings) await end();
  }
}

if (import.meta.main) await main();
