import { dialPlan } from '../objects/dial-plan.ts';
import { onChanges, onEverything } from './common-parameters.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const MADE = 'New-UMDialPlan -Name MyDialPlan -NumberOfDigitsInExtension 4';

export const umDialPlanCmdlets = objectCmdlets(dialPlan, {
  get: {
    parameters: onEverything,
    examples: [
      { says: 'Shows all dial plans.', line: 'Get-UMDialPlan' },
      { says: 'Shows one with all its properties.', line: 'Get-UMDialPlan MyDialPlan | Format-List', before: [MADE] },
      {
        says: "Shows the phone context that addresses of the plan's mailboxes have.",
        line: '(Get-UMDialPlan MyDialPlan).PhoneContext',
        before: [MADE],
      },
    ],
  },
  new: {
    parameters: onEverything,
    examples: [
      {
        says: 'Makes a secured SIP URI dial plan of four digits, and the policy "MyDialPlan Default Policy" along with it.',
        line: 'New-UMDialPlan -Name MyDialPlan -URIType SipName -NumberOfDigitsInExtension 4 -VoIPSecurity Secured -CountryOrRegionCode 1',
      },
    ],
  },
  set: {
    parameters: onChanges,
    examples: [
      {
        says: 'Lets a message be half an hour long.',
        line: 'Set-UMDialPlan MyDialPlan -MaxCallDuration 60 -MaxRecordingDuration 30',
        before: [MADE],
      },
      {
        says: 'Adds a number to those that subscribers dial.',
        line: 'Set-UMDialPlan MyDialPlan -AccessTelephoneNumbers @{Add="+14255550100"}',
        before: [MADE],
      },
      {
        says: 'Says how long distance numbers are dialled, and lets strangers dial them.',
        line: 'Set-UMDialPlan MyDialPlan -ConfiguredInCountryOrRegionGroups "Long,91xxxxxxxxxx,9xxxxxxxxxx,Long distance" -AllowedInCountryOrRegionGroups Long',
        before: [MADE],
      },
    ],
  },
  remove: {
    parameters: onEverything,
    examples: [
      {
        says: 'Removes a dial plan that nothing uses, without asking.',
        line: 'Remove-UMDialPlan MyDialPlan -Confirm:$false',
        before: [`${MADE} -GenerateUMMailboxPolicy $false`],
      },
    ],
  },
});
