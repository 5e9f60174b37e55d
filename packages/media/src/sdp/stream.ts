import { addressProblem, isHoldAddress } from './address.ts';
import type { CryptoLine } from './crypto-line.ts';
import { type Attribute, attributeOf, type MediaDescription, type SessionDescription } from './description.ts';
import type { DtlsReading } from './dtls-keying.ts';
import { type EncryptionTerms, readEncryption } from './encryption.ts';
import { COMFORT_NOISE, type KnownFormat, knownFormats, maxPacketMillis } from './formats.ts';
import { decimal } from './lines.ts';
import type { Objection } from './objection.ts';
import { OPUS_CLOCK, opusWishes } from './opus-format.ts';
import { connectionOf } from './parse.ts';
import { SdpError } from './sdp-error.ts';
import type { Direction, SessionSettings, WireCodec } from './settings.ts';

/** How long a packet of ours is, milliseconds. */
export const PACKET_MILLIS = 20;

/**
 * What the other side's `m=` section comes to: settings to talk to it (without keys, and with the line that brings theirs when media are to be encrypted), or why not.
 */
export type StreamReading =
  | {
      readonly kind: 'usable';
      readonly settings: SessionSettings;
      readonly crypto?: CryptoLine;
      /** In place of a line, when the handshake of DTLS will bring the keys. */
      readonly dtls?: DtlsReading;
    }
  | { readonly kind: 'unusable'; readonly objection: Objection };

/** What we would have of a stream. */
export interface StreamTerms {
  readonly codecs: readonly WireCodec[];
  /** What we want at most; `sendrecv` when not given. */
  readonly direction?: Direction;
  /** The address that we send from. */
  readonly address: string;
  readonly encryption: EncryptionTerms;
  /** Whether RTCP may come and go through the port of RTP (RFC 5761), when the other side says so. */
  readonly rtcpMux: boolean;
}

/**
 * Reads one `m=` section of the other side. AVPF (RFC 4585) is taken like AVP: feedback is only ever sent for what an answer's `a=rtcp-fb` lines
 * agree to, and ours have none, so its packets are those of AVP. Nor is an encrypted profile ever taken for one in clear.
 */
export function readStream(session: SessionDescription, media: MediaDescription, own: StreamTerms): StreamReading {
  const connection = media.connection ?? session.connection;
  const formats = knownFormats(media);
  const encryption = readEncryption(session, media, own.encryption);
  // With ICE the address in a description is a guess that nobody believes: packets go where checks come from.
  const byIce = encryption.kind === 'dtls';
  const objection =
    streamObjection(media) ??
    (encryption.kind === 'refused' ? encryption.objection : undefined) ??
    formatObjection(formats, own.codecs) ??
    (byIce ? undefined : addressProblem(connection, own.address)) ??
    packetObjection(media);
  const voice = formats.find(format => format.kind === 'voice' && own.codecs.includes(format.codec));
  if (objection || !connection || voice?.kind !== 'voice')
    return { kind: 'unusable', objection: objection ?? { code: 399, text: 'Miscellaneous warning' } };
  const remote = { address: connection.address, port: media.port };
  const rtcpMux = (own.rtcpMux || byIce) && attributeOf(media.attributes, 'rtcp-mux') !== undefined;
  const remoteRtcp = rtcpMux ? remote : rtcpAddress(media, remote, own.address);
  if (!remoteRtcp)
    return { kind: 'unusable', objection: { code: 306, text: 'Attribute not understood: a=rtcp with a usable port' } };
  const theirs = directionOf(session.attributes, media.attributes);
  const direction = both(
    !byIce && isHoldAddress(connection) ? withoutReceiving(theirs) : theirs,
    own.direction ?? 'sendrecv',
  );
  return {
    kind: 'usable',
    settings: {
      remote,
      remoteRtcp,
      ...(rtcpMux ? { rtcpMux } : {}),
      ...voiceSettings(voice, formats),
      direction,
    },
    ...(encryption.kind === 'sdes' ? { crypto: encryption.line } : {}),
    ...(byIce ? { dtls: encryption } : {}),
  };
}

function streamObjection(media: MediaDescription): Objection | undefined {
  if (media.media !== 'audio') return { code: 304, text: 'Media type not available: audio only' };
  if (media.port === 0) return { code: 304, text: 'Media type not available: the audio stream is switched off' };
  return undefined;
}

type VoiceSettings = Pick<
  SessionSettings,
  'codec' | 'opus' | 'payloadType' | 'telephoneEvent' | 'eventRate' | 'comfortNoise'
>;

/** RFC 4733 section 2.1: events have the clock of the voice beside them. Those of 8 kHz are taken beside Opus too, which is often all there is. */
function voiceSettings(voice: KnownFormat & { kind: 'voice' }, formats: readonly KnownFormat[]): VoiceSettings {
  const { codec, payloadType, fmtp } = voice;
  const events = formats.filter(format => format.kind === 'events');
  const narrow = events.find(({ rate }) => rate !== OPUS_CLOCK);
  const event = codec === 'opus' ? (events.find(({ rate }) => rate === OPUS_CLOCK) ?? narrow) : narrow;
  const noise = formats.find(format => format.kind === 'noise' && format.payloadType !== COMFORT_NOISE);
  return {
    ...(codec === 'opus' ? { codec: 'G722', opus: opusWishes(fmtp) } : { codec }),
    payloadType,
    ...(event && { telephoneEvent: event.payloadType }),
    ...(event?.rate === OPUS_CLOCK && { eventRate: OPUS_CLOCK }),
    ...(noise && { comfortNoise: noise.payloadType }),
  };
}

function formatObjection(formats: readonly KnownFormat[], codecs: readonly WireCodec[]): Objection | undefined {
  if (formats.some(format => format.kind === 'voice' && codecs.includes(format.codec))) return undefined;
  return { code: 305, text: `Incompatible media format: ${codecs.join(', ')} only` };
}

/** `a=ptime` is a wish (RFC 8866 6.4) and needs no heed: packets of any length are taken, and ours are 20 ms. `a=maxptime` is a limit. */
function packetObjection(media: MediaDescription): Objection | undefined {
  const longest = maxPacketMillis(media);
  if (longest === undefined || longest >= PACKET_MILLIS || longest === 0) return undefined;
  return { code: 306, text: `Attribute not understood: maxptime below ${PACKET_MILLIS}` };
}

/** RFC 3605: `a=rtcp:53020` or `a=rtcp:53020 IN IP4 192.0.2.1`; otherwise the port after that of RTP (RFC 3550 11). */
function rtcpAddress(
  media: MediaDescription,
  remote: SessionSettings['remote'],
  own: string,
): SessionSettings['remote'] | undefined {
  const value = attributeOf(media.attributes, 'rtcp');
  if (value === undefined) return remote.port < 65535 ? { ...remote, port: remote.port + 1 } : undefined;
  const [portText, ...rest] = value.split(' ').filter(word => word !== '');
  const port = portText === undefined ? undefined : decimal(portText, 65535);
  if (!port) return undefined;
  if (rest.length === 0) return { ...remote, port };
  const connection = rtcpConnection(rest);
  return connection && !addressProblem(connection, own) ? { address: connection.address, port } : undefined;
}

function rtcpConnection(parts: readonly string[]) {
  try {
    return connectionOf(parts, 0);
  } catch (error) {
    if (error instanceof SdpError) return undefined;
    throw error;
  }
}

const DIRECTIONS: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] satisfies Direction[];

/** The direction as the other side means it: at the medium, else at the session, else both ways (RFC 8866 6.7). */
export function directionOf(session: readonly Attribute[], media: readonly Attribute[]): Direction {
  const found =
    media.find(({ name }) => DIRECTIONS.includes(name)) ?? session.find(({ name }) => DIRECTIONS.includes(name));
  return found && isDirection(found.name) ? found.name : 'sendrecv';
}

function isDirection(name: string): name is Direction {
  return DIRECTIONS.includes(name);
}

/** Their direction when they do not want to hear anything. */
function withoutReceiving(theirs: Direction): Direction {
  return theirs === 'sendrecv' || theirs === 'sendonly' ? 'sendonly' : 'inactive';
}

/** Our direction: what they take we may send, what they send we may take (RFC 3264 6.1), within what we want. */
function both(theirs: Direction, ours: Direction): Direction {
  const sends = (theirs === 'sendrecv' || theirs === 'recvonly') && (ours === 'sendrecv' || ours === 'sendonly');
  const receives = (theirs === 'sendrecv' || theirs === 'sendonly') && (ours === 'sendrecv' || ours === 'recvonly');
  if (sends) return receives ? 'sendrecv' : 'sendonly';
  return receives ? 'recvonly' : 'inactive';
}
