export { LONGEST_TOKEN_DAYS, USUAL_TOKEN_DAYS } from './cmdlets/admin-tokens.ts';
export { cmdletNamed, cmdlets } from './cmdlets/index.ts';
export { objectCmdlets } from './cmdlets/object-cmdlets.ts';
export type { CmdletDefinition, Example, Parameter } from './define/cmdlet.ts';
export {
  type ComputedProperty,
  defineObject,
  type InputOf,
  type LessThanRule,
  type ObjectDefinition,
  type ObjectOf,
  type ValueOf,
} from './define/object.ts';
export {
  type ChoiceProperty,
  choice,
  type FlagProperty,
  flag,
  type IntegerProperty,
  integer,
  type ListProperty,
  list,
  type Property,
  type RecordProperty,
  type RefProperty,
  record,
  ref,
  type TextFormat,
  type TextProperty,
  text,
} from './define/property.ts';
export { shownName } from './define/shown-name.ts';
export { COMPARISONS, type Comparison, type ComparisonFilter, type Filter, matcher, matches } from './filter/filter.ts';
export type { AddressList } from './objects/address-list.ts';
export type { AutoAttendant } from './objects/auto-attendant.ts';
export type { CallAnsweringRule } from './objects/call-answering-rule.ts';
export type { CallRouterSettings } from './objects/call-router-settings.ts';
export type { Contact } from './objects/contact.ts';
export type { CsAccessEdgeConfiguration } from './objects/cs-access-edge.ts';
export type { CsDialPlan, CsVoiceNormalizationRule } from './objects/cs-dial-plan.ts';
export { CONTACT_IS_MADE_WITH, CONTACT_IS_SET, type CsExUmContact } from './objects/cs-ex-um-contact.ts';
export type { CsHostedVoicemailPolicy } from './objects/cs-hosted-voicemail-policy.ts';
export type { CsMediaConfiguration } from './objects/cs-media-configuration.ts';
export type { CsOUPermission, OrganizationalUnit } from './objects/cs-organizational-unit.ts';
export { OU_OBJECT_TYPES } from './objects/cs-organizational-unit.ts';
export type { CsAllowedDomain, CsBlockedDomain, CsHostingProvider } from './objects/cs-partners.ts';
export type { CsPool } from './objects/cs-pool.ts';
export type { CsSite } from './objects/cs-site.ts';
export type { CsTrunkConfiguration } from './objects/cs-trunk-configuration.ts';
export type {
  CsOutboundCallingNumberTranslationRule,
  CsOutboundTranslationRule,
  CsSipResponseCodeTranslationRule,
} from './objects/cs-trunk-rules.ts';
export type { CsAnnouncement, CsUnassignedNumber } from './objects/cs-unassigned-number.ts';
export type { CsPstnUsage, CsVoicePolicy } from './objects/cs-voice-policy.ts';
export type { CsVoiceRoute } from './objects/cs-voice-route.ts';
export type { CsVoicemailReroutingConfiguration } from './objects/cs-voicemail-rerouting.ts';
export type { DialPlan } from './objects/dial-plan.ts';
export type { DistributionGroup } from './objects/distribution-group.ts';
export type { HuntGroup } from './objects/hunt-group.ts';
export { definitionOf, definitions, isKind, type Kind, kinds, type NewOfKind, type OfKind } from './objects/index.ts';
export type { IPGateway } from './objects/ip-gateway.ts';
export type { Mailbox } from './objects/mailbox.ts';
export type { MailboxPin } from './objects/mailbox-pin.ts';
export type { MailboxPolicy } from './objects/mailbox-policy.ts';
export type { Organization } from './objects/organization.ts';
export { LARGEST_PROMPT, type Prompt } from './objects/prompt.ts';
export type { Service } from './objects/service.ts';
export type { User } from './objects/user.ts';
export {
  cmdletsOfRole,
  groupsThatMay,
  managementRoles,
  mayGroupRun,
  roleGroupNamed,
  roleGroups,
} from './roles/index.ts';
export { isAboutPeople, isOfTheSystem } from './roles/reach.ts';
export type { ManagementRole, RoleGroup } from './roles/role.ts';
export { compareDays, type Day, parseDay } from './schedule/day.ts';
export { isWithin, lengthOf, parseWeekInterval, tooClose, type WeekInterval } from './schedule/week.ts';
export { canonicalIdentity } from './validate/canonical-identity.ts';
export { allowedBy } from './validate/format.ts';
export { nearest } from './validate/nearest.ts';
export { contains, type Network, parseAddress, parseNetwork } from './validate/network.ts';
export {
  isMatch,
  LONGEST_NUMBER,
  type NumberRule,
  patternMisfit,
  translated,
  translationMisfit,
} from './validate/number-pattern.ts';
export { withPresentNames } from './validate/present-names.ts';
export { type Problem, problem, remark } from './validate/problem.ts';
export { canonicalScope, identityLike, type Scope, type Scoped, scopeOf, shownScope } from './validate/scope.ts';
export {
  type Creation,
  type Document,
  makeObject,
  objectOf,
  type Validated,
  validate,
  validateChange,
  validateNew,
} from './validate/validate.ts';
export { checkValue, type RecordValue, type Value, withNamedParts } from './validate/value.ts';
