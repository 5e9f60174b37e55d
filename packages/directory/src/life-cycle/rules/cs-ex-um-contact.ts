import { randomUUID } from 'node:crypto';
import { CONTACT_IS_MADE_WITH, CONTACT_IS_SET, type OfKind, type Problem, problem } from '@parley/schema';
import { addressProblems, lineOf, lineProblems } from './cs-address.ts';
import { effectivePolicy } from './cs-effective.ts';
import { checkContactsAllowed } from './cs-ou-permission.ts';
import { type Given, givenIn, invalid, isOn, propertiesIn, textIn } from './cs-read.ts';
import { homeProblems } from './cs-user.ts';
import type { Action, ActionContext, ActionResult, KindRules, Lookup } from './rule.ts';

type Contact = OfKind<'CsExUmContact'>;

/** Refuses contacts that nobody may write to. Throws `FORBIDDEN`. */
async function checkWritable(contact: Contact, lookup: Lookup): Promise<void> {
  const unit = await lookup.get('OrganizationalUnit', contact.ou);
  if (unit) await checkContactsAllowed(unit, lookup);
}

async function meantBy({ object, lookup }: ActionContext<'CsExUmContact'>): Promise<Contact> {
  if (!object) throw invalid(problem('Identity', undefined, 'a contact'));
  await checkWritable(object, lookup);
  return object;
}

/** A contact's number as a URI follows the number itself. */
const withLine = (given: Given): Given =>
  typeof given.displayNumber === 'string' ? { ...given, lineURI: lineOf(given.displayNumber) } : given;

/** `New-CsExUmContact`: its name is made up, and it may be made where contacts are allowed. */
const make: Action<'CsExUmContact'> = async ({ parameters, lookup }) => {
  const unit = await lookup.meant('OrganizationalUnit', textIn(parameters, 'OU', 'an organisational unit'));
  await checkContactsAllowed(unit, lookup);
  const given = withLine(propertiesIn(parameters, 'CsExUmContact', CONTACT_IS_MADE_WITH));
  const input = { ...given, ou: unit.id, name: randomUUID(), organization: unit.organization };
  return { changes: [{ what: 'create', kind: 'CsExUmContact', input }] };
};

function changed(
  contacts: readonly Contact[],
  patch: Given,
  { parameters, by }: ActionContext<'CsExUmContact'>,
): ActionResult {
  const isShown = isOn(parameters, 'PassThru') || by.trial === true;
  return {
    changes: contacts.map(({ id }) => ({ what: 'change', kind: 'CsExUmContact', id, patch })),
    shows: isShown ? contacts.map(({ id }) => ({ kind: 'CsExUmContact', id })) : [],
  };
}

const set: Action<'CsExUmContact'> = async context =>
  changed(
    [await meantBy(context)],
    withLine(propertiesIn(context.parameters, 'CsExUmContact', CONTACT_IS_SET)),
    context,
  );

/** `Move-CsExUmContact`: one, or all of a list. */
const move: Action<'CsExUmContact'> = async context => {
  const { parameters, lookup } = context;
  const registrarPool = textIn(parameters, 'Target', 'the pool that it moves to');
  const list = givenIn(parameters, 'UserList') ?? [];
  if (!Array.isArray(list)) throw invalid(problem('UserList', list, 'a list of contacts'));
  // Whoever may only reach some contacts is asked about the one that is meant: others must not come along with it.
  if (context.object && list.length > 0)
    throw invalid(problem('UserList', list.length, 'left out when Identity is given'));
  const contacts: Contact[] = context.object ? [await meantBy(context)] : [];
  for (const each of list) {
    const contact = await lookup.meant('CsExUmContact', String(each));
    await checkWritable(contact, lookup);
    contacts.push(contact);
  }
  if (contacts.length === 0) throw invalid(problem('Identity', undefined, 'a contact, or UserList instead of it'));
  return changed(contacts, { registrarPool }, context);
};

const remove: Action<'CsExUmContact'> = async context => {
  const { id } = await meantBy(context);
  return { changes: [{ what: 'remove', kind: 'CsExUmContact', id }] };
};

async function check(contact: Contact, lookup: Lookup): Promise<Problem[]> {
  const { id, sipAddress, displayNumber, lineURI } = contact;
  const line = await lineProblems({ id, property: 'displayNumber', value: lineOf(displayNumber) }, lookup);
  return [
    ...(await homeProblems(contact, lookup)),
    ...(await addressProblems('CsExUmContact', { id, property: 'sipAddress', value: sipAddress }, lookup)),
    ...line,
    ...(lineURI === lineOf(displayNumber) ? [] : [problem('lineURI', lineURI, lineOf(displayNumber))]),
  ];
}

/** Ranges of numbers and configurations for broken networks name contacts by their numbers. */
async function usersOf({ displayNumber }: Contact, lookup: Lookup): Promise<string[]> {
  const ranges = (await lookup.all('CsUnassignedNumber')).filter(
    ({ exUmAutoAttendantPhoneNumber }) => exUmAutoAttendantPhoneNumber === displayNumber,
  );
  const configurations = (await lookup.all('CsVoicemailReroutingConfiguration')).filter(
    ({ autoAttendantNumber, subscriberAccessNumber }) =>
      autoAttendantNumber === displayNumber || subscriberAccessNumber === displayNumber,
  );
  return [
    ...ranges.map(({ name }) => `unassignednumber ${name}`),
    ...configurations.map(({ name }) => `voicemailrerouting ${name}`),
  ];
}

export const csExUmContactRules: KindRules<'CsExUmContact'> = {
  check: (contact, { lookup }) => check(contact, lookup),
  async refusesRemoval(contact, lookup) {
    const users = await usersOf(contact, lookup);
    return users.length > 0 ? `is used by ${users.join(', ')}` : undefined;
  },
  async computed(contact, lookup) {
    const unit = await lookup.get('OrganizationalUnit', contact.ou);
    const { object } = await effectivePolicy('CsHostedVoicemailPolicy', contact, lookup);
    return {
      isSubscriberAccess: !contact.autoAttendant,
      otherIpPhone: contact.sipAddress,
      distinguishedName: unit ? `CN={${contact.name}},${unit.name}` : null,
      destination: object.destination ?? null,
    };
  },
  actions: { 'new-contact': make, 'set-contact': set, move, 'remove-contact': remove },
};
