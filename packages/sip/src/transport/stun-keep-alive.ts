import { isIP } from 'node:net';
import { withoutZone } from './canonical-address.ts';

const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;
const MAGIC_COOKIE = 0x2112a442;
/** Attributes from here on may be left unread by who does not know them (RFC 8489 section 14). */
const OPTIONAL = 0x8000;
const HEADER = 20;
const ATTRIBUTE_HEADER = 4;
/** Where the cookie, and with it what addresses are masked by, stands in a header. */
const MASK_AT = 4;

/** Whether a datagram can only be STUN: no SIP message begins with these octets. */
export const isBindingRequest = (bytes: Buffer): boolean =>
  bytes.length >= HEADER && bytes.readUInt16BE(0) === BINDING_REQUEST && bytes.readUInt32BE(MASK_AT) === MAGIC_COOKIE;

/**
 * The answer to a keep-alive of a phone over UDP, which tells him from where it came (RFC 5626 sections 4.4.2 and 8, RFC 8489). Undefined
 * for what is broken, and for what asks for more than that: ICE and whoever wants to be authenticated are not meant for a SIP port.
 * With its UDP and IP headers it is at most 1.4 times as long as the request.
 * @param request for which `isBindingRequest` holds.
 */
export function bindingSuccess(request: Buffer, address: string, port: number): Buffer | undefined {
  if (!asksForNothingElse(request)) return undefined;
  const octets = octetsOf(withoutZone(address));
  const answer = Buffer.alloc(HEADER + 2 * ATTRIBUTE_HEADER + octets.length);
  // Cookie and transaction are those of the request.
  request.copy(answer, MASK_AT, MASK_AT, HEADER);
  answer.writeUInt16BE(BINDING_SUCCESS, 0);
  answer.writeUInt16BE(answer.length - HEADER, 2);
  answer.writeUInt16BE(XOR_MAPPED_ADDRESS, HEADER);
  answer.writeUInt16BE(ATTRIBUTE_HEADER + octets.length, HEADER + 2);
  answer.writeUInt16BE(octets.length === 4 ? 1 : 2, HEADER + 4);
  answer.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), HEADER + 6);
  for (const [at, octet] of octets.entries()) answer[HEADER + 8 + at] = octet ^ answer[MASK_AT + at];
  return answer;
}

function asksForNothingElse(request: Buffer): boolean {
  if (request.readUInt16BE(2) !== request.length - HEADER) return false;
  let at = HEADER;
  while (at + ATTRIBUTE_HEADER <= request.length) {
    if (request.readUInt16BE(at) < OPTIONAL) return false;
    // Values are filled up to whole words.
    at += ATTRIBUTE_HEADER + Math.ceil(request.readUInt16BE(at + 2) / 4) * 4;
  }
  return at === request.length;
}

/** The 4 or 16 octets of a numeric address, as the system writes it. */
function octetsOf(address: string): readonly number[] {
  if (isIP(address) === 4) return address.split('.').map(Number);
  const [head, tail] = address.split('::').map(half => (half === '' ? [] : half.split(':')));
  const zeros = tail ? Array<string>(8 - head.length - tail.length).fill('0') : [];
  return [...head, ...zeros, ...(tail ?? [])].flatMap(group => {
    const word = Number.parseInt(group, 16);
    return [word >> 8, word & 0xff];
  });
}
