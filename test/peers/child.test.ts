import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { start } from './child.ts';

test('a program that ended counts as ended though its child still holds the pipes', { timeout: 20_000 }, async t => {
  const child = start(t, 'sh', ['-c', 'sleep 600 & echo child $!']);
  const [, pid] = await child.prints(/child (\d+)/);
  t.after(() => process.kill(Number(pid), 'SIGKILL'));
  assert.equal(await child.ended, 0);
});

test('a program that does not end when it is asked is killed, and its children too', { timeout: 20_000 }, async t => {
  const script = 'trap "" TERM; sleep 600 & echo child $!; while :; do sleep 1; done';
  const child = start(t, 'sh', ['-c', script], { endWith: 'SIGTERM', patienceMillis: 300 });
  const [, pid] = await child.prints(/child (\d+)/);
  assert.equal(await child.stop(), 'SIGKILL');
  // A process that was killed is there until whoever inherited it has asked for its end.
  while (isRunning(Number(pid))) await new Promise(resolve => setTimeout(resolve, 20));
});

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}
