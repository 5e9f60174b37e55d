import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from '../peers/child.ts';
import { ROOT } from '../peers/documents.ts';
import { TARGETS } from './targets/index.ts';

const SEED = 20_261_121;
const RUNS = 600;
/** Code that comes compiled out of a cache is covered less exactly. */
const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' };

async function fuzz(t: Parameters<typeof start>[0], ...args: readonly string[]) {
  const child = start(t, process.execPath, ['test/fuzz/main.ts', '--seed', String(SEED), ...args], { cwd: ROOT, env });
  return { code: await child.ended, output: child.output() };
}

test(`no target falls within ${RUNS} inputs (seed ${SEED}); "npm run fuzz" goes on for longer`, {
  timeout: 600_000,
}, async t => {
  const names = Object.keys(TARGETS);
  // Two at a time: they compute and wait for nothing.
  const halves = [0, 1].map(half => names.filter((_, i) => i % 2 === half));
  const ended = await Promise.all(halves.map(half => fuzz(t, ...half, '--count', String(RUNS))));
  for (const { code, output } of ended) assert.equal(code, 0, output);
  const output = ended.map(each => each.output).join('\n');
  for (const name of names) {
    const runs = new RegExp(`^${name}: (\\d+) runs .*, text reached (\\d+),.* nothing found$`, 'm').exec(output);
    assert.ok(runs && Number(runs[1]) >= RUNS, `${name} did not run: ${output}`);
  }
});

test('the search finds a defect that lies behind five conditions, by the coverage of the code', {
  timeout: 60_000,
}, async t => {
  const child = start(t, process.execPath, ['test/fuzz/planted/search.ts'], { cwd: ROOT, env });
  assert.equal(await child.ended, 0, child.output());
  assert.match(child.output(), /found "PARLE/);
});
