import { mailboxPolicy } from '../objects/mailbox-policy.ts';
import { ofDialPlan, onChanges, onEverything } from './common-parameters.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const PLAN = 'New-UMDialPlan -Name MyDialPlan -NumberOfDigitsInExtension 4';
const MADE = 'New-UMMailboxPolicy -Name MyUMMailboxPolicy -UMDialPlan MyDialPlan';

export const umMailboxPolicyCmdlets = objectCmdlets(mailboxPolicy, {
  get: {
    parameters: { ...onEverything, ...ofDialPlan },
    examples: [
      { says: 'Shows all policies.', line: 'Get-UMMailboxPolicy' },
      { says: 'Shows those of a dial plan.', line: 'Get-UMMailboxPolicy -UMDialPlan MyDialPlan', before: [PLAN] },
      {
        says: 'Shows one property of the policy that was made with a dial plan.',
        line: '(Get-UMMailboxPolicy "MyDialPlan Default Policy").AllowMissedCallNotifications',
        before: [PLAN],
      },
    ],
  },
  new: { parameters: onEverything, examples: [{ says: 'Makes a policy.', line: MADE, before: [PLAN] }] },
  set: {
    parameters: onChanges,
    examples: [
      {
        says: 'Sends notices of calls that left no message.',
        line: 'Set-UMMailboxPolicy -identity MyUMMailboxPolicy -AllowMissedCallNotifications $true',
        before: [PLAN, MADE],
      },
      {
        says: 'Wants longer PINs, which need not be changed.',
        line: 'Set-UMMailboxPolicy MyUMMailboxPolicy -MinPINLength 8 -PINLifetime Unlimited',
        before: [PLAN, MADE],
      },
    ],
  },
  remove: {
    parameters: onEverything,
    examples: [
      {
        says: 'Removes a policy that no mailbox uses.',
        line: 'Remove-UMMailboxPolicy MyUMMailboxPolicy -Confirm:$false',
        before: [PLAN, MADE],
      },
    ],
  },
});
