import type { CmdletDefinition, Parameter } from '../define/cmdlet.ts';
import { flag } from '../define/property.ts';
import { service } from '../objects/service.ts';
import { actionCmdlet } from './action-cmdlet.ts';
import { onEverything } from './common-parameters.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const PLAN = 'New-UMDialPlan -Name MyDialPlan -URIType SipName -NumberOfDigitsInExtension 4';

const IMMEDIATE: Readonly<Record<string, Parameter>> = {
  Immediate: { property: flag({ default: false, help: 'Calls in progress end; otherwise they are waited for.' }) },
};

/** The service of a server goes by two nouns: `UMServer` is what older systems called it. */
const cmdletsOf = (noun: string, without: readonly string[]): readonly CmdletDefinition[] => [
  ...objectCmdlets(service, {
    noun,
    get: {
      parameters: onEverything,
      examples: [{ says: 'Shows what answers calls, server by server.', line: `Get-${noun}` }],
    },
    set: {
      parameters: onEverything,
      without: ['name', 'organization', ...without],
      examples: [
        {
          says: 'Has this server take the calls of a dial plan.',
          line: `Set-${noun} localhost -DialPlans @{Add="MyDialPlan"}`,
          before: [PLAN],
        },
        { says: 'Lets it have more calls at a time.', line: `Set-${noun} localhost -MaxCallsAllowed 200` },
      ],
    },
  }),
  actionCmdlet(service, {
    name: `Enable-${noun}`,
    summary: 'Marks a service as enabled.',
    does: 'enable',
    parameters: onEverything,
    examples: [
      {
        says: 'Marks it as enabled.',
        line: `Enable-${noun} localhost`,
        before: [`Disable-${noun} localhost -Confirm:$false`],
      },
    ],
  }),
  actionCmdlet(service, {
    name: `Disable-${noun}`,
    summary: 'Marks a service as disabled.',
    does: 'disable',
    asks: true,
    parameters: { ...onEverything, ...IMMEDIATE },
    examples: [{ says: 'Marks it as disabled.', line: `Disable-${noun} localhost -Confirm:$false` }],
  }),
];

export const umServiceCmdlets = [
  ...cmdletsOf('UMService', ['sipTcpListeningPort', 'sipTlsListeningPort', 'externalServiceFqdn']),
  ...cmdletsOf('UMServer', ['ipAddressFamily', 'ipAddressFamilyConfigurable']),
];
