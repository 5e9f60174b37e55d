import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CmdletDefinition,
  cmdletNamed,
  cmdlets,
  definitionOf,
  isKind,
  type Parameter,
  validate,
} from '@parley/schema';

/** Sections 3 to 7 and 9 of the reference: every cmdlet with its parameters, a "!" after those that are required. */
const CMDLETS: Readonly<Record<string, string>> = {
  'New-CsHostedVoicemailPolicy': 'Identity! Description Destination Organization InMemory Force Tenant',
  'Set-CsHostedVoicemailPolicy': 'Identity Instance Description Destination Organization Force',
  'Get-CsHostedVoicemailPolicy': 'Identity Filter LocalStore Tenant',
  'Grant-CsHostedVoicemailPolicy': 'Identity! PolicyName PassThru DomainController Tenant',
  'Remove-CsHostedVoicemailPolicy': 'Identity! Force',
  'Enable-CsUser':
    'Identity! RegistrarPool! SipAddress SipAddressType SipDomain HostingProviderProxyFqdn ProxyPool PassThru DomainController',
  'Set-CsUser':
    'Identity! EnterpriseVoiceEnabled LineURI OnPremLineURI PrivateLine HostedVoiceMail AudioVideoDisabled RemoteCallControlTelephonyEnabled LineServerURI Enabled SipAddress ExchangeArchivingPolicy AcpInfo PassThru DomainController',
  'Get-CsUser': 'Identity Filter LdapFilter OU ResultSize DomainController',
  'Disable-CsUser': 'Identity! PassThru DomainController',
  'Move-CsUser': 'Identity! Target! Force PassThru ProxyPool DomainController',
  'New-CsExUmContact': 'SipAddress! RegistrarPool! OU! DisplayNumber! AutoAttendant Description DomainController',
  'Set-CsExUmContact':
    'Identity! SipAddress DisplayNumber AutoAttendant Description Enabled CsEnabled EnterpriseVoiceEnabled ExchangeArchivingPolicy PassThru DomainController',
  'Get-CsExUmContact': 'Identity Filter LdapFilter OU ResultSize Credential DomainController',
  'Move-CsExUmContact':
    'Identity! UserList Target! Force PassThru IgnoreBackendStoreException ProxyPool DomainController',
  'Remove-CsExUmContact': 'Identity! DomainController',
  'Grant-CsOUPermission': 'OU! ObjectType! Domain DomainController GlobalCatalog Report Force',
  'Revoke-CsOUPermission': 'OU! ObjectType!',
  'Test-CsOUPermission': 'OU! ObjectType!',
  'Set-CsAccessEdgeConfiguration':
    'UseDnsSrvRouting UseDefaultRouting AllowFederatedUsers EnablePartnerDiscovery AllowOutsideUsers AllowAnonymousUsers DefaultRouteFqdn VerificationLevel IsPublicProvider DiscoveredPartnerVerificationLevel MarkSourceVerifiableOnOutgoingMessages KeepCrlsUpToDateForPeers OutgoingTlsCountForFederatedPartners EnableArchivingDisclaimer BeClearingHouse EnableUserReplicator EnableDiscoveredPartnerContactsLimit MaxContactsPerDiscoveredPartner DiscoveredPartnerStandardRate DiscoveredPartnerReportPeriodMinutes MaxAcceptedCertificatesStored MaxRejectedCertificatesStored CertificatesDeletedPercentage DnsSrvCacheRecordCount SkypeSearchUrl',
  'Get-CsAccessEdgeConfiguration': 'Identity LocalStore',
  'New-CsHostingProvider':
    'Identity! ProxyFqdn! VerificationLevel! Enabled EnabledSharedAddressSpace HostsOCSUsers IsLocal AutodiscoverUrl SipClientPort InMemory Force',
  'Set-CsHostingProvider': 'Identity! Enabled EnabledSharedAddressSpace HostsOCSUsers IsLocal VerificationLevel',
  'Get-CsHostingProvider': 'Identity',
  'Remove-CsHostingProvider': 'Identity!',
  'New-CsAllowedDomain': 'Identity! Domain! ProxyFqdn Comment MarkForMonitoring VerificationLevel InMemory',
  'Set-CsAllowedDomain': 'Identity! ProxyFqdn Comment MarkForMonitoring VerificationLevel',
  'New-CsDialPlan':
    'Identity! SimpleName ExternalAccessPrefix OptimizeDeviceDialing NormalizationRules DialinConferencingRegion Description State City CountryCode',
  'Set-CsDialPlan': 'Identity SimpleName ExternalAccessPrefix OptimizeDeviceDialing Description Instance',
  'Grant-CsDialPlan': 'Identity! PolicyName',
  'Remove-CsDialPlan': 'Identity!',
  'New-CsVoiceNormalizationRule':
    'Identity Parent Name Pattern Translation Priority IsInternalExtension Description InMemory',
  'Set-CsVoiceNormalizationRule': 'Identity! Pattern Translation Priority IsInternalExtension Description Instance',
  'Remove-CsVoiceNormalizationRule': 'Identity!',
  'New-CsVoicePolicy':
    'Identity! AllowCallForwarding AllowSimulRing EnableDelegation EnableCallTransfer EnableTeamCall AllowPSTNReRouting EnableCallPark EnableMaliciousCallTracing EnableBWPolicyOverride PreventPSTNTollBypass EnableVoicemailEscapeTimer PSTNVoicemailEscapeTimer CallForwardingSimulRingUsageType CustomCallForwardingSimulRingUsages VoiceDeploymentMode PstnUsages Name Description',
  'Grant-CsVoicePolicy': 'Identity! PolicyName',
  'Set-CsPstnUsage': 'Identity Usage',
  'Get-CsPstnUsage': 'Identity',
  'New-CsVoiceRoute':
    'Identity! NumberPattern Priority PstnGatewayList PstnUsages SuppressCallerId AlternateCallerId Description',
  'New-CsTrunkConfiguration':
    'Identity! SRTPMode EnableReferSupport EnableBypass ConcentratedTopology RTCPActiveCalls RTCPCallsOnHold EnableFastFailoverTimer EnableSessionTimer MaxEarlyDialogs RemovePlusFromUri ForwardCallHistory ForwardPAI Enable3pccRefer EnableRTPLatching EnableOnlineVoice EnablePIDFLOSupport EnableMobileTrunkSupport EnableSignalBoost EnableLocationRestriction NetworkSiteID PstnUsages Description',
  'New-CsOutboundTranslationRule': 'Identity Parent Name Pattern Translation Priority Description',
  'New-CsOutboundCallingNumberTranslationRule': 'Identity Parent Name Pattern Translation Priority Description',
  'New-CsSipResponseCodeTranslationRule':
    'Identity Parent Name ReceivedResponseCode ReceivedISUPCauseValue TranslatedResponseCode! Priority',
  'New-CsUnassignedNumber':
    'Identity! NumberRangeStart! NumberRangeEnd! AnnouncementService AnnouncementName ExUmAutoAttendantPhoneNumber Priority',
  'New-CsAnnouncement': 'Identity! Parent! Name! AudioFilePrompt TextToSpeechPrompt Language TargetUri',
  'New-CsVoicemailReroutingConfiguration': 'Identity! Enabled AutoAttendantNumber SubscriberAccessNumber',
  'Set-CsVoicemailReroutingConfiguration': 'Identity Enabled AutoAttendantNumber SubscriberAccessNumber',
  'Get-CsMediaConfiguration': 'Identity Filter LocalStore',
  'Set-CsMediaConfiguration': 'Identity Instance EncryptionLevel EnableQoS EnableSiren MaxVideoRateAllowed Force',
  'Get-CsEffectivePolicy': 'Identity!',
  'Test-CsDialPlan': 'DialedNumber! Dialplan!',
  'Invoke-CsManagementStoreReplication': 'ReplicaFqdn',
  'Get-CsManagementStoreReplicationStatus': 'ReplicaFqdn CentralManagementStoreStatus',
  'Export-CsConfiguration': 'FileName AsBytes LocalStore',
  'Import-CsConfiguration': 'FileName ByteInput LocalStore Force',
};

/** The parameter of a name, an alias, or an unambiguous beginning; upper and lower case are equal. */
function parameterOf({ parameters }: CmdletDefinition, word: string): Parameter | undefined {
  const wanted = word.toLowerCase();
  const named = Object.entries(parameters).flatMap(([name, parameter]) =>
    [name, ...(parameter.aliases ?? [])].map(each => [each.toLowerCase(), parameter] as const),
  );
  const exact = named.find(([name]) => name === wanted);
  const begun = new Set(named.filter(([name]) => name.startsWith(wanted)).map(([, parameter]) => parameter));
  return exact?.[1] ?? (begun.size === 1 ? [...begun][0] : undefined);
}

for (const [name, parameters] of Object.entries(CMDLETS))
  test(`${name} has the parameters of the reference`, () => {
    const cmdlet = cmdletNamed(name);
    assert.ok(cmdlet);
    for (const each of parameters.split(' ')) {
      const parameter = parameterOf(cmdlet, each.replace('!', ''));
      assert.ok(parameter, each);
      // Of parameter sets, one or the other is given.
      if (each.endsWith('!') && !parameter.inSets) assert.equal(parameter.required, true, each);
      if (!each.endsWith('!')) assert.notEqual(parameter.required, true, each);
    }
  });

/** Lines that administrators have in their scripts, taken apart. */
const LINES: readonly (readonly [cmdlet: string, given: Readonly<Record<string, unknown>>])[] = [
  [
    'New-CsHostedVoicemailPolicy',
    {
      Identity: 'ExRedmond',
      Destination: 'ExUM.fabrikam.com',
      Organization: 'corp1.litwareinc.com, corp2.litwareinc.com',
    },
  ],
  ['Grant-CsHostedVoicemailPolicy', { Identity: 'Ken Myer', PolicyName: 'ExRedmond' }],
  ['Grant-CsHostedVoicemailPolicy', { Identity: '* Smith', PolicyName: 'ExRedmond' }],
  ['Get-CsUser', { OU: 'ou=Finance,ou=North America,dc=litwareinc,dc=com' }],
  ['Set-CsUser', { HostedVoiceMail: true, Identity: 'contoso\\kenmyer' }],
  [
    'New-CsExUmContact',
    {
      SipAddress: 'sip:exumaa1@fabrikam.com',
      RegistrarPool: 'RedmondPool.litwareinc.com',
      OU: 'HostedExUM Integration',
      DisplayNumber: '+14255550101',
      AutoAttendant: true,
    },
  ],
  [
    'Set-CsAccessEdgeConfiguration',
    { UseDnsSrvRouting: true, AllowFederatedUsers: true, EnablePartnerDiscovery: false },
  ],
  [
    'New-CsHostingProvider',
    {
      Identity: 'Fabrikam.com',
      Enabled: true,
      EnabledSharedAddressSpace: true,
      HostsOCSUsers: false,
      ProxyFQDN: 'proxyserver.fabrikam.com',
      IsLocal: false,
      VerificationLevel: 'UseSourceVerification',
    },
  ],
];

for (const [name, given] of LINES)
  test(`${name} ${Object.keys(given).join(' ')}: every parameter is known and every value is good`, () => {
    const cmdlet = cmdletNamed(name);
    assert.ok(cmdlet?.kind !== undefined && isKind(cmdlet.kind));
    const { kind } = cmdlet;
    const { properties } = definitionOf(kind);
    for (const [word, value] of Object.entries(given)) {
      const parameter = parameterOf(cmdlet, word);
      assert.ok(parameter, word);
      const set = parameter.sets;
      if (set === undefined || properties[set] === undefined) {
        assert.equal(typeof value, parameter.property.type === 'flag' ? 'boolean' : 'string', word);
        continue;
      }
      const validated = validate(kind, { [set]: value });
      const wrong = 'problems' in validated ? validated.problems.filter(each => each.property === set) : [];
      assert.deepEqual(wrong, [], word);
    }
    for (const [word, { required }] of Object.entries(cmdlet.parameters))
      if (required)
        assert.ok(
          Object.keys(given).some(each => parameterOf(cmdlet, each) === cmdlet.parameters[word]),
          word,
        );
  });

test('a switch needs no value, and nothing else is one', () => {
  for (const { name, parameters } of cmdlets)
    for (const [word, { isSwitch, property }] of Object.entries(parameters))
      if (isSwitch) assert.equal(property.type, 'flag', `${name} -${word}`);
  assert.equal(parameterOf(cmdletNamed('Set-CsAccessEdgeConfiguration')!, 'UseDnsSrvRouting')?.isSwitch, true);
});

test('what sets a property names one that is there', () => {
  for (const { name, kind, parameters, does } of cmdlets) {
    if (!name.includes('-Cs') || kind === undefined || !isKind(kind) || does === 'grant' || does === 'effective-policy')
      continue;
    const { properties, creation = {} } = definitionOf(kind);
    for (const { sets } of Object.values(parameters))
      assert.ok(sets === undefined || sets in properties || sets in creation, `${name} ${sets}`);
  }
});
