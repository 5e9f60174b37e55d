import { type Network, parseAddress, parseNetwork } from '@parley/schema';

/**
 * Addresses and networks -> values, the longest prefix winning. A look-up costs one masked key per prefix length in use,
 * however many networks there are; IPv4 and IPv4-mapped IPv6 are the same address.
 */
export class NetworkTable<V> {
  /** Prefix length -> masked address -> value, longest first. */
  readonly #byLength: readonly (readonly [number, ReadonlyMap<string, V>])[];

  /** @param entries network text ("192.0.2.0/24") and value; of two equal networks the first stays. Texts that are no network are left out. */
  constructor(entries: Iterable<readonly [string, V]>) {
    const byLength = new Map<number, Map<string, V>>();
    for (const [text, value] of entries) {
      const network = parseNetwork(text);
      if (!network) continue;
      const ofLength = byLength.get(network.bits) ?? new Map<string, V>();
      const key = keyOf(network);
      if (!ofLength.has(key)) ofLength.set(key, value);
      byLength.set(network.bits, ofLength);
    }
    this.#byLength = [...byLength].sort(([a], [b]) => b - a);
  }

  /** The value of the smallest network that holds the address; undefined when none does or the text is no address. */
  find(address: string): V | undefined {
    const bytes = parseAddress(address);
    if (!bytes) return undefined;
    for (const [bits, ofLength] of this.#byLength) {
      const value = ofLength.get(keyOf({ bytes, bits }));
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

/** The first `bits` bits as a text of 16 characters, one a byte. */
function keyOf({ bytes, bits }: Network): string {
  let key = '';
  for (let index = 0; index < 16; index++) {
    const counted = Math.min(8, Math.max(0, bits - index * 8));
    key += String.fromCharCode(bytes[index] & (0xff00 >> counted) & 0xff);
  }
  return key;
}
