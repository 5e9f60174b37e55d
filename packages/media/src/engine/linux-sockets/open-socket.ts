import { isIPv6 } from 'node:net';
import { ParleyError } from '@parley/base';
import type { Endpoint } from '../packet-socket.ts';
import { SO_TIMESTAMPNS, SOL_SOCKET } from './arrival-clock.ts';
import type { Memory } from './memory.ts';
import type { Native } from './native.ts';
import { AF_INET, AF_INET6, writeAddress } from './socket-address.ts';

const DATAGRAM = 2 | 0x800 | 0x80000; // SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
/**
 * Some 300 packets of G.711 each way as the kernel counts them: six seconds of a call, far more than a thread may stand still. The default of
 * Linux, asked for so that a machine whose default was made smaller does not lose sound; one that was made larger does not lend it to whoever floods a port.
 */
const BUFFER_BYTES = 106_496;

/**
 * A bound UDP socket that never blocks, and where that can be had notes when each datagram came; the caller closes it. Throws the system's error (`EADDRINUSE`, `EMFILE`, ...).
 * @param scratch at least 64 bytes that are not used meanwhile.
 */
export function openSocket(native: Native, local: Endpoint, scratch: Memory): number {
  const { calls } = native;
  const length = writeAddress(local, scratch.words);
  if (length === 0) throw new ParleyError('EINVAL', `${local.address} is no numeric address`);
  const v6 = isIPv6(local.address);
  const fd = calls.socket(v6 ? AF_INET6 : AF_INET, DATAGRAM, 0);
  if (fd < 0) throw native.lastError('socket');
  // As with node:dgram, `::` takes IPv4 too.
  const option = (level: number, name: number, value: number) => {
    scratch.words[8] = value;
    return calls.setsockopt(fd, level, name, scratch.address + 32n, 4);
  };
  // Where this is refused, a datagram came when it was read.
  option(SOL_SOCKET, SO_TIMESTAMPNS, 1);
  const set =
    option(SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES) === 0 &&
    option(SOL_SOCKET, SO_SNDBUF, BUFFER_BYTES) === 0 &&
    (!v6 || option(IPPROTO_IPV6, IPV6_V6ONLY, 0) === 0);
  if (set && calls.bind(fd, scratch.address, length) === 0) return fd;
  const error = native.lastError(`bind ${local.address}:${local.port}`);
  calls.close(fd);
  throw error;
}
