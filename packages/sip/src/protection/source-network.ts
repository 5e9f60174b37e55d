import { withoutMapping } from '../transport/loopback.ts';

const GROUPS_OF_NETWORK = 4;

/**
 * What counts as one source: an IPv4 address, or the /64 of an IPv6 address, which is what one household gets (whoever has one has
 * 2^64 addresses). Takes addresses as the system writes them; whatever else it gets it returns as it is.
 */
export function sourceNetwork(address: string): string {
  if (!address.includes(':')) return address;
  const plain = withoutMapping(address);
  if (!plain.includes(':')) return plain;
  const zone = plain.indexOf('%');
  const text = zone < 0 ? plain : plain.slice(0, zone);
  const gap = text.indexOf('::');
  const head = (gap < 0 ? text : text.slice(0, gap)).split(':').filter(group => group !== '');
  const tail =
    gap < 0
      ? []
      : text
          .slice(gap + 2)
          .split(':')
          .filter(group => group !== '');
  // An IPv4 address at the end stands for two groups; it can only reach into the network part of an address that is none.
  const zeros = gap < 0 ? 0 : Math.max(0, 8 - head.length - tail.length - (text.includes('.') ? 1 : 0));
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...tail].slice(0, GROUPS_OF_NETWORK);
  return `${groups.map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
