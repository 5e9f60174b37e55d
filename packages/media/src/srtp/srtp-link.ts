import { REPLAYED, SrtpReceiver } from './srtp-receiver.ts';
import { SrtpSender } from './srtp-sender.ts';
import type { SrtpKey, SrtpSecurity, SrtpSuite } from './suites.ts';

/**
 * Both directions of a session, protected or not: what the engine sends and receives passes here. Without an agreement on keys everything passes as it is.
 */
export class SrtpLink {
  /** Packets that were not opened: no right tag, not protected, nothing that SRTP could be. */
  rejected = 0;
  /** Packets that came before. */
  replayed = 0;
  #security: SrtpSecurity | undefined;
  #sender: SrtpSender | undefined;
  #receiver: SrtpReceiver | undefined;
  /** Under the key before, until the first packet under the new one: what the other side sent before it had our answer. */
  #before: SrtpReceiver | undefined;

  /** The suite; undefined when nothing is protected. */
  get suite(): SrtpSuite | undefined {
    return this.#security?.suite;
  }

  /** For people; no keys. */
  describe(): string {
    return `${this.suite ?? 'not protected'} rejected ${this.rejected} replayed ${this.replayed}`;
  }

  /**
   * The agreement of now on. Keys that stay the same go on with their counters; a new key of the other side begins anew.
   * @param anew our counters begin anew with our key too: those of a DTLS handshake are for a stream of their own (RFC 5764 section 3).
   */
  agree(security: SrtpSecurity | undefined, anew = false): void {
    const was = this.#security;
    this.#security = security;
    if (!security) {
      this.#receiver = this.#before = undefined;
      return;
    }
    const { suite, local, remote } = security;
    if (!this.#sender || anew) this.#sender = new SrtpSender(suite, local);
    else if (!was || was.suite !== suite || !isSameKey(was.local, local)) this.#sender.rekey(suite, local);
    if (this.#receiver && was?.suite === suite && isSameKey(was.remote, remote)) return;
    this.#before = this.#receiver;
    this.#receiver = new SrtpReceiver(suite, remote, this.#before);
  }

  /** Protects a packet in place, when that was agreed on; `bytes` has `SRTP_ROOM` more. Returns the new length; -1: it must not be sent. */
  sealRtp(bytes: Uint8Array, length: number): number {
    return this.#security && this.#sender ? this.#sender.rtp(bytes, length) : length;
  }

  /** The same for RTCP, with `SRTCP_ROOM`. */
  sealRtcp(bytes: Uint8Array, length: number): number {
    return this.#security && this.#sender ? this.#sender.rtcp(bytes, length) : length;
  }

  /** Opens a packet in place. Returns the length that is left; negative: nobody may see it. */
  openRtp(bytes: Uint8Array): number {
    if (!this.#receiver) return bytes.length;
    const length = this.#receiver.rtp(bytes);
    if (length >= 0) {
      this.#before = undefined;
      return length;
    }
    return this.#counted(this.#before?.rtp(bytes) ?? length);
  }

  openRtcp(bytes: Uint8Array): number {
    if (!this.#receiver) return bytes.length;
    const length = this.#receiver.rtcp(bytes);
    return length >= 0 ? length : this.#counted(this.#before?.rtcp(bytes) ?? length);
  }

  #counted(length: number): number {
    if (length === REPLAYED) this.replayed += 1;
    else if (length < 0) this.rejected += 1;
    return length;
  }
}

function isSameKey(a: SrtpKey, b: SrtpKey): boolean {
  return isSame(a.key, b.key) && isSame(a.salt, b.salt);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
