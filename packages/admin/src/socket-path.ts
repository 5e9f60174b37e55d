import { join, relative, resolve } from 'node:path';
import { ParleyError } from '@parley/base';

/** `sun_path` of unix(7) has 108 bytes, one of them for the end. */
const LONGEST_PATH_BYTES = 107;

/** Where the server of a data folder listens for administrators. */
export function adminSocket(dataFolder: string): string {
  return join(resolve(dataFolder), 'admin.sock');
}

/** The path as the system call takes it: a long one is tried relative to the working folder. Throws `ADMIN_SOCKET_PATH`. */
export function bindablePath(path: string): string {
  const shortest = [path, relative(process.cwd(), path)].find(each => Buffer.byteLength(each) <= LONGEST_PATH_BYTES);
  if (shortest) return shortest;
  throw new ParleyError(
    'ADMIN_SOCKET_PATH',
    `${path} is too long for a socket (${LONGEST_PATH_BYTES} bytes): use a data folder with a shorter path, or start in it`,
  );
}
