import { familyOf } from './address.ts';
import { type CryptoLine, printCrypto } from './crypto-line.ts';
import type { Attribute, MediaDescription, SessionDescription } from './description.ts';
import { attributeOf } from './description.ts';
import { dtlsAttributes, dtlsSettings, LITE_ATTRIBUTES } from './dtls-keying.ts';
import { answerTerms, type OwnEncryption, ownKey } from './encryption.ts';
import { OUR_EVENTS } from './formats.ts';
import type { Objection } from './objection.ts';
import { OPUS_RTPMAP, OUR_OPUS } from './opus-format.ts';
import { printSdp } from './print.ts';
import type { Direction, SessionSettings, WireCodec } from './settings.ts';
import { PACKET_MILLIS, readStream, type StreamReading } from './stream.ts';

/** Our end, as it is written into an offer or an answer. */
export interface OwnMedia extends OwnEncryption {
  /** Address that the other side can send to, IPv4 or IPv6; it says which of the two the media are over. */
  readonly address: string;
  /** RTP port, even; RTCP is the next one unless `rtcpPort` says otherwise (RFC 3605). */
  readonly port: number;
  readonly rtcpPort?: number;
  /** Codecs we speak, best first. In an answer the other side's order counts, in an offer ours. */
  readonly codecs: readonly WireCodec[];
  /** Decimal number, the same for the whole dialog. */
  readonly sessionId: string;
  /** Version of the description, from 1, one more with every change. */
  readonly version: number;
  /** What we want at most; `sendrecv` when not given. */
  readonly direction?: Direction;
}

/** Both ends agree: how to talk, and (when we answer) the answer to send. */
export interface Agreed {
  readonly kind: 'agreed';
  readonly settings: SessionSettings;
  readonly answer: SessionDescription;
}

/** Nothing in common: the status of the response and the value of its `Warning` header (RFC 3261 20.43). */
export interface Refused {
  readonly kind: 'refused';
  readonly status: 488;
  readonly warning: string;
}

/** Longest packet we ask the other side to send, milliseconds. */
const LONGEST_PACKET_MILLIS = 60;

/**
 * Answers an offer (RFC 3264 6): the first audio stream that we can take is taken, every other one is rejected with port 0. The codec is the
 * first of the offer that we speak, and the only one in the answer, so the other side cannot change it in mid-stream.
 */
export function negotiateAnswer(offer: SessionDescription, own: OwnMedia): Agreed | Refused {
  const terms = { ...own, encryption: answerTerms(own), rtcpMux: true };
  const readings = offer.media.map(media => readStream(offer, media, terms));
  const chosen = readings.findIndex(reading => reading.kind === 'usable');
  const reading = readings[chosen];
  if (reading?.kind !== 'usable') {
    // The audio stream says more about why than the fax stream beside it.
    const audio = offer.media.findIndex(media => media.media === 'audio');
    const first = readings[Math.max(0, audio)];
    return refusal(
      first?.kind === 'unusable' ? first.objection : { code: 304, text: 'Media type not available: no audio stream' },
    );
  }
  const { settings, crypto } = withKeys(reading, own);
  const media = offer.media.map((theirs, at) =>
    at === chosen ? answeredStream(theirs, { settings, crypto, own }) : rejected(theirs),
  );
  const times = offer.extras.filter(extra => extra.type === 't' || extra.type === 'r');
  const attributes = [...bundled(offer, offer.media[chosen]), ...(settings.ice ? LITE_ATTRIBUTES : [])];
  const answer = { ...heading(own), extras: times.length > 0 ? times : ALWAYS, attributes, media };
  return { kind: 'agreed', settings, answer };
}

/** The settings with both keys, and the line that tells the other side ours: its tag and suite are those of the line we took (RFC 4568 section 5.1.2). */
function withKeys(reading: StreamReading & { readonly kind: 'usable' }, own: OwnMedia) {
  const { settings, crypto: theirs, dtls } = reading;
  if (dtls) return { settings: { ...settings, ...dtlsSettings(dtls, own) } };
  if (!theirs) return { settings };
  const { tag, suite, key: remote } = theirs;
  const local = ownKey(suite, own);
  return { settings: { ...settings, security: { suite, local, remote } }, crypto: { tag, suite, key: local } };
}

/**
 * Answers a further offer of a dialog. `previous` is the description that we sent last; when the answer says the same, its version stays
 * (RFC 3264 8), otherwise it is one more. `own.version` is not looked at.
 */
export function reanswer(
  previous: SessionDescription,
  offer: SessionDescription,
  own: Omit<OwnMedia, 'version'>,
): Agreed | Refused {
  const before = Number(previous.origin.version);
  const same = negotiateAnswer(offer, { ...own, previous, version: before });
  if (same.kind === 'refused' || printSdp(same.answer) === printSdp(previous)) return same;
  const origin = { ...same.answer.origin, version: String(before + 1) };
  return { ...same, answer: { ...same.answer, origin } };
}

/** Our `Warning` header value for an objection. The quotes and backslashes that a quoted string must not hold are not in our texts. */
export function refusal({ code, text }: Objection): Refused {
  return { kind: 'refused', status: 488, warning: `${code} parley "${text}"` };
}

const ALWAYS = [{ type: 't', value: '0 0' }] as const;

/** Everything above the first `m=` line. */
export function heading(own: OwnMedia): SessionDescription {
  const connection = { family: familyOf(own.address), address: own.address };
  return {
    origin: { userName: '-', sessionId: own.sessionId, version: String(own.version), connection },
    name: '-',
    connection,
    extras: ALWAYS,
    attributes: [],
    media: [],
  };
}

/** RFC 9143 section 7.3: the one section that we take is alone in its group; those that we reject may not be in it. */
function bundled(offer: SessionDescription, chosen: MediaDescription): Attribute[] {
  const mid = attributeOf(chosen.attributes, 'mid');
  const isGrouped = offer.attributes.some(
    ({ name, value }) => name === 'group' && value?.startsWith('BUNDLE ') && value.split(' ').includes(mid ?? ''),
  );
  return mid && isGrouped ? [{ name: 'group', value: `BUNDLE ${mid}` }] : [];
}

interface Answered {
  readonly settings: SessionSettings;
  readonly crypto?: CryptoLine;
  readonly own: OwnMedia;
}

function answeredStream(theirs: MediaDescription, { settings, crypto, own }: Answered): MediaDescription {
  const mid = attributeOf(theirs.attributes, 'mid');
  return {
    media: 'audio',
    port: own.port,
    protocol: theirs.protocol,
    formats: [settings.payloadType, settings.telephoneEvent].filter(type => type !== undefined).map(String),
    extras: [],
    attributes: [
      // RFC 5888 9.1: an identification in the offer is kept in the answer.
      ...(mid === undefined ? [] : [{ name: 'mid', value: mid }]),
      ...voiceAttributes(settings.opus ? 'opus' : settings.codec, settings.payloadType),
      ...eventAttributes(settings.telephoneEvent, settings.eventRate),
      ...(crypto ? [printCrypto(crypto)] : []),
      ...(settings.rtcpMux ? [{ name: 'rtcp-mux' }] : []),
      ...dtlsAttributes(settings, own, 'passive'),
      ...transportAttributes(own),
      { name: settings.direction },
    ],
  };
}

/** RFC 3264 6: a rejected stream keeps its place, its port is 0, and its formats mean nothing (but there has to be one). */
function rejected({ media, protocol, formats }: MediaDescription): MediaDescription {
  return { media, port: 0, protocol, formats: formats.slice(0, 1), extras: [], attributes: [] };
}

/** The attributes of a voice codec. */
export function voiceAttributes(codec: WireCodec, payloadType: number): Attribute[] {
  if (codec !== 'opus') return [{ name: 'rtpmap', value: `${payloadType} ${codec}/8000` }];
  return [
    { name: 'rtpmap', value: `${payloadType} ${OPUS_RTPMAP}` },
    { name: 'fmtp', value: `${payloadType} ${OUR_OPUS}` },
  ];
}

/** The attributes that say which key events we take (RFC 4733 2.4.1). */
export function eventAttributes(payloadType: number | undefined, rate = 8000): Attribute[] {
  if (payloadType === undefined) return [];
  return [
    { name: 'rtpmap', value: `${payloadType} telephone-event/${rate}` },
    { name: 'fmtp', value: `${payloadType} ${OUR_EVENTS}` },
  ];
}

/** Packet lengths, and the RTCP port when it is not the next one. */
export function transportAttributes({ port, rtcpPort }: OwnMedia): Attribute[] {
  return [
    { name: 'ptime', value: String(PACKET_MILLIS) },
    { name: 'maxptime', value: String(LONGEST_PACKET_MILLIS) },
    ...(rtcpPort === undefined || rtcpPort === port + 1 ? [] : [{ name: 'rtcp', value: String(rtcpPort) }]),
  ];
}
