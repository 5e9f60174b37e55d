import { Adapter } from '../codec/transcoder.ts';
import { LONGEST_PAYLOAD } from '../rtp/jitter-buffer.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import type { SessionSettings } from '../sdp/settings.ts';

/**
 * A new agreement counts from the moment in which we answer, but what was said before is still on its way, in the codec of the agreement before (RFC 3264 section 8.3.2). Not for
 * Opus, whose timestamps are on another clock.
 */
export class FormerCodec {
  readonly #octets = new Uint8Array(LONGEST_PAYLOAD);
  #present: SessionSettings | undefined;
  #former: SessionSettings | undefined;
  #adapter = new Adapter();

  agree(settings: SessionSettings): void {
    const before = this.#present;
    this.#present = settings;
    if (settings.opus || before?.opus) this.#former = undefined;
    else if (before && before.codec !== settings.codec) {
      this.#former = before;
      this.#adapter = new Adapter();
    }
  }

  /** Makes octets of the present codec of a packet in the former one, lent until the next; false when it is none. */
  turn(packet: RtpPacket): boolean {
    const [present, former] = [this.#present, this.#former];
    const { bytes, payloadStart, payloadLength, payloadType } = packet;
    if (!present || !former || payloadLength > LONGEST_PAYLOAD) return false;
    if (payloadType !== former.payloadType && payloadType !== former.offered?.payloadType) return false;
    const transcoder = this.#adapter.between(former.codec, present.codec);
    if (!transcoder) return false;
    transcoder.run(bytes, payloadStart, payloadLength, this.#octets, 0);
    packet.bytes = this.#octets;
    packet.payloadStart = 0;
    return true;
  }
}
