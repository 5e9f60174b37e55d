import type { Memory } from './memory.ts';
import type { Ring } from './ring.ts';

/*
 * Orders as io_uring_enter(2) lays them out, in words of 32 bits:
 * 0 operation, flags, I/O priority; 1 descriptor; 2-3 addr2; 4-5 addr; 6 length; 7 flags of the operation; 8-9 user data; 11 length of addr2.
 */
const ORDER_WORDS = 16;
const DESCRIPTOR = 1;
export const ADDR2 = 2;
const ADDR = 4;
export const LENGTH = 6;
const OPERATION_FLAGS = 7;
const USER_DATA = 8;
const ADDR2_LENGTH = 11;

const OP_RECVMSG = 10;
const OP_ASYNC_CANCEL = 14;
const OP_SEND = 26;
const BUFFER_SELECT = 1 << 5;
const SKIP_SUCCESS = 1 << 6;
/** In the upper half of the first word. */
const RECV_MULTISHOT = 1 << 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

export const CQE_BUFFER = 1 << 0;
export const CQE_MORE = 1 << 1;
export const ENOBUFS = 105;

/** struct msghdr, and where in its words the room is for the sender's address and for control messages. */
export const MSGHDR_BYTES = 56;
export const MSGHDR_NAMELEN = 2;
export const MSGHDR_CONTROLLEN = 10;

/** User data: the socket's place and what the order was; in the upper word its generation. */
const RECEIVE = 0;
const SEND = 1 << 16;
const CANCEL = 2 << 16;

/** Whose order it is. */
export interface Orderer {
  readonly place: number;
  readonly fd: number;
  readonly generation: number;
  readonly destination: { readonly length: number };
}

export function placeOf(about: number): number {
  return about & 0xffff;
}

export function isReceive(about: number): boolean {
  return about >> 16 === RECEIVE >> 16;
}

export function isSend(about: number): boolean {
  return about >> 16 === SEND >> 16;
}

/** To receive, again and again until it is taken back; into buffers that the kernel chooses. */
export function writeReceive(
  { orders }: Ring,
  place: number,
  { socket, message }: { readonly socket: Orderer; readonly message: Memory },
): void {
  const at = place * ORDER_WORDS;
  orders[at] = OP_RECVMSG | (BUFFER_SELECT << 8) | (RECV_MULTISHOT << 16);
  orders[at + DESCRIPTOR] = socket.fd;
  orders[at + ADDR] = Number(message.address & 0xffff_ffffn);
  orders[at + ADDR + 1] = Number(message.address >> 32n);
  orders[at + LENGTH] = 1;
  orders[at + USER_DATA] = RECEIVE | socket.place;
  orders[at + USER_DATA + 1] = socket.generation;
}

/** To take that back. */
export function writeCancel({ orders }: Ring, place: number, socket: Orderer): void {
  const at = place * ORDER_WORDS;
  orders[at] = OP_ASYNC_CANCEL | (SKIP_SUCCESS << 8);
  orders[at + ADDR] = RECEIVE | socket.place;
  orders[at + ADDR + 1] = socket.generation;
  orders[at + USER_DATA] = CANCEL | socket.place;
  orders[at + USER_DATA + 1] = socket.generation;
}

/** To send, at once or not at all; heard of only when it fails. Returns where the order begins; the caller adds address, datagram and length. */
export function writeSend({ orders }: Ring, place: number, socket: Orderer): number {
  const at = place * ORDER_WORDS;
  orders[at] = OP_SEND | (SKIP_SUCCESS << 8);
  orders[at + DESCRIPTOR] = socket.fd;
  orders[at + OPERATION_FLAGS] = MSG_DONTWAIT | MSG_NOSIGNAL;
  orders[at + USER_DATA] = SEND | socket.place;
  orders[at + USER_DATA + 1] = socket.generation;
  orders[at + ADDR2_LENGTH] = socket.destination.length;
  return at;
}
