/**
 * Who may what, typed from the references of the originals (Exchange: permissions of Unified Messaging; Lync: group that each cmdlet
 * needs locally, and remote roles), paragraph by paragraph, without a look at the roles of this system: the matrix test holds these
 * against them. A letter is a role group.
 */
export const GROUPS = {
  O: 'Organization Management',
  U: 'UM Management',
  S: 'Server Management',
  R: 'Recipient Management',
  V: 'View-Only Organization Management',
  H: 'Help Desk',
  s: 'RTCUniversalServerAdmins',
  u: 'RTCUniversalUserAdmins',
  r: 'RTCUniversalReadOnlyAdmins',
  A: 'CsAdministrator',
  P: 'CsUserAdministrator',
  C: 'CsVoiceAdministrator',
  M: 'CsServerAdministrator',
  v: 'CsViewOnlyAdministrator',
  h: 'CsHelpDesk',
} as const;

/** Everybody of Lync may read, but for what a page says otherwise. */
const LYNC_READS = 's u r A P C M v h';

export const EXPECTED: readonly (readonly [who: string, cmdlets: string])[] = [
  // Attendants, call router, dial plans, hunt groups, gateways, policies, reports, prompts: Organization or UM Management.
  [
    'O U',
    `New-UMAutoAttendant Set-UMAutoAttendant Remove-UMAutoAttendant Enable-UMAutoAttendant Disable-UMAutoAttendant
    Set-UMCallRouterSettings New-UMDialPlan Set-UMDialPlan Remove-UMDialPlan New-UMHuntGroup Remove-UMHuntGroup
    New-UMIPGateway Set-UMIPGateway Remove-UMIPGateway Enable-UMIPGateway Disable-UMIPGateway
    New-UMMailboxPolicy Set-UMMailboxPolicy Remove-UMMailboxPolicy Export-UMCallDataRecord
    Import-UMPrompt Export-UMPrompt Remove-UMPrompt`,
  ],
  // The same, read: also whoever reads everything.
  [
    'O U V',
    `Get-UMAutoAttendant Get-UMCallRouterSettings Get-UMDialPlan Get-UMHuntGroup Get-UMIPGateway Get-UMMailboxPolicy
    Get-UMCallSummaryReport`,
  ],
  // Prompts belong to UM Prompts, which Organization and UM Management have; reading them is reading everything too.
  ['O U V', 'Get-UMPrompt'],
  // UM mailboxes, PINs, answering rules: Organization or UM Management; not Recipient Management, which reads them.
  [
    'O U',
    `Enable-UMMailbox Disable-UMMailbox Set-UMMailbox Import-UMMailbox Set-UMMailboxPIN New-UMCallAnsweringRule Set-UMCallAnsweringRule
    Remove-UMCallAnsweringRule Enable-UMCallAnsweringRule Disable-UMCallAnsweringRule`,
  ],
  ['O U R V H', 'Get-UMMailbox Get-UMMailboxPin Get-UMCallAnsweringRule Get-UMCallDataRecord'],
  // The service: Organization or Server Management; and the role Unified Messaging names services, which UM Management has.
  ['O U S', 'Set-UMService Enable-UMService Disable-UMService Set-UMServer Enable-UMServer Disable-UMServer'],
  ['O U S V', 'Get-UMService Get-UMServer'],
  // Diagnostics: help desks test.
  ['O U V H', 'Get-UMActiveCalls'],
  ['O U H', 'Test-UMConnectivity'],
  // People and groups.
  [
    'O R',
    `New-User Set-User Remove-User New-Contact Set-Contact Remove-Contact New-DistributionGroup Set-DistributionGroup
    Remove-DistributionGroup Add-DistributionGroupMember Remove-DistributionGroupMember`,
  ],
  ['O R V H', 'Get-User Get-Contact Get-DistributionGroup Get-DistributionGroupMember'],
  // Address lists, organisations, folders.
  [
    'O',
    `New-AddressList Set-AddressList Remove-AddressList New-Organization Set-Organization Remove-Organization
    New-OrganizationalUnit Remove-OrganizationalUnit`,
  ],
  ['O V', 'Get-AddressList Get-Organization Get-OrganizationalUnit'],
  // Only Organization Management changes memberships; CsAdministrator may everything, roles included.
  [
    'O A',
    `New-Administrator Set-Administrator Remove-Administrator Get-Administrator Get-AdminSession Remove-AdminSession
    New-AdminToken Get-AdminToken Remove-AdminToken Add-RoleGroupMember Remove-RoleGroupMember
    Search-AdminAuditLog Export-AdminAuditLog Get-AdminAuditLogConfig Test-AdminAuditLog`,
  ],
  ['O V A', 'Get-RoleGroup Get-RoleGroupMember Get-ManagementRole'],
  // Lync, local groups: servers, federation and the store for RTCUniversalServerAdmins; remotely CsAdministrator alone has global configuration.
  [
    's A',
    `Set-CsAccessEdgeConfiguration New-CsHostingProvider Set-CsHostingProvider Remove-CsHostingProvider Enable-CsHostingProvider
    Disable-CsHostingProvider New-CsAllowedDomain Set-CsAllowedDomain Remove-CsAllowedDomain New-CsBlockedDomain
    Set-CsBlockedDomain Remove-CsBlockedDomain Export-CsConfiguration Import-CsConfiguration`,
  ],
  // Voice settings and policies: CsVoiceAdministrator too.
  [
    's A C',
    `New-CsHostedVoicemailPolicy Set-CsHostedVoicemailPolicy Remove-CsHostedVoicemailPolicy
    New-CsVoicePolicy Set-CsVoicePolicy Remove-CsVoicePolicy
    New-CsTrunkConfiguration Set-CsTrunkConfiguration Remove-CsTrunkConfiguration
    New-CsOutboundTranslationRule Set-CsOutboundTranslationRule Remove-CsOutboundTranslationRule
    New-CsOutboundCallingNumberTranslationRule Set-CsOutboundCallingNumberTranslationRule
    Remove-CsOutboundCallingNumberTranslationRule
    New-CsSipResponseCodeTranslationRule Set-CsSipResponseCodeTranslationRule Remove-CsSipResponseCodeTranslationRule
    New-CsUnassignedNumber Set-CsUnassignedNumber Remove-CsUnassignedNumber
    New-CsAnnouncement Set-CsAnnouncement Remove-CsAnnouncement
    New-CsVoicemailReroutingConfiguration Set-CsVoicemailReroutingConfiguration Remove-CsVoicemailReroutingConfiguration
    New-CsMediaConfiguration Set-CsMediaConfiguration Remove-CsMediaConfiguration`,
  ],
  // Dial plans and routes are edited by CsServerAdministrator as well.
  [
    's A C M',
    `New-CsDialPlan Set-CsDialPlan Remove-CsDialPlan New-CsVoiceNormalizationRule Set-CsVoiceNormalizationRule
    Remove-CsVoiceNormalizationRule New-CsVoiceRoute Set-CsVoiceRoute Remove-CsVoiceRoute Set-CsPstnUsage`,
  ],
  // Servers.
  [
    's A M',
    'New-CsSite Set-CsSite Remove-CsSite New-CsPool Set-CsPool Remove-CsPool Invoke-CsManagementStoreReplication',
  ],
  // People and contacts: RTCUniversalUserAdmins, remotely CsUserAdministrator.
  [
    'u A P',
    `Enable-CsUser Disable-CsUser Set-CsUser Move-CsUser New-CsExUmContact Set-CsExUmContact Move-CsExUmContact
    Remove-CsExUmContact`,
  ],
  // Policies are assigned by either of the two groups, and by whoever owns voice policies.
  ['s u A P C', 'Grant-CsHostedVoicemailPolicy Grant-CsVoicePolicy Grant-CsDialPlan'],
  // Who may write in a folder is everything's owner's to say.
  ['A', 'Grant-CsOUPermission Revoke-CsOUPermission'],
  // Reading. The page of hosted voicemail policies names the user and server groups alone of the three.
  ['s u A P C M v h', 'Get-CsHostedVoicemailPolicy'],
  [
    LYNC_READS,
    `Get-CsAccessEdgeConfiguration Get-CsAllowedDomain Get-CsAnnouncement Get-CsBlockedDomain Get-CsDialPlan Get-CsEffectivePolicy
    Get-CsExUmContact Get-CsHostingProvider Get-CsManagementStoreReplicationStatus Get-CsMediaConfiguration Get-CsOutboundCallingNumberTranslationRule
    Get-CsOutboundTranslationRule Get-CsPool Get-CsPstnUsage Get-CsSipResponseCodeTranslationRule Get-CsSite
    Get-CsTrunkConfiguration Get-CsUnassignedNumber Get-CsUser Get-CsVoiceNormalizationRule Get-CsVoicePolicy Get-CsVoiceRoute
    Get-CsVoicemailReroutingConfiguration`,
  ],
  // Tests: whoever owns servers or voice, and the help desk.
  [
    's A C M h',
    `Test-CsDialPlan Test-CsOUPermission Test-CsTrunkConfiguration Test-CsVoiceNormalizationRule Test-CsVoicePolicy
    Test-CsVoiceRoute`,
  ],
];

/** What all organisations share: the machines, the whole configuration, and which organisations there are. */
export const OF_THE_SYSTEM = `New-Organization Remove-Organization Set-UMService Enable-UMService Disable-UMService Set-UMServer
  Enable-UMServer Disable-UMServer Set-UMCallRouterSettings Export-CsConfiguration Import-CsConfiguration
  Invoke-CsManagementStoreReplication Get-CsManagementStoreReplicationStatus`;
