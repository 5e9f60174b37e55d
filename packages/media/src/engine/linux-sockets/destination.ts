import type { Endpoint } from '../packet-socket.ts';
import { ADDRESS_WORDS, writeAddress } from './socket-address.ts';

/** Where a socket sends to, as the kernel wants it: written once for all the packets of a call. */
export class Destination {
  readonly words = new Uint32Array(ADDRESS_WORDS);
  /** In bytes; 0: there is none that packets could be sent to. */
  length = 0;
  #to: Endpoint | undefined;

  /** False when `to` has no numeric address. */
  set(to: Endpoint): boolean {
    if (to !== this.#to) {
      this.#to = to;
      this.length = writeAddress(to, this.words);
    }
    return this.length > 0;
  }
}
