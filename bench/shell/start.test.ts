import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer, testFolder } from '../../test/peers/parley.ts';
import { seedData } from '../../test/peers/seed.ts';
import { startTimes } from './start.ts';

test('the start of commands is timed, beside that of Node', { timeout: 60_000 }, async t => {
  const data = testFolder(t);
  await seedData(data);
  const [node, ...commands] = await startTimes(await startServer(t, { data }), { runs: 1 });
  assert.equal(node.name, 'node -e 0');
  assert.deepEqual(
    commands.map(({ name }) => name.split(' ')[1].replace(',', '')),
    ['Get-UMDialPlan', 'mailbox', 'shell'],
  );
  for (const { name, best, median, cpuBest } of [node, ...commands]) {
    assert.ok(best > 0 && best <= median, name);
    assert.ok(cpuBest > 0 && cpuBest < 60_000, `${name}: ${cpuBest}`);
  }
});
