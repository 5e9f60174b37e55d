import type { KindRules } from './rule.ts';
import { unknownGroups } from './um-common.ts';

export const umMailboxPolicy: KindRules<'UMMailboxPolicy'> = {
  async check(policy, { lookup }) {
    const plan = await lookup.get('UMDialPlan', policy.umDialPlan);
    return plan ? unknownGroups(policy, plan) : [];
  },
};
