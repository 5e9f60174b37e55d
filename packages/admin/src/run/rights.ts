import { ParleyError } from '@parley/base';
import { ObjectInvalid } from '@parley/directory';
import { type CmdletDefinition, cmdletNamed, type Problem, remark } from '@parley/schema';
import { authorise } from '../access/authorise.ts';
import type { Principal } from '../access/principal.ts';

/**
 * Whether somebody may run a cmdlet at all, and set what `input` names by it. What REST can do and no cmdlet is declared for is left to
 * whoever may open the socket of the machine. Throws `FORBIDDEN` or an `ObjectInvalid`.
 */
export function checkRight(principal: Principal, cmdlet: CmdletDefinition, input: unknown): void {
  const isLocal = principal.how === 'socket' && principal.scopes.length === 0;
  if (cmdletNamed(cmdlet.name) !== undefined) authorise(principal, cmdlet);
  else if (!isLocal) throw new ParleyError('FORBIDDEN', `${cmdlet.name} is only for whoever is at the machine itself`);
  if (input === undefined || isLocal) return;
  const problems = outside(cmdlet, input);
  if (problems.length > 0) throw new ObjectInvalid(problems);
}

const MOST_PROBLEMS = 20;

/** Properties that another cmdlet sets, which is another right. */
function outside({ name, parameters }: CmdletDefinition, input: unknown): Problem[] {
  if (typeof input !== 'object' || input === null) return [];
  const own = new Set(Object.values(parameters).map(({ sets }) => sets));
  return Object.keys(input)
    .filter(property => !own.has(property))
    .slice(0, MOST_PROBLEMS)
    .map(property => {
      const shown = property.slice(0, 80);
      return remark(shown, undefined, `${name} does not set ${JSON.stringify(shown)}`);
    });
}
