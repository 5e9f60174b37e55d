import { grant } from './cs-holder.ts';
import { resetOrRemove, scopeProblems } from './cs-scope.ts';
import type { KindRules } from './rule.ts';

export const csHostedVoicemailPolicyRules: KindRules<'CsHostedVoicemailPolicy'> = {
  check: (policy, { lookup }) => scopeProblems(policy, lookup),
  actions: { grant: grant('CsHostedVoicemailPolicy'), 'reset-or-remove': resetOrRemove('CsHostedVoicemailPolicy') },
};
