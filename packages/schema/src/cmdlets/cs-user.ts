import type { CmdletDefinition, Parameter } from '../define/cmdlet.ts';
import { choice, flag, ref, text } from '../define/property.ts';
import { user } from '../objects/user.ts';
import { userCommunications as has, userCommunicationsComputed } from '../objects/user-communications.ts';
import { DOMAIN_CONTROLLER, FORCE, LDAP_FILTER, OU, PASS_THRU, settings, words } from './cs-parameters.ts';
import { HOME, KEN } from './cs-set-up.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const ENABLED = [
  ...HOME,
  KEN,
  'Enable-CsUser "Ken Myer" -RegistrarPool RedmondPool.litwareinc.com -SipAddress sip:kenmyer@litwareinc.com',
];

const IDENTITY: Parameter = {
  property: ref({
    to: 'User',
    help: 'SIP address, principal name, domain\\logon name, name (with * for several) or id; not the logon name alone.',
  }),
  position: 0,
  required: true,
  each: true,
  pipeline: 'object',
};

const COMMON = { PassThru: PASS_THRU, DomainController: DOMAIN_CONTROLLER };

/** What `Set-CsUser` sets; where somebody is homed and what is granted have cmdlets of their own. */
const SETTABLE = [
  'csEnabled',
  'enterpriseVoiceEnabled',
  'lineURI',
  'onPremLineURI',
  'privateLine',
  'sipAddress',
  'audioVideoDisabled',
  'remoteCallControlTelephonyEnabled',
  'lineServerURI',
  'exchangeArchivingPolicy',
  'acpInfo',
] as const;

const get = objectCmdlets(user, {
  noun: 'CsUser',
  get: {
    summary: 'Shows what people have for communications.',
    parameters: { OU, LdapFilter: LDAP_FILTER, DomainController: DOMAIN_CONTROLLER },
    examples: [
      { says: 'Shows one person.', line: 'Get-CsUser "Ken Myer"', before: [KEN] },
      {
        says: 'Shows who has enterprise voice.',
        line: 'Get-CsUser -Filter {EnterpriseVoiceEnabled -eq $true}',
        before: ENABLED,
      },
    ],
  },
}).map(cmdlet => ({
  ...cmdlet,
  shows: [
    'name',
    'displayName',
    'userPrincipalName',
    'samAccountName',
    ...Object.keys(has),
    ...Object.keys(userCommunicationsComputed),
  ],
}));

export const csUserCmdlets: readonly CmdletDefinition[] = [
  ...get,
  {
    name: 'Enable-CsUser',
    summary: 'Homes a person on a pool and gives a SIP address.',
    kind: user.kind,
    does: 'enable-cs',
    parameters: {
      Identity: IDENTITY,
      RegistrarPool: { property: has.registrarPool, required: true, sets: 'registrarPool' },
      SipAddress: { property: has.sipAddress, sets: 'sipAddress', inSets: ['SipAddress'] },
      SipAddressType: {
        property: choice({
          values: ['FirstLastName', 'EmailAddress', 'UserPrincipalName', 'SamAccountName'],
          help: 'What the SIP address is made of.',
        }),
        inSets: ['SipAddressType'],
      },
      SipDomain: {
        property: text({ format: 'domain', max: 253, help: 'Needed with FirstLastName and SamAccountName.' }),
        inSets: ['SipAddressType'],
      },
      HostingProviderProxyFqdn: words('Taken and not used: people are homed here.'),
      ProxyPool: words('Taken and not used: people are homed here.'),
      ...COMMON,
    },
    changes: true,
    examples: [
      {
        says: 'Enables a person, the SIP address being the principal name.',
        line: 'Enable-CsUser -Identity "Ken Myer" -RegistrarPool "RedmondPool.litwareinc.com" -SipAddressType UserPrincipalName',
        before: [...HOME, KEN],
      },
    ],
  },
  {
    name: 'Set-CsUser',
    summary: 'Changes what a person has for communications.',
    kind: user.kind,
    does: 'set-cs',
    parameters: {
      Identity: IDENTITY,
      ...settings(has, SETTABLE),
      HostedVoiceMail: {
        property: flag({
          default: false,
          help: 'Voice mail goes to the hosted service; $null leaves that to the side of the mailbox.',
        }),
        orNull: true,
      },
      ...COMMON,
    },
    changes: true,
    examples: [
      {
        says: 'Sends the voice mail of a person to the hosted service.',
        line: 'Set-CsUser -HostedVoiceMail $True -Identity "litwareinc\\kenmyer"',
        before: [KEN, 'Set-CsHostedVoicemailPolicy -Destination ExUM.fabrikam.com'],
      },
      {
        says: 'Gives a person a telephone number.',
        line: 'Set-CsUser "Ken Myer" -EnterpriseVoiceEnabled $True -LineURI "tel:+14255550123"',
        before: ENABLED,
      },
    ],
  },
  {
    name: 'Disable-CsUser',
    summary: 'Takes away what a person has for communications; Set-CsUser -Enabled $false keeps it.',
    kind: user.kind,
    does: 'disable-cs',
    parameters: { Identity: IDENTITY, ...COMMON },
    changes: true,
    asks: true,
    examples: [{ says: 'Disables a person.', line: 'Disable-CsUser "Ken Myer" -Confirm:$false', before: ENABLED }],
  },
  {
    name: 'Move-CsUser',
    summary: 'Homes a person on another pool.',
    kind: user.kind,
    does: 'move-cs',
    parameters: {
      Identity: IDENTITY,
      Target: { property: has.registrarPool, required: true, position: 1, sets: 'registrarPool' },
      Force: FORCE,
      ProxyPool: words('Taken and not used: people are homed here.'),
      ...COMMON,
    },
    changes: true,
    asks: true,
    examples: [
      {
        says: 'Moves a person.',
        line: 'Move-CsUser "Ken Myer" -Target DublinPool.litwareinc.com -Confirm:$false',
        before: [...ENABLED, 'New-CsPool DublinPool.litwareinc.com -Site Redmond'],
      },
    ],
  },
];
