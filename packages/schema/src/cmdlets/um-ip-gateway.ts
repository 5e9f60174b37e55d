import { flag } from '../define/property.ts';
import { ipGateway } from '../objects/ip-gateway.ts';
import { actionCmdlet } from './action-cmdlet.ts';
import { given, onChanges, onEverything } from './common-parameters.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const PLAN = 'New-UMDialPlan -Name MyDialPlan -NumberOfDigitsInExtension 4';
const MADE = 'New-UMIPGateway -Name MyGateway -Address 192.0.2.10';

export const umIPGatewayCmdlets = [
  ...objectCmdlets(ipGateway, {
    get: {
      parameters: {
        ...onEverything,
        IncludeSimulator: { ...given('Test peers are shown too.'), reveals: 'simulator' },
      },
      examples: [
        { says: 'Shows all gateways but test peers.', line: 'Get-UMIPGateway' },
        { says: 'Shows one.', line: 'Get-UMIPGateway MyGateway | Format-List', before: [MADE] },
      ],
    },
    new: {
      parameters: onEverything,
      examples: [
        {
          says: 'Makes a gateway, and a hunt group for all numbers that leads to the dial plan.',
          line: 'New-UMIPGateway -Name MyGateway -Address 192.0.2.10 -UMDialPlan MyDialPlan',
          before: [PLAN],
        },
      ],
    },
    set: {
      parameters: onChanges,
      examples: [
        {
          says: 'Lets no message-waiting lamps be switched through it.',
          line: 'Set-UMIPGateway MyGateway -MessageWaitingIndicatorAllowed $false',
          before: [MADE],
        },
        { says: 'Moves it.', line: 'Set-UMIPGateway MyGateway -Address 192.0.2.11 -Port 5061', before: [MADE] },
      ],
    },
    remove: {
      parameters: onEverything,
      examples: [
        {
          says: 'Removes a gateway and its hunt groups.',
          line: 'Remove-UMIPGateway MyGateway -Confirm:$false',
          before: [PLAN, `${MADE} -UMDialPlan MyDialPlan`],
        },
      ],
    },
  }),
  actionCmdlet(ipGateway, {
    name: 'Enable-UMIPGateway',
    summary: 'Takes calls of a gateway again.',
    does: 'enable',
    parameters: onEverything,
    examples: [
      {
        says: 'Takes its calls again.',
        line: 'Enable-UMIPGateway MyGateway',
        before: [MADE, 'Disable-UMIPGateway MyGateway -Confirm:$false'],
      },
    ],
  }),
  actionCmdlet(ipGateway, {
    name: 'Disable-UMIPGateway',
    summary: 'Takes no calls of a gateway any more.',
    does: 'disable',
    asks: true,
    parameters: {
      ...onEverything,
      Immediate: { property: flag({ default: false, help: 'Calls in progress end; otherwise they are waited for.' }) },
    },
    examples: [
      {
        says: 'Takes no new calls and waits for those in progress.',
        line: 'Disable-UMIPGateway MyGateway -Confirm:$false',
        before: [MADE],
      },
      {
        says: 'Ends its calls at once.',
        line: 'Disable-UMIPGateway MyGateway -Immediate $true -Confirm:$false',
        before: [MADE],
      },
    ],
  }),
];
