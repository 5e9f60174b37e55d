import type { CmdletDefinition } from '../define/cmdlet.ts';
import { callRouterSettings } from '../objects/call-router-settings.ts';
import { onEverything } from './common-parameters.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const PLAN = 'New-UMDialPlan -Name MyDialPlan -URIType SipName -NumberOfDigitsInExtension 4';

/** The server is meant by `-Server`, and this one when nobody says which. */
export const umCallRouterSettingsCmdlets = objectCmdlets(callRouterSettings, {
  get: {
    parameters: onEverything,
    examples: [{ says: 'Shows what takes calls first.', line: 'Get-UMCallRouterSettings -Server localhost' }],
  },
  set: {
    parameters: onEverything,
    without: ['name', 'organization'],
    examples: [
      {
        says: 'Has calls of a dial plan taken, by TCP and TLS.',
        line: 'Set-UMCallRouterSettings -Server localhost -DialPlans MyDialPlan -UMStartupMode Dual',
        before: [PLAN],
      },
    ],
  },
}).map((cmdlet): CmdletDefinition => {
  const { Identity, ...others } = cmdlet.parameters;
  if (Identity === undefined) return cmdlet;
  const { required, ...server } = Identity;
  return { ...cmdlet, parameters: { Identity: { ...server, aliases: ['Server'] }, ...others } };
});
