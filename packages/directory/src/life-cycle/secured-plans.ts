import {
  type DialPlan,
  type IPGateway,
  type Kind,
  type OfKind,
  type Problem,
  parseNetwork,
  remark,
} from '@parley/schema';
import type { World } from '../lookup/world.ts';

/** Where SIP over TLS is listened for. */
const TLS_PORT = 5061;

/** Which property of the changed object is to blame. */
const PROPERTY: Partial<Record<Kind, string>> = { UMDialPlan: 'voIPSecurity', UMIPGateway: 'address' };

/** Everything that a gateway, dial plan or hunt group in its new form puts together. */
interface Link {
  readonly gateway: IPGateway;
  readonly dialPlan: DialPlan;
}

/**
 * The calls of a secured dial plan come by mutual TLS, so each of its gateways must have a name that a certificate can prove, and
 * the port of SIP over TLS.
 */
export function unsecuredGateways<K extends Kind>(kind: K, object: OfKind<K>, world: World): Problem[] {
  return linksOf(object, world)
    .filter(({ gateway, dialPlan }) => dialPlan.voIPSecurity !== 'Unsecured' && !isProvable(gateway))
    .map(({ gateway, dialPlan }) =>
      remark(
        PROPERTY[kind] ?? 'umIPGateway',
        gateway.name,
        `gateway ${gateway.name} leads to dial plan ${dialPlan.name}, whose security is ${dialPlan.voIPSecurity}: it needs a full name as its address (gateway.example.org), which its certificate proves, and port ${TLS_PORT}`,
      ),
    );
}

function isProvable({ address, port }: IPGateway): boolean {
  return port === TLS_PORT && address.every(each => parseNetwork(each) === undefined);
}

/** What hunt groups link by this object, in its new form. */
function linksOf<K extends Kind>(object: OfKind<K>, world: World): Link[] {
  const groups = [...world.all('UMHuntGroup')];
  if ('umIPGateway' in object)
    return linked(world.get('UMIPGateway', object.umIPGateway), world.get('UMDialPlan', object.umDialPlan));
  if ('voIPSecurity' in object)
    return groups
      .filter(({ umDialPlan }) => umDialPlan === object.id)
      .flatMap(({ umIPGateway }) => linked(world.get('UMIPGateway', umIPGateway), object));
  if ('divertingUser' in object)
    return groups
      .filter(({ umIPGateway }) => umIPGateway === object.id)
      .flatMap(({ umDialPlan }) => linked(object, world.get('UMDialPlan', umDialPlan)));
  return [];
}

function linked(gateway: IPGateway | undefined, dialPlan: DialPlan | undefined): Link[] {
  return gateway && dialPlan ? [{ gateway, dialPlan }] : [];
}
