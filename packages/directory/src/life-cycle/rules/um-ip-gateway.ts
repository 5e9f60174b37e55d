import type { IPGateway, Problem } from '@parley/schema';
import type { Action, KindRules, Lookup } from './rule.ts';
import { namesOf } from './um-common.ts';
import { flagIn } from './um-parameters.ts';
import { unsecured } from './um-secured-plans.ts';

/** What the hunt group is called that is made along with a gateway. */
export const DEFAULT_HUNT_GROUP = 'Default Hunt Group';

async function unsecuredPlans(gateway: IPGateway, lookup: Lookup): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { umDialPlan } of await lookup.find('UMHuntGroup', 'umIPGateway', gateway.id)) {
    const dialPlan = await lookup.get('UMDialPlan', umDialPlan);
    problems.push(...unsecured({ gateway, dialPlan, property: 'address' }));
  }
  return problems;
}

const status =
  (to: IPGateway['status'], whenWaiting = to): Action<'UMIPGateway'> =>
  async ({ object, parameters }) => {
    if (!object) return {};
    // Without -Immediate those who are speaking may go on.
    const next = flagIn(parameters, 'Immediate') ? to : whenWaiting;
    return { changes: [{ what: 'change', kind: 'UMIPGateway', id: object.id, patch: { status: next } }] };
  };

export const umIPGateway: KindRules<'UMIPGateway'> = {
  check: async (gateway, { before, lookup }) => (before === undefined ? [] : unsecuredPlans(gateway, lookup)),
  async along(gateway, { umDialPlan }) {
    if (typeof umDialPlan !== 'string') return [];
    return [{ kind: 'UMHuntGroup', input: { name: DEFAULT_HUNT_GROUP, umDialPlan, umIPGateway: gateway.id } }];
  },
  async computed(gateway, lookup) {
    return { huntGroups: await namesOf('UMHuntGroup', { property: 'umIPGateway', id: gateway.id }, lookup) };
  },
  actions: { enable: status('Enabled'), disable: status('Disabled', 'NoNewCalls') },
};
