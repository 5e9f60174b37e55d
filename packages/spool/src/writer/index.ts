export { serveSpool } from './serve-spool.ts';
export { SpoolWriter, type SpoolWriterOptions, type WriterLimits } from './spool-writer.ts';
