import { dialPlan } from '../objects/dial-plan.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const MADE = 'New-UMDialPlan -Name MyDialPlan -NumberOfDigitsInExtension 4';

export const umDialPlanCmdlets = objectCmdlets(dialPlan, {
  get: {
    examples: [
      { says: 'Shows all dial plans.', line: 'Get-UMDialPlan' },
      { says: 'Shows one with all its properties.', line: 'Get-UMDialPlan MyDialPlan | Format-List', before: [MADE] },
    ],
  },
  new: {
    examples: [
      {
        says: 'Makes a secured SIP URI dial plan of four digits, and the policy "MyDialPlan Default Policy" along with it.',
        line: 'New-UMDialPlan -Name MyDialPlan -URIType SipName -NumberOfDigitsInExtension 4 -VoIPSecurity Secured -CountryOrRegionCode 1',
      },
    ],
  },
  set: {
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
    ],
  },
  remove: {
    examples: [
      {
        says: 'Removes a dial plan that nothing uses, without asking.',
        line: 'Remove-UMDialPlan MyDialPlan -Confirm:$false',
        before: [`${MADE} -GenerateUMMailboxPolicy $false`],
      },
    ],
  },
});
