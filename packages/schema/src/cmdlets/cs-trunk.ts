import type { CmdletDefinition } from '../define/cmdlet.ts';
import { ref, text } from '../define/property.ts';
import { csTrunkConfiguration } from '../objects/cs-trunk-configuration.ts';
import {
  csOutboundCallingNumberTranslationRule,
  csOutboundTranslationRule,
  csSipResponseCodeTranslationRule,
} from '../objects/cs-trunk-rules.ts';
import { csObjectCmdlets } from './cs-object-cmdlets.ts';
import { csRuleCmdlets } from './cs-rule-cmdlets.ts';
import { SITE } from './cs-set-up.ts';

const TRUNK = 'New-CsTrunkConfiguration -Identity site:Redmond';
const MADE = [SITE, TRUNK];

const trunks = csObjectCmdlets(csTrunkConfiguration, {
  get: { examples: [{ says: 'Shows how all gateways are spoken to.', line: 'Get-CsTrunkConfiguration Global' }] },
  new: {
    examples: [
      {
        says: 'Makes the configuration of a site whose gateways send no RTCP.',
        line: 'New-CsTrunkConfiguration -Identity site:Redmond -RTCPActiveCalls $False -RTCPCallsOnHold $False',
        before: [SITE],
      },
    ],
  },
  set: {
    examples: [
      {
        says: 'Gives gateways all the time they want.',
        line: 'Set-CsTrunkConfiguration -EnableFastFailoverTimer $False',
      },
    ],
  },
  remove: {
    examples: [
      {
        says: 'Removes a configuration and its rules.',
        line: 'Remove-CsTrunkConfiguration site:Redmond -Confirm:$false',
        before: MADE,
      },
    ],
  },
});

const numberRules = (kind: 'CsOutboundTranslationRule' | 'CsOutboundCallingNumberTranslationRule') => {
  const made = `New-${kind} -Identity site:Redmond/OTR1 -Pattern '^\\+(1\\d{10})$' -Translation '$1'`;
  return {
    get: { examples: [{ says: 'Shows all rules.', line: `Get-${kind}`, before: [...MADE, made] }] },
    new: { examples: [{ says: 'Sends numbers without the +.', line: made, before: MADE }] },
    set: {
      examples: [
        {
          says: 'Describes a rule.',
          line: `Set-${kind} site:Redmond/OTR1 -Description "North America"`,
          before: [...MADE, made],
        },
      ],
    },
    remove: {
      examples: [
        { says: 'Removes a rule.', line: `Remove-${kind} site:Redmond/OTR1 -Confirm:$false`, before: [...MADE, made] },
      ],
    },
  };
};

const CODE =
  'New-CsSipResponseCodeTranslationRule -Identity site:Redmond/Rule404 -ReceivedResponseCode 434 -TranslatedResponseCode 404';

const responseRules = csRuleCmdlets(csSipResponseCodeTranslationRule, {
  get: {
    examples: [{ says: 'Shows all rules.', line: 'Get-CsSipResponseCodeTranslationRule', before: [...MADE, CODE] }],
  },
  new: { examples: [{ says: 'Takes 434 for 404.', line: CODE, before: MADE }] },
  set: {
    examples: [
      {
        says: 'Looks at the ISUP cause too.',
        line: 'Set-CsSipResponseCodeTranslationRule site:Redmond/Rule404 -ReceivedISUPCauseValue 34',
        before: [...MADE, CODE],
      },
    ],
  },
  remove: {
    examples: [
      {
        says: 'Removes a rule.',
        line: 'Remove-CsSipResponseCodeTranslationRule site:Redmond/Rule404 -Confirm:$false',
        before: [...MADE, CODE],
      },
    ],
  },
});

const test: CmdletDefinition = {
  name: 'Test-CsTrunkConfiguration',
  summary: 'Shows the number that a gateway gets.',
  kind: csTrunkConfiguration.kind,
  does: 'test',
  parameters: {
    DialedNumber: {
      property: text({ required: true, max: 40, help: 'The number that is called.' }),
      required: true,
      position: 0,
    },
    TrunkConfiguration: {
      property: ref({ to: csTrunkConfiguration.kind, help: 'The trunk configuration.' }),
      required: true,
      pipeline: 'object',
    },
  },
  changes: false,
  examples: [
    {
      says: 'Shows that the gateways of a site get numbers without +.',
      line: 'Test-CsTrunkConfiguration -DialedNumber +14255551010 -TrunkConfiguration site:Redmond',
      before: [
        ...MADE,
        "New-CsOutboundTranslationRule -Identity site:Redmond/OTR1 -Pattern '^\\+(1\\d{10})$' -Translation '$1'",
      ],
    },
  ],
};

export const csTrunkCmdlets: readonly CmdletDefinition[] = [
  ...trunks,
  ...csRuleCmdlets(csOutboundTranslationRule, numberRules('CsOutboundTranslationRule')),
  ...csRuleCmdlets(csOutboundCallingNumberTranslationRule, numberRules('CsOutboundCallingNumberTranslationRule')),
  ...responseRules,
  test,
];
