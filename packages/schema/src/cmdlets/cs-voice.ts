import type { CmdletDefinition } from '../define/cmdlet.ts';
import { ref, text } from '../define/property.ts';
import { csPstnUsage, csVoicePolicy } from '../objects/cs-voice-policy.ts';
import { csVoiceRoute } from '../objects/cs-voice-route.ts';
import { grantCmdlet } from './cs-grant.ts';
import { csObjectCmdlets } from './cs-object-cmdlets.ts';
import { GATEWAY, KEN, SITE } from './cs-set-up.ts';

const USAGE = 'Set-CsPstnUsage -Usage @{Add="Local"}';
const SALES = 'New-CsVoicePolicy Sales';
const ROUTE = "New-CsVoiceRoute Redmond -NumberPattern '^\\+1425'";

const policies = csObjectCmdlets(csVoicePolicy, {
  get: { examples: [{ says: 'Shows all policies.', line: 'Get-CsVoicePolicy' }] },
  new: {
    examples: [
      {
        says: 'Makes a policy whose calls go out by the routes of one usage.',
        line: 'New-CsVoicePolicy Sales -PstnUsages Local',
        before: [USAGE],
      },
    ],
  },
  set: {
    examples: [
      {
        says: "Takes a mobile telephone that answers within two seconds for its carrier's voice mail.",
        line: 'Set-CsVoicePolicy Sales -EnableVoiceMailEscapeTimer $true -PSTNVoicemailEscapeTimer 2000',
        before: [SALES],
      },
    ],
  },
  remove: {
    examples: [{ says: 'Removes a policy.', line: 'Remove-CsVoicePolicy Sales -Confirm:$false', before: [SALES] }],
  },
});

const usages = csObjectCmdlets(csPstnUsage, {
  get: { examples: [{ says: 'Shows the list.', line: 'Get-CsPstnUsage', before: [USAGE] }] },
  set: {
    examples: [
      { says: 'Adds a usage.', line: 'Set-CsPstnUsage -Usage @{Add="Local"}' },
      { says: 'Removes one that nothing has.', line: 'Set-CsPstnUsage -Usage @{Remove="Local"}', before: [USAGE] },
    ],
  },
});

const routes = csObjectCmdlets(csVoiceRoute, {
  get: { examples: [{ says: 'Shows all routes.', line: 'Get-CsVoiceRoute' }] },
  new: {
    examples: [
      {
        says: 'Sends numbers of one area out by a gateway.',
        line: 'New-CsVoiceRoute Redmond -NumberPattern \'^\\+1425\' -PstnUsages "Local" -PstnGatewayList "PstnGateway:gateway.litwareinc.com"',
        before: [SITE, GATEWAY, USAGE],
      },
    ],
  },
  set: {
    examples: [
      {
        says: 'Shows called parties one number for everybody.',
        line: 'Set-CsVoiceRoute Redmond -SuppressCallerId $True -AlternateCallerId +14255550100',
        before: [ROUTE],
      },
    ],
  },
  remove: {
    examples: [{ says: 'Removes a route.', line: 'Remove-CsVoiceRoute Redmond -Confirm:$false', before: [ROUTE] }],
  },
});

const target = {
  property: text({ required: true, max: 40, help: 'The number that is called.' }),
  required: true,
  position: 0,
} as const;

const tests: readonly CmdletDefinition[] = [
  {
    name: 'Test-CsVoiceRoute',
    summary: 'Tells whether a number goes out by a route.',
    kind: csVoiceRoute.kind,
    does: 'test',
    parameters: {
      TargetNumber: target,
      Route: { property: ref({ to: csVoiceRoute.kind, help: 'The route.' }), required: true, pipeline: 'object' },
    },
    changes: false,
    examples: [
      {
        says: 'Tries a route.',
        line: 'Test-CsVoiceRoute -TargetNumber +14255551212 -Route Redmond',
        before: [ROUTE],
      },
    ],
  },
  {
    name: 'Test-CsVoicePolicy',
    summary: 'Shows the first route by which a number goes out for whom a policy holds.',
    kind: csVoicePolicy.kind,
    does: 'test',
    parameters: {
      TargetNumber: target,
      VoicePolicy: {
        property: ref({ to: csVoicePolicy.kind, help: 'The policy.' }),
        required: true,
        pipeline: 'object',
      },
    },
    changes: false,
    examples: [
      {
        says: 'Tries the global policy.',
        line: 'Test-CsVoicePolicy -TargetNumber +14255551212 -VoicePolicy Global',
        before: [USAGE, `${ROUTE} -PstnUsages Local`, 'Set-CsVoicePolicy Global -PstnUsages Local'],
      },
    ],
  },
];

export const csVoiceCmdlets: readonly CmdletDefinition[] = [
  ...policies,
  grantCmdlet(csVoicePolicy.kind, [
    {
      says: 'Gives a policy to a person.',
      line: 'Grant-CsVoicePolicy -Identity "Ken Myer" -PolicyName Sales',
      before: [KEN, SALES],
    },
  ]),
  ...usages,
  ...routes,
  ...tests,
];
