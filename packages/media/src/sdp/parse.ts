import { isIPv6 } from 'node:net';
import type {
  Attribute,
  Connection,
  ExtraLine,
  ExtraType,
  MediaDescription,
  Origin,
  SessionDescription,
} from './description.ts';
import { decimal, isDigits, type Meter, type SdpLine, sdpLines, words } from './lines.ts';
import { SdpError } from './sdp-error.ts';

/** Most `m=` sections, attributes of one section, formats of one `m=` line, and other lines of one section that are read. */
export const SDP_LIMITS = { media: 32, attributes: 128, formats: 256, extras: 64 } as const;

const EXTRA_TYPES = 'iuepbtrzk';

interface Section {
  connection?: Connection;
  readonly extras: ExtraLine[];
  readonly attributes: Attribute[];
}

/**
 * Reads a session description (RFC 8866) of at most 16 KiB. Tolerant where telephones are: LF alone, empty lines, lines out of order inside
 * a section, no `s=` and no `t=`. A line with an unknown letter is passed over (RFC 8866 5 would have the whole thrown away; no telephony server does).
 * @throws SdpError (`SDP_MALFORMED`) with the number of the line, for anything else.
 */
export function parseSdp(input: string | Uint8Array, meter: Meter = { steps: 0 }): SessionDescription {
  const lines = sdpLines(input, meter);
  if (lines[0]?.type !== 'v') throw new SdpError(lines[0]?.number ?? 0, 'a description begins with v=0');
  if (lines[0].value.trim() !== '0') throw new SdpError(lines[0].number, 'only version 0 is known');
  const session: Section = { extras: [], attributes: [] };
  const media: (Section & Pick<MediaDescription, 'media' | 'port' | 'portCount' | 'protocol' | 'formats'>)[] = [];
  let origin: Origin | undefined;
  let name: string | undefined;
  let section = session;
  for (const line of lines.slice(1)) {
    if (line.type === 'm') {
      if (media.length === SDP_LIMITS.media) throw new SdpError(line.number, `at most ${SDP_LIMITS.media} m= lines`);
      const next = { ...mediaLine(line, meter), extras: [], attributes: [] };
      media.push(next);
      section = next;
    } else if (line.type === 'o' && section === session) {
      origin = once(origin, originLine(line, meter), line);
    } else if (line.type === 's' && section === session) {
      name = once(name, line.value, line);
    } else sectionLine(section, line, meter);
  }
  if (!origin) throw new SdpError(0, 'no o= line');
  return { origin, name: name ?? '-', ...session, media };
}

/** The lines that may stand at the level of the session and of a medium. */
function sectionLine(section: Section, line: SdpLine, meter: Meter): void {
  if (line.type === 'v' || line.type === 'o' || line.type === 's')
    throw new SdpError(line.number, `${line.type}= is not allowed here`);
  // RFC 8866 5.7 allows several c= lines for one medium (layered multicast); the first is the one to talk to.
  if (line.type === 'c') section.connection ??= connectionOf(words(line, meter), line.number);
  else if (line.type === 'a') {
    meter.steps += line.value.length;
    if (section.attributes.length === SDP_LIMITS.attributes)
      throw new SdpError(line.number, `at most ${SDP_LIMITS.attributes} a= lines in one section`);
    section.attributes.push(attributeOfLine(line));
  } else if (isExtra(line.type)) {
    if (section.extras.length === SDP_LIMITS.extras)
      throw new SdpError(line.number, `at most ${SDP_LIMITS.extras} ${line.type}= and similar lines in one section`);
    section.extras.push({ type: line.type, value: line.value });
  }
}

function isExtra(type: string): type is ExtraType {
  return EXTRA_TYPES.includes(type);
}

function once<T>(before: T | undefined, now: T, line: SdpLine): T {
  if (before !== undefined) throw new SdpError(line.number, `${line.type}= may stand once`);
  return now;
}

function originLine(line: SdpLine, meter: Meter): Origin {
  const [userName, sessionId, version, ...rest] = words(line, meter);
  if (rest.length !== 3)
    throw new SdpError(line.number, 'o= has six words: user, id, version, IN, IP4 or IP6, address');
  if (!isDigits(sessionId) || !isDigits(version))
    throw new SdpError(line.number, 'the session id and the version in o= are numbers');
  return { userName, sessionId, version, connection: connectionOf(rest, line.number) };
}

/** `IN IP4 192.0.2.1`, `IN IP6 ::1`, `IN IP4 224.2.1.1/127`. */
export function connectionOf(parts: readonly string[], number: number): Connection {
  const [network, type, target] = parts;
  const family = type?.toUpperCase();
  if (parts.length !== 3 || network.toUpperCase() !== 'IN' || (family !== 'IP4' && family !== 'IP6'))
    throw new SdpError(number, 'an address is written "IN IP4 <address>" or "IN IP6 <address>"');
  const slash = target.indexOf('/');
  const address = bare(slash < 0 ? target : target.slice(0, slash), family);
  const suffix = slash < 0 ? undefined : target.slice(slash + 1);
  if (!isHost(address, family)) throw new SdpError(number, 'the address is not an IPv4 or IPv6 address or a host name');
  if (suffix !== undefined && !suffix.split('/').every(part => decimal(part, 65535) !== undefined))
    throw new SdpError(number, 'after the slash of an address come numbers');
  return suffix === undefined ? { family, address } : { family, address, suffix };
}

/** Without the brackets that belong around an IPv6 address in a URI, and that SIPp writes in `o=` as well. */
function bare(address: string, family: 'IP4' | 'IP6'): string {
  return family === 'IP6' && address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address;
}

/** Only what may be in a host name or an address; what it means is decided when it is used. */
function isHost(text: string, family: 'IP4' | 'IP6'): boolean {
  if (text.length === 0 || text.length > 255) return false;
  return (family === 'IP6' && isIPv6(text)) || /^[A-Za-z0-9._-]+$/.test(text);
}

function mediaLine(line: SdpLine, meter: Meter) {
  const [media, portText, protocol, ...formats] = words(line, meter);
  if (formats.length === 0) throw new SdpError(line.number, 'm= has a medium, a port, a protocol and formats');
  if (formats.length > SDP_LIMITS.formats)
    throw new SdpError(line.number, `at most ${SDP_LIMITS.formats} formats on an m= line`);
  const slash = portText.indexOf('/');
  const port = decimal(slash < 0 ? portText : portText.slice(0, slash), 65535);
  const portCount = slash < 0 ? undefined : decimal(portText.slice(slash + 1), 65535);
  if (port === undefined || (slash >= 0 && portCount === undefined))
    throw new SdpError(line.number, 'a port is a number from 0 to 65535');
  return { media, port, ...(portCount === undefined ? {} : { portCount }), protocol, formats };
}

/** Without the blanks that some telephones leave at the end, and that would make another word of `a=inactive `. */
function attributeOfLine(line: SdpLine): Attribute {
  const text = line.value.trimEnd();
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  if (name === '') throw new SdpError(line.number, 'an attribute has a name');
  return colon < 0 ? { name } : { name, value: text.slice(colon + 1) };
}
