import type { Arrival } from '../packet-socket.ts';
import { AF_INET, portAt, textAt } from './socket-address.ts';

/**
 * Where the last datagram of a socket came from, and when. Datagrams of a call all come from one place, so its text is made once and told apart by numbers:
 * no string is made for a packet.
 */
export class Source implements Arrival {
  address = '';
  port = 0;
  at = Number.NaN;
  #w0 = 0;
  #w1 = 0;
  #w2 = 0;
  #w3 = 0;
  #w4 = 0;

  /** Reads a sockaddr_in or sockaddr_in6. @param arrived as `Arrival.at`. */
  read(words: Uint32Array, at: number, arrived: number): void {
    this.at = arrived;
    if (words[at] === this.#w0 && this.#sameHost(words, at)) return;
    const v4 = (words[at] & 0xffff) === AF_INET;
    this.#w0 = words[at];
    this.#w1 = words[at + (v4 ? 1 : 2)];
    this.#w2 = words[at + 3];
    this.#w3 = words[at + 4];
    this.#w4 = words[at + 5];
    this.address = textAt(words, at);
    this.port = portAt(words, at);
  }

  #sameHost(words: Uint32Array, at: number): boolean {
    if ((words[at] & 0xffff) === AF_INET) return words[at + 1] === this.#w1;
    return (
      words[at + 2] === this.#w1 &&
      words[at + 3] === this.#w2 &&
      words[at + 4] === this.#w3 &&
      words[at + 5] === this.#w4
    );
  }
}
