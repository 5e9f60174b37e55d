import { ParleyError } from '@parley/base';
import { type By, ObjectInvalid, type Objects, type Stored } from '@parley/directory';
import { type CmdletDefinition, cmdletNamed, type Kind, type Problem, remark, scopeOf } from '@parley/schema';
import { authorise, isAllowed, type Target } from '../access/authorise.ts';
import type { Principal } from '../access/principal.ts';
import type { Bound } from './bind.ts';
import { identityIn } from './identity.ts';

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

/** What rights may depend on: the folder that a person is in, the site that a configuration is for. */
function targetOf(principal: Principal, properties: Readonly<Record<string, unknown>>): Target {
  const { ou, name } = properties;
  const scope = typeof name === 'string' ? scopeOf(name) : undefined;
  const site = scope?.scope === 'Site' ? scope.of : properties.site;
  // Which organisation it belongs to is not asked here: the objects themselves show nothing of another one.
  return {
    ...(principal.organization === undefined ? {} : { organization: principal.organization }),
    ...(typeof ou === 'string' ? { ou } : {}),
    ...(typeof site === 'string' ? { site } : {}),
  };
}

/** What is worked out counts too: a mailbox is in the unit of its person. */
const propertiesOf = ({ object, references, computed }: Stored) => ({ ...computed, ...object, ...references });

/** Whether what a cmdlet answers with may be seen by whoever asked. */
export function isInReach(principal: Principal, cmdlet: CmdletDefinition, stored: Stored): boolean {
  if (principal.scopes.length === 0) return true;
  return isAllowed(principal, cmdlet, targetOf(principal, propertiesOf(stored)));
}

interface About {
  readonly kind: Kind;
  readonly cmdlet: CmdletDefinition;
  readonly bound: Bound;
  readonly asked: { readonly input?: unknown };
  readonly by: By;
  readonly objects: Objects;
  readonly principal: Principal;
}

/** Asks for the right on the object that is meant, and on what it is to become. Throws `FORBIDDEN`. */
export async function checkTarget({ kind, cmdlet, bound, asked, by, objects, principal }: About): Promise<void> {
  if (principal.scopes.length === 0 || !cmdlet.changes) return;
  const identity = identityIn(kind, cmdlet, bound);
  const isNew = cmdlet.does === 'new';
  const before = identity === undefined || isNew ? {} : propertiesOf(await objects.get(kind, identity, by));
  if (!isNew) authorise(principal, cmdlet, targetOf(principal, before));
  const given = asked.input ?? bound.properties;
  authorise(principal, cmdlet, targetOf(principal, { ...before, ...entriesOf(given) }));
}

function entriesOf(given: unknown): Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null ? Object.fromEntries(Object.entries(given)) : {};
}
