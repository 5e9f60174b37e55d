import type { CmdletDefinition } from '../define/cmdlet.ts';
import { ref, text } from '../define/property.ts';
import { csDialPlan, csVoiceNormalizationRule } from '../objects/cs-dial-plan.ts';
import { grantCmdlet } from './cs-grant.ts';
import { csObjectCmdlets } from './cs-object-cmdlets.ts';
import { csRuleCmdlets } from './cs-rule-cmdlets.ts';
import { KEN, SITE } from './cs-set-up.ts';

const SALES = 'New-CsDialPlan Sales';
const RULE =
  "New-CsVoiceNormalizationRule -Parent Sales -Name Internal -Pattern '^(\\d{4})$' -Translation '+1425555$1' -Priority 0";

const dialled = {
  property: text({ required: true, max: 40, help: 'What is dialled.' }),
  required: true,
  position: 0,
} as const;

const plans = csObjectCmdlets(csDialPlan, {
  get: {
    examples: [
      { says: 'Shows all dial plans.', line: 'Get-CsDialPlan' },
      {
        says: 'Shows those of sites.',
        line: 'Get-CsDialPlan -Filter site:*',
        before: [SITE, 'New-CsDialPlan site:Redmond'],
      },
    ],
  },
  new: {
    examples: [
      {
        says: 'Makes the dial plan of a site.',
        line: 'New-CsDialPlan site:Redmond -SimpleName Redmond',
        before: [SITE],
      },
      {
        says: 'Makes one that is granted to people, with an outside line.',
        line: 'New-CsDialPlan -Identity Sales -ExternalAccessPrefix 9 -OptimizeDeviceDialing $True',
      },
    ],
  },
  set: {
    examples: [{ says: 'Describes the global plan.', line: 'Set-CsDialPlan -Description "For everybody"' }],
  },
  remove: {
    examples: [
      { says: 'Removes a plan and its rules.', line: 'Remove-CsDialPlan Sales -Confirm:$false', before: [SALES] },
    ],
  },
});

const rules = csRuleCmdlets(csVoiceNormalizationRule, {
  get: {
    examples: [
      { says: 'Shows all rules.', line: 'Get-CsVoiceNormalizationRule' },
      {
        says: 'Shows one.',
        line: 'Get-CsVoiceNormalizationRule Sales/Internal',
        before: [SALES, RULE],
      },
    ],
  },
  new: {
    examples: [
      {
        says: 'Makes a rule for extensions of four digits.',
        line: "New-CsVoiceNormalizationRule -Identity Sales/Internal -Pattern '^(\\d{4})$' -Translation '+1425555$1'",
        before: [SALES],
      },
      { says: 'The same, with the plan and the name apart.', line: RULE, before: [SALES] },
    ],
  },
  set: {
    examples: [
      {
        says: 'Has it tried first.',
        line: 'Set-CsVoiceNormalizationRule Sales/Internal -Priority 0',
        before: [SALES, RULE],
      },
    ],
  },
  remove: {
    examples: [
      {
        says: 'Removes a rule; the last one of a plan stays.',
        line: 'Remove-CsVoiceNormalizationRule Sales/Internal -Confirm:$false',
        before: [SALES, RULE],
      },
    ],
  },
});

/** Removing has an action of its own: a plan keeps its last rule. */
const ruleCmdlets = rules.map(cmdlet => (cmdlet.does === 'remove' ? { ...cmdlet, does: 'remove-rule' } : cmdlet));

const tests: readonly CmdletDefinition[] = [
  {
    name: 'Test-CsDialPlan',
    summary: 'Shows which rule of a dial plan matches, and the number that it makes.',
    kind: csDialPlan.kind,
    does: 'test',
    parameters: {
      DialedNumber: dialled,
      Dialplan: {
        property: ref({ to: csDialPlan.kind, help: 'The dial plan.' }),
        required: true,
        pipeline: 'object',
      },
    },
    changes: false,
    examples: [
      {
        says: 'Shows that 0100 becomes +14255550100.',
        line: 'Test-CsDialPlan -DialedNumber 0100 -Dialplan Sales',
        before: [SALES, RULE],
      },
    ],
  },
  {
    name: 'Test-CsVoiceNormalizationRule',
    summary: 'Shows the number that one rule makes; nothing when it does not match.',
    kind: csVoiceNormalizationRule.kind,
    does: 'test',
    parameters: {
      DialedNumber: dialled,
      NormalizationRule: {
        property: ref({ to: csVoiceNormalizationRule.kind, help: 'The rule.' }),
        required: true,
        pipeline: 'object',
      },
    },
    changes: false,
    examples: [
      {
        says: 'Tries a rule.',
        line: 'Test-CsVoiceNormalizationRule -DialedNumber 0100 -NormalizationRule Sales/Internal',
        before: [SALES, RULE],
      },
    ],
  },
];

export const csDialPlanCmdlets: readonly CmdletDefinition[] = [
  ...plans,
  grantCmdlet(csDialPlan.kind, [
    { says: 'Gives a plan to a person.', line: 'Grant-CsDialPlan "Ken Myer" -PolicyName Sales', before: [KEN, SALES] },
  ]),
  ...ruleCmdlets,
  ...tests,
];
