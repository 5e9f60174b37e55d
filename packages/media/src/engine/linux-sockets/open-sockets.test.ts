import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog, ParleyError } from '@parley/base';
import { DgramSockets } from '../dgram-sockets.ts';
import { EpollSockets } from './epoll-sockets.ts';
import { loadNative, type Native } from './native.ts';
import { openSockets, type SocketKind } from './open-sockets.ts';
import { RingSockets } from './ring-sockets.ts';

const LINUX = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

/** What opens, and the one line that tells so. */
function opened(kind: SocketKind, load?: () => Native) {
  const log = memoryLog();
  const sockets = openSockets(kind, log, load);
  sockets.close?.();
  assert.equal(log.lines.length, 1);
  const [{ level, fields }] = log.lines;
  return { made: sockets.constructor, level, fields };
}

function missing(): Native {
  throw new ParleyError('NO_SYSTEM_CALLS', 'not here');
}

/** A kernel that has no io_uring for us: what io_uring_setup answers in most containers. */
function forbidding(): Native {
  const native = loadNative();
  const lastError = (what: string) => new ParleyError('EPERM', `${what}: EPERM`);
  return { ...native, calls: { ...native.calls, syscall: () => -1 }, lastError };
}

test('without system calls there is node:dgram, and one line that says why', () => {
  const refused = { sockets: 'dgram', io_uring: 'not here', epoll: 'not here' };
  assert.deepEqual(opened('auto', missing), { made: DgramSockets, level: 'info', fields: refused });
  assert.deepEqual(opened('io_uring', missing), { made: DgramSockets, level: 'warn', fields: refused });
  const asked = { made: DgramSockets, level: 'info', fields: { sockets: 'dgram' } };
  assert.deepEqual(opened('dgram', missing), asked);
});

test('where io_uring is forbidden there is epoll', { skip: !LINUX }, () => {
  const fields = { sockets: 'epoll', io_uring: 'io_uring_setup: EPERM' };
  assert.deepEqual(opened('auto', forbidding), { made: EpollSockets, level: 'info', fields });
  assert.deepEqual(opened('io_uring', forbidding), { made: EpollSockets, level: 'warn', fields });
  assert.deepEqual(opened('epoll'), { made: EpollSockets, level: 'info', fields: { sockets: 'epoll' } });
});

test('nothing stays open of an io_uring whose buffers are refused', { skip: !LINUX }, () => {
  const native = loadNative();
  const REGISTER = 427;
  let rings = 0;
  const syscall: Native['calls']['syscall'] = (number, ...rest) => {
    if (number === REGISTER) return -1;
    const result = native.calls.syscall(number, ...rest);
    if (result > 0) rings += 1;
    return result;
  };
  const close = (fd: number) => {
    rings -= 1;
    return native.calls.close(fd);
  };
  const lastError = (what: string) => new ParleyError('EINVAL', `${what}: EINVAL`);
  const refusing: Native = { ...native, calls: { ...native.calls, syscall, close }, lastError };
  assert.throws(() => new RingSockets(refusing), /EINVAL/);
  assert.equal(rings, 0);
});
