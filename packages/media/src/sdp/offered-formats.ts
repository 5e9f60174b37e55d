import type { MediaDescription } from './description.ts';
import { type KnownFormat, knownFormats, STATIC_PAYLOAD_TYPES } from './formats.ts';
import { OPUS_CLOCK } from './opus-format.ts';
import type { WireCodec } from './settings.ts';

/** A voice codec or key events, with its number. */
export type OfferedFormat = Exclude<KnownFormat, { kind: 'noise' }>;

/** 101 is the number that nearly every telephone gives to telephone-event; 111 is what browsers call Opus. */
const USUAL: Readonly<Record<WireCodec | 'events' | 'wide events', number>> = {
  ...STATIC_PAYLOAD_TYPES,
  opus: 111,
  events: 101,
  'wide events': 102,
};
/** RFC 3551 section 3: numbers that mean what an rtpmap says. */
const DYNAMIC = Array.from({ length: 32 }, (_, i) => 96 + i);

/**
 * The formats of an offer: these codecs in their order, and events for every clock among them (RFC 4733 section 2.1). In a dialog a number never changes its meaning
 * (RFC 3264 section 8.3.2), so what the section `before` has keeps its number, and what is new gets one that is free.
 */
export function offeredFormats(codecs: readonly WireCodec[], before: MediaDescription | undefined): OfferedFormat[] {
  const known = before ? knownFormats(before) : [];
  const taken = new Set(before?.formats.map(Number));
  return withEvents(codecs).map(format => {
    const same = known.find(each => nameOf(each) === nameOf(format));
    const payloadType = same?.payloadType ?? freeNumber(format.payloadType, taken);
    taken.add(payloadType);
    return { ...format, payloadType };
  });
}

/** By their usual numbers. */
function withEvents(codecs: readonly WireCodec[]): OfferedFormat[] {
  const voices = codecs.map(codec => ({ kind: 'voice', codec, payloadType: USUAL[codec] }) as const);
  const narrow = { kind: 'events', rate: 8000, payloadType: USUAL.events } as const;
  const wide = { kind: 'events', rate: OPUS_CLOCK, payloadType: USUAL['wide events'] } as const;
  return [
    ...voices,
    ...(codecs.some(codec => codec !== 'opus') ? [narrow] : []),
    ...(codecs.includes('opus') ? [wide] : []),
  ];
}

function nameOf(format: KnownFormat): string {
  if (format.kind === 'voice') return format.codec;
  return format.kind === 'events' ? `events ${format.rate}` : 'noise';
}

function freeNumber(usual: number, taken: ReadonlySet<number>): number {
  if (!taken.has(usual)) return usual;
  const reserved = Object.values(USUAL);
  return DYNAMIC.find(number => !taken.has(number) && !reserved.includes(number)) ?? usual;
}
