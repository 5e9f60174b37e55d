import { Bug } from '@parley/base';
import { printCrypto } from './crypto-line.ts';
import { type Attribute, attributeOf, type MediaDescription, type SessionDescription } from './description.ts';
import { DTLS_PROFILE, dtlsAttributes, dtlsSettings, LITE_ATTRIBUTES } from './dtls-keying.ts';
import { completionTerms, isClear, linesOf, offeredLines } from './encryption.ts';
import { type KnownFormat, knownFormats } from './formats.ts';
import {
  eventAttributes,
  heading,
  type OwnMedia,
  type Refused,
  refusal,
  transportAttributes,
  voiceAttributes,
} from './negotiate.ts';
import { type OfferedFormat, offeredFormats } from './offered-formats.ts';
import type { SessionSettings } from './settings.ts';
import { directionOf, readStream } from './stream.ts';

/** What came of our offer: how to talk, or why not. */
export type Completed = { readonly kind: 'agreed'; readonly settings: SessionSettings } | Refused;

/**
 * An offer of one audio stream: our codecs in our order, and key events. For calls that we place, and in the 200 to an INVITE without a description.
 * Where encryption is optional, RTP/AVP with `a=crypto` lets the other side choose (RFC 8643). After a description of ours (`previous`) every section keeps its place,
 * its profile and its numbers (RFC 3264 section 8), and the suite that is spoken is offered first. To whom we talk by DTLS already (`agreed`) the same is offered again.
 */
export function makeOffer(own: OwnMedia): SessionDescription {
  const { previous } = own;
  const before = previous?.media.find(isActive);
  const stream = offeredStream(own, before);
  const groups = previous?.attributes.filter(({ name }) => name === 'group') ?? [];
  return {
    ...heading(own),
    attributes: [...groups, ...(own.agreed?.dtls ? LITE_ATTRIBUTES : [])],
    media: previous && before ? previous.media.map(section => (section === before ? stream : section)) : [stream],
  };
}

/** Of the sections of a description of ours the only one that is taken; the others have port 0. */
function isActive({ port }: MediaDescription): boolean {
  return port > 0;
}

/** @param before the section that it follows, in a dialog that has one. */
function offeredStream(own: OwnMedia, before: MediaDescription | undefined): MediaDescription {
  const { agreed = {} } = own;
  const formats = offeredFormats(own.codecs, before);
  const kept = (name: string) => before?.attributes.filter(attribute => attribute.name === name) ?? [];
  return {
    media: 'audio',
    port: own.port,
    protocol: offeredProfile(own, before),
    formats: formats.map(({ payloadType }) => String(payloadType)),
    extras: [],
    attributes: [
      ...formats.flatMap(attributesOf),
      ...kept('mid'),
      ...(agreed.dtls ? [] : offeredLines(own).map(printCrypto)),
      ...(agreed.dtls ? [{ name: 'rtcp-mux' }] : kept('rtcp-mux')),
      ...dtlsAttributes(agreed, own, 'actpass'),
      ...transportAttributes(own),
      { name: own.direction ?? 'sendrecv' },
    ],
  };
}

function attributesOf(format: OfferedFormat): Attribute[] {
  const { payloadType } = format;
  return format.kind === 'voice'
    ? voiceAttributes(format.codec, payloadType)
    : eventAttributes(payloadType, format.rate);
}

/** What was encrypted is not offered in clear again, and who wanted feedback (AVPF) or does without it is not asked for the other. */
function offeredProfile({ security, agreed }: OwnMedia, before: MediaDescription | undefined): string {
  if (before && (security !== 'required' || !isClear(before.protocol))) return before.protocol;
  if (agreed?.dtls) return DTLS_PROFILE;
  return security === 'required' ? 'RTP/SAVP' : 'RTP/AVP';
}

/**
 * Reads the answer to an offer of `makeOffer`. The codec is the first of the answer that we offered; several in an answer are allowed
 * (RFC 3264 6.1) and the first is what the other side would rather have.
 * @param agreed what the dialog had agreed on before, when the offer was made with it.
 */
export function completeOffer(
  offer: SessionDescription,
  answer: SessionDescription,
  agreed?: OwnMedia['agreed'],
): Completed {
  const place = offer.media.findIndex(isActive);
  const ours = offer.media[place];
  if (!ours) throw new Bug('an offer of ours has an audio stream');
  const theirs = answer.media[place];
  if (!theirs) return refusal({ code: 304, text: 'Media type not available: the answer has no audio stream' });
  const formats = knownFormats(ours);
  const codecs = formats.flatMap(format => (format.kind === 'voice' ? [format.codec] : []));
  const direction = directionOf(offer.attributes, ours.attributes);
  const reading = readStream(answer, theirs, {
    codecs,
    direction,
    address: offer.connection?.address ?? offer.origin.connection.address,
    encryption: completionTerms(ours),
    rtcpMux: attributeOf(ours.attributes, 'rtcp-mux') !== undefined,
  });
  if (reading.kind === 'unusable') return refusal(reading.objection);
  const { crypto, dtls } = reading;
  const settings = { ...reading.settings, ...offeredNumbers(formats, reading.settings) };
  if (dtls) return { kind: 'agreed', settings: { ...settings, ...dtlsSettings(dtls, { ...(agreed && { agreed }) }) } };
  const local = linesOf([ours]).find(line => line.tag === crypto?.tag)?.key;
  if (!crypto || !local) return { kind: 'agreed', settings };
  return { kind: 'agreed', settings: { ...settings, security: { suite: crypto.suite, local, remote: crypto.key } } };
}

/** What of our offer the other side sends under numbers that are not those of its answer. */
function offeredNumbers(formats: readonly KnownFormat[], settings: SessionSettings): Pick<SessionSettings, 'offered'> {
  const { opus, codec, payloadType, telephoneEvent, eventRate = 8000 } = settings;
  const voice = formats.find(format => format.kind === 'voice' && format.codec === (opus ? 'opus' : codec));
  const events = formats.find(format => format.kind === 'events' && format.rate === eventRate);
  if (!voice) throw new Bug('what was agreed on was offered');
  if (voice.payloadType === payloadType && (telephoneEvent ?? events?.payloadType) === events?.payloadType) return {};
  return { offered: { payloadType: voice.payloadType, ...(events && { telephoneEvent: events.payloadType }) } };
}
