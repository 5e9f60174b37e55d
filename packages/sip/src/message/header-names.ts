import { Bug } from '@parley/base';

/** What is known of a header field beside its name: the compact form, and whether it is a list split at commas. */
interface KnownHeader {
  readonly name: string;
  readonly compact?: string;
  readonly list?: boolean;
}

const list = true;

/** Names from RFC 3261 section 20 and the registry; an identifier is an index into this table, 0 is "unknown". */
const KNOWN: readonly KnownHeader[] = [
  { name: '' },
  { name: 'Via', compact: 'v', list },
  { name: 'From', compact: 'f' },
  { name: 'To', compact: 't' },
  { name: 'Call-ID', compact: 'i' },
  { name: 'CSeq' },
  { name: 'Contact', compact: 'm', list },
  { name: 'Content-Length', compact: 'l' },
  { name: 'Content-Type', compact: 'c' },
  { name: 'Max-Breadth' },
  { name: 'Max-Forwards' },
  { name: 'Route', list },
  { name: 'Record-Route', list },
  { name: 'Accept', list },
  { name: 'Accept-Contact', compact: 'a', list },
  { name: 'Accept-Encoding', list },
  { name: 'Accept-Language', list },
  { name: 'Alert-Info', list },
  { name: 'Allow', list },
  { name: 'Allow-Events', compact: 'u', list },
  { name: 'Authentication-Info' },
  { name: 'Authorization' },
  { name: 'Call-Info', list },
  { name: 'Content-Disposition' },
  { name: 'Content-Encoding', compact: 'e', list },
  { name: 'Content-Language', list },
  { name: 'Date' },
  { name: 'Diversion', list },
  { name: 'Error-Info', list },
  { name: 'Event', compact: 'o' },
  { name: 'Expires' },
  { name: 'Flow-Timer' },
  { name: 'History-Info', list },
  { name: 'Identity', compact: 'y' },
  { name: 'In-Reply-To', list },
  { name: 'Info-Package' },
  { name: 'MIME-Version' },
  { name: 'Min-Expires' },
  { name: 'Min-SE' },
  { name: 'Organization' },
  { name: 'P-Asserted-Identity', list },
  { name: 'P-Preferred-Identity', list },
  { name: 'Path', list },
  { name: 'Priority' },
  { name: 'Privacy' },
  { name: 'Proxy-Authenticate' },
  { name: 'Proxy-Authorization' },
  { name: 'Proxy-Require', list },
  { name: 'RAck' },
  { name: 'RSeq' },
  { name: 'Reason', list },
  { name: 'Recv-Info', list },
  { name: 'Refer-To', compact: 'r' },
  { name: 'Referred-By', compact: 'b' },
  { name: 'Reject-Contact', compact: 'j', list },
  { name: 'Remote-Party-ID', list },
  { name: 'Replaces' },
  { name: 'Reply-To' },
  { name: 'Request-Disposition', compact: 'd', list },
  { name: 'Require', list },
  { name: 'Retry-After' },
  { name: 'Server' },
  { name: 'Service-Route', list },
  { name: 'Session-Expires', compact: 'x' },
  { name: 'Subject', compact: 's' },
  { name: 'Subscription-State' },
  { name: 'Supported', compact: 'k', list },
  { name: 'Timestamp' },
  { name: 'Unsupported', list },
  { name: 'User-Agent' },
  { name: 'WWW-Authenticate' },
  { name: 'Warning', list },
];

const IDS: ReadonlyMap<string, number> = new Map(
  KNOWN.flatMap(({ name, compact }, id): [string, number][] =>
    compact === undefined
      ? [[name.toLowerCase(), id]]
      : [
          [name.toLowerCase(), id],
          [compact, id],
        ],
  ).filter(([name]) => name !== ''),
);

/**
 * Each name has a slot by its length and its first, middle and last letter, no two names the same: the factors were searched for
 * that. A name that is added and meets another one ends the start with `Bug`; other factors have to be searched for then.
 */
const SLOTS = 512;
const ID_BITS = 7;
/** Those bits of what `likelyNameAt` gives are the identifier of the name. */
export const ID_MASK = (1 << ID_BITS) - 1;
const MIDDLE = 24;
const LAST = 43;

function slotOf(octets: Uint8Array, start: number, end: number): number {
  const middle = octets[start + ((end - start) >> 1)];
  // "& 31" of a letter is the same in either case.
  const sum = (octets[start] & 31) + (middle & 31) * MIDDLE + (octets[end - 1] & 31) * LAST + end - start;
  return 1 + (sum & (SLOTS - 1));
}

/** All names behind each other, and for each slot where its name lies and what it identifies. */
interface NameTable {
  readonly octets: Uint8Array;
  readonly starts: Uint16Array;
  /** 0 for a slot without a name: slot 0 is always one of them. */
  readonly lengths: Uint8Array;
  readonly ids: Uint8Array;
}

function nameTable(): NameTable {
  const octets = Buffer.from([...IDS.keys()].join(''), 'latin1');
  const table = {
    octets,
    starts: new Uint16Array(SLOTS + 1),
    lengths: new Uint8Array(SLOTS + 1),
    ids: new Uint8Array(SLOTS + 1),
  };
  let start = 0;
  for (const [name, id] of IDS) {
    const end = start + name.length;
    const slot = slotOf(octets, start, end);
    if (id > ID_MASK) throw new Bug(`${name} has no room for its identifier`);
    if (table.ids[slot] !== 0) throw new Bug(`${name} and ${headerName(table.ids[slot])} have one slot`);
    table.starts[slot] = start;
    table.lengths[slot] = name.length;
    table.ids[slot] = id;
    start = end;
  }
  return table;
}

const NAMES = nameTable();

/**
 * The only name that these octets can be, by their length and three of them, without looking at the others; 0 when they can be none.
 * `headerIdAt` looks at them all. The octets must be token characters.
 */
export function likelyNameAt(bytes: Uint8Array, start: number, end: number): number {
  const slot = slotOf(bytes, start, end);
  return NAMES.lengths[slot] === end - start ? (slot << ID_BITS) | NAMES.ids[slot] : 0;
}

/** Whether the octets whose likely name this is are that name indeed. */
function isNameAt(likely: number, bytes: Uint8Array, start: number): boolean {
  const { octets, starts, lengths } = NAMES;
  const slot = likely >> ID_BITS;
  const from = starts[slot];
  const length = lengths[slot];
  // "| 0x20" makes letters lower case and leaves "-" alone; no other token character becomes one of those.
  for (let at = 0; at < length; at++) if ((bytes[start + at] | 0x20) !== octets[from + at]) return false;
  return true;
}

/** Identifier of the header name in octets whose likely name is known; 0 when unknown. */
export function headerIdAt(likely: number, bytes: Uint8Array, start: number): number {
  return isNameAt(likely, bytes, start) ? likely & ID_MASK : 0;
}

/** Identifier of a header name in any case, long or compact; 0 when unknown. */
export function headerId(name: string): number {
  return IDS.get(name) ?? IDS.get(name.toLowerCase()) ?? 0;
}

/** The long name as RFCs spell it. */
export function headerName(id: number): string {
  return KNOWN[id].name;
}

/** The compact form of a name where it has one (RFC 3261 section 7.3.3), else the long one. */
export function shortestName(id: number): string {
  return KNOWN[id].compact ?? KNOWN[id].name;
}

/** Whether several values may stand in one field, separated by commas (RFC 3261 section 7.3.1). */
export function isListHeader(id: number): boolean {
  return KNOWN[id].list === true;
}

export const VIA = headerId('via');
export const FROM = headerId('from');
export const TO = headerId('to');
export const CALL_ID = headerId('call-id');
export const CSEQ = headerId('cseq');
export const CONTACT = headerId('contact');
export const CONTENT_LENGTH = headerId('content-length');
export const CONTENT_TYPE = headerId('content-type');
export const MAX_FORWARDS = headerId('max-forwards');
export const ROUTE = headerId('route');
export const RECORD_ROUTE = headerId('record-route');
export const TIMESTAMP = headerId('timestamp');
