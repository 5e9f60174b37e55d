export { memoryDirectory } from './memory-directory.ts';
