import type { CmdletDefinition } from '../define/cmdlet.ts';
import { csHostedVoicemailPolicy } from '../objects/cs-hosted-voicemail-policy.ts';
import { grantCmdlet } from './cs-grant.ts';
import { csObjectCmdlets } from './cs-object-cmdlets.ts';
import { CONTACT, HOME, KEN, REDMOND_POLICY, SITE, UNIT, UNIT_PERMISSION } from './cs-set-up.ts';

const NORTH_AMERICA = [
  'New-OrganizationalUnit "North America" -Path "dc=litwareinc,dc=com"',
  'New-OrganizationalUnit Finance -Path "ou=North America,dc=litwareinc,dc=com"',
  'New-User "Pilar Ackerman" -OU "ou=Finance,ou=North America,dc=litwareinc,dc=com"',
];

const policies = csObjectCmdlets(csHostedVoicemailPolicy, {
  get: {
    examples: [
      { says: 'Shows all policies; Global exists always.', line: 'Get-CsHostedVoicemailPolicy' },
      {
        says: 'Shows those that are granted to people.',
        line: 'Get-CsHostedVoicemailPolicy -Filter tag:*',
        before: [REDMOND_POLICY],
      },
    ],
  },
  new: {
    examples: [
      {
        says: 'Makes a policy that is granted to people.',
        line: 'New-CsHostedVoicemailPolicy -Identity ExRedmond -Destination ExUM.fabrikam.com -Organization "corp1.litwareinc.com, corp2.litwareinc.com"',
      },
      {
        says: 'Makes the policy of a site.',
        line: 'New-CsHostedVoicemailPolicy -Identity site:Redmond -Destination ExUM.fabrikam.com -Description "Hosted voice mail of Redmond" -Organization "corp1.litwareinc.com, corp2.litwareinc.com"',
        before: [SITE],
      },
    ],
  },
  set: {
    examples: [
      {
        says: 'Changes the global policy.',
        line: 'Set-CsHostedVoicemailPolicy -Destination ExUM.fabrikam.com -Organization "corp1.litwareinc.com"',
      },
      {
        says: 'Sends voice mail to Exchange Online.',
        line: 'Set-CsHostedVoicemailPolicy -Identity Global -Destination exap.um.outlook.com -Organization litwareinc.onmicrosoft.com',
      },
    ],
  },
  remove: {
    examples: [
      {
        says: 'Removes a policy that nobody has.',
        line: 'Remove-CsHostedVoicemailPolicy -Identity ExRedmond -Confirm:$false',
        before: [REDMOND_POLICY],
      },
      {
        says: 'Takes the global policy back to its defaults.',
        line: 'Remove-CsHostedVoicemailPolicy Global -Confirm:$false',
      },
    ],
  },
});

export const csHostedVoicemailPolicyCmdlets: readonly CmdletDefinition[] = [
  ...policies,
  grantCmdlet(csHostedVoicemailPolicy.kind, [
    {
      says: 'Gives a policy to one person.',
      line: 'Grant-CsHostedVoicemailPolicy -Identity "Ken Myer" -PolicyName ExRedmond',
      before: [KEN, REDMOND_POLICY],
    },
    {
      says: 'Gives it to everybody of a unit and of the units below it.',
      line: 'Get-CsUser -OU "ou=Finance,ou=North America,dc=litwareinc,dc=com" | Grant-CsHostedVoicemailPolicy -PolicyName ExRedmond',
      before: [...NORTH_AMERICA, REDMOND_POLICY],
    },
    {
      says: 'Gives it to a contact.',
      line: 'Grant-CsHostedVoicemailPolicy -Identity sip:exumaa1@fabrikam.com -PolicyName ExRedmond',
      before: [...HOME, UNIT, UNIT_PERMISSION, CONTACT, REDMOND_POLICY],
    },
    {
      says: 'Gives it to everybody whose name ends in Myer.',
      line: 'Grant-CsHostedVoicemailPolicy -Identity "* Myer" -PolicyName ExRedmond',
      before: [KEN, REDMOND_POLICY],
    },
    {
      says: 'Takes it away.',
      line: 'Grant-CsHostedVoicemailPolicy -Identity "Ken Myer" -PolicyName $null',
      before: [KEN, REDMOND_POLICY, 'Grant-CsHostedVoicemailPolicy -Identity "Ken Myer" -PolicyName ExRedmond'],
    },
  ]),
];
