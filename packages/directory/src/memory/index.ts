export { memoryAccessRecords } from '../administrators/memory-access-records.ts';
export { memoryCallRecords } from './memory-call-records.ts';
export { memoryDirectory } from './memory-directory.ts';
export { memoryObjects } from './memory-objects.ts';
