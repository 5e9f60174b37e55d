import { constants, endianness } from 'node:os';
import { messageOf, ParleyError } from '@parley/base';

/** The system calls that Node has no function for. Addresses are numbers of the process's memory; every call returns -1 when it failed. */
export interface SystemCalls {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, name: bigint, length: number): number;
  setsockopt(fd: number, level: number, option: number, value: bigint, length: number): number;
  sendto(fd: number, bytes: bigint, length: number, flags: number, name: bigint, nameLength: number): number;
  recvmmsg(fd: number, messages: bigint, count: number, flags: number, timeout: bigint): number;
  epoll_create1(flags: number): number;
  epoll_ctl(epoll: number, operation: number, fd: number, event: bigint): number;
  epoll_wait(epoll: number, events: bigint, count: number, timeout: number): number;
  clock_gettime(clock: number, into: bigint): number;
  close(fd: number): number;
  mmap(at: bigint, length: bigint, protection: number, flags: number, fd: number, offset: bigint): bigint;
  munmap(at: bigint, length: bigint): number;
  /** For calls that libc has no function for: io_uring_setup, io_uring_enter, io_uring_register. */
  syscall(number: number, a: number, b: bigint, c: bigint, d: bigint, e: bigint, f: bigint): number;
}

/** `SystemCalls` with what belongs to them. */
export interface Native {
  readonly calls: SystemCalls;
  /** Memory of C as JavaScript sees it; it must stay mapped as long as the buffer is used. */
  view(at: bigint, length: number): ArrayBuffer;
  /** Why the last call failed, as an error with the system's code (`EADDRINUSE`, ...). To be asked at once. */
  lastError(what: string): ParleyError;
}

const SIGNATURES = {
  socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
  bind: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
  setsockopt: { arguments: ['i32', 'i32', 'i32', 'pointer', 'u32'], return: 'i32' },
  sendto: { arguments: ['i32', 'pointer', 'u32', 'i32', 'pointer', 'u32'], return: 'i32' },
  recvmmsg: { arguments: ['i32', 'pointer', 'u32', 'i32', 'pointer'], return: 'i32' },
  epoll_create1: { arguments: ['i32'], return: 'i32' },
  epoll_ctl: { arguments: ['i32', 'i32', 'i32', 'pointer'], return: 'i32' },
  epoll_wait: { arguments: ['i32', 'pointer', 'i32', 'i32'], return: 'i32' },
  clock_gettime: { arguments: ['i32', 'pointer'], return: 'i32' },
  close: { arguments: ['i32'], return: 'i32' },
  mmap: { arguments: ['pointer', 'u64', 'i32', 'i32', 'i32', 'i64'], return: 'pointer' },
  munmap: { arguments: ['pointer', 'u64'], return: 'i32' },
  // Its arguments are longs, read as such from registers.
  syscall: { arguments: ['i32', 'i32', 'u64', 'u64', 'u64', 'u64', 'u64'], return: 'i32' },
  __errno_location: { arguments: [], return: 'pointer' },
} as const;

const ARCHITECTURES = ['x64', 'arm64'];

/**
 * Binds libc through Node's experimental `node:ffi`. Throws `ParleyError` `NO_SYSTEM_CALLS` where that is missing or refused (another system, an
 * older Node, `--no-experimental-ffi`, the permission model).
 */
export function loadNative(): Native {
  if (process.platform !== 'linux' || !ARCHITECTURES.includes(process.arch) || endianness() !== 'LE')
    throw new ParleyError('NO_SYSTEM_CALLS', `not made for ${process.platform} on ${process.arch}`);
  try {
    const ffi = process.getBuiltinModule('node:ffi');
    if (!ffi) throw new Error(`Node ${process.version} runs without node:ffi`);
    // The program itself has libc in it, under whichever name (glibc, musl).
    const { functions } = ffi.dlopen(null, SIGNATURES);
    const errno = new Int32Array(ffi.toArrayBuffer(functions.__errno_location(), 4, false));
    return {
      calls: functions,
      view: (at, length) => ffi.toArrayBuffer(at, length, false),
      lastError: what => systemError(errno[0], what),
    };
  } catch (error) {
    throw new ParleyError('NO_SYSTEM_CALLS', messageOf(error), { cause: error });
  }
}

/** An error number of the system as an error that has its name for a code. */
export function systemError(number: number, what: string): ParleyError {
  const code = Object.entries(constants.errno).find(([, value]) => value === number)?.[0] ?? `ERRNO_${number}`;
  return new ParleyError(code, `${what}: ${code}`);
}
