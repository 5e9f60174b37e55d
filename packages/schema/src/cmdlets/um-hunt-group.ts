import { huntGroup } from '../objects/hunt-group.ts';
import { ofDialPlan, onEverything } from './common-parameters.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const BEFORE = [
  'New-UMDialPlan -Name MyDialPlan -NumberOfDigitsInExtension 4',
  'New-UMIPGateway -Name MyGateway -Address 192.0.2.10',
];
const MADE = 'New-UMHuntGroup -Name MyGroup -UMDialPlan MyDialPlan -UMIPGateway MyGateway';

export const umHuntGroupCmdlets = objectCmdlets(huntGroup, {
  get: {
    parameters: { ...onEverything, ...ofDialPlan },
    examples: [
      { says: 'Shows all hunt groups.', line: 'Get-UMHuntGroup' },
      {
        says: 'Shows those of a dial plan.',
        line: 'Get-UMHuntGroup -UMDialPlan MyDialPlan',
        before: [...BEFORE, MADE],
      },
      { says: 'Shows one.', line: 'Get-UMHuntGroup MyGateway\\MyGroup', before: [...BEFORE, MADE] },
    ],
  },
  new: {
    parameters: onEverything,
    examples: [
      { says: 'Leads all calls of a gateway to a dial plan.', line: MADE, before: BEFORE },
      {
        says: 'Leads the calls for two numbers to it.',
        line: `${MADE} -PilotIdentifier 5551234,55555`,
        before: BEFORE,
      },
    ],
  },
  remove: {
    parameters: onEverything,
    examples: [
      {
        says: 'Removes a hunt group.',
        line: 'Remove-UMHuntGroup MyGateway\\MyGroup -Confirm:$false',
        before: [...BEFORE, MADE],
      },
    ],
  },
});
