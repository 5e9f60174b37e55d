// Forked by requests.ts: the administrators' door over a database on a disk, in the folder that its command line names.
import { join } from 'node:path';
import { adminSocket, createAdmin } from '@parley/admin';
import { silentLog, systemClock } from '@parley/base';
import { openSqlite } from '@parley/database/sqlite';
import { firstStart } from '@parley/directory';
import { memoryCallRecords } from '@parley/directory/memory';
import { openOwnDirectory } from '@parley/directory/own';

const [, , folder = ''] = process.argv;
const clock = systemClock;
const database = await openSqlite({ file: join(folder, 'parley.db'), log: silentLog });
await database.migrate();
const objects = await openOwnDirectory({ database, clock });
await firstStart(objects, { clock, timeZone: 'UTC' });
const admin = createAdmin({
  objects,
  callRecords: memoryCallRecords(),
  spool: {
    list: async () => [],
    show: async () => undefined,
    export: async () => [],
    retry: async () => undefined,
    discard: async () => undefined,
  },
  traces: { list: () => [], find: () => ({ kind: 'none', why: 'none are kept' }) },
  status: () => {
    const { user, system } = process.cpuUsage();
    return { cpuMillis: (user + system) / 1000, peakMiB: process.resourceUsage().maxRSS / 1024 };
  },
  clock,
  log: silentLog,
});
await admin.listen(adminSocket(folder));
process.send?.('ready');
