export { cmdletNamed, cmdlets } from './cmdlets/index.ts';
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
export type { DialPlan } from './objects/dial-plan.ts';
export type { HuntGroup } from './objects/hunt-group.ts';
export { definitionOf, definitions, isKind, type Kind, kinds, type NewOfKind, type OfKind } from './objects/index.ts';
export type { IPGateway } from './objects/ip-gateway.ts';
export type { Mailbox } from './objects/mailbox.ts';
export type { MailboxPolicy } from './objects/mailbox-policy.ts';
export type { Organization } from './objects/organization.ts';
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
export { nearest } from './validate/nearest.ts';
export { contains, type Network, parseAddress, parseNetwork } from './validate/network.ts';
export { checkAgainstOthers, type Others } from './validate/others.ts';
export { type Problem, problem, remark } from './validate/problem.ts';
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
export type { RecordValue, Value } from './validate/value.ts';
