import { memoryAccessRecords } from '@parley/directory/memory';
import { accessRecordsContract } from './access-records-contract.ts';

accessRecordsContract('memory', use => use(memoryAccessRecords()));
