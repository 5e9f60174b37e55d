import type { CmdletDefinition, Parameter } from '../define/cmdlet.ts';
import { flag } from '../define/property.ts';
import { csAccessEdgeConfiguration } from '../objects/cs-access-edge.ts';
import { csMediaConfiguration } from '../objects/cs-media-configuration.ts';
import { csAllowedDomain, csBlockedDomain, csHostingProvider } from '../objects/cs-partners.ts';
import { csObjectCmdlets } from './cs-object-cmdlets.ts';
import { FORCE, settings } from './cs-parameters.ts';
import { SITE } from './cs-set-up.ts';
import { identityOf } from './object-cmdlets.ts';

const FEDERATION = 'Set-CsAccessEdgeConfiguration -UseDnsSrvRouting -AllowFederatedUsers 1 -EnablePartnerDiscovery 0';
const PROVIDER =
  'New-CsHostingProvider -Identity Fabrikam.com -Enabled $True -EnabledSharedAddressSpace $True -HostsOCSUsers $False -ProxyFQDN "proxyserver.fabrikam.com" -IsLocal $False -VerificationLevel UseSourceVerification';

/** A way of routing is chosen by a switch, so the cmdlet has an action of its own. */
const way = (says: string, set: string): Parameter => ({
  property: flag({ default: false, help: says }),
  isSwitch: true,
  inSets: [set],
});

/** Which way routing goes is said by a switch. */
const SETTABLE = Object.keys(csAccessEdgeConfiguration.properties).filter(
  name => !['name', 'organization', 'routingMethod'].includes(name),
);

const setEdge: CmdletDefinition = {
  name: 'Set-CsAccessEdgeConfiguration',
  summary: 'Changes how calls and messages cross to other organisations.',
  kind: csAccessEdgeConfiguration.kind,
  does: 'set-edge',
  parameters: {
    Identity: identityOf(csAccessEdgeConfiguration, false),
    UseDnsSrvRouting: way('Other organisations are found by DNS.', 'UseDnsSrvRouting'),
    UseDefaultRouting: way('Everything goes to DefaultRouteFqdn; there may be no providers.', 'UseDefaultRouting'),
    ...settings(csAccessEdgeConfiguration.properties, SETTABLE),
    Force: FORCE,
  },
  changes: true,
  examples: [
    { says: 'Lets calls and messages cross to organisations on the list, which are found by DNS.', line: FEDERATION },
  ],
};

const edge = csObjectCmdlets(csAccessEdgeConfiguration, {
  get: { examples: [{ says: 'Shows the configuration.', line: 'Get-CsAccessEdgeConfiguration' }] },
});

const providers = csObjectCmdlets(csHostingProvider, {
  get: { examples: [{ says: 'Shows all providers.', line: 'Get-CsHostingProvider', before: [PROVIDER] }] },
  new: {
    examples: [
      { says: 'Makes the provider of hosted voice mail.', line: PROVIDER, before: [FEDERATION] },
      {
        says: 'Makes Exchange Online one.',
        line: 'New-CsHostingProvider -Identity "Exchange Online" -Enabled $True -EnabledSharedAddressSpace $True -HostsOCSUsers $False -ProxyFqdn "exap.um.outlook.com" -IsLocal $False -VerificationLevel UseSourceVerification',
      },
    ],
  },
  set: {
    examples: [
      {
        says: 'Switches a provider off.',
        line: 'Set-CsHostingProvider Fabrikam.com -Enabled $False',
        before: [PROVIDER],
      },
    ],
  },
  remove: {
    examples: [
      {
        says: 'Removes a provider.',
        line: 'Remove-CsHostingProvider Fabrikam.com -Confirm:$false',
        before: [PROVIDER],
      },
    ],
  },
});

const DOMAIN = 'New-CsAllowedDomain -Identity "fabrikam.com" -ProxyFqdn "edge.fabrikam.com" -Comment "Partner"';

const domains = csObjectCmdlets(csAllowedDomain, {
  get: { examples: [{ says: 'Shows all allowed domains.', line: 'Get-CsAllowedDomain', before: [DOMAIN] }] },
  new: {
    examples: [
      { says: 'Lets a domain call and be called.', line: DOMAIN },
      {
        says: 'The same by its other name, its edge server found by DNS.',
        line: 'New-CsAllowedDomain -Domain fabrikam.com',
      },
    ],
  },
  set: {
    examples: [{ says: 'Says why.', line: 'Set-CsAllowedDomain fabrikam.com -Comment "Supplier"', before: [DOMAIN] }],
  },
  remove: {
    examples: [
      { says: 'Takes it off the list.', line: 'Remove-CsAllowedDomain fabrikam.com -Confirm:$false', before: [DOMAIN] },
    ],
  },
});

const BLOCKED = 'New-CsBlockedDomain -Identity "example.net"';

const blocked = csObjectCmdlets(csBlockedDomain, {
  get: { examples: [{ says: 'Shows all blocked domains.', line: 'Get-CsBlockedDomain', before: [BLOCKED] }] },
  new: { examples: [{ says: 'Blocks a domain.', line: BLOCKED }] },
  set: {
    examples: [{ says: 'Says why.', line: 'Set-CsBlockedDomain example.net -Comment "Spam"', before: [BLOCKED] }],
  },
  remove: {
    examples: [
      { says: 'Takes it off the list.', line: 'Remove-CsBlockedDomain example.net -Confirm:$false', before: [BLOCKED] },
    ],
  },
});

const MEDIA = 'New-CsMediaConfiguration site:Redmond';

const media = csObjectCmdlets(csMediaConfiguration, {
  get: { examples: [{ says: 'Shows how media are protected.', line: 'Get-CsMediaConfiguration' }] },
  new: {
    examples: [
      {
        says: 'Makes the configuration of a site.',
        line: 'New-CsMediaConfiguration site:Redmond -EncryptionLevel SupportEncryption',
        before: [SITE],
      },
    ],
  },
  set: {
    examples: [
      { says: 'Changes the global one.', line: 'Set-CsMediaConfiguration -EncryptionLevel SupportEncryption' },
      {
        says: 'Changes that of a site.',
        line: 'Set-CsMediaConfiguration -Identity site:Redmond -MaxVideoRateAllowed hd720p15m',
        before: [SITE, MEDIA],
      },
    ],
  },
  remove: {
    examples: [
      {
        says: 'Removes the configuration of a site.',
        line: 'Remove-CsMediaConfiguration site:Redmond -Confirm:$false',
        before: [SITE, MEDIA],
      },
    ],
  },
});

export const csEdgeCmdlets: readonly CmdletDefinition[] = [
  ...edge,
  setEdge,
  ...providers,
  ...domains,
  ...blocked,
  ...media,
];
