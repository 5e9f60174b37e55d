import { type HuntGroup, type Problem, remark } from '@parley/schema';
import type { KindRules, Lookup } from './rule.ts';
import { unsecured } from './um-secured-plans.ts';

/** Of two hunt groups of a gateway with one pilot, only one could ever have its calls; the same holds for two that take all. */
async function sharedPilots(group: HuntGroup, lookup: Lookup): Promise<Problem[]> {
  const wanted = new Set(group.pilotIdentifier.map(each => each.toLowerCase()));
  const others = await lookup.find('UMHuntGroup', 'umIPGateway', group.umIPGateway);
  return others
    .filter(({ id }) => id !== group.id)
    .flatMap(({ name, pilotIdentifier }) => {
      if (wanted.size === 0 && pilotIdentifier.length === 0)
        return [
          remark(
            'pilotIdentifier',
            undefined,
            `pilotIdentifier: hunt group ${name} takes all calls of the gateway already: give this one the numbers that it is for, or remove that one first`,
          ),
        ];
      const shared = pilotIdentifier.find(each => wanted.has(each.toLowerCase()));
      if (shared === undefined) return [];
      return [
        remark(
          'pilotIdentifier',
          shared,
          `pilotIdentifier: ${shared} belongs to hunt group ${name} of the same gateway`,
        ),
      ];
    });
}

export const umHuntGroup: KindRules<'UMHuntGroup'> = {
  async check(group, { lookup }) {
    const gateway = await lookup.get('UMIPGateway', group.umIPGateway);
    const dialPlan = await lookup.get('UMDialPlan', group.umDialPlan);
    return [...unsecured({ gateway, dialPlan, property: 'umIPGateway' }), ...(await sharedPilots(group, lookup))];
  },
};
