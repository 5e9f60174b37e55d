import type { IPGateway } from '@parley/schema';
import type { CallSource } from '../directory.ts';
import { NetworkTable } from './networks.ts';

/** Whose calls come from where: by a name that a certificate proves, or by address. A gateway that is Disabled is none. */
export class Gateways {
  readonly #byName: ReadonlyMap<string, IPGateway>;
  readonly #byNetwork: NetworkTable<IPGateway>;

  constructor(all: Iterable<IPGateway>) {
    const entries = [...all]
      .filter(gateway => gateway.status !== 'Disabled')
      .flatMap(gateway => gateway.address.map(address => [address.toLowerCase(), gateway] as const));
    // Of two gateways with one name the first stays, as with networks.
    this.#byName = new Map(entries.toReversed());
    this.#byNetwork = new NetworkTable(entries);
  }

  for({ address, certified }: CallSource): IPGateway | undefined {
    for (const name of certified ?? []) {
      const gateway = this.#byName.get(name);
      if (gateway) return gateway;
    }
    return this.#byNetwork.find(address);
  }
}
