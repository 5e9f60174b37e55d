import { Bug } from '@parley/base';
import { printCrypto } from './crypto-line.ts';
import { type Attribute, attributeOf, type SessionDescription } from './description.ts';
import { DTLS_PROFILE, dtlsAttributes, dtlsSettings, LITE_ATTRIBUTES } from './dtls-keying.ts';
import { completionTerms, linesOf, offeredLines } from './encryption.ts';
import { knownFormats, STATIC_PAYLOAD_TYPES } from './formats.ts';
import {
  eventAttributes,
  heading,
  type OwnMedia,
  type Refused,
  refusal,
  transportAttributes,
  voiceAttributes,
} from './negotiate.ts';
import { OPUS_CLOCK } from './opus-format.ts';
import type { SessionSettings, WireCodec } from './settings.ts';
import { directionOf, readStream } from './stream.ts';

/** The number that nearly every telephone gives to telephone-event, and those that we give to what stands beside it. */
const OUR_EVENT_PAYLOAD_TYPE = 101;
const OUR_WIDE_EVENT_PAYLOAD_TYPE = 102;
const OUR_OPUS_PAYLOAD_TYPE = 111;
const OUR_PAYLOAD_TYPES: Readonly<Record<WireCodec, number>> = { ...STATIC_PAYLOAD_TYPES, opus: OUR_OPUS_PAYLOAD_TYPE };

/** What came of our offer: how to talk, or why not. */
export type Completed = { readonly kind: 'agreed'; readonly settings: SessionSettings } | Refused;

/**
 * An offer of one audio stream: our codecs in our order, and key events. For calls that we place, and in the 200 to an INVITE without a description.
 * Where encryption is optional, RTP/AVP with `a=crypto` lets the other side choose (RFC 8643). To whom we talk by DTLS already (`agreed`) the same is offered again.
 */
export function makeOffer(own: OwnMedia): SessionDescription {
  const codecs = own.codecs.map(codec => ({ codec, payloadType: OUR_PAYLOAD_TYPES[codec] }));
  const events = ourEvents(own.codecs);
  const { agreed = {}, previous } = own;
  const mid = attributeOf(previous?.media.find(media => media.port > 0)?.attributes ?? [], 'mid');
  return {
    ...heading(own),
    attributes: agreed.dtls ? [...groupOf(mid), ...LITE_ATTRIBUTES] : [],
    media: [
      {
        media: 'audio',
        port: own.port,
        protocol: agreed.dtls ? DTLS_PROFILE : own.security === 'required' ? 'RTP/SAVP' : 'RTP/AVP',
        formats: [...codecs, ...events].map(({ payloadType }) => String(payloadType)),
        extras: [],
        attributes: [
          ...codecs.flatMap(({ codec, payloadType }) => voiceAttributes(codec, payloadType)),
          ...events.flatMap(({ payloadType, rate }) => eventAttributes(payloadType, rate)),
          ...(agreed.dtls ? [...midOf(mid), { name: 'rtcp-mux' }] : offeredLines(own).map(printCrypto)),
          ...dtlsAttributes(agreed, own, 'actpass'),
          ...transportAttributes(own),
          { name: own.direction ?? 'sendrecv' },
        ],
      },
    ],
  };
}

function midOf(mid: string | undefined): Attribute[] {
  return mid === undefined ? [] : [{ name: 'mid', value: mid }];
}

function groupOf(mid: string | undefined): Attribute[] {
  return mid === undefined ? [] : [{ name: 'group', value: `BUNDLE ${mid}` }];
}

/** RFC 4733 section 2.1: events for every clock among the codecs. */
function ourEvents(codecs: readonly WireCodec[]): { readonly payloadType: number; readonly rate: number }[] {
  return [
    ...(codecs.some(codec => codec !== 'opus') ? [{ payloadType: OUR_EVENT_PAYLOAD_TYPE, rate: 8000 }] : []),
    ...(codecs.includes('opus') ? [{ payloadType: OUR_WIDE_EVENT_PAYLOAD_TYPE, rate: OPUS_CLOCK }] : []),
  ];
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
  const theirs = answer.media[0];
  if (!theirs) return refusal({ code: 304, text: 'Media type not available: the answer has no audio stream' });
  const ours = offer.media[0];
  if (!ours) throw new Bug('an offer of ours has an audio stream');
  const codecs = knownFormats(ours).flatMap(format => (format.kind === 'voice' ? [format.codec] : []));
  const direction = directionOf(offer.attributes, ours.attributes);
  const reading = readStream(answer, theirs, {
    codecs,
    direction,
    address: offer.connection?.address ?? offer.origin.connection.address,
    encryption: completionTerms(ours),
    rtcpMux: attributeOf(ours.attributes, 'rtcp-mux') !== undefined,
  });
  if (reading.kind === 'unusable') return refusal(reading.objection);
  const { settings, crypto, dtls } = reading;
  if (dtls) return { kind: 'agreed', settings: { ...settings, ...dtlsSettings(dtls, { ...(agreed && { agreed }) }) } };
  const local = linesOf([ours]).find(line => line.tag === crypto?.tag)?.key;
  if (!crypto || !local) return { kind: 'agreed', settings };
  return { kind: 'agreed', settings: { ...settings, security: { suite: crypto.suite, local, remote: crypto.key } } };
}
