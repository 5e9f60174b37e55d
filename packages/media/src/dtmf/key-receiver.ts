import type { RtpPacket } from '../rtp/packet.ts';
import { parseEvent, TelephoneEvent } from './event-payload.ts';
import { keyOfEvent } from './keys.ts';

/** Packets of one press, its repeated ends included, never lie further apart than this. */
const STALE_MILLIS = 1000;
/** An event whose timestamp lies less than this before the newest one is a straggler, not a new timeline. */
const STRAGGLER_SAMPLES = 16_000;
/** Shortest pause between two keys is 40 ms; less than 30 ms after the last packet is the same press. */
const SAME_PRESS_SAMPLES = 240;
const LONGEST_SEGMENT = 0xffff;
/** Updates come every 20 to 50 ms; one may be lost. */
const LONGEST_UPDATE = 800;

/**
 * Turns telephone-event packets (RFC 4733 section 2.5.2) into key presses. A press counts once, at the first of its packets that arrives, whichever
 * that is: the marked one, an update or a repeated end. Lost ends do no harm, because a press is told from the next by its timestamp.
 */
export class KeyReceiver {
  readonly #event = new TelephoneEvent();
  #known = false;
  #code = 0;
  #timestamp = 0;
  #duration = 0;
  #ended = false;
  #arrival = 0;
  /** Extended number of the press's newest packet. */
  #newest = 0;

  /** The key whose press begins with this packet; undefined when the packet belongs to a press that is known, or is no key. */
  packet(packet: Readonly<RtpPacket>): string | undefined {
    const event = this.#event;
    if (!parseEvent(packet, event)) return undefined;
    const stale = packet.arrival - this.#arrival > STALE_MILLIS;
    const ahead = (packet.timestamp - this.#timestamp) | 0;
    if (this.#known) {
      if (ahead < 0 && ahead > -STRAGGLER_SAMPLES && !stale) return undefined;
      // Where a sender's timestamps stand still, only its numbers tell a straggler of the key before.
      if (ahead === 0 && event.code !== this.#code && packet.extended < this.#newest && !stale) return undefined;
      if (this.#continues(packet, ahead, stale)) {
        // Numbers may be told of a straggler: it says nothing of the press that began behind it.
        if (packet.extended >= this.#newest) this.#note(packet, true);
        return undefined;
      }
    }
    this.#known = true;
    this.#note(packet, false);
    return keyOfEvent(event.code);
  }

  /** Another source speaks from here on: its timestamps say nothing about earlier ones. */
  restart(): void {
    this.#known = false;
  }

  /** Whether this is one more packet of the newest press. */
  #continues(packet: Readonly<RtpPacket>, ahead: number, stale: boolean): boolean {
    if (this.#event.code !== this.#code) return false;
    if (ahead === 0) return !(this.#ended && (stale || this.#beginsAnew(packet)));
    if (this.#ended || packet.marker || stale || ahead < 0) return false;
    // Section 2.5.1.3: a press too long for 16 bits goes on in a new segment, its timestamp right after the last one, without a marker.
    const longest = this.#duration > LONGEST_SEGMENT - LONGEST_UPDATE ? LONGEST_SEGMENT : 0;
    // Senders that wrongly advance the timestamp with every update stay this near.
    return ahead <= Math.max(longest, this.#duration + SAME_PRESS_SAMPLES);
  }

  /** Behind the end of a press there is no shorter update of it: timestamps of some senders stand still while they send no audio. */
  #beginsAnew({ extended }: Readonly<RtpPacket>): boolean {
    const { end, duration } = this.#event;
    return !end && duration < this.#duration && extended > this.#newest;
  }

  #note({ timestamp, arrival, extended }: Readonly<RtpPacket>, continues: boolean): void {
    const { code, duration, end } = this.#event;
    const isSegment = timestamp === this.#timestamp && continues;
    this.#duration = isSegment ? Math.max(this.#duration, duration) : duration;
    this.#ended = end || (continues && this.#ended);
    this.#code = code;
    this.#timestamp = timestamp;
    this.#arrival = arrival;
    this.#newest = extended;
  }
}
