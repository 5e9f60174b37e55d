/** A set of IP addresses: the first `bits` bits of `bytes`. IPv4 is kept as the IPv4-mapped part of IPv6 (RFC 4291 2.5.5.2). */
export interface Network {
  /** 16 bytes. */
  readonly bytes: Uint8Array;
  /** 0 to 128. */
  readonly bits: number;
}

const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const LONGEST_ADDRESS = 64;

/** Reads an IPv4 address of four decimal parts; leading zeros are refused, since some read them as octal (RFC 6943 3.1.1). */
function parseIPv4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes: number[] = [];
  for (const part of parts) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes.push(Number(part));
  }
  return bytes;
}

/** The 16-bit groups of one side of "::", an IPv4 tail counting as two; undefined when something is wrong. */
function groupsOf(side: string): number[] | undefined {
  if (side === '') return [];
  const groups: number[] = [];
  const parts = side.split(':');
  for (const [index, part] of parts.entries()) {
    const tail = index === parts.length - 1 && part.includes('.') ? parseIPv4(part) : undefined;
    if (tail) groups.push(tail[0] * 256 + tail[1], tail[2] * 256 + tail[3]);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function parseIPv6(text: string): number[] | undefined {
  const sides = text.split('::');
  if (sides.length > 2) return undefined;
  const head = groupsOf(sides[0]);
  const tail = sides.length === 2 ? groupsOf(sides[1]) : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (sides.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail].flatMap(group => [group >> 8, group & 255]);
}

/** The 16 bytes of an address, IPv4 as IPv4-mapped IPv6; undefined when it is none. Brackets and a zone (%eth0) are taken off. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (text.length > LONGEST_ADDRESS) return undefined;
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (!bare.includes(':')) {
    const v4 = parseIPv4(bare);
    return v4 && Uint8Array.from([...MAPPED_PREFIX, ...v4]);
  }
  const v6 = parseIPv6(bare.split('%', 1)[0]);
  return v6 && Uint8Array.from(v6);
}

/** Reads "192.0.2.10", "127.0.0.0/8", "::1" or "2001:db8::/32"; undefined when it is none of these. Bits behind the prefix are cleared. */
export function parseNetwork(text: string): Network | undefined {
  const [address, prefix, ...rest] = text.split('/');
  const bytes = parseAddress(address);
  if (!bytes || rest.length > 0) return undefined;
  const width = address.includes(':') ? 128 : 32;
  if (prefix !== undefined && (!/^[0-9]{1,3}$/.test(prefix) || Number(prefix) > width)) return undefined;
  const bits = 128 - width + (prefix === undefined ? width : Number(prefix));
  return { bytes: bytes.map((byte, index) => byte & maskOf(bits - index * 8)), bits };
}

/** The mask of one byte of which the first `bits` bits count. */
function maskOf(bits: number): number {
  if (bits >= 8) return 0xff;
  return bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff;
}

/** Whether an address (16 bytes) is in a network. */
export function contains(network: Network, address: Uint8Array): boolean {
  for (let index = 0; index * 8 < network.bits; index++)
    if ((address[index] & maskOf(network.bits - index * 8)) !== network.bytes[index]) return false;
  return true;
}
