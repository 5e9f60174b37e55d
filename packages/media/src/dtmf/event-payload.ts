import type { RtpPacket } from '../rtp/packet.ts';

/** Length of the payload of a telephone-event packet. */
export const EVENT_BYTES = 4;
const END = 0x80;
/** What telephones send: -10 dBm0. */
const VOLUME = 10;

/** One reusable telephone event (RFC 4733 section 2.3). */
export class TelephoneEvent {
  code = 0;
  end = false;
  /** -dBm0. Carried, not judged: senders get it wrong too often. */
  volume = 0;
  /** Timestamp units (1/8 ms). */
  duration = 0;
}

/**
 * Reads the event that a packet begins with (more than one is for redundant payloads, which we do not negotiate):
 *
 *     |     event     |E|R|  volume   |          duration             |
 *
 * False when the payload is too short.
 */
export function parseEvent(packet: Readonly<RtpPacket>, into: TelephoneEvent): boolean {
  if (packet.payloadLength < EVENT_BYTES) return false;
  const { bytes, payloadStart: at } = packet;
  into.code = bytes[at];
  into.end = (bytes[at + 1] & END) !== 0;
  into.volume = bytes[at + 1] & 0x3f;
  into.duration = (bytes[at + 2] << 8) | bytes[at + 3];
  return true;
}

/** Changes the duration of an event in place to another clock's units; a payload that is too short stays as it is. */
export function scaleDuration(bytes: Uint8Array, at: number, length: number, factor: number): void {
  if (length < EVENT_BYTES) return;
  const duration = Math.min(0xffff, Math.round(((bytes[at + 2] << 8) | bytes[at + 3]) * factor));
  bytes[at + 2] = duration >>> 8;
  bytes[at + 3] = duration;
}

/** Writes the payload of an event at `at`, with the volume that telephones send. */
export function writeEvent(event: Readonly<TelephoneEvent>, bytes: Uint8Array, at: number): void {
  bytes[at] = event.code;
  bytes[at + 1] = (event.end ? END : 0) | VOLUME;
  bytes[at + 2] = event.duration >>> 8;
  bytes[at + 3] = event.duration;
}
