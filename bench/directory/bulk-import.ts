import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock as clock } from '@parley/base';
import { firstStart } from '@parley/directory';
import { openOwnDirectory } from '@parley/directory/own';
import { isEngine, openEngine } from './engines.ts';

// How long it takes to make many mailboxes in one transaction, checked and audited, and how much memory beside the inputs.

const SYSTEM = { who: 'bench' };
const MEBIBYTE = 2 ** 20;

const { values } = parseArgs({
  options: { mailboxes: { type: 'string', default: '100000' }, engine: { type: 'string', default: 'sqlite' } },
});
const count = Number(values.mailboxes);
if (!isEngine(values.engine) || !Number.isInteger(count) || count < 1)
  throw new Error('bulk-import.ts [--mailboxes 100000] [--engine sqlite|postgres]');

const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
try {
  const { database, close } = await openEngine(values.engine, folder);
  await database.migrate();
  const objects = await openOwnDirectory({ database, clock });
  await firstStart(objects, { clock, timeZone: 'UTC' });
  await objects.create('UMDialPlan', { name: 'Big', numberOfDigitsInExtension: 7, uriType: 'SipName' }, SYSTEM);
  const inputs = Array.from({ length: count }, (_, index) => ({
    name: `user${index}`,
    displayName: `User Number ${index}`,
    umEnabled: true,
    umMailboxPolicy: 'Big Default Policy',
    extensions: [String(1_000_000 + index)],
    sipResourceIdentifier: `user${index}@example.test`,
    mailAddress: `user${index}@example.test`,
  }));
  const before = process.memoryUsage().heapUsed;
  let highest = before;
  const began = performance.now();
  const { made } = await objects.createAll('UMMailbox', inputs, SYSTEM, () => {
    highest = Math.max(highest, process.memoryUsage().heapUsed);
  });
  const millis = performance.now() - began;
  const { entries } = await objects.audit.verify(undefined);
  const heap = Math.round((highest - before) / MEBIBYTE);
  console.log(
    `${values.engine}: ${made} mailboxes in ${(millis / 1000).toFixed(1)} s (${Math.round((made / millis) * 1000)} a second)`,
  );
  console.log(`heap: at most ${heap} MiB more than before, garbage included; ${entries} entries of the audit verified`);
  await objects.close();
  await close();
} finally {
  await rm(folder, { recursive: true });
}
