import assert from 'node:assert/strict';
import { once } from 'node:events';
import { getPriority } from 'node:os';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

const SCRIPT = `
  import { getPriority } from 'node:os';
  import { parentPort } from 'node:worker_threads';
  import { goFirst } from ${JSON.stringify(new URL('../src/worker/go-first.ts', import.meta.url).href)};
  const before = getPriority(0);
  const lines = [];
  const log = { debug: event => lines.push(event) };
  goFirst(log);
  parentPort.postMessage({ before, after: getPriority(0), lines });
`;

test('the thread goes before the others and takes nobody with it; where that is not allowed it says so', async () => {
  const before = getPriority(0);
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(SCRIPT)}`));
  const [told] = await once(worker, 'message');
  assert.equal(told.before, before);
  if (told.lines.length > 0) assert.equal(told.after, before);
  else assert.equal(told.after, Math.max(-20, before - 5));
  assert.equal(getPriority(0), before, 'this thread');
  await worker.terminate();
});
