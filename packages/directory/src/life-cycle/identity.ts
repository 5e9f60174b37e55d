import { ParleyError } from '@parley/base';
import { definitionOf, type Kind } from '@parley/schema';
import type { Catalogue } from '../lookup/catalogue.ts';

/** Longest identity that is looked up: a SIP address in a hunt group's name would be the longest that makes sense. */
const LONGEST = 512;

/** Ids of the objects of a kind that go by this identity (see `Objects`). */
export function idsOf(catalogue: Catalogue, kind: Kind, identity: string): readonly string[] {
  const { world } = catalogue;
  if (identity.length > LONGEST) return [];
  if (world.get(kind, identity)) return [identity];
  if (kind === 'UMHuntGroup') return huntGroups(catalogue, identity);
  const named = world.named(kind, identity);
  if (named) return [named.id];
  if (kind !== 'UMMailbox') return [];
  const addressed = world.mailboxWithAddress(identity);
  if (addressed) return [addressed.id];
  return [...world.all('UMDialPlan')].flatMap(plan => world.mailboxWithExtension(plan.id, identity)?.id ?? []);
}

function huntGroups({ world }: Catalogue, identity: string): readonly string[] {
  const cut = identity.indexOf('\\');
  const gateway = cut < 0 ? undefined : world.named('UMIPGateway', identity.slice(0, cut));
  if (cut >= 0 && !gateway) return [];
  const wanted = identity.slice(cut + 1).toLowerCase();
  return [...world.all('UMHuntGroup')]
    .filter(group => group.name.toLowerCase() === wanted && (!gateway || group.umIPGateway === gateway.id))
    .map(group => group.id);
}

/** The id that an identity means. Throws `OBJECT_NOT_FOUND` or `OBJECT_AMBIGUOUS`. */
export function identify(catalogue: Catalogue, kind: Kind, identity: string): string {
  const ids = idsOf(catalogue, kind, identity);
  if (ids.length === 1) return ids[0];
  const shown = JSON.stringify(identity.slice(0, 80));
  if (ids.length === 0) throw new ParleyError('OBJECT_NOT_FOUND', `there is no ${definitionOf(kind).word} ${shown}`);
  throw new ParleyError(
    'OBJECT_AMBIGUOUS',
    `${shown} may be any of ${ids.length} objects of kind ${kind}: give the id (${ids.slice(0, 5).join(', ')})`,
  );
}
