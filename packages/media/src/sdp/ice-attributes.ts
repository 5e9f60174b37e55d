import { isIP } from 'node:net';
import { type Attribute, attributeOf, type MediaDescription, type SessionDescription } from './description.ts';
import { decimal } from './lines.ts';

/** Most candidates of one section that are read. A browser has about ten. */
const MOST_CANDIDATES = 32;

/** An address where the other side may be reached (RFC 8839 section 5.1). Names (`….local`) are left out: nothing is looked up. */
export interface IceCandidate {
  readonly foundation: string;
  /** 1 is RTP, 2 is RTCP. */
  readonly component: number;
  readonly transport: 'udp';
  readonly priority: number;
  readonly address: string;
  readonly port: number;
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay';
}

/** What one section of a description says of ICE (RFC 8839). Holds a password: never to be logged. */
export interface IceDescription {
  /** 4 to 256 characters. */
  readonly userFragment: string;
  /** 22 to 256 characters. */
  readonly password: string;
  readonly lite: boolean;
  readonly candidates: readonly IceCandidate[];
}

/** Reads the ICE attributes of a section; user fragment and password may stand at the session (section 5.4). Undefined when there are none that can be used. */
export function readIce(session: SessionDescription, media: MediaDescription): IceDescription | undefined {
  const either = (name: string) => attributeOf(media.attributes, name) ?? attributeOf(session.attributes, name);
  const userFragment = either('ice-ufrag') ?? '';
  const password = either('ice-pwd') ?? '';
  if (!isIceText(userFragment, 4) || !isIceText(password, 22)) return undefined;
  const lite = attributeOf(session.attributes, 'ice-lite') !== undefined;
  return { userFragment, password, lite, candidates: readCandidates(media.attributes) };
}

function isIceText(text: string, atLeast: number): boolean {
  return text.length >= atLeast && text.length <= 256 && /^[A-Za-z0-9+/]+$/.test(text);
}

function readCandidates(attributes: readonly Attribute[]): IceCandidate[] {
  const candidates: IceCandidate[] = [];
  for (const { name, value } of attributes) {
    if (candidates.length === MOST_CANDIDATES) break;
    const candidate = name === 'candidate' ? readCandidate(value ?? '') : undefined;
    if (candidate) candidates.push(candidate);
  }
  return candidates;
}

/** `1 1 UDP 2130706431 203.0.113.141 8998 typ host …`; what follows is not needed by who only answers checks. */
function readCandidate(value: string): IceCandidate | undefined {
  const [foundation, componentText, protocol, priorityText, address, portText, typ, type] = value.trim().split(/ +/, 8);
  if (typ !== 'typ' || protocol.toLowerCase() !== 'udp' || !isType(type)) return undefined;
  const component = decimal(componentText, 256);
  const priority = decimal(priorityText, 2 ** 31 - 1);
  const port = decimal(portText, 65535);
  if (!component || priority === undefined || !port || isIP(address) === 0 || !isIceText(foundation, 1))
    return undefined;
  return { foundation, component, transport: 'udp', priority, address, port, type };
}

function isType(text: string | undefined): text is IceCandidate['type'] {
  return text === 'host' || text === 'srflx' || text === 'prflx' || text === 'relay';
}
