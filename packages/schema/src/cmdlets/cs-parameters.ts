import type { Parameter } from '../define/cmdlet.ts';
import { flag, type Property, ref, text } from '../define/property.ts';
import { shownName } from '../define/shown-name.ts';
import { inUnit } from './common-parameters.ts';

const given = (help: string): Parameter => ({ property: flag({ default: false, help }), isSwitch: true });

/** Parameters that cmdlets of communications share. Those without an effect here are taken so that scripts run as they are. */
export const FORCE: Parameter = given('Nothing is asked and warnings are left out.');
export const IN_MEMORY: Parameter = given(
  'The object is answered and not kept; -Instance of the Set- cmdlet keeps it.',
);
export const LOCAL_STORE: Parameter = given("Taken from the node's own copy; every copy is the same here.");
export const PASS_THRU: Parameter = given('The changed object is answered.');
export const DOMAIN_CONTROLLER: Parameter = {
  property: text({ max: 253, help: 'Taken and not used: there is one directory.' }),
};

/** An object that was got and changed: it replaces what is kept of it. */
export const instanceOf = (kind: string): Parameter => ({
  property: ref({ to: kind, help: 'An object that was read and changed, instead of an identity and parameters.' }),
  pipeline: 'object',
  inSets: ['Instance'],
});

/** A wildcard on identities, the scope written out. */
export const IDENTITY_FILTER: Parameter = {
  property: text({ max: 512, help: 'Only objects whose identity is like this, for example tag:* or site:*.' }),
  isPattern: true,
};

/**
 * People and contacts that something is done to. `-Identity` is another name of it: as a name of its own it would mean an object of the
 * cmdlet's kind, and this is a person or a contact, whom the action finds.
 */
export const grantee = (verb: string): Parameter => ({
  property: ref({
    to: 'User',
    help: `The person or the contact ${verb}: SIP address, principal name, domain\\logon name, name (with * for several) or id.`,
  }),
  aliases: ['Identity'],
  about: ['User', 'CsExUmContact'],
  position: 0,
  required: true,
  each: true,
  pipeline: 'object',
});

/** The organisational unit, and everything below it, that a listing is of. */
export const OU: Parameter = { ...inUnit('what is'), aliases: ['OrganizationalUnit'] };

export const LDAP_FILTER: Parameter = {
  property: text({ max: 2048, help: 'Only objects for which this holds, in the language of RFC 4515.' }),
};

type Properties = Readonly<Record<string, Property>>;

function setting(name: string, property: Property, isNew: boolean): Parameter {
  const isRequired = 'required' in property && property.required === true;
  return {
    property,
    sets: name,
    ...(isNew && isRequired ? { required: true } : {}),
    ...(isRequired ? {} : { orNull: true }),
    ...(property.aliases ? { aliases: property.aliases } : {}),
  };
}

/** Parameters of an action that set properties of its kind; `$null` takes one back to its default. */
export const settings = (
  properties: Properties,
  names: readonly string[],
  { isNew = false }: { readonly isNew?: boolean } = {},
): Readonly<Record<string, Parameter>> =>
  Object.fromEntries(
    names.map(name => {
      const property = properties[name];
      if (property === undefined) throw new TypeError(`there is no property ${name}`);
      return [shownName(name, property), setting(name, property, isNew)];
    }),
  );

/** A text that only the action reads. */
export const words = (help: string): Parameter => ({ property: text({ help }) });
