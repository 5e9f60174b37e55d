import { withoutMapping } from '../transport/loopback.ts';

const GROUPS_OF_NETWORK = 4;
const COLON = 0x3a;
const ZERO = 0x30;
const UPPER_A = 0x41;
const UPPER_F = 0x46;

/**
 * What counts as one source: an IPv4 address, or the /64 of an IPv6 address, which is what one household gets (whoever has one has
 * 2^64 addresses). Takes addresses as the system writes them; whatever else it gets it returns as it is.
 */
export function sourceNetwork(address: string): string {
  if (!address.includes(':')) return address;
  const end = plainNetworkEnd(address);
  if (end > 0) return `${address.slice(0, end)}::/64`;
  const plain = withoutMapping(address);
  return plain.includes(':') ? networkOf(plain) : plain;
}

/** Where the fourth group ends, when all four are written out in the system's way: lower case, no zeros in front. 0 otherwise. */
function plainNetworkEnd(address: string): number {
  let groups = 0;
  let start = 0;
  for (let at = 0; at < address.length; at++) {
    const code = address.charCodeAt(at);
    if (code >= UPPER_A && code <= UPPER_F) return 0;
    if (code !== COLON) continue;
    const hasZeros = address.charCodeAt(start) === ZERO && at > start + 1;
    if (at === start || hasZeros) return 0;
    if (++groups === GROUPS_OF_NETWORK) return at;
    start = at + 1;
  }
  return 0;
}

/** The same for every other way to write an address. */
function networkOf(address: string): string {
  const zone = address.indexOf('%');
  const text = zone < 0 ? address : address.slice(0, zone);
  const gap = text.indexOf('::');
  const head = (gap < 0 ? text : text.slice(0, gap)).split(':').filter(group => group !== '');
  const tail =
    gap < 0
      ? []
      : text
          .slice(gap + 2)
          .split(':')
          .filter(group => group !== '');
  // An IPv4 address at the end stands for two groups, which are never of the first four.
  const zeros = gap < 0 ? 0 : Math.max(0, 8 - head.length - tail.length - (text.includes('.') ? 1 : 0));
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...tail].slice(0, GROUPS_OF_NETWORK);
  return `${groups.map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
