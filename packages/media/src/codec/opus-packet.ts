/** Longest Opus packet (RFC 6716 section 3.2.5, R5), and longest frame in it (R2), 1/8 ms and octets. */
const LONGEST_PACKET = 960;
const LONGEST_FRAME = 1275;
/** Frame lengths by configuration number: table 2, 1/8 ms. */
const SILK = [80, 160, 320, 480];
const HYBRID = [80, 160];
const CELT = [20, 40, 80, 160];

/**
 * How long the sound of an Opus packet is, 1/8 ms (20 ms are 160), by its table of contents; 0 when it breaks a rule of RFC 6716 section 3.4 (R1 to R7), as
 * no encoder does.
 */
export function opusLength(bytes: Uint8Array, offset: number, length: number): number {
  if (length < 1) return 0;
  const frame = frameLength(bytes[offset] >> 3);
  const code = bytes[offset] & 3;
  if (code === 0) return length - 1 <= LONGEST_FRAME ? frame : 0;
  if (code === 1) return length % 2 === 1 && (length - 1) / 2 <= LONGEST_FRAME ? 2 * frame : 0;
  if (code === 2) return holdsTwo(bytes, offset + 1, offset + length) ? 2 * frame : 0;
  const count = length < 2 ? 0 : bytes[offset + 1] & 63;
  if (count === 0 || count * frame > LONGEST_PACKET) return 0;
  return holdsMany(bytes, offset + 1, offset + length) ? count * frame : 0;
}

function frameLength(configuration: number): number {
  if (configuration < 12) return SILK[configuration & 3];
  return configuration < 16 ? HYBRID[configuration & 1] : CELT[configuration & 3];
}

/** Section 3.2.1: one or two octets. The size, and how many octets say it; undefined beyond the end. */
function sizeAt(
  bytes: Uint8Array,
  at: number,
  end: number,
): { readonly size: number; readonly octets: number } | undefined {
  if (at >= end) return undefined;
  if (bytes[at] < 252) return { size: bytes[at], octets: 1 };
  return at + 1 < end ? { size: 4 * bytes[at + 1] + bytes[at], octets: 2 } : undefined;
}

function holdsTwo(bytes: Uint8Array, at: number, end: number): boolean {
  const first = sizeAt(bytes, at, end);
  if (!first) return false;
  const second = end - at - first.octets - first.size;
  return second >= 0 && second <= LONGEST_FRAME;
}

/** Section 3.2.5: the octet with the count of frames, the length of the padding, the sizes of all frames but the last, the frames, the padding. */
function holdsMany(bytes: Uint8Array, at: number, end: number): boolean {
  const count = bytes[at] & 63;
  const body = withoutPadding(bytes, at, end);
  if (!body) return false;
  let left = body.end - body.start;
  if ((bytes[at] & 0x80) === 0) return left % count === 0 && left / count <= LONGEST_FRAME;
  let place = body.start;
  for (let frame = 1; frame < count; frame++) {
    const next = sizeAt(bytes, place, body.end);
    if (!next) return false;
    place += next.octets;
    left -= next.octets + next.size;
  }
  return left >= 0 && left <= LONGEST_FRAME;
}

function withoutPadding(
  bytes: Uint8Array,
  at: number,
  end: number,
): { readonly start: number; readonly end: number } | undefined {
  let start = at + 1;
  if ((bytes[at] & 0x40) === 0) return { start, end };
  let padding = 0;
  for (;;) {
    if (start >= end) return undefined;
    const octet = bytes[start++];
    // 255 stands for 254 octets of padding and one more octet of length.
    padding += octet === 255 ? 254 : octet;
    if (octet !== 255) break;
  }
  return start + padding <= end ? { start, end: end - padding } : undefined;
}

/** Hybrid, super-wideband, 20 ms: decodes the same SILK frame as wideband SILK of 20 ms, which is what is below 8 kHz. */
const HYBRID_20 = 13;
const SILK_WIDE_20 = 9;

/**
 * Turns a packet, in place, into one that holds the frame before it, if the sender put a copy of that in (in-band FEC, RFC 6716 section 2.1.7). Returns
 * false, and changes nothing, when it holds none. For one frame of 20 ms, mono, wideband SILK or hybrid: what speech is sent as when FEC is of use.
 *
 * The library decodes the frames themselves only. But a copy (LBRR frame) is coded exactly as a frame with voice activity is, comes first, and the two
 * flags before it are literal bits, being coded with probability 1/2 (section 4.2.3): 1 1 means "active, and a copy comes first", 1 0 "active, and no
 * copy", upon which the copy is read as the frame. In SILK alone what is left behind it would be taken for a redundant CELT frame (section 4.5.1.1);
 * in a hybrid packet only if a flag of probability 1/4096 says so, and the rest is read as what is above 8 kHz, which a decoder at 16 kHz leaves out.
 */
export function becomePrevious(bytes: Uint8Array, offset: number, length: number): boolean {
  const configuration = bytes[offset] >> 3;
  const usable = configuration === SILK_WIDE_20 || configuration === HYBRID_20 || configuration === HYBRID_20 + 2;
  // Mono, code 0, something in it, both flags set.
  if (!usable || (bytes[offset] & 7) !== 0 || length < 3 || (bytes[offset + 1] & 0x40) === 0) return false;
  bytes[offset] = HYBRID_20 << 3;
  bytes[offset + 1] = (bytes[offset + 1] | 0x80) & ~0x40;
  return true;
}
