import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionOf, definitions, type Kind, kinds, makeObject, validate } from '@parley/schema';
import { COMMUNICATIONS_DEFAULTS, CS_DEFAULTS, CS_RANGES } from './cs-defaults.ts';
import { EXCHANGE_DEFAULTS, EXCHANGE_RANGES, PERSON_DEFAULTS } from './exchange-defaults.ts';

/** Defaults as section 2 of the reference prints them (2.1, 2.2, 2.4, 2.5 and the decisions of section 10). */
const DEFAULTS: { readonly [K in Kind]: object } = {
  ...EXCHANGE_DEFAULTS,
  ...CS_DEFAULTS,
  User: { ...PERSON_DEFAULTS, ...COMMUNICATIONS_DEFAULTS },
  Organization: { timeZone: 'UTC' },
  UMDialPlan: {
    ...EXCHANGE_DEFAULTS.UMDialPlan,
    uriType: 'TelExtn',
    defaultLanguage: 'en-US',
    audioCodec: 'Mp3',
    unknownMailbox: 'Reject',
    inputFailuresBeforeDisconnect: 3,
    logonFailuresBeforeDisconnect: 3,
    maxCallDuration: 30,
    maxRecordingDuration: 20,
    minRecordingDuration: 2,
    recordingIdleTimeout: 5,
    numberingPlanFormats: [],
    accessTelephoneNumbers: [],
    pilotIdentifierList: [],
    equivalentDialPlanPhoneContexts: [],
    voIPSecurity: 'Unsecured',
    callSomeoneEnabled: true,
    sendVoiceMsgEnabled: true,
    callAnsweringRulesEnabled: true,
    automaticSpeechRecognitionEnabled: true,
    faxEnabled: true,
    tuiPromptEditingEnabled: false,
    allowHeuristicADCallingLineIdResolution: true,
    allowDialPlanSubscribers: true,
    allowExtensions: false,
  },
  UMMailboxPolicy: {
    ...EXCHANGE_DEFAULTS.UMMailboxPolicy,
    maxGreetingDuration: 5,
    allowMissedCallNotifications: true,
    allowVoiceMailPreview: true,
    allowCallAnsweringRules: true,
    allowMessageWaitingIndicator: true,
    allowSubscriberAccess: true,
    allowPlayOnPhone: true,
    allowFax: true,
    faxServerURI: [],
    allowVoiceMailAnalysis: false,
    informCallerOfVoiceMailAnalysis: false,
    allowAutomaticSpeechRecognition: true,
    allowSMSNotification: true,
    allowPinlessVoiceMailAccess: false,
    allowTUIAccessToCalendar: true,
    allowTUIAccessToDirectory: true,
    allowTUIAccessToEmail: true,
    allowTUIAccessToPersonalContacts: true,
    allowVoiceResponseToOtherMessageTypes: true,
    minPINLength: 6,
    pinHistoryCount: 5,
    allowCommonPatterns: false,
    pinLifetime: 60,
    logonFailuresBeforePINReset: 5,
    maxLogonAttempts: 15,
    protectUnauthenticatedVoiceMail: 'None',
    protectAuthenticatedVoiceMail: 'None',
    requireProtectedPlayOnPhone: false,
    allowDialPlanSubscribers: true,
    allowExtensions: true,
  },
  UMIPGateway: {
    port: 5060,
    ipAddressFamily: 'IPv4Only',
    status: 'Enabled',
    divertingUser: 'Original',
    outcallsAllowed: true,
    messageWaitingIndicatorAllowed: true,
    delayedSourcePartyInfoEnabled: false,
    simulator: false,
  },
  UMHuntGroup: { pilotIdentifier: [] },
  UMMailbox: {
    ...EXCHANGE_DEFAULTS.UMMailbox,
    umEnabled: false,
    missedCallNotificationEnabled: true,
    anonymousCallersCanLeaveMessages: true,
    callAnsweringRulesEnabled: true,
    allowUMCallsFromNonUsers: 'SearchEnabled',
    automaticSpeechRecognitionEnabled: true,
    faxEnabled: true,
    pinlessAccessToVoiceMailEnabled: false,
    playOnPhoneEnabled: true,
    subscriberAccessEnabled: true,
    tuiAccessToCalendarEnabled: true,
    tuiAccessToEmailEnabled: true,
    umSMSNotificationOption: 'None',
    voiceMailAnalysisEnabled: false,
  },
};

/** Ranges of whole numbers and lengths of texts, as the reference prints them. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  'UMDialPlan.numberOfDigitsInExtension': [1, 20],
  'UMDialPlan.inputFailuresBeforeDisconnect': [1, 20],
  'UMDialPlan.logonFailuresBeforeDisconnect': [1, 20],
  'UMDialPlan.maxCallDuration': [10, 120],
  'UMDialPlan.maxRecordingDuration': [1, 100],
  'UMDialPlan.minRecordingDuration': [0, 10],
  'UMDialPlan.recordingIdleTimeout': [2, 10],
  'UMMailboxPolicy.maxGreetingDuration': [1, 10],
  'UMMailboxPolicy.minPINLength': [4, 24],
  'UMMailboxPolicy.pinHistoryCount': [1, 20],
  'UMMailboxPolicy.pinLifetime': [0, 999],
  'UMMailboxPolicy.logonFailuresBeforePINReset': [0, 999],
  'UMMailboxPolicy.maxLogonAttempts': [1, 999],
  'UMIPGateway.port': [0, 65535],
  ...EXCHANGE_RANGES,
  ...CS_RANGES,
};

for (const kind of kinds) {
  test(`${kind}: the defaults are those of the reference`, () => {
    const found = Object.entries(definitionOf(kind).properties).flatMap(([name, property]) =>
      'default' in property && property.default !== undefined ? [[name, property.default]] : [],
    );
    assert.deepEqual(Object.fromEntries(found), DEFAULTS[kind]);
  });
}

test('the ranges are those of the reference', () => {
  const found = kinds.flatMap(kind =>
    Object.entries(definitionOf(kind).properties).flatMap(([name, property]) =>
      property.type === 'integer' ? [[`${kind}.${name}`, [property.min, property.max]]] : [],
    ),
  );
  assert.deepEqual(Object.fromEntries(found), RANGES);
});

test('every default is a value that the property itself accepts', () => {
  for (const kind of kinds)
    for (const [name, property] of Object.entries(definitionOf(kind).properties)) {
      if (!('default' in property) || property.default === undefined) continue;
      const validated = validate(kind, { [name]: property.default });
      const complaints = 'problems' in validated ? validated.problems.map(each => each.property) : [];
      assert.ok(!complaints.includes(name), `${kind}.${name}`);
    }
});

test('the declarations are plain data: they survive JSON, and every property has a sentence of help', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(definitions)), definitions);
  for (const kind of kinds)
    for (const [name, property] of Object.entries(definitionOf(kind).properties))
      assert.match(property.help, /^[A-Z].*\.$/, `${kind}.${name}`);
  assert.equal(new Set(kinds.map(kind => definitionOf(kind).path)).size, kinds.length);
  assert.equal(new Set(kinds.map(kind => definitionOf(kind).word)).size, kinds.length);
});

test('the types say what is there', () => {
  const made = makeObject('UMMailbox', 'id', { name: 'ann', umMailboxPolicy: 'p', extensions: ['1001'] });
  const codec: 'Mp3' | 'G711' | 'Pcm' | 'Gsm' | undefined = made.callAnsweringAudioCodec;
  const enabled: boolean = made.umEnabled;
  const language: string | undefined = made.language;
  assert.deepEqual([codec, enabled, language, made.extensions], [undefined, false, undefined, ['1001']]);
  const policy = makeObject('UMMailboxPolicy', 'id', { name: 'p', umDialPlan: 'd', pinLifetime: 'Unlimited' });
  const lifetime: number | 'Unlimited' = policy.pinLifetime;
  assert.equal(lifetime, 'Unlimited');
  assert.throws(() => makeObject('UMMailbox', 'id', { name: 'a/b', umMailboxPolicy: 'p', extensions: [] }), TypeError);
});
