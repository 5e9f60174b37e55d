import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionOf, isKind, shownName } from '@parley/schema';

/**
 * Every property of the tables of section 2 (2.1 to 2.10), by the name that cmdlets show; those that are worked out too. Only the
 * thumbprint of a service's certificate is missing, which the reference itself infers.
 */
const PROPERTIES: Readonly<Record<string, string>> = {
  UMDialPlan:
    'Name NumberOfDigitsInExtension URIType CountryOrRegionCode VoIPSecurity GenerateUMMailboxPolicy AccessTelephoneNumbers PilotIdentifierList DefaultLanguage AudioCodec FaxEnabled AutomaticSpeechRecognitionEnabled CallAnsweringRulesEnabled CallSomeoneEnabled SendVoiceMsgEnabled ContactScope ContactAddressList ContactRecipientContainer Extension UMAutoAttendant DialByNamePrimary DialByNameSecondary MatchedNameSelectionMethod WelcomeGreetingEnabled WelcomeGreetingFilename InfoAnnouncementEnabled InfoAnnouncementFilename OperatorExtension InputFailuresBeforeDisconnect LogonFailuresBeforeDisconnect MaxCallDuration MaxRecordingDuration RecordingIdleTimeout OutsideLineAccessCode InternationalAccessCode NationalNumberPrefix InCountryOrRegionNumberFormat InternationalNumberFormat NumberingPlanFormats ConfiguredInCountryOrRegionGroups ConfiguredInternationalGroups AllowDialPlanSubscribers AllowExtensions AllowedInCountryOrRegionGroups AllowedInternationalGroups AllowHeuristicADCallingLineIdResolution EquivalentDialPlanPhoneContexts TUIPromptEditingEnabled LegacyPromptPublishingPoint PhoneContext UMServers UMMailboxPolicies UMAutoAttendants UMHuntGroups UMIPGateway',
  UMIPGateway:
    'Name Address IPAddressFamily Port Status OutcallsAllowed MessageWaitingIndicatorAllowed DelayedSourcePartyInfoEnabled Simulator HuntGroups',
  UMHuntGroup: 'Name UMDialPlan UMIPGateway PilotIdentifier',
  UMMailboxPolicy:
    'Name UMDialPlan MaxGreetingDuration AllowVoiceMailPreview AllowCallAnsweringRules AllowMessageWaitingIndicator AllowSubscriberAccess AllowMissedCallNotifications AllowPlayOnPhone AllowFax FaxServerURI AllowVoiceMailAnalysis InformCallerOfVoiceMailAnalysis AllowAutomaticSpeechRecognition AllowSMSNotification AllowPinlessVoiceMailAccess AllowTUIAccessToCalendar AllowTUIAccessToDirectory AllowTUIAccessToEmail AllowTUIAccessToPersonalContacts AllowVoiceResponseToOtherMessageTypes UMEnabledText ResetPINText VoiceMailText FaxMessageText ProtectedVoiceMailText MinPINLength PINHistoryCount AllowCommonPatterns PINLifetime LogonFailuresBeforePINReset MaxLogonAttempts AllowDialPlanSubscribers AllowExtensions AllowedInCountryOrRegionGroups AllowedInternationalGroups ProtectUnauthenticatedVoiceMail ProtectAuthenticatedVoiceMail RequireProtectedPlayOnPhone VoiceMailPreviewPartnerAddress VoiceMailPreviewPartnerAssignedID VoiceMailPreviewPartnerMaxDeliveryDelay VoiceMailPreviewPartnerMaxMessageDuration SourceForestPolicyNames',
  UMMailbox:
    'UMEnabled UMMailboxPolicy UMAddresses Extensions SIPResourceIdentifier EmailAddresses PINExpired LockedOut FirstTimeUser AutomaticSpeechRecognitionEnabled AllowUMCallsFromNonUsers AnonymousCallersCanLeaveMessages CallAnsweringAudioCodec CallAnsweringRulesEnabled FaxEnabled MissedCallNotificationEnabled OperatorNumber PinlessAccessToVoiceMailEnabled PlayOnPhoneEnabled SubscriberAccessEnabled TUIAccessToCalendarEnabled TUIAccessToEmailEnabled UMSMSNotificationOption VoiceMailAnalysisEnabled ImListMigrationCompleted Name PlayOnPhoneDialString TelephoneAccessFolderEmail OofStatus Language TimeZone UMDtmfMap PhoneticDisplayName',
  UMService:
    'Name DialPlans MaxCallsAllowed UMStartupMode SipTcpListeningPort SipTlsListeningPort IPAddressFamily IPAddressFamilyConfigurable GrammarGenerationSchedule SIPAccessService IrmLogEnabled IrmLogMaxAge IrmLogMaxDirectorySize IrmLogMaxFileSize IrmLogPath Status Languages ExternalServiceFqdn',
  UMCallRouterSettings:
    'SipTcpListeningPort SipTlsListeningPort DialPlans UMStartupMode IPAddressFamily IPAddressFamilyConfigurable MaxCallsAllowed UMPodRedirectTemplate',
  UMAutoAttendant:
    'Name UMDialPlan Status PilotIdentifierList SpeechEnabled DTMFFallbackAutoAttendant Language BusinessName BusinessLocation BusinessHoursSchedule HolidaySchedule TimeZone TimeZoneName WeekStartDay BusinessHoursWelcomeGreetingEnabled BusinessHoursWelcomeGreetingFilename BusinessHoursMainMenuCustomPromptEnabled BusinessHoursMainMenuCustomPromptFilename BusinessHoursKeyMappingEnabled BusinessHoursKeyMapping BusinessHoursTransferToOperatorEnabled AfterHoursWelcomeGreetingEnabled AfterHoursWelcomeGreetingFilename AfterHoursMainMenuCustomPromptEnabled AfterHoursMainMenuCustomPromptFilename AfterHoursKeyMappingEnabled AfterHoursKeyMapping AfterHoursTransferToOperatorEnabled OperatorExtension InfoAnnouncementEnabled InfoAnnouncementFilename NameLookupEnabled CallSomeoneEnabled SendVoiceMsgEnabled ContactScope ContactAddressList ContactRecipientContainer MatchedNameSelectionMethod AllowDialPlanSubscribers AllowExtensions AllowedInCountryOrRegionGroups AllowedInternationalGroups StarOutToDialPlanEnabled',
  UMCallAnsweringRule:
    'Name Priority Enabled CallerIds TimeOfDay ScheduleStatus CheckAutomaticReplies ExtensionsDialed CallersCanInterruptGreeting KeyMappings',
  UMPrompt: 'PromptFileName PromptFileData UMDialPlan UMAutoAttendant',
  User: 'UMCallingLineIds UMDtmfMap PhoneticDisplayName',
  Contact: 'UMCallingLineIds UMDtmfMap PhoneticDisplayName',
  DistributionGroup: 'UMDtmfMap',
};

/** Given when it is made, and never changed after that ("Ed" of the tables, and the life-cycle rules of 2.0). */
const FIXED = [
  'UMDialPlan.numberOfDigitsInExtension',
  'UMDialPlan.uriType',
  'UMHuntGroup.name',
  'UMHuntGroup.umDialPlan',
  'UMHuntGroup.umIPGateway',
  'UMHuntGroup.pilotIdentifier',
  'UMAutoAttendant.umDialPlan',
];

/** What must be given: "required" of the tables. */
const REQUIRED = [
  'UMDialPlan.name',
  'UMDialPlan.numberOfDigitsInExtension',
  'UMIPGateway.name',
  'UMIPGateway.address',
  'UMHuntGroup.umDialPlan',
  'UMHuntGroup.umIPGateway',
  'UMMailboxPolicy.name',
  'UMMailboxPolicy.umDialPlan',
  'UMMailbox.umMailboxPolicy',
  'UMMailbox.extensions',
  'UMAutoAttendant.name',
  'UMAutoAttendant.umDialPlan',
  'UMCallAnsweringRule.name',
];

for (const [kind, names] of Object.entries(PROPERTIES))
  test(`${kind} has every property of the reference`, () => {
    if (!isKind(kind)) assert.fail(kind);
    const { properties, creation = {}, computed = {} } = definitionOf(kind);
    const shown = Object.entries({ ...properties, ...creation, ...computed }).flatMap(([name, property]) => [
      shownName(name, property),
      ...('aliases' in property ? (property.aliases ?? []) : []),
    ]);
    const known = new Set(shown.map(name => name.toLowerCase()));
    assert.deepEqual(
      names.split(' ').filter(name => !known.has(name.toLowerCase())),
      [],
    );
  });

const propertyOf = (path: string) => {
  const [kind, name] = path.split('.');
  if (!isKind(kind)) assert.fail(kind);
  return definitionOf(kind).properties[name] ?? assert.fail(path);
};

test('what is given once and what must be given is what the reference says', () => {
  for (const path of FIXED) assert.equal(propertyOf(path).fixedAfterCreate, true, path);
  for (const path of REQUIRED) {
    const property = propertyOf(path);
    assert.ok('required' in property && property.required, path);
  }
});

test('lengths of texts and lists are those of the reference', () => {
  const max = (path: string) => {
    const property = propertyOf(path);
    return 'max' in property ? property.max : undefined;
  };
  for (const [path, most] of [
    ['UMDialPlan.name', 64],
    ['UMDialPlan.countryOrRegionCode', 4],
    ['UMDialPlan.outsideLineAccessCode', 16],
    ['UMDialPlan.internationalAccessCode', 4],
    ['UMDialPlan.nationalNumberPrefix', 4],
    ['UMDialPlan.welcomeGreetingFilename', 255],
    ['UMIPGateway.name', 64],
    ['UMHuntGroup.name', 64],
    ['UMMailboxPolicy.name', 64],
    ['UMMailboxPolicy.voiceMailText', 512],
    ['UMMailboxPolicy.umEnabledText', 512],
    ['UMMailboxPolicy.resetPINText', 512],
    ['UMMailboxPolicy.faxMessageText', 512],
    ['UMMailboxPolicy.protectedVoiceMailText', 512],
    ['UMMailbox.operatorNumber', 20],
    ['UMAutoAttendant.name', 64],
    ['UMCallAnsweringRule.name', 255],
    ['UMCallAnsweringRule.keyMappings', 10],
  ] as const)
    assert.equal(max(path), most, path);
  const access = propertyOf('UMDialPlan.accessTelephoneNumbers');
  assert.equal(access.type === 'list' && access.of.type === 'text' && access.of.max, 32);
});
