import type { CmdletDefinition, Parameter } from '../define/cmdlet.ts';
import type { ObjectDefinition } from '../define/object.ts';
import { list, ref, text } from '../define/property.ts';
import { contact } from '../objects/contact.ts';
import { distributionGroup } from '../objects/distribution-group.ts';
import { user } from '../objects/user.ts';
import { userCommunications } from '../objects/user-communications.ts';
import { actionCmdlet } from './action-cmdlet.ts';
import { given, inUnit, onRecipientLists, onRecipients } from './common-parameters.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const USER = 'New-User -Name "Tony Smith" -UserPrincipalName tonysmith@contoso.com -MailAddress tonysmith@contoso.com';
const CONTACT = 'New-Contact -Name "Ann Lee" -MailAddress ann@example.org';
const GROUP = 'New-DistributionGroup -Name Sales -MailAddress sales@contoso.com';

const searched: Readonly<Record<string, Parameter>> = {
  ...onRecipientLists,
  Anr: { property: text({ max: 256, help: 'Only those whose name or address contains this.' }) },
  SortBy: { property: text({ max: 64, help: 'The property whose order they come in.' }) },
};

const OF_UNIT: Parameter = { ...inUnit('people'), aliases: ['OU'] };

/** `Set-`, which can work out the keys of the name as well as set properties. */
function edit(definition: ObjectDefinition, noun: string, examples: CmdletDefinition['examples']): CmdletDefinition {
  const [set] = objectCmdlets(definition, {
    noun,
    set: { examples, without: definition === user ? ABOUT_CALLS : [] },
  });
  return {
    ...set,
    does: 'update',
    parameters: {
      ...set.parameters,
      ...onRecipients,
      CreateDTMFMap: given('The keys by which callers spell the name are worked out anew.'),
    },
  };
}

/** What Set-CsUser and the Grant- cmdlets set; the unit is everybody's. */
const ABOUT_CALLS = Object.keys(userCommunications).filter(name => name !== 'ou');

const userCmdlets = [
  ...objectCmdlets(user, {
    get: {
      parameters: { ...searched, OrganizationalUnit: OF_UNIT },
      examples: [
        { says: 'Shows everybody.', line: 'Get-User -ResultSize Unlimited' },
        { says: 'Shows one person.', line: 'Get-User tonysmith@contoso.com | Format-List', before: [USER] },
      ],
    },
    new: {
      without: ABOUT_CALLS,
      examples: [
        {
          says: 'Makes a person.',
          line: 'New-User -Name "Tony Smith" -FirstName Tony -LastName Smith -UserPrincipalName tonysmith@contoso.com -SamAccountName contoso\\tonysmith -MailAddress tonysmith@contoso.com',
        },
      ],
    },
    remove: {
      examples: [
        { says: 'Removes a person.', line: 'Remove-User tonysmith@contoso.com -Confirm:$false', before: [USER] },
      ],
    },
  }),
  edit(user, 'User', [
    {
      says: 'Has a caller recognised by two numbers.',
      line: 'Set-User tonysmith@contoso.com -UMCallingLineIds +14255550100,5150',
      before: [USER],
    },
    {
      says: 'Lets callers find somebody by a new name.',
      line: 'Set-User tonysmith@contoso.com -FirstName Anthony -LastName Smith -CreateDTMFMap',
      before: [USER],
    },
  ]),
];

const contactCmdlets = [
  ...objectCmdlets(contact, {
    get: {
      parameters: { ...searched, OrganizationalUnit: OF_UNIT },
      examples: [{ says: 'Shows everybody outside.', line: 'Get-Contact', before: [CONTACT] }],
    },
    new: { examples: [{ says: 'Makes a contact.', line: CONTACT }] },
    remove: {
      examples: [{ says: 'Removes one.', line: 'Remove-Contact "Ann Lee" -Confirm:$false', before: [CONTACT] }],
    },
  }),
  edit(contact, 'Contact', [
    {
      says: 'Tells how a name is spoken.',
      line: 'Set-Contact "Ann Lee" -PhoneticDisplayName "Anne Leigh"',
      before: [CONTACT],
    },
  ]),
];

const MEMBER: Parameter = {
  property: list({
    required: true,
    of: ref({ to: 'User', help: 'A person.' }),
    max: 1000,
    help: 'People, contacts or groups.',
  }),
  required: true,
};

const groupCmdlets = [
  ...objectCmdlets(distributionGroup, {
    get: {
      parameters: searched,
      examples: [{ says: 'Shows all groups.', line: 'Get-DistributionGroup', before: [GROUP] }],
    },
    new: {
      examples: [{ says: 'Makes a group of one.', line: `${GROUP} -Members tonysmith@contoso.com`, before: [USER] }],
    },
    remove: {
      examples: [{ says: 'Removes a group.', line: 'Remove-DistributionGroup Sales -Confirm:$false', before: [GROUP] }],
    },
  }),
  edit(distributionGroup, 'DistributionGroup', [
    {
      says: 'Gives it another name for callers.',
      line: 'Set-DistributionGroup Sales -DisplayName "Sales team"',
      before: [GROUP],
    },
  ]),
  actionCmdlet(distributionGroup, {
    name: 'Get-DistributionGroupMember',
    summary: 'Shows who is in a group.',
    does: 'members',
    changes: false,
    parameters: onRecipients,
    examples: [
      {
        says: 'Shows the members of a group.',
        line: 'Get-DistributionGroupMember Sales',
        before: [USER, `${GROUP} -Members tonysmith@contoso.com`],
      },
    ],
  }),
  actionCmdlet(distributionGroup, {
    name: 'Add-DistributionGroupMember',
    summary: 'Puts people into a group.',
    does: 'addMembers',
    parameters: { ...onRecipients, Member: MEMBER },
    examples: [
      {
        says: 'Puts somebody into a group.',
        line: 'Add-DistributionGroupMember Sales -Member tonysmith@contoso.com',
        before: [USER, GROUP],
      },
    ],
  }),
  actionCmdlet(distributionGroup, {
    name: 'Remove-DistributionGroupMember',
    summary: 'Takes people out of a group.',
    does: 'removeMembers',
    asks: true,
    parameters: { ...onRecipients, Member: MEMBER },
    examples: [
      {
        says: 'Takes somebody out of a group.',
        line: 'Remove-DistributionGroupMember Sales -Member tonysmith@contoso.com -Confirm:$false',
        before: [USER, `${GROUP} -Members tonysmith@contoso.com`],
      },
    ],
  }),
];

export const peopleCmdlets: readonly CmdletDefinition[] = [...userCmdlets, ...contactCmdlets, ...groupCmdlets];
