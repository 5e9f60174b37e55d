import type { Mailbox } from '@parley/schema';
import type { MailboxInPlan } from '../directory.ts';
import { comparableAddress } from '../lookup/comparable.ts';

/** What a call may ask about a mailbox. */
export type Question =
  | { readonly by: 'extension'; readonly dialPlan: string; readonly extension: string }
  /** `address` is comparable already. */
  | { readonly by: 'address'; readonly organization: string; readonly address: string }
  | { readonly by: 'id'; readonly id: string };

/** A question as a text: equal questions have equal ones. */
export function keyOf(question: Question): string {
  switch (question.by) {
    case 'extension':
      return extensionKey(question.dialPlan, question.extension);
    case 'address':
      return addressKey(question.organization, question.address);
    case 'id':
      return question.id;
  }
}

const extensionKey = (dialPlan: string, extension: string) => `${dialPlan}\u0000${extension}`;
const addressKey = (organization: string, address: string) => `${organization}\u0000@${address}`;

/** Every question that a mailbox is the answer to, but the one for its id. */
export function keysOf({ mailbox, dialPlan, organization }: MailboxInPlan): string[] {
  const keys = mailbox.extensions.map(extension => extensionKey(dialPlan.id, extension));
  keys.push(...secondaryKeys(mailbox));
  if (mailbox.sipResourceIdentifier !== undefined)
    keys.push(addressKey(organization.id, comparableAddress(mailbox.sipResourceIdentifier)));
  return keys;
}

function secondaryKeys({ secondaryDialPlan, secondaryExtensions }: Mailbox): string[] {
  if (secondaryDialPlan === undefined) return [];
  return secondaryExtensions.map(extension => extensionKey(secondaryDialPlan, extension));
}
