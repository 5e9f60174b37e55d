import type { ManagementRole } from './role.ts';

/**
 * The rights of Lync, which its groups hold directly: here each bundle that two groups share is a role, so that a group is a list of
 * roles everywhere.
 */
export const lyncRoles: readonly ManagementRole[] = [
  {
    name: 'Cs Voicemail Policies',
    summary: 'Hosted voicemail policies; not who has them.',
    cmdlets: ['*-CsHostedVoicemailPolicy'],
    except: ['Grant-CsHostedVoicemailPolicy'],
  },
  {
    name: 'Cs Routing',
    summary: 'Dial plans, normalization rules, PSTN usages and voice routes.',
    cmdlets: ['*-CsDialPlan', '*-CsVoiceNormalizationRule', '*-CsPstnUsage', '*-CsVoiceRoute'],
    except: ['Grant-CsDialPlan'],
  },
  {
    name: 'Cs Voice',
    summary: 'Voice policies, trunks, unassigned numbers, announcements, rerouting and media.',
    cmdlets: [
      '*-CsVoicePolicy',
      '*-CsTrunkConfiguration',
      '*-CsTrunk',
      '*-CsOutboundTranslationRule',
      '*-CsOutboundCallingNumberTranslationRule',
      '*-CsSipResponseCodeTranslationRule',
      '*-CsUnassignedNumber',
      '*-CsAnnouncement',
      '*-CsVoicemailReroutingConfiguration',
      '*-CsMediaConfiguration',
    ],
    except: ['Grant-CsVoicePolicy'],
  },
  {
    name: 'Cs Edge',
    summary: 'Federation: access edge, hosting providers, allowed domains.',
    cmdlets: ['*-CsAccessEdgeConfiguration', '*-CsHostingProvider', '*-CsAllowedDomain', '*-CsBlockedDomain'],
  },
  {
    name: 'Cs Servers',
    summary: 'Servers, pools, sites and what runs on them.',
    cmdlets: [
      '*-CsServerApplication',
      '*-CsSite',
      '*-CsPool',
      '*-CsComputer',
      '*-CsTopology',
      '*-CsManagementStoreReplication',
      '*-CsManagementStoreReplicationStatus',
    ],
  },
  {
    name: 'Cs Configuration Store',
    summary: 'The whole configuration as one file.',
    cmdlets: ['Export-CsConfiguration', 'Import-CsConfiguration'],
  },
  {
    name: 'Cs Users',
    summary: 'People: enabled, changed, moved, disabled; not their policies.',
    cmdlets: ['*-CsUser'],
  },
  {
    name: 'Cs UM Contacts',
    summary: 'Contact objects of attendants and subscriber access.',
    cmdlets: ['*-CsExUmContact'],
  },
  {
    name: 'Cs Policy Assignment',
    summary: 'Gives people policies that exist.',
    cmdlets: ['Grant-CsHostedVoicemailPolicy', 'Grant-CsVoicePolicy', 'Grant-CsDialPlan', 'Get-CsEffectivePolicy'],
  },
  {
    name: 'Cs Delegation',
    summary: 'Which folders the groups of Lync may write in.',
    cmdlets: ['*-CsOUPermission', '*-CsOrganizationalUnit'],
  },
  { name: 'Cs Monitoring', summary: 'Tests that change nothing.', cmdlets: ['Test-Cs*', 'Debug-Cs*'] },
  {
    name: 'View-Only Cs Voicemail Policies',
    summary: 'Reads hosted voicemail policies.',
    cmdlets: ['Get-CsHostedVoicemailPolicy'],
  },
  {
    name: 'View-Only Cs',
    summary: 'Reads everything of Lync but hosted voicemail policies; changes nothing.',
    cmdlets: ['Get-Cs*'],
    // The original's page of Get-CsHostedVoicemailPolicy names the user and server groups and not the read-only one.
    except: ['Get-CsHostedVoicemailPolicy', 'Get-CsAdminRole'],
  },
];
