import type { InputOf, ObjectDefinition } from '../define/object.ts';
import { type DialPlan, dialPlan } from './dial-plan.ts';
import { type HuntGroup, huntGroup } from './hunt-group.ts';
import { type IPGateway, ipGateway } from './ip-gateway.ts';
import { type Mailbox, mailbox } from './mailbox.ts';
import { type MailboxPolicy, mailboxPolicy } from './mailbox-policy.ts';
import { type Organization, organization } from './organization.ts';

/** Every configurable object by its kind, what is referred to before what refers to it. */
export const definitions = {
  Organization: organization,
  UMDialPlan: dialPlan,
  UMMailboxPolicy: mailboxPolicy,
  UMIPGateway: ipGateway,
  UMHuntGroup: huntGroup,
  UMMailbox: mailbox,
} as const satisfies Readonly<Record<string, ObjectDefinition>>;

export type Kind = keyof typeof definitions;

/** All kinds, what is referred to before what refers to it. */
export const kinds: readonly Kind[] = [
  'Organization',
  'UMDialPlan',
  'UMMailboxPolicy',
  'UMIPGateway',
  'UMHuntGroup',
  'UMMailbox',
];

interface ObjectTypes {
  readonly Organization: Organization;
  readonly UMDialPlan: DialPlan;
  readonly UMMailboxPolicy: MailboxPolicy;
  readonly UMIPGateway: IPGateway;
  readonly UMHuntGroup: HuntGroup;
  readonly UMMailbox: Mailbox;
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
