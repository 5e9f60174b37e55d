import type { TracedMedia } from '@parley/admin';
import { asBuffer } from '@parley/base';
import {
  attributeOf,
  MAX_SDP_BYTES,
  type MediaDescription,
  parseSdp,
  SdpError,
  type SessionDescription,
} from '@parley/media';

/** What is kept of a body: what it is, and what it says of media. Never its text, which may hold keys. */
export interface BodySummary {
  readonly type: string;
  readonly octets: number;
  readonly media: readonly TracedMedia[];
  /** Why its session description cannot be read. */
  readonly problem?: string;
}

/** Most media of one description that are kept. */
const MOST_MEDIA = 8;
/** Most codecs of one medium that are kept. */
const MOST_CODECS = 24;
/** Longest type, name or address that is kept, characters. */
const LONGEST = 80;

/** Looks at a body once. */
export function summarized(type: string, body: Uint8Array): BodySummary {
  const summary = { type: type.slice(0, LONGEST), octets: body.length, media: [] };
  const sdp = sdpIn(type, body);
  if (!sdp) return summary;
  try {
    const session = parseSdp(sdp);
    return { ...summary, media: session.media.slice(0, MOST_MEDIA).map(media => described(session, media)) };
  } catch (error) {
    if (!(error instanceof SdpError)) throw error;
    return { ...summary, problem: error.message };
  }
}

/** The session description: the body itself, or the part of a multipart body that begins like one. */
function sdpIn(type: string, body: Uint8Array): Uint8Array | undefined {
  const lower = type.toLowerCase();
  if (lower.startsWith('application/sdp')) return body.subarray(0, MAX_SDP_BYTES + 1);
  if (!lower.startsWith('multipart/')) return undefined;
  const text = asBuffer(body);
  const from = text.indexOf('\nv=0', 0, 'latin1') + 1;
  if (from === 0) return undefined;
  const to = text.indexOf('\n--', from, 'latin1') + 1;
  return text.subarray(from, to === 0 ? text.length : to);
}

function described(session: SessionDescription, media: MediaDescription): TracedMedia {
  const { address } = media.connection ?? session.connection ?? { address: '' };
  return {
    kind: media.media.slice(0, LONGEST),
    protocol: media.protocol.slice(0, LONGEST),
    address: address.slice(0, LONGEST),
    port: media.port,
    codecs: codecsOf(media),
    direction: directionOf(media, session),
    encryption: encryptionOf(media, session),
  };
}

/** RFC 3551 tables 4 and 5, as far as they are met: payload types that need no rtpmap. */
const STATIC: ReadonlyMap<string, string> = new Map([
  ['0', 'PCMU'],
  ['3', 'GSM'],
  ['4', 'G723'],
  ['8', 'PCMA'],
  ['9', 'G722'],
  ['13', 'CN'],
  ['18', 'G729'],
]);

/** By name, a clock other than 8 kHz behind it; each once, in the order of preference. */
function codecsOf({ formats, attributes }: MediaDescription): string[] {
  const names = new Map(STATIC);
  for (const { name, value = '' } of attributes) {
    const blank = value.indexOf(' ');
    if (name === 'rtpmap' && blank > 0) names.set(value.slice(0, blank), value.slice(blank + 1).trim());
  }
  const codecs = formats.slice(0, MOST_CODECS).map(format => (names.get(format) ?? format).slice(0, LONGEST));
  return [...new Set(codecs.map(codec => codec.replace(/\/8000(\/1)?$/, '')))];
}

const DIRECTIONS = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

function directionOf({ attributes }: MediaDescription, session: SessionDescription): string {
  const said = (name: string) => DIRECTIONS.includes(name);
  const own = attributes.find(({ name }) => said(name)) ?? session.attributes.find(({ name }) => said(name));
  return own?.name ?? 'sendrecv';
}

/** RFC 5763: a fingerprint means DTLS, wherever it stands. RFC 4568: keys stand in the medium. */
function encryptionOf({ attributes }: MediaDescription, session: SessionDescription): TracedMedia['encryption'] {
  const hasFingerprint = [attributes, session.attributes].some(each => attributeOf(each, 'fingerprint') !== undefined);
  if (hasFingerprint) return 'DTLS';
  return attributeOf(attributes, 'crypto') === undefined ? 'none' : 'SDES';
}
