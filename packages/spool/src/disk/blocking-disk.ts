import { closeSync, openSync, readSync } from 'node:fs';
import type { ReadOnlyDisk } from './disk.ts';

/**
 * Files read while the whole thread waits: for a process with nothing else to do. A recording is hundreds of small records that are mostly still in
 * the system's memory, and there going to another thread and back costs ten times the read.
 */
export const blockingDisk: ReadOnlyDisk = {
  async open(path) {
    const file = openSync(path, 'r');
    return {
      async read(into, length, position) {
        let done = 0;
        for (let read = -1; done < length && read !== 0; done += read)
          read = readSync(file, into, done, length - done, position + done);
        return done;
      },
      close: async () => closeSync(file),
    };
  },
};
