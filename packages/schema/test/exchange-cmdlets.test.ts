import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cmdletNamed } from '@parley/schema';

/** Section 3 of the reference: every cmdlet with its parameters, a "!" after those that are required. */
const CMDLETS: Readonly<Record<string, string>> = {
  'New-UMDialPlan':
    'Name! CountryOrRegionCode! NumberOfDigitsInExtension! AccessTelephoneNumbers DefaultLanguage FaxEnabled GenerateUMMailboxPolicy URIType VoIPSecurity',
  'Set-UMDialPlan':
    'Identity! AccessTelephoneNumbers AllowDialPlanSubscribers AllowedInCountryOrRegionGroups AllowedInternationalGroups AllowExtensions AllowHeuristicADCallingLineIdResolution AudioCodec AutomaticSpeechRecognitionEnabled CallAnsweringRulesEnabled CallSomeoneEnabled ConfiguredInCountryOrRegionGroups ConfiguredInternationalGroups ContactAddressList ContactRecipientContainer ContactScope CountryOrRegionCode DefaultLanguage DialByNamePrimary DialByNameSecondary EquivalentDialPlanPhoneContexts Extension FaxEnabled ForceUpgrade InCountryOrRegionNumberFormat InfoAnnouncementEnabled InfoAnnouncementFilename InputFailuresBeforeDisconnect InternationalAccessCode InternationalNumberFormat LegacyPromptPublishingPoint LogonFailuresBeforeDisconnect MatchedNameSelectionMethod MaxCallDuration MaxRecordingDuration Name NationalNumberPrefix NumberingPlanFormats OperatorExtension OutsideLineAccessCode PilotIdentifierList RecordingIdleTimeout SendVoiceMsgEnabled TUIPromptEditingEnabled UMAutoAttendant VoIPSecurity WelcomeGreetingEnabled WelcomeGreetingFilename',
  'Get-UMDialPlan': 'Identity',
  'Remove-UMDialPlan': 'Identity!',
  'New-UMIPGateway': 'Name! Address! IPAddressFamily UMDialPlan',
  'Set-UMIPGateway':
    'Identity! Address DelayedSourcePartyInfoEnabled ForceUpgrade IPAddressFamily MessageWaitingIndicatorAllowed Name OutcallsAllowed Port Simulator Status',
  'Get-UMIPGateway': 'Identity IncludeSimulator',
  'Enable-UMIPGateway': 'Identity!',
  'Disable-UMIPGateway': 'Identity! Immediate',
  'Remove-UMIPGateway': 'Identity!',
  'New-UMHuntGroup': 'Name! UMDialPlan! UMIPGateway! PilotIdentifier',
  'Get-UMHuntGroup': 'Identity UMDialPlan',
  'Remove-UMHuntGroup': 'Identity!',
  'New-UMMailboxPolicy': 'Name! UMDialPlan!',
  'Set-UMMailboxPolicy':
    'Identity! AllowAutomaticSpeechRecognition AllowCallAnsweringRules AllowCommonPatterns AllowDialPlanSubscribers AllowedInCountryOrRegionGroups AllowedInternationalGroups AllowExtensions AllowFax AllowMessageWaitingIndicator AllowMissedCallNotifications AllowPinlessVoiceMailAccess AllowPlayOnPhone AllowSMSNotification AllowSubscriberAccess AllowTUIAccessToCalendar AllowTUIAccessToDirectory AllowTUIAccessToEmail AllowTUIAccessToPersonalContacts AllowVoiceMailAnalysis AllowVoiceMailPreview AllowVoiceResponseToOtherMessageTypes FaxMessageText FaxServerURI ForceUpgrade InformCallerOfVoiceMailAnalysis LogonFailuresBeforePINReset MaxGreetingDuration MaxLogonAttempts MinPINLength Name PINHistoryCount PINLifetime ProtectAuthenticatedVoiceMail ProtectedVoiceMailText ProtectUnauthenticatedVoiceMail RequireProtectedPlayOnPhone ResetPINText SourceForestPolicyNames UMDialPlan UMEnabledText VoiceMailPreviewPartnerAddress VoiceMailPreviewPartnerAssignedID VoiceMailPreviewPartnerMaxDeliveryDelay VoiceMailPreviewPartnerMaxMessageDuration VoiceMailText',
  'Get-UMMailboxPolicy': 'Identity UMDialPlan',
  'Remove-UMMailboxPolicy': 'Identity!',
  'Enable-UMMailbox':
    'Identity! UMMailboxPolicy! AutomaticSpeechRecognitionEnabled EnableCloudVoiceMail! Extensions IgnoreDefaultScope NotifyEmail PilotNumber PIN PINExpired SendWelcomeMail SIPResourceIdentifier ValidateOnly',
  'Set-UMMailbox':
    'Identity! AllowUMCallsFromNonUsers AnonymousCallersCanLeaveMessages AutomaticSpeechRecognitionEnabled CallAnsweringAudioCodec CallAnsweringRulesEnabled FaxEnabled IgnoreDefaultScope ImListMigrationCompleted MissedCallNotificationEnabled Name OperatorNumber PinlessAccessToVoiceMailEnabled PlayOnPhoneEnabled SubscriberAccessEnabled TUIAccessToCalendarEnabled TUIAccessToEmailEnabled UMMailboxPolicy UMSMSNotificationOption VoiceMailAnalysisEnabled',
  'Get-UMMailbox':
    'Identity Anr Credential Filter IgnoreDefaultScope OrganizationalUnit ReadFromDomainController ResultSize SortBy',
  'Disable-UMMailbox': 'Identity! IgnoreDefaultScope KeepProperties',
  'Get-UMMailboxPin': 'Identity Credential IgnoreDefaultScope IgnoreErrors ReadFromDomainController ResultSize',
  'Set-UMMailboxPIN': 'Identity! IgnoreDefaultScope LockedOut NotifyEmail Pin PINExpired SendEmail',
  'New-UMAutoAttendant': 'Name! UMDialPlan! DTMFFallbackAutoAttendant PilotIdentifierList SpeechEnabled Status',
  'Set-UMAutoAttendant':
    'Identity! AfterHoursKeyMapping AfterHoursKeyMappingEnabled AfterHoursMainMenuCustomPromptEnabled AfterHoursMainMenuCustomPromptFilename AfterHoursTransferToOperatorEnabled AfterHoursWelcomeGreetingEnabled AfterHoursWelcomeGreetingFilename AllowDialPlanSubscribers AllowedInCountryOrRegionGroups AllowedInternationalGroups AllowExtensions BusinessHoursKeyMapping BusinessHoursKeyMappingEnabled BusinessHoursMainMenuCustomPromptEnabled BusinessHoursMainMenuCustomPromptFilename BusinessHoursSchedule BusinessHoursTransferToOperatorEnabled BusinessHoursWelcomeGreetingEnabled BusinessHoursWelcomeGreetingFilename BusinessLocation BusinessName CallSomeoneEnabled ContactAddressList ContactRecipientContainer ContactScope DTMFFallbackAutoAttendant ForceUpgrade HolidaySchedule InfoAnnouncementEnabled InfoAnnouncementFilename Language MatchedNameSelectionMethod Name NameLookupEnabled OperatorExtension PilotIdentifierList SendVoiceMsgEnabled SpeechEnabled Timezone TimeZoneName WeekStartDay',
  'Get-UMAutoAttendant': 'Identity UMDialPlan',
  'Enable-UMAutoAttendant': 'Identity!',
  'Disable-UMAutoAttendant': 'Identity!',
  'Remove-UMAutoAttendant': 'Identity!',
  'New-UMCallAnsweringRule':
    'Name! CallerIds CallersCanInterruptGreeting CheckAutomaticReplies ExtensionsDialed KeyMappings Mailbox Priority ScheduleStatus TimeOfDay',
  'Set-UMCallAnsweringRule':
    'Identity! CallerIds CallersCanInterruptGreeting CheckAutomaticReplies ExtensionsDialed KeyMappings Mailbox Name Priority ScheduleStatus TimeOfDay',
  'Get-UMCallAnsweringRule': 'Identity Mailbox',
  'Enable-UMCallAnsweringRule': 'Identity! Mailbox',
  'Disable-UMCallAnsweringRule': 'Identity! Mailbox',
  'Remove-UMCallAnsweringRule': 'Identity! Mailbox',
  'Get-UMService': 'Identity',
  'Set-UMService':
    'Identity! DialPlans GrammarGenerationSchedule IPAddressFamily IPAddressFamilyConfigurable IrmLogEnabled IrmLogMaxAge IrmLogMaxDirectorySize IrmLogMaxFileSize IrmLogPath MaxCallsAllowed SIPAccessService Status UMStartupMode',
  'Enable-UMService': 'Identity!',
  'Disable-UMService': 'Identity! Immediate',
  'Get-UMCallRouterSettings': 'Server',
  'Set-UMCallRouterSettings':
    'Server DialPlans IPAddressFamily IPAddressFamilyConfigurable MaxCallsAllowed SipTcpListeningPort SipTlsListeningPort UMStartupMode',
  'Get-UMServer': 'Identity',
  'Set-UMServer':
    'Identity! DialPlans ExternalServiceFqdn GrammarGenerationSchedule IrmLogEnabled IrmLogMaxAge IrmLogMaxDirectorySize IrmLogMaxFileSize IrmLogPath MaxCallsAllowed SIPAccessService SipTcpListeningPort SipTlsListeningPort Status UMStartupMode',
  'Enable-UMServer': 'Identity!',
  'Disable-UMServer': 'Identity! Immediate',
  'Import-UMPrompt': 'PromptFileData! PromptFileName! PromptFileStream! UMAutoAttendant! UMDialPlan!',
  'Export-UMPrompt': 'PromptFileName! UMAutoAttendant! UMDialPlan!',
  'Get-UMActiveCalls': 'DialPlan! InstanceServer! IPGateway! Server',
  'Get-UMCallDataRecord': 'Mailbox!',
  'Get-UMCallSummaryReport': 'GroupBy! UMDialPlan UMIPGateway',
  'Export-UMCallDataRecord': 'ClientStream! Date! UMDialPlan UMIPGateway',
  'Test-UMConnectivity':
    'Phone! PIN! ResetPIN! TUILogon! TUILogonAll! UMDialPlan! UMIPGateway! CallRouter CertificateThumbprint DiagDtmfDurationInMilisecs DiagDtmfSequence DiagInitialSilenceInMilisecs DiagInterDtmfDiffGapInMilisecs DiagInterDtmfGapInMilisecs From ListenPort MediaSecured MonitoringContext RemotePort Secured Timeout',
};

/** Where this system asks for less: optional by the decision of section 10, or filled in when there is only one to choose from. */
const ASKED_FOR_LESS = new Set(['New-UMDialPlan.CountryOrRegionCode', 'Export-UMCallDataRecord.ClientStream']);
/** Where parameter sets of the originals are of no use: one test needs only what it is about. */
const WITHOUT_SETS = new Set(['Test-UMConnectivity']);

test('there are as many as the reference counts', () => assert.equal(Object.keys(CMDLETS).length, 52));

for (const [name, parameters] of Object.entries(CMDLETS))
  test(`${name} has the parameters of the reference`, () => {
    const cmdlet = cmdletNamed(name) ?? assert.fail(`no ${name}`);
    const known = new Map(
      Object.entries(cmdlet.parameters).flatMap(([shown, parameter]) =>
        [shown, ...(parameter.aliases ?? [])].map(each => [each.toLowerCase(), parameter] as const),
      ),
    );
    for (const written of parameters.split(' ')) {
      const shown = written.replace('!', '');
      const parameter = known.get(shown.toLowerCase()) ?? assert.fail(`no -${shown}`);
      if (!written.endsWith('!') || ASKED_FOR_LESS.has(`${name}.${shown}`) || WITHOUT_SETS.has(name)) continue;
      assert.ok(parameter.required || parameter.property.type === 'ref', `-${shown} is required`);
    }
    assert.equal(cmdlet.changes, !/^(?:Get|Test|Export)-/.test(name));
    assert.equal(cmdlet.asks === true, /^(?:Remove|Disable)-/.test(name), 'asks');
    const first = Object.values(cmdlet.parameters).find(({ position }) => position === 0);
    assert.equal(
      first !== undefined,
      /(?:^|\s)(?:Identity|Name)!?(?:\s|$)/.test(parameters) || /^(?:Get|Set)-UMCallRouterSettings$/.test(name),
    );
  });
