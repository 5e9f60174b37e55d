import type { CmdletDefinition, Parameter } from '../define/cmdlet.ts';
import { list, ref, text } from '../define/property.ts';
import { CONTACT_IS_MADE_WITH, CONTACT_IS_SET, csExUmContact } from '../objects/cs-ex-um-contact.ts';
import { DOMAIN_CONTROLLER, FORCE, LDAP_FILTER, OU, PASS_THRU, settings, words } from './cs-parameters.ts';
import { CONTACT, HOME, UNIT, UNIT_PERMISSION } from './cs-set-up.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const has = csExUmContact.properties;
const ALLOWED = [...HOME, UNIT, UNIT_PERMISSION];
const MADE = [...ALLOWED, CONTACT];
const ONE = 'sip:exumaa1@fabrikam.com';

const IDENTITY: Parameter = {
  property: ref({ to: csExUmContact.kind, help: 'SIP address, display number, GUID or id.' }),
  position: 0,
  required: true,
  each: true,
  pipeline: 'object',
};

export const csExUmContactCmdlets: readonly CmdletDefinition[] = [
  ...objectCmdlets(csExUmContact, {
    get: {
      parameters: {
        OU,
        LdapFilter: LDAP_FILTER,
        Credential: words('Taken and not used: whoever asks is known.'),
        DomainController: DOMAIN_CONTROLLER,
      },
      examples: [
        { says: 'Shows all contacts.', line: 'Get-CsExUmContact', before: MADE },
        {
          says: 'Shows those whose numbers begin alike.',
          line: 'Get-CsExUmContact -Filter {LineURI -like "tel:+1425*"}',
          before: MADE,
        },
        {
          says: 'Shows the attendants.',
          line: 'Get-CsExUmContact -Filter {AutoAttendant -eq $True}',
          before: MADE,
        },
      ],
    },
  }),
  {
    name: 'New-CsExUmContact',
    summary: 'Makes a contact for an attendant or for subscriber access of a hosted service.',
    kind: csExUmContact.kind,
    does: 'new-contact',
    parameters: {
      ...settings(has, CONTACT_IS_MADE_WITH, { isNew: true }),
      DomainController: DOMAIN_CONTROLLER,
    },
    changes: true,
    examples: [
      { says: 'Makes the contact of an attendant, in a unit where that is allowed.', line: CONTACT, before: ALLOWED },
      {
        says: 'Makes the contact of subscriber access.',
        line: 'New-CsExUmContact -SipAddress "sip:exumsa1@fabrikam.com" -RegistrarPool "RedmondPool.litwareinc.com" -OU "HostedExUM Integration" -DisplayNumber "+14255550102"',
        before: ALLOWED,
      },
    ],
  },
  {
    name: 'Set-CsExUmContact',
    summary: 'Changes a contact.',
    kind: csExUmContact.kind,
    does: 'set-contact',
    parameters: {
      Identity: IDENTITY,
      ...settings(has, CONTACT_IS_SET),
      PassThru: PASS_THRU,
      DomainController: DOMAIN_CONTROLLER,
    },
    changes: true,
    examples: [
      {
        says: 'Gives it another number.',
        line: `Set-CsExUmContact -Identity "${ONE}" -DisplayNumber "2065559876"`,
        before: MADE,
      },
    ],
  },
  {
    name: 'Move-CsExUmContact',
    summary: 'Homes a contact on another pool.',
    kind: csExUmContact.kind,
    does: 'move',
    parameters: {
      Identity: { ...IDENTITY, inSets: ['Identity'] },
      UserList: {
        property: list({
          of: text({ max: 454, help: 'A contact.' }),
          max: 64,
          help: 'Several contacts instead of one.',
        }),
        about: [csExUmContact.kind],
        inSets: ['UserList'],
      },
      Target: { property: has.registrarPool, required: true, position: 1, sets: 'registrarPool' },
      Force: FORCE,
      PassThru: PASS_THRU,
      IgnoreBackendStoreException: FORCE,
      ProxyPool: words('Taken and not used: contacts are homed here.'),
      DomainController: DOMAIN_CONTROLLER,
    },
    changes: true,
    asks: true,
    examples: [
      {
        says: 'Moves a contact.',
        line: `Move-CsExUmContact -Identity "${ONE}" -Target DublinPool.litwareinc.com -Confirm:$false`,
        before: [...MADE, 'New-CsPool DublinPool.litwareinc.com -Site Redmond'],
      },
    ],
  },
  {
    name: 'Remove-CsExUmContact',
    summary: 'Removes a contact.',
    kind: csExUmContact.kind,
    does: 'remove-contact',
    parameters: { Identity: IDENTITY, DomainController: DOMAIN_CONTROLLER },
    changes: true,
    asks: true,
    examples: [{ says: 'Removes a contact.', line: `Remove-CsExUmContact "${ONE}" -Confirm:$false`, before: MADE }],
  },
];
