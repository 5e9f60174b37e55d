/**
 * What a registration costs when there are many already: parsed, registered and answered (without sockets), and the heap that a binding
 * takes.
 *
 *   taskset -c 0 node --expose-gc --max-old-space-size=6000 bench/registrar/bindings.ts [--most N] [--json]
 */
import { parseArgs } from 'node:util';
import { silentLog, systemClock } from '@parley/base';
import { type Answer, createRegistrar, MemoryBindings, parseMessage, type Registrar } from '@parley/sip';
import { machine } from '../machine.ts';
import { REALM, register } from './messages.ts';

const SOURCE = { transport: 'udp', address: '127.0.0.1', port: 5060 } as const;
const FIRST = 10_000;
const SAMPLE = 20_000;

interface Row {
  readonly bindings: number;
  /** Of one REGISTER that refreshes a binding, and of one that looks for somebody, microseconds. */
  readonly refreshMicros: number;
  readonly findMicros: number;
  readonly heapBytes: number;
}

function registered(registrar: Registrar, user: number, cseq: number): Answer {
  const message = parseMessage(register({ user, number: user, cseq, port: 5060 }));
  const answer = message.kind === 'request' ? registrar.answer(message, SOURCE) : undefined;
  if (!answer || answer instanceof Promise || answer.status !== 200) throw new Error(`user ${user} was not registered`);
  return answer;
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function microsOf(times: number, work: (at: number) => void): number {
  const began = performance.now();
  for (let at = 0; at < times; at++) work(at);
  return ((performance.now() - began) * 1000) / times;
}

function main(): void {
  const { values } = parseArgs({
    options: { most: { type: 'string', default: '1000000' }, json: { type: 'boolean' } },
  });
  const most = Number(values.most);
  if (!Number.isInteger(most) || most < FIRST) throw new Error(`--most is a number from ${FIRST}`);
  if (!globalThis.gc) throw new Error('the heap can only be measured with --expose-gc');
  const bindings = new MemoryBindings({ clock: systemClock });
  const limits = { defaultExpires: 7200 };
  const registrar = createRegistrar({ clock: systemClock, log: silentLog, bindings, domains: [REALM], limits });
  for (let cseq = 1; cseq <= 3; cseq++) for (let user = 0; user < FIRST; user++) registered(registrar, user, cseq);
  for (let user = 0; user < FIRST; user++) bindings.change(`phone${user}@${REALM}`, () => []);
  const empty = heap();
  const rows: Row[] = [];
  let next = 0;
  for (let size = FIRST; size <= most; size *= 10) {
    for (; next < size; next++) registered(registrar, next, 10);
    // All over the table, not in the order in which they lie in memory.
    const user = (at: number) => (at * 7919) % size;
    const cseq = 11 + rows.length * 10;
    const refreshMicros = microsOf(SAMPLE, at => registered(registrar, user(at), cseq + Math.floor(at / size) + 1));
    const findMicros = microsOf(SAMPLE, at => bindings.of(`phone${user(at)}@${REALM}`));
    rows.push({ bindings: bindings.size, refreshMicros, findMicros, heapBytes: (heap() - empty) / bindings.size });
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ machine: machine(), rows })}\n`);
  else process.stdout.write(table(rows));
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ bindings, refreshMicros, findMicros, heapBytes }) =>
    [
      String(bindings).padStart(9),
      refreshMicros.toFixed(1).padStart(12),
      findMicros.toFixed(2).padStart(9),
      heapBytes.toFixed(0).padStart(16),
    ].join(' '),
  );
  return `${[' bindings  us a refresh  us a find  bytes a binding', ...lines].join('\n')}\n`;
}

main();
