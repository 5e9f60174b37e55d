import { type Problem, remark } from '@parley/schema';
import type { Lookup } from './rule.ts';

/** Whose address or number is checked, and the property that has it. */
interface Claim {
  readonly id: string;
  readonly property: string;
  readonly value: string | undefined;
}

/** A SIP address belongs to one person or to one contact; that no two persons have it is in the declaration. */
export async function addressProblems(
  kind: 'User' | 'CsExUmContact',
  claim: Claim,
  lookup: Lookup,
): Promise<Problem[]> {
  const { value, property } = claim;
  if (value === undefined) return [];
  const other = kind === 'User' ? 'CsExUmContact' : 'User';
  const owner = (await lookup.find(other, 'sipAddress', value, { limit: 1 })).at(0);
  if (!owner) return [];
  const called = other === 'User' ? `user ${owner.name}` : `exumcontact ${value}`;
  return [remark(property, value, `${property}: ${value} belongs to ${called}`)];
}

/** The URI of a number that a contact has. */
export const lineOf = (displayNumber: string): string => `tel:${displayNumber}`;

/**
 * A telephone number belongs to one person or to one contact, as a published or as a private line. With and without an extension it
 * is two numbers.
 */
export async function lineProblems({ id, property, value }: Claim, lookup: Lookup): Promise<Problem[]> {
  if (value === undefined) return [];
  const belongs = (to: string) => [remark(property, value, `${property}: ${value} belongs to ${to}`)];
  for (const line of ['lineURI', 'privateLine'] as const) {
    // That two persons do not have it as the same line is in the declaration.
    if (line === property) continue;
    const owner = (await lookup.find('User', line, value, { limit: 1 })).at(0);
    if (owner) return belongs(`user ${owner.name}`);
  }
  const number = value.slice('tel:'.length);
  const contact = (await lookup.find('CsExUmContact', 'displayNumber', number, { limit: 2 })).find(
    each => each.id !== id,
  );
  return contact ? belongs(`exumcontact ${contact.sipAddress}`) : [];
}
