import { type DialPlan, type IPGateway, type Problem, parseNetwork, remark } from '@parley/schema';

/** Where SIP over TLS is listened for. */
const TLS_PORT = 5061;

/** A gateway and a dial plan that a hunt group puts together, and the property that is to blame. */
export interface Link {
  readonly gateway: IPGateway | undefined;
  readonly dialPlan: DialPlan | undefined;
  readonly property: string;
}

/**
 * The calls of a secured dial plan come by mutual TLS, so each of its gateways must have a name that a certificate can prove, and
 * the port of SIP over TLS.
 */
export function unsecured({ gateway, dialPlan, property }: Link): Problem[] {
  if (!gateway || !dialPlan || dialPlan.voIPSecurity === 'Unsecured' || isProvable(gateway)) return [];
  return [
    remark(
      property,
      gateway.name,
      `gateway ${gateway.name} leads to dial plan ${dialPlan.name}, whose security is ${dialPlan.voIPSecurity}: it needs a full name as its address (gateway.example.org), which its certificate proves, and port ${TLS_PORT}`,
    ),
  ];
}

function isProvable({ address, port }: IPGateway): boolean {
  return port === TLS_PORT && address.every(each => parseNetwork(each) === undefined);
}
