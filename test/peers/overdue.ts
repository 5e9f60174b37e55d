import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into every test file by `npm test`: a file whose tests are over, or have timed out, but that something keeps open would otherwise hold up all
 * that come after it for good, and say nothing.
 */
const OVERDUE_MILLIS = Number(process.env.PARLEY_TEST_OVERDUE_MILLIS ?? 660_000);

if (isMainThread && process.env.NODE_TEST_CONTEXT)
  setTimeout(() => {
    console.error(`This test file still runs after ${OVERDUE_MILLIS / 1000} s. Kept open by: ${open()}`);
    process.exit(1);
  }, OVERDUE_MILLIS).unref();

function open(): string {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}
