import { addressProblem, isHoldAddress } from './address.ts';
import { type Attribute, attributeOf, type MediaDescription, type SessionDescription } from './description.ts';
import { type KnownFormat, knownFormats, maxPacketMillis } from './formats.ts';
import { decimal } from './lines.ts';
import { connectionOf } from './parse.ts';
import { SdpError } from './sdp-error.ts';
import type { CodecName, Direction, SessionSettings } from './settings.ts';

/** How long a packet of ours is, milliseconds. */
export const PACKET_MILLIS = 20;

/** A warn-code of RFC 3261 20.43 and its text. */
export interface Objection {
  readonly code: number;
  readonly text: string;
}

/** What the other side's `m=` section comes to: settings to talk to it, or why not. */
export type StreamReading =
  | { readonly kind: 'usable'; readonly settings: SessionSettings }
  | { readonly kind: 'unusable'; readonly objection: Objection };

/**
 * Reads one `m=` section of the other side. AVPF (RFC 4585) is taken like AVP: feedback is only ever sent for what an answer's `a=rtcp-fb` lines
 * agree to, and ours have none, so its packets are those of AVP. Encrypted profiles are not, silently talking in clear would be a lie.
 * `ours` is the direction we would have at most.
 */
export function readStream(
  session: SessionDescription,
  media: MediaDescription,
  own: { readonly codecs: readonly CodecName[]; readonly direction?: Direction },
): StreamReading {
  const connection = media.connection ?? session.connection;
  const formats = knownFormats(media);
  const objection =
    streamObjection(media) ??
    formatObjection(formats, own.codecs) ??
    addressProblem(connection) ??
    packetObjection(media);
  const voice = formats.find(format => format.kind === 'voice' && own.codecs.includes(format.codec));
  if (objection || !connection || voice?.kind !== 'voice')
    return { kind: 'unusable', objection: objection ?? { code: 399, text: 'Miscellaneous warning' } };
  const remote = { address: connection.address, port: media.port };
  const remoteRtcp = rtcpAddress(media, remote);
  if (!remoteRtcp)
    return { kind: 'unusable', objection: { code: 306, text: 'Attribute not understood: a=rtcp with a usable port' } };
  const telephoneEvent = formats.find(format => format.kind === 'events')?.payloadType;
  const theirs = directionOf(session.attributes, media.attributes);
  const direction = both(isHoldAddress(connection) ? withoutReceiving(theirs) : theirs, own.direction ?? 'sendrecv');
  const { codec, payloadType } = voice;
  return {
    kind: 'usable',
    settings: {
      remote,
      remoteRtcp,
      codec,
      payloadType,
      ...(telephoneEvent === undefined ? {} : { telephoneEvent }),
      direction,
    },
  };
}

function streamObjection(media: MediaDescription): Objection | undefined {
  if (media.media !== 'audio') return { code: 304, text: 'Media type not available: audio only' };
  if (media.port === 0) return { code: 304, text: 'Media type not available: the audio stream is switched off' };
  if (!isRtp(media.protocol)) return { code: 302, text: 'Incompatible transport protocol: RTP/AVP and RTP/AVPF only' };
  return undefined;
}

function isRtp(protocol: string): boolean {
  const upper = protocol.toUpperCase();
  return upper === 'RTP/AVP' || upper === 'RTP/AVPF';
}

function formatObjection(formats: readonly KnownFormat[], codecs: readonly CodecName[]): Objection | undefined {
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
): SessionSettings['remote'] | undefined {
  const value = attributeOf(media.attributes, 'rtcp');
  if (value === undefined) return remote.port < 65535 ? { ...remote, port: remote.port + 1 } : undefined;
  const [portText, ...rest] = value.split(' ').filter(word => word !== '');
  const port = portText === undefined ? undefined : decimal(portText, 65535);
  if (!port) return undefined;
  if (rest.length === 0) return { ...remote, port };
  const connection = rtcpConnection(rest);
  return connection && !addressProblem(connection) ? { address: connection.address, port } : undefined;
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
