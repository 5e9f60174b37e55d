import { isMeant } from './role.ts';

/** Cmdlets about people: scopes of folders (`OU:`) bind these. */
const ABOUT_PEOPLE = [
  '*-UMMailbox',
  '*-UMMailboxPin',
  '*-UMCallAnsweringRule',
  'Get-UMCallDataRecord',
  '*-User',
  '*-Mailbox',
  '*-MailUser',
  '*-Contact',
  '*-MailContact',
  '*-DistributionGroup',
  '*-DistributionGroupMember',
  '*-CsUser',
  '*-CsExUmContact',
  'Grant-CsHostedVoicemailPolicy',
  'Grant-CsVoicePolicy',
  'Grant-CsDialPlan',
  'Get-CsEffectivePolicy',
  // The units themselves, and what may be written in them.
  '*-OrganizationalUnit',
  '*-CsOUPermission',
];

/**
 * Cmdlets that touch what all organisations share: which of them there are, the machines, the whole configuration. Only administrators
 * of the whole system may run them, whatever their groups.
 */
const OF_THE_SYSTEM = [
  'New-Organization',
  'Remove-Organization',
  ...['Set', 'Enable', 'Disable'].flatMap(verb => [
    `${verb}-UMService`,
    `${verb}-UMServer`,
    `${verb}-UMCallRouterSettings`,
  ]),
  '*-CsManagementStoreReplication',
  '*-CsManagementStoreReplicationStatus',
  '*-CsConfiguration',
];

const isOneOf = (patterns: readonly string[], cmdlet: string) => patterns.some(pattern => isMeant(pattern, cmdlet));

/** Whether a cmdlet is about people, by its name. */
export const isAboutPeople = (cmdlet: string): boolean => isOneOf(ABOUT_PEOPLE, cmdlet);

/** Whether a cmdlet touches what all organisations share, by its name. */
export const isOfTheSystem = (cmdlet: string): boolean => isOneOf(OF_THE_SYSTEM, cmdlet);
