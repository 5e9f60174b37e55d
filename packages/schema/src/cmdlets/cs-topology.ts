import type { CmdletDefinition } from '../define/cmdlet.ts';
import { choice, flag, list, ref, text } from '../define/property.ts';
import { csOUPermission, OU_OBJECT_TYPES, organizationalUnit } from '../objects/cs-organizational-unit.ts';
import { csPool } from '../objects/cs-pool.ts';
import { csSite } from '../objects/cs-site.ts';
import { csObjectCmdlets } from './cs-object-cmdlets.ts';
import { DOMAIN_CONTROLLER, FORCE, words } from './cs-parameters.ts';
import { HOME, SITE, UNIT, UNIT_PERMISSION } from './cs-set-up.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const sites = csObjectCmdlets(csSite, {
  get: { examples: [{ says: 'Shows all sites.', line: 'Get-CsSite', before: [SITE] }] },
  new: { examples: [{ says: 'Makes a site.', line: 'New-CsSite Redmond -Description "Headquarters"' }] },
  set: { examples: [{ says: 'Describes a site.', line: 'Set-CsSite Redmond -Description "Campus"', before: [SITE] }] },
  remove: {
    examples: [
      { says: 'Removes a site that has no pools.', line: 'Remove-CsSite Redmond -Confirm:$false', before: [SITE] },
    ],
  },
});

const pools = csObjectCmdlets(csPool, {
  get: { examples: [{ says: 'Shows all pools.', line: 'Get-CsPool', before: HOME }] },
  new: {
    examples: [
      {
        says: 'Makes a pool that people can be homed on.',
        line: 'New-CsPool RedmondPool.litwareinc.com -Site Redmond',
        before: [SITE],
      },
      {
        says: 'Makes a gateway to the telephone network.',
        line: 'New-CsPool gateway.litwareinc.com -Site Redmond -Role PstnGateway',
        before: [SITE],
      },
    ],
  },
  set: {
    examples: [
      { says: 'Describes a pool.', line: 'Set-CsPool RedmondPool.litwareinc.com -Description "Old"', before: HOME },
    ],
  },
  remove: {
    examples: [
      {
        says: 'Removes a pool that nobody is homed on.',
        line: 'Remove-CsPool RedmondPool.litwareinc.com -Confirm:$false',
        before: HOME,
      },
    ],
  },
});

const units: readonly CmdletDefinition[] = [
  ...objectCmdlets(organizationalUnit, {
    get: {
      examples: [
        { says: 'Shows all units.', line: 'Get-OrganizationalUnit' },
        { says: 'Shows one.', line: 'Get-OrganizationalUnit "HostedExUM Integration"', before: [UNIT] },
      ],
    },
    remove: {
      examples: [
        {
          says: 'Removes a unit that nothing is in.',
          line: 'Remove-OrganizationalUnit "HostedExUM Integration" -Confirm:$false',
          before: [UNIT],
        },
      ],
    },
  }),
  {
    name: 'New-OrganizationalUnit',
    summary: 'Makes an organizational unit.',
    kind: 'OrganizationalUnit',
    does: 'new-unit',
    parameters: {
      Name: { property: text({ max: 64, help: 'Its own name.' }), position: 0, required: true },
      Path: {
        property: text({ max: 960, help: 'Its parent: another unit, or a domain such as dc=example,dc=org.' }),
        aliases: ['Parent'],
        places: 'ou',
        required: true,
      },
      Description: { property: text({ max: 1024, help: 'What administrators should know of it.' }) },
      Tenant: { property: ref({ to: 'Organization', help: 'The tenant it belongs to.' }), aliases: ['Organization'] },
    },
    changes: true,
    examples: [
      {
        says: 'Makes a unit in a domain and one in that unit.',
        line: 'New-OrganizationalUnit Finance -Path "ou=North America,dc=litwareinc,dc=com"',
        before: ['New-OrganizationalUnit "North America" -Path "dc=litwareinc,dc=com"'],
      },
    ],
  },
];

const OU = {
  property: ref({ to: 'OrganizationalUnit', help: 'The distinguished name of one organisational unit.' }),
  about: ['OrganizationalUnit'],
  position: 0,
  required: true,
} as const;

const OBJECT_TYPE = {
  property: list({
    of: text({ max: 64, help: `One of ${OU_OBJECT_TYPES.join(', ')}.` }),
    max: 6,
    help: `Kinds of objects: ${OU_OBJECT_TYPES.join(', ')}.`,
  }),
  required: true,
  position: 1,
} as const;

const common = {
  Domain: words('Taken and not used: there is one directory.'),
  DomainController: DOMAIN_CONTROLLER,
  GlobalCatalog: words('Taken and not used: there is one directory.'),
  Report: words('Taken and not used: the answer is the report.'),
  Force: FORCE,
};

const permission = (verb: 'Grant' | 'Revoke' | 'Test', summary: string, examples: CmdletDefinition['examples']) => ({
  name: `${verb}-CsOUPermission`,
  summary,
  kind: csOUPermission.kind,
  does: verb.toLowerCase(),
  parameters: { OU, ObjectType: OBJECT_TYPE, ...common },
  changes: verb !== 'Test',
  examples,
});

const OF_UNIT = '-OU "ou=HostedExUM Integration,dc=litwareinc,dc=com"';

const permissions: readonly CmdletDefinition[] = [
  permission('Grant', 'Lets administrators of people make and change objects in a unit and below it.', [
    {
      says: 'Lets them make contacts of attendants.',
      line: `Grant-CsOUPermission ${OF_UNIT} -ObjectType "Contact"`,
      before: [UNIT],
    },
  ]),
  permission('Revoke', 'Takes that back.', [
    {
      says: 'Contacts cannot be made there any more.',
      line: `Revoke-CsOUPermission ${OF_UNIT} -ObjectType "Contact"`,
      before: [UNIT, UNIT_PERMISSION],
    },
  ]),
  permission('Test', 'Tells whether administrators of people may make and change objects in a unit.', [
    {
      says: 'Tells True, since the permission was granted.',
      line: `Test-CsOUPermission ${OF_UNIT} -ObjectType "User"`,
      before: [UNIT, UNIT_PERMISSION],
    },
  ]),
];

export const csTopologyCmdlets: readonly CmdletDefinition[] = [...sites, ...pools, ...units, ...permissions];

const POLICY_TYPES = ['HostedVoicemailPolicy', 'VoicePolicy', 'DialPlan'] as const;

/** What holds for a person or a contact, and why. */
export const csEffectivePolicyCmdlet: CmdletDefinition = {
  name: 'Get-CsEffectivePolicy',
  summary: 'Shows the policies that hold for a person or a contact, and which scope has decided that.',
  kind: 'User',
  does: 'effective-policy',
  parameters: {
    Holder: {
      property: ref({ to: 'User', help: 'The person or the contact.' }),
      aliases: ['Identity'],
      about: ['User', 'CsExUmContact'],
      position: 0,
      required: true,
      pipeline: 'object',
    },
    PolicyType: { property: choice({ values: POLICY_TYPES, help: 'Only this policy; all of them when not given.' }) },
  },
  changes: false,
  examples: [
    {
      says: 'Shows that the global policies hold for somebody who has been granted none.',
      line: 'Get-CsEffectivePolicy "Ken Myer"',
      before: ['New-User "Ken Myer" -UserPrincipalName kenmyer@litwareinc.com -SamAccountName "litwareinc\\kenmyer"'],
    },
  ],
};

/** The whole configuration as one file; what they do is in @parley/admin. */
export const csConfigurationCmdlets: readonly CmdletDefinition[] = [
  {
    name: 'Export-CsConfiguration',
    summary: 'Writes the whole configuration to one signed file.',
    does: 'export-configuration',
    parameters: {
      FileName: { property: text({ max: 1024, help: 'The file.' }), position: 0, inSets: ['File'] },
      AsBytes: {
        property: flag({ default: false, help: 'The content is answered instead.' }),
        isSwitch: true,
        inSets: ['Bytes'],
      },
      LocalStore: { property: flag({ default: false, help: "Taken from the node's own copy." }), isSwitch: true },
    },
    changes: false,
    examples: [{ says: 'Writes a file.', line: 'Export-CsConfiguration -FileName c.zip' }],
  },
  {
    name: 'Import-CsConfiguration',
    summary: 'Puts the configuration of a file in place of the present one; all of it is checked first.',
    does: 'import-configuration',
    parameters: {
      FileName: {
        property: text({ max: 1024, help: 'A file that Export-CsConfiguration has written.' }),
        position: 0,
        inSets: ['File'],
      },
      ByteInput: {
        property: text({ max: 1024, help: 'The content itself, as Export-CsConfiguration -AsBytes has answered it.' }),
        inSets: ['Bytes'],
      },
      LocalStore: { property: flag({ default: false, help: 'Put into this node only.' }), isSwitch: true },
      Force: FORCE,
    },
    changes: true,
    asks: true,
    examples: [
      {
        says: 'Puts back what was written before.',
        line: 'Import-CsConfiguration -FileName c.zip -Confirm:$false',
        before: ['Export-CsConfiguration -FileName c.zip'],
      },
    ],
  },
];
