import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { codeOf, ParleyError } from '@parley/base';

/** Whether somebody answers at a socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', error => {
      const code = codeOf(error);
      if (code === 'ECONNREFUSED' || code === 'ENOENT') resolve(false);
      else reject(error);
    });
  });
}

async function isThere(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    if (found.isSocket()) return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  throw new ParleyError('ADMIN_SOCKET_PATH', `${path} is in the way: it is not a socket, so it is not removed`);
}

/**
 * Makes room for a socket: one that a dead server left behind is removed, a living one and any other file are not.
 * Rejects with `ADMIN_SOCKET_IN_USE` or `ADMIN_SOCKET_PATH`.
 */
export async function claimSocket(path: string): Promise<void> {
  if (!(await isThere(path))) return;
  if (await answers(path))
    throw new ParleyError('ADMIN_SOCKET_IN_USE', `another server answers at ${path}: stop that one first`);
  await unlink(path);
}
