import { type SrtpKey, SrtpReceiver, type SrtpSecurity } from '@parley/media';

/** More than any packet of a call. */
const LARGEST_PACKET = 4096;

/** Opens protected packets (SRTP) for an ear, in a copy: the engine gets the same bytes, and opens them itself. */
export class Opener {
  /** Only who needs it has one: thousands of calls go on at once. */
  #copy: Uint8Array | undefined;
  #security: SrtpSecurity | undefined;
  #receiver: SrtpReceiver | undefined;

  /** How the other side protects what it sends from here on. */
  agree(security: SrtpSecurity | undefined): void {
    const before = this.#security;
    this.#security = security;
    if (!security) this.#receiver = undefined;
    else if (before?.suite !== security.suite || !isSameKey(before.remote, security.remote))
      this.#receiver = new SrtpReceiver(security.suite, security.remote, this.#receiver);
  }

  /** The packet in the clear, lent until the next one; undefined when its tag is wrong or it came before. */
  open(bytes: Uint8Array): Uint8Array | undefined {
    if (!this.#receiver) return bytes;
    if (bytes.length > LARGEST_PACKET) return undefined;
    this.#copy ??= new Uint8Array(LARGEST_PACKET);
    const copy = this.#copy.subarray(0, bytes.length);
    copy.set(bytes);
    const length = this.#receiver.rtp(copy);
    return length < 0 ? undefined : copy.subarray(0, length);
  }
}

function isSameKey(one: SrtpKey, other: SrtpKey): boolean {
  return Buffer.from(one.key).equals(other.key) && Buffer.from(one.salt).equals(other.salt);
}
