import type { InputOf, ObjectDefinition } from '../define/object.ts';
import { type AddressList, addressList } from './address-list.ts';
import { type AutoAttendant, autoAttendant } from './auto-attendant.ts';
import { type CallAnsweringRule, callAnsweringRule } from './call-answering-rule.ts';
import { type CallRouterSettings, callRouterSettings } from './call-router-settings.ts';
import { type Contact, contact } from './contact.ts';
import { type CsAccessEdgeConfiguration, csAccessEdgeConfiguration } from './cs-access-edge.ts';
import {
  type CsDialPlan,
  type CsVoiceNormalizationRule,
  csDialPlan,
  csVoiceNormalizationRule,
} from './cs-dial-plan.ts';
import { type CsExUmContact, csExUmContact } from './cs-ex-um-contact.ts';
import { type CsHostedVoicemailPolicy, csHostedVoicemailPolicy } from './cs-hosted-voicemail-policy.ts';
import { type CsMediaConfiguration, csMediaConfiguration } from './cs-media-configuration.ts';
import {
  type CsOUPermission,
  csOUPermission,
  type OrganizationalUnit,
  organizationalUnit,
} from './cs-organizational-unit.ts';
import {
  type CsAllowedDomain,
  type CsBlockedDomain,
  type CsHostingProvider,
  csAllowedDomain,
  csBlockedDomain,
  csHostingProvider,
} from './cs-partners.ts';
import { type CsPool, csPool } from './cs-pool.ts';
import { type CsSite, csSite } from './cs-site.ts';
import { type CsTrunkConfiguration, csTrunkConfiguration } from './cs-trunk-configuration.ts';
import {
  type CsOutboundCallingNumberTranslationRule,
  type CsOutboundTranslationRule,
  type CsSipResponseCodeTranslationRule,
  csOutboundCallingNumberTranslationRule,
  csOutboundTranslationRule,
  csSipResponseCodeTranslationRule,
} from './cs-trunk-rules.ts';
import {
  type CsAnnouncement,
  type CsUnassignedNumber,
  csAnnouncement,
  csUnassignedNumber,
} from './cs-unassigned-number.ts';
import { type CsPstnUsage, type CsVoicePolicy, csPstnUsage, csVoicePolicy } from './cs-voice-policy.ts';
import { type CsVoiceRoute, csVoiceRoute } from './cs-voice-route.ts';
import { type CsVoicemailReroutingConfiguration, csVoicemailReroutingConfiguration } from './cs-voicemail-rerouting.ts';
import { type DialPlan, dialPlan } from './dial-plan.ts';
import { type DistributionGroup, distributionGroup } from './distribution-group.ts';
import { type HuntGroup, huntGroup } from './hunt-group.ts';
import { type IPGateway, ipGateway } from './ip-gateway.ts';
import { type Mailbox, mailbox } from './mailbox.ts';
import { type MailboxPin, mailboxPin } from './mailbox-pin.ts';
import { type MailboxPolicy, mailboxPolicy } from './mailbox-policy.ts';
import { type Organization, organization } from './organization.ts';
import { type Prompt, prompt } from './prompt.ts';
import { type Service, service } from './service.ts';
import { type User, user } from './user.ts';

/**
 * Every configurable object by its kind, what is referred to before what refers to it: only a dial plan's own attendant comes after the
 * plan.
 */
export const definitions = {
  Organization: organization,
  CsSite: csSite,
  CsPool: csPool,
  OrganizationalUnit: organizationalUnit,
  CsOUPermission: csOUPermission,
  CsHostedVoicemailPolicy: csHostedVoicemailPolicy,
  CsPstnUsage: csPstnUsage,
  CsVoicePolicy: csVoicePolicy,
  CsDialPlan: csDialPlan,
  CsVoiceNormalizationRule: csVoiceNormalizationRule,
  CsVoiceRoute: csVoiceRoute,
  CsTrunkConfiguration: csTrunkConfiguration,
  CsOutboundTranslationRule: csOutboundTranslationRule,
  CsOutboundCallingNumberTranslationRule: csOutboundCallingNumberTranslationRule,
  CsSipResponseCodeTranslationRule: csSipResponseCodeTranslationRule,
  CsExUmContact: csExUmContact,
  CsAnnouncement: csAnnouncement,
  CsUnassignedNumber: csUnassignedNumber,
  CsVoicemailReroutingConfiguration: csVoicemailReroutingConfiguration,
  CsAccessEdgeConfiguration: csAccessEdgeConfiguration,
  CsHostingProvider: csHostingProvider,
  CsAllowedDomain: csAllowedDomain,
  CsBlockedDomain: csBlockedDomain,
  CsMediaConfiguration: csMediaConfiguration,
  AddressList: addressList,
  User: user,
  Contact: contact,
  DistributionGroup: distributionGroup,
  UMDialPlan: dialPlan,
  UMMailboxPolicy: mailboxPolicy,
  UMIPGateway: ipGateway,
  UMHuntGroup: huntGroup,
  UMMailbox: mailbox,
  UMMailboxPIN: mailboxPin,
  UMCallAnsweringRule: callAnsweringRule,
  UMAutoAttendant: autoAttendant,
  UMPrompt: prompt,
  UMService: service,
  UMCallRouterSettings: callRouterSettings,
} as const satisfies Readonly<Record<string, ObjectDefinition>>;

export type Kind = keyof typeof definitions;

/** All kinds, in the order of `definitions`. */
export const kinds: readonly Kind[] = Object.keys(definitions).filter(isKind);

interface ObjectTypes {
  readonly Organization: Organization;
  readonly CsSite: CsSite;
  readonly CsPool: CsPool;
  readonly OrganizationalUnit: OrganizationalUnit;
  readonly CsOUPermission: CsOUPermission;
  readonly CsHostedVoicemailPolicy: CsHostedVoicemailPolicy;
  readonly CsPstnUsage: CsPstnUsage;
  readonly CsVoicePolicy: CsVoicePolicy;
  readonly CsDialPlan: CsDialPlan;
  readonly CsVoiceNormalizationRule: CsVoiceNormalizationRule;
  readonly CsVoiceRoute: CsVoiceRoute;
  readonly CsTrunkConfiguration: CsTrunkConfiguration;
  readonly CsOutboundTranslationRule: CsOutboundTranslationRule;
  readonly CsOutboundCallingNumberTranslationRule: CsOutboundCallingNumberTranslationRule;
  readonly CsSipResponseCodeTranslationRule: CsSipResponseCodeTranslationRule;
  readonly CsExUmContact: CsExUmContact;
  readonly CsAnnouncement: CsAnnouncement;
  readonly CsUnassignedNumber: CsUnassignedNumber;
  readonly CsVoicemailReroutingConfiguration: CsVoicemailReroutingConfiguration;
  readonly CsAccessEdgeConfiguration: CsAccessEdgeConfiguration;
  readonly CsHostingProvider: CsHostingProvider;
  readonly CsAllowedDomain: CsAllowedDomain;
  readonly CsBlockedDomain: CsBlockedDomain;
  readonly CsMediaConfiguration: CsMediaConfiguration;
  readonly AddressList: AddressList;
  readonly User: User;
  readonly Contact: Contact;
  readonly DistributionGroup: DistributionGroup;
  readonly UMDialPlan: DialPlan;
  readonly UMMailboxPolicy: MailboxPolicy;
  readonly UMIPGateway: IPGateway;
  readonly UMHuntGroup: HuntGroup;
  readonly UMMailbox: Mailbox;
  readonly UMMailboxPIN: MailboxPin;
  readonly UMCallAnsweringRule: CallAnsweringRule;
  readonly UMAutoAttendant: AutoAttendant;
  readonly UMPrompt: Prompt;
  readonly UMService: Service;
  readonly UMCallRouterSettings: CallRouterSettings;
}

/** The type of an object of a kind. */
export type OfKind<K extends Kind> = ObjectTypes[K];

/** What makes an object of a kind. */
export type NewOfKind<K extends Kind> = InputOf<(typeof definitions)[K]>;

/** The declaration of a kind, for code that treats all kinds alike. */
export function definitionOf(kind: Kind): ObjectDefinition {
  return definitions[kind];
}

/** Whether a text from outside names a kind. */
export function isKind(text: string): text is Kind {
  return Object.hasOwn(definitions, text);
}
