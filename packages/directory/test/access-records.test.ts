import { memoryAccessRecords } from '@parley/directory/memory';
import { storedAccessRecords } from '@parley/directory/own';
import { accessRecordsContract } from './access-records-contract.ts';
import { withDatabase } from './with-database.ts';

// On PostgreSQL: test/e2e/access-records.test.ts.
accessRecordsContract('memory', use => use(memoryAccessRecords()));
accessRecordsContract('SQLite', use => withDatabase(database => use(storedAccessRecords(database))));
