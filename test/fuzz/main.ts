import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Coverage } from './coverage.ts';
import { type FuzzReport, fileNameOf, fuzz } from './fuzz.ts';
import type { FuzzTarget } from './target.ts';
import { TARGETS } from './targets/index.ts';

const HELP = `Searches for input that a parser of network octets does not survive, led by the coverage of its code.

  npm run fuzz -- TARGET... [--minutes N | --count N] [--seed N]
  npm run fuzz -- TARGET --input FILE      runs one input, to see a finding again

Targets: ${Object.keys(TARGETS).join(' ')}
Without a target all of them take their turn. A finding is written to test/fuzz/findings/ and ends with exit code 1.

Examples
  npm run fuzz -- sdp --minutes 10
  npm run fuzz -- --count 20000
  npm run fuzz -- sip-datagram --input test/fuzz/findings/sip-datagram-0f3c
`;

const FINDINGS = join(import.meta.dirname, 'findings');

interface Arguments {
  readonly names: readonly string[];
  readonly minutes: number;
  readonly count: number;
  readonly seed: number;
  readonly input: string | undefined;
}

function readArguments(): Arguments | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      minutes: { type: 'string' },
      count: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      input: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const names = positionals.length > 0 ? positionals : Object.keys(TARGETS);
  for (const name of names) if (!TARGETS[name]) throw new Error(`there is no target "${name}"; ${HELP}`);
  const count = values.count === undefined ? Number.POSITIVE_INFINITY : Number(values.count);
  const minutes =
    values.minutes === undefined ? (values.count === undefined ? 1 : Number.POSITIVE_INFINITY) : Number(values.minutes);
  return { names, count, minutes, seed: Number(values.seed), input: values.input };
}

function tell(name: string, { runs, corpus, reached, slowestMillis }: FuzzReport, seconds: number): void {
  const rate = Math.round(runs / Math.max(seconds, 0.001));
  const line = `${name.padEnd(16)} ${runs} runs, ${rate}/s, corpus ${corpus}, text reached ${reached}, slowest ${slowestMillis.toFixed(1)} ms`;
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
}

async function search(name: string, coverage: Coverage, { minutes, count, seed }: Arguments): Promise<boolean> {
  const target = await TARGETS[name]();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const report = fuzz(target, coverage, {
    seed,
    goOn: runs => runs < count && seconds() < minutes * 60,
    progress: now => tell(name, now, seconds()),
  });
  tell(name, report, seconds());
  const { runs, corpus, reached, slowestMillis, finding } = report;
  process.stdout.write(
    `${process.stdout.isTTY ? '\n' : ''}${name}: ${runs} runs (seed ${seed}, ${Math.round(runs / seconds())}/s), corpus ${corpus}, text reached ${reached}, slowest ${slowestMillis.toFixed(1)} ms: ${finding ? 'FOUND' : 'nothing found'}\n`,
  );
  if (!finding) return true;
  mkdirSync(FINDINGS, { recursive: true });
  const file = join(FINDINGS, `${name}-${fileNameOf(finding.input)}`);
  writeFileSync(file, finding.input);
  console.error(finding.error);
  console.error(`The input is in ${file}; see it again with: npm run fuzz -- ${name} --input ${file}`);
  return false;
}

function runOne(target: FuzzTarget, file: string): void {
  try {
    target.run(readFileSync(file));
    console.log('survived');
  } catch (error) {
    if (!target.declared(error)) throw error;
    console.log(`refused, as declared: ${String(error)}`);
  }
}

const given = readArguments();
if (!given) process.stdout.write(HELP);
else if (given.input !== undefined) runOne(await TARGETS[given.names[0]](), given.input);
else {
  const coverage = new Coverage(/packages\/\w+\/src\//);
  let good = true;
  for (const name of given.names) good = (await search(name, coverage, given)) && good;
  coverage.stop();
  process.exitCode = good ? 0 : 1;
}
