import { attributeOf, type MediaDescription } from './description.ts';
import { decimal } from './lines.ts';
import { OPUS_CLOCK, OPUS_RTPMAP } from './opus-format.ts';
import type { CodecName, WireCodec } from './settings.ts';

/** A format of an RTP `m=` line that we know. */
export type KnownFormat =
  | { readonly kind: 'voice'; readonly payloadType: number; readonly codec: WireCodec; readonly fmtp?: string }
  | { readonly kind: 'events'; readonly payloadType: number; readonly rate: number }
  | { readonly kind: 'noise'; readonly payloadType: number };

/** RFC 3551 table 4: the numbers of our codecs need no rtpmap, nor does that of comfort noise. */
export const STATIC_PAYLOAD_TYPES = { PCMU: 0, PCMA: 8, G722: 9 } as const satisfies Record<CodecName, number>;
export const COMFORT_NOISE = 13;

/** By name and clock as an rtpmap says them, in capitals. */
const VOICES: ReadonlyMap<string, WireCodec> = new Map([
  ['PCMU/8000', 'PCMU'],
  ['PCMA/8000', 'PCMA'],
  ['G722/8000', 'G722'],
  [OPUS_RTPMAP.toUpperCase(), 'opus'],
]);
const EVENTS: ReadonlyMap<string, number> = new Map([
  ['TELEPHONE-EVENT/8000', 8000],
  [`TELEPHONE-EVENT/${OPUS_CLOCK}`, OPUS_CLOCK],
]);

/** Events we understand: the sixteen keys (RFC 4733 table 7). Flash (16), which telephones also offer, means nothing to us. */
export const OUR_EVENTS = '0-15';

/** The formats of a medium that we know, in the order in which they are preferred; all others are left out. */
export function knownFormats(media: MediaDescription): KnownFormat[] {
  const maps = byPayloadType(media, 'rtpmap');
  const parameters = byPayloadType(media, 'fmtp');
  const known: KnownFormat[] = [];
  for (const format of media.formats) {
    const payloadType = decimal(format, 127);
    if (payloadType === undefined) continue;
    const name = encodingName(maps.get(payloadType)) ?? staticName(payloadType);
    const fmtp = parameters.get(payloadType);
    const codec = VOICES.get(name ?? '');
    const rate = EVENTS.get(name ?? '');
    if (codec) known.push({ kind: 'voice', payloadType, codec, ...(fmtp !== undefined && { fmtp }) });
    else if (rate !== undefined && carriesKeys(fmtp)) known.push({ kind: 'events', payloadType, rate });
    else if (name?.startsWith('CN/')) known.push({ kind: 'noise', payloadType });
  }
  return known;
}

/** `a=rtpmap:101 telephone-event/8000` -> 101 -> `telephone-event/8000`; the first of a number counts. */
function byPayloadType(media: MediaDescription, attribute: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const { name, value } of media.attributes) {
    if (name !== attribute || value === undefined) continue;
    const blank = value.indexOf(' ');
    const payloadType = decimal(blank < 0 ? value : value.slice(0, blank), 127);
    if (payloadType !== undefined && blank > 0 && !found.has(payloadType))
      found.set(payloadType, value.slice(blank + 1).trim());
  }
  return found;
}

/** Upper case, without the channel count 1 that may be left out (RFC 8866 6.6). An rtpmap wins even over a static number. */
function encodingName(map: string | undefined): string | undefined {
  const name = map?.toUpperCase();
  return name?.endsWith('/1') ? name.slice(0, -2) : name;
}

function staticName(payloadType: number): string | undefined {
  if (payloadType === COMFORT_NOISE) return 'CN/8000';
  const found = Object.entries(STATIC_PAYLOAD_TYPES).find(([, type]) => type === payloadType);
  return found && `${found[0]}/8000`;
}

/** RFC 4733 2.4.1: events without a list are 0-15; a list that leaves out the digits is of no use to us. */
function carriesKeys(list: string | undefined): boolean {
  if (list === undefined) return true;
  return list
    .slice(0, 200)
    .split(',')
    .some(range => {
      const [from, to] = range.trim().split('-');
      const first = decimal(from, 255);
      const last = to === undefined ? first : decimal(to, 255);
      return first !== undefined && last !== undefined && first <= 1 && last >= 1;
    });
}

/** `a=maxptime`, milliseconds; undefined when there is none that can be read. */
export function maxPacketMillis(media: MediaDescription): number | undefined {
  const text = attributeOf(media.attributes, 'maxptime');
  return text === undefined ? undefined : decimal(text.trim(), 10_000);
}
