import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import type { Endpoint } from '../packet-socket.ts';

/** Words of the largest one, sockaddr_in6. */
export const ADDRESS_WORDS = 7;
export const ADDRESS_BYTES = ADDRESS_WORDS * 4;
const V4_BYTES = 16;

export const AF_INET = 2;
export const AF_INET6 = 10;

/**
 * Writes an endpoint as the kernel wants it (sockaddr_in, sockaddr_in6) and returns its length in bytes; 0 when its address is not numeric. A scope
 * (`%eth0`) is none that SDP could name.
 */
export function writeAddress({ address, port }: Endpoint, into: Uint32Array): number {
  if (isIPv4(address)) {
    into[0] = AF_INET | (swapped(port) << 16);
    into[1] = wordOf(address.split('.').map(Number));
    into[2] = into[3] = 0;
    return V4_BYTES;
  }
  if (!isIPv6(address) || address.includes('%')) return 0;
  const groups = groupsOf(address);
  into.fill(0);
  into[0] = AF_INET6 | (swapped(port) << 16);
  for (let word = 0; word < 4; word++) {
    const [high, low] = [groups[2 * word], groups[2 * word + 1]];
    into[2 + word] = wordOf([high >> 8, high & 0xff, low >> 8, low & 0xff]);
  }
  return ADDRESS_BYTES;
}

export function portAt(words: Uint32Array, at: number): number {
  return swapped(words[at] >>> 16);
}

/** The address in the text that the system and `SocketAddress` use. */
export function textAt(words: Uint32Array, at: number): string {
  if ((words[at] & 0xffff) === AF_INET) return bytesOf(words[at + 1]).join('.');
  const groups = [2, 3, 4, 5].flatMap(word => {
    const [a, b, c, d] = bytesOf(words[at + word]);
    return [(a << 8) | b, (c << 8) | d];
  });
  return new SocketAddress({ address: groups.map(group => group.toString(16)).join(':'), family: 'ipv6' }).address;
}

/** Eight groups of a numeric address in any of its spellings (RFC 4291 section 2.2). */
function groupsOf(address: string): number[] {
  const [head, tail] = address.split('::').map(part => part.split(':').filter(Boolean).flatMap(groupOf));
  if (!tail) return head;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function groupOf(text: string): number[] {
  if (!text.includes('.')) return [Number.parseInt(text, 16)];
  const [a, b, c, d] = text.split('.').map(Number);
  return [(a << 8) | b, (c << 8) | d];
}

/** Bytes in the order of the network, in a word of a little-endian machine. */
function wordOf([a, b, c, d]: readonly number[]): number {
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}

function bytesOf(word: number): readonly number[] {
  return [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24];
}

function swapped(port: number): number {
  return ((port & 0xff) << 8) | ((port >> 8) & 0xff);
}
