import { type ContactValue, readContactList, readExpires } from '../../message/contact-list.ts';
import { lists, SipParseError } from '../../message/index.ts';
import type { SipRequest } from '../../message/message.ts';
import { parsePath } from '../../message/path.ts';
import type { Peer } from '../../transport/peer.ts';
import type { Answer } from '../service.ts';

/** What a REGISTER may ask for. */
export interface RegistrarLimits {
  /** Contacts of one address-of-record; beyond that 403. */
  readonly contacts: number;
  /** Seconds: what is less gets 423, what is more is cut, what is not said gets the default. */
  readonly minExpires: number;
  readonly maxExpires: number;
  readonly defaultExpires: number;
  /** Characters of one Contact or Path value, and values of Path. */
  readonly valueLength: number;
  readonly paths: number;
}

/** A Contact and how long it is to hold, seconds; 0 removes it. */
export interface WantedContact extends ContactValue {
  readonly seconds: number;
}

/** What a REGISTER asks for, read and checked as far as that can be done without looking at what is there. */
export interface Registration {
  readonly callId: string;
  readonly cseq: number;
  readonly source: Peer;
  /** '*' removes all; none only asks. */
  readonly contacts: readonly WantedContact[] | '*';
  readonly path: readonly string[];
  /** Whether Contacts with reg-id are flows (RFC 5626 section 6). */
  readonly isOutbound: boolean;
  readonly wantsGruu: boolean;
  readonly takesPath: boolean;
}

/** Reads a REGISTER (RFC 3261 section 10.3 steps 6 and 7, RFC 3327 section 5.3, RFC 5626 section 6). Throws `SipParseError`. */
export function readRegistration(
  request: SipRequest,
  source: Peer,
  limits: RegistrarLimits,
): Registration | { readonly refusal: Answer } {
  const { callId, cseq } = request;
  const path = readPath(request, limits);
  const contacts = readContacts(request, limits);
  if (contacts !== '*' && 'refusal' in contacts) return contacts;
  const flows = contacts === '*' ? [] : contacts.filter(({ instance, regId }) => instance !== undefined && regId);
  const isOutbound = flows.length > 0 && lists(request, 'supported', 'outbound');
  if (isOutbound) {
    if (flows.length > 1) throw new SipParseError('Contact', 'only one may have reg-id');
    if (!isNearOutbound(request, path)) return { refusal: { status: 439 } };
  }
  const common = { callId, cseq: cseq.number, source, isOutbound };
  const wantsGruu = lists(request, 'supported', 'gruu');
  return { ...common, contacts, path: path.texts, wantsGruu, takesPath: lists(request, 'supported', 'path') };
}

interface Path {
  readonly texts: readonly string[];
  /** Whether the proxy next to the user agent keeps its flow. */
  readonly firstHopKeepsFlow: boolean;
}

function readPath(request: SipRequest, limits: RegistrarLimits): Path {
  const texts = request.values('path');
  if (texts.length === 0) return NO_PATH;
  if (texts.length > limits.paths) throw new SipParseError('Path', `more than ${limits.paths} values`, { status: 513 });
  const addresses = parsePath(request);
  for (const text of texts) checkLength(text, 'Path', limits);
  const nearest = addresses[addresses.length - 1].uri;
  const firstHopKeepsFlow = (nearest.scheme === 'sip' || nearest.scheme === 'sips') && nearest.parameters.has('ob');
  return { texts, firstHopKeepsFlow };
}

const NO_PATH: Path = { texts: [], firstHopKeepsFlow: false };

/** RFC 5626 section 6: the user agent itself is next to us, or the proxy that is next to it says that it keeps flows. */
function isNearOutbound(request: SipRequest, { firstHopKeepsFlow }: Path): boolean {
  return request.vias.length === 1 || firstHopKeepsFlow;
}

function readContacts(
  request: SipRequest,
  limits: RegistrarLimits,
): readonly WantedContact[] | '*' | { readonly refusal: Answer } {
  const contacts = readContactList(request);
  const header = request.header('expires');
  const otherwise = header === undefined ? undefined : readExpires(header);
  if (contacts === '*') {
    if (otherwise !== 0) throw new SipParseError('Contact', '"*" needs Expires: 0');
    return contacts;
  }
  const wanted: WantedContact[] = [];
  for (const contact of contacts) {
    checkLength(contact.text + contact.parametersText, 'Contact', limits);
    const { uri } = contact.address;
    // RFC 3261 section 10.2.1 lets other schemes be registered; nothing here could send to them.
    if (uri.scheme !== 'sip' && uri.scheme !== 'sips') throw new SipParseError('Contact', 'only SIP URIs are kept');
    const asked = contact.expires ?? otherwise ?? limits.defaultExpires;
    if (asked > 0 && asked < limits.minExpires && asked < ONE_HOUR)
      return { refusal: { status: 423, headers: [['Min-Expires', String(limits.minExpires)]] } };
    wanted.push({ ...contact, seconds: Math.min(asked, limits.maxExpires) });
  }
  return wanted;
}

/** RFC 3261 section 10.3 step 7: nobody may be told that less than an hour is too brief, if an hour is what he asked for. */
const ONE_HOUR = 3600;

function checkLength(text: string, where: string, { valueLength }: RegistrarLimits): void {
  if (text.length > valueLength)
    throw new SipParseError(where, `a value is longer than ${valueLength} characters`, { status: 513 });
}
