import { isIPv4 } from 'node:net';

/**
 * The bytes of a numeric address: 4 or 16; 4 for an IPv4 address that an IPv6 socket tells of (`::ffff:192.0.2.1`), because that is what its owner knows.
 * @param address as the system writes it; a zone behind it is left out.
 */
export function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.'), Number);
  const zone = address.indexOf('%');
  const [head, tail] = (zone < 0 ? address : address.slice(0, zone)).split('::').map(groupsOf);
  const missing = new Array<number>(8 - head.length - (tail ?? []).length).fill(0);
  const groups = tail ? [...head, ...missing, ...tail] : head;
  const bytes = Uint8Array.from(groups.flatMap(group => [group >> 8, group & 0xff]));
  const mapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff;
  return mapped ? bytes.slice(12) : bytes;
}

/** RFC 4291 section 2.2: sixteen bits each; the last two may be written like an IPv4 address. */
function groupsOf(part: string): number[] {
  return part.split(':').flatMap(text => {
    if (text === '') return [];
    if (!text.includes('.')) return [Number.parseInt(text, 16)];
    const [a, b, c, d] = text.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}
