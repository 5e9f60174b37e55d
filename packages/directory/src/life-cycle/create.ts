import {
  type Creation,
  type Document,
  type Kind,
  type NewOfKind,
  objectOf,
  type Problem,
  remark,
  validate,
  validateNew,
} from '@parley/schema';
import type { Catalogue, Edit } from '../lookup/catalogue.ts';
import { ObjectInvalid } from '../objects.ts';
import { checkInWorld } from './checks.ts';
import { withIds, withOnlyChoices } from './references.ts';
import type { Rules } from './rules/rule.ts';

/** What planning needs: the present state, the rules, and fresh ids. */
export interface Planning {
  readonly catalogue: Catalogue;
  readonly rules: Rules;
  readonly newId: () => string;
}

/** What the hunt group is called that is made along with a gateway. */
export const DEFAULT_HUNT_GROUP = 'Default Hunt Group';

/** Etag of an object that was never changed. */
const FIRST_ETAG = '1';

const put = (kind: Kind, id: string, document: Document): Edit => ({
  op: 'put',
  next: { kind, id, etag: FIRST_ETAG, document },
  before: undefined,
});

/** A clean document of input that we wrote ourselves from checked parts. */
function documentOf<K extends Kind>(kind: K, input: NewOfKind<K>): Document {
  const validated = validate(kind, input);
  if ('problems' in validated) throw new ObjectInvalid(validated.problems);
  return validated.document;
}

/** A dial plan comes with a policy, so that mailboxes can be made at once. */
function defaultPolicy(plan: { id: string; name: string }, planning: Planning): Edit {
  const name = `${plan.name} Default Policy`;
  const problems: Problem[] = planning.catalogue.world.named('UMMailboxPolicy', name)
    ? [remark('name', plan.name, `the mailbox policy "${name}" that is made along with it exists already`)]
    : [];
  if (problems.length > 0) throw new ObjectInvalid(problems);
  return put('UMMailboxPolicy', planning.newId(), documentOf('UMMailboxPolicy', { name, umDialPlan: plan.id }));
}

/** A gateway that names a dial plan comes with a hunt group for all numbers, so that it can carry calls at once. */
function defaultHuntGroup(gateway: string, dialPlan: string, planning: Planning): Edit {
  const input = { name: DEFAULT_HUNT_GROUP, umDialPlan: dialPlan, umIPGateway: gateway };
  return put('UMHuntGroup', planning.newId(), documentOf('UMHuntGroup', input));
}

function companions(
  kind: Kind,
  made: { id: string; document: Document },
  at: { creation: Creation; planning: Planning },
): Edit[] {
  const { creation, planning } = at;
  if (kind === 'UMDialPlan' && creation.generateUMMailboxPolicy === true)
    return [defaultPolicy({ id: made.id, name: String(made.document.name) }, planning)];
  if (kind !== 'UMIPGateway' || typeof creation.umDialPlan !== 'string') return [];
  const plan = planning.catalogue.world.dialPlan(creation.umDialPlan);
  if (plan?.organization === made.document.organization) return [defaultHuntGroup(made.id, plan.id, planning)];
  const message = `umDialPlan: there is no dial plan ${JSON.stringify(creation.umDialPlan)} in the gateway's organisation`;
  throw new ObjectInvalid([remark('umDialPlan', creation.umDialPlan, message)]);
}

/** The edits that make an object and its companions; the object is the first one's. Throws `ObjectInvalid`. */
export function planCreate(kind: Kind, input: unknown, planning: Planning): readonly [Edit, ...Edit[]] {
  const { catalogue, rules } = planning;
  const validated = validateNew(kind, withOnlyChoices(catalogue, kind, withIds(catalogue, kind, input)));
  if ('problems' in validated) throw new ObjectInvalid(validated.problems);
  const { document, creation } = validated;
  const id = planning.newId();
  checkInWorld(kind, objectOf(kind, id, document), { catalogue, rules });
  return [put(kind, id, document), ...companions(kind, { id, document }, { creation, planning })];
}
