// Started as a program by sqlite.test.ts: opens the file named on its command line and keeps it.
import { openSqlite } from '@parley/database/sqlite';

await openSqlite({ file: process.argv[2] });
console.log('held');
setInterval(() => {}, 60_000);
