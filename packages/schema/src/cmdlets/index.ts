import type { CmdletDefinition } from '../define/cmdlet.ts';
import { umDialPlanCmdlets } from './um-dial-plan.ts';

/** Everything that administrators can do, by the names of the originals. */
export const cmdlets: readonly CmdletDefinition[] = [...umDialPlanCmdlets];

const byName = new Map(
  cmdlets.flatMap(cmdlet => [cmdlet.name, ...(cmdlet.aliases ?? [])].map(name => [name.toLowerCase(), cmdlet])),
);

/** The cmdlet of a name; upper and lower case are equal. */
export function cmdletNamed(name: string): CmdletDefinition | undefined {
  return byName.get(name.toLowerCase());
}
