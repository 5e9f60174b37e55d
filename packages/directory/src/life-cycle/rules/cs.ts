import type { Kind } from '@parley/schema';
import { csDialPlanRules, csVoiceNormalizationRuleRules } from './cs-dial-plan.ts';
import {
  csAccessEdgeRules,
  csAllowedDomainRules,
  csBlockedDomainRules,
  csHostingProviderRules,
  csMediaConfigurationRules,
} from './cs-edge.ts';
import { csExUmContactRules } from './cs-ex-um-contact.ts';
import { csHostedVoicemailPolicyRules } from './cs-hosted-voicemail-policy.ts';
import { organizationalUnitRules } from './cs-organizational-unit.ts';
import { csOUPermissionRules } from './cs-ou-permission.ts';
import { csPoolRules, csSiteRules } from './cs-topology.ts';
import {
  csOutboundCallingNumberTranslationRuleRules,
  csOutboundTranslationRuleRules,
  csSipResponseCodeTranslationRuleRules,
  csTrunkConfigurationRules,
} from './cs-trunk.ts';
import { csAnnouncementRules, csUnassignedNumberRules, csVoicemailReroutingRules } from './cs-unassigned-number.ts';
import { csPstnUsageRules } from './cs-usage.ts';
import { csUserRules } from './cs-user.ts';
import { csVoicePolicyRules, csVoiceRouteRules } from './cs-voice.ts';
import type { KindRules } from './rule.ts';

/** What is particular about the objects of communications, people among them. */
export const csRules = {
  CsSite: csSiteRules,
  CsPool: csPoolRules,
  OrganizationalUnit: organizationalUnitRules,
  CsOUPermission: csOUPermissionRules,
  CsHostedVoicemailPolicy: csHostedVoicemailPolicyRules,
  CsPstnUsage: csPstnUsageRules,
  CsVoicePolicy: csVoicePolicyRules,
  CsDialPlan: csDialPlanRules,
  CsVoiceNormalizationRule: csVoiceNormalizationRuleRules,
  CsVoiceRoute: csVoiceRouteRules,
  CsTrunkConfiguration: csTrunkConfigurationRules,
  CsOutboundTranslationRule: csOutboundTranslationRuleRules,
  CsOutboundCallingNumberTranslationRule: csOutboundCallingNumberTranslationRuleRules,
  CsSipResponseCodeTranslationRule: csSipResponseCodeTranslationRuleRules,
  CsExUmContact: csExUmContactRules,
  CsAnnouncement: csAnnouncementRules,
  CsUnassignedNumber: csUnassignedNumberRules,
  CsVoicemailReroutingConfiguration: csVoicemailReroutingRules,
  CsAccessEdgeConfiguration: csAccessEdgeRules,
  CsHostingProvider: csHostingProviderRules,
  CsAllowedDomain: csAllowedDomainRules,
  CsBlockedDomain: csBlockedDomainRules,
  CsMediaConfiguration: csMediaConfigurationRules,
  User: csUserRules,
} as const satisfies { readonly [K in Kind]?: KindRules<K> };
