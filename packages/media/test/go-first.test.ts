import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { test } from 'node:test';

/** A process with a media thread, another thread, and all that Node starts by itself; says what priority each thread has in the end. */
const SCRIPT = `
  import { readdirSync, readFileSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { Worker } from 'node:worker_threads';
  import { once } from 'node:events';
  const goFirst = ${JSON.stringify(new URL('../src/worker/go-first.ts', import.meta.url).href)};
  const quiet = 'const { parentPort } = await import("node:worker_threads"); parentPort.once("message", () => process.exit()); parentPort.postMessage([]);';
  const media = \`
    const { goFirst } = await import(\${JSON.stringify(goFirst)});
    const { parentPort } = await import("node:worker_threads");
    const lines = [];
    goFirst({ warn: event => lines.push(event) });
    parentPort.once("message", () => process.exit());
    parentPort.postMessage(lines);
  \`;
  const start = async (name, script) => {
    const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(script)), { name });
    const [lines] = await once(worker, 'message');
    return { worker, lines };
  };
  const other = await start('other', quiet);
  const [first, second] = await Promise.all([start('media-0', media), start('media-1', media)]);
  const threads = readdirSync('/proc/self/task').map(id => ({ name: readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim(), priority: getPriority(Number(id)) }));
  console.log(JSON.stringify({ threads, lines: [...first.lines, ...second.lines] }));
  for (const { worker } of [other, first, second]) worker.postMessage('end');
`;

interface Told {
  readonly threads: readonly { readonly name: string; readonly priority: number }[];
  readonly lines: readonly string[];
}

function run(under: readonly string[]): Told {
  const [command, ...rest] = [...under, process.execPath, '--input-type=module', '-e', SCRIPT];
  return JSON.parse(execFileSync(command, rest, { encoding: 'utf8' }));
}

function prioritiesOf({ threads, lines }: Told) {
  assert.deepEqual(lines, []);
  const isMedia = ({ name }: { readonly name: string }) => name.startsWith('media-');
  const media = threads.filter(isMedia).map(({ priority }) => priority);
  const others = threads.filter(thread => !isMedia(thread)).map(({ priority }) => priority);
  assert.equal(media.length, 2);
  assert.ok(others.length > 3, 'V8 and libuv have threads of their own');
  return { media, others: new Set(others) };
}

const own = getPriority(0);
const isRoot = process.getuid?.() === 0;

test('media threads go before all others of the process, which stay where they are', {
  skip: !isRoot && 'only root may put a thread forward',
}, () => {
  const { media, others } = prioritiesOf(run([]));
  assert.deepEqual(media, [own - 10, own - 10]);
  assert.deepEqual([...others], [own]);
});

test('where they may not go forward, all others go back', () => {
  const under = isRoot ? ['setpriv', '--bounding-set', '-sys_nice', '--inh-caps', '-sys_nice'] : [];
  const { media, others } = prioritiesOf(run(under));
  assert.deepEqual(media, [own, own]);
  assert.deepEqual([...others], [own + 10]);
});
