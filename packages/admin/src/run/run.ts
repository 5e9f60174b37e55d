import { Bug, type Log, ParleyError } from '@parley/base';
import { type By, ObjectInvalid } from '@parley/directory';
import { type CmdletDefinition, isKind } from '@parley/schema';
import type { Principal } from '../access/principal.ts';
import { bind, textIn } from './bind.ts';
import { workOf } from './doings.ts';
import { eachOf, inTurn, together } from './each.ts';
import type { ActionRequest, Asked, Run, RunParts, RunResult } from './ports.ts';
import { Reach } from './reach.ts';
import { checkRight } from './rights.ts';
import { withShownNames } from './shown.ts';
import type { Work } from './work.ts';

/**
 * The one place where cmdlets happen: the right is checked, what was given is bound to the declaration, the work is done by the
 * objects on behalf of whoever asked. Rejects with a `ParleyError`: `FORBIDDEN`, an `ObjectInvalid` under the names of the cmdlet's
 * parameters, and those of `Objects`.
 */
export function createRun(parts: RunParts): Run {
  return async (cmdlet, asked, principal) => {
    const result = await done(parts, { cmdlet, asked, principal });
    if (!asked.trial) tell(parts.log, { cmdlet, asked, principal, result });
    return result;
  };
}

interface Request {
  readonly cmdlet: CmdletDefinition;
  readonly asked: Asked;
  readonly principal: Principal;
}

/** A line in the log for each change: names and ids, never values. The audit has the rest. */
function tell(log: Log, { cmdlet, asked, principal, result }: Request & { readonly result: RunResult }): void {
  const given = typeof asked.input === 'object' && asked.input !== null ? asked.input : asked.parameters;
  const common = { who: principal.name, cmdlet: cmdlet.name, requestId: asked.requestId };
  for (const { what, kind, id } of result.changes)
    log.info(`object ${what}`, {
      kind,
      id,
      ...(what === 'removed' ? {} : { properties: Object.keys(given).slice(0, MOST_TOLD) }),
      ...common,
    });
}

/** Names of properties in one line of the log. */
const MOST_TOLD = 100;

async function done({ objects, actions }: RunParts, { cmdlet, asked, principal }: Request): Promise<RunResult> {
  checkRight(principal, cmdlet, asked.input);
  const bound = bind(cmdlet, asked);
  const by = await onBehalf({ cmdlet, bound, asked, objects }, principal);
  const { kind } = cmdlet;
  if (kind === undefined) return ofSystem(actions, { cmdlet, bound, asked, by, objects, principal });
  if (!isKind(kind)) throw new Bug(`${cmdlet.name} works on ${kind}, which is no kind`);
  try {
    return await ofKind({ kind, cmdlet, bound, asked, by, objects, principal });
  } catch (error) {
    throw error instanceof ObjectInvalid && asked.input === undefined ? withShownNames(cmdlet, error) : error;
  }
}

async function ofSystem(actions: RunParts['actions'], request: ActionRequest): Promise<RunResult> {
  const { name, does } = request.cmdlet;
  const action = Object.hasOwn(actions, does) ? actions[does] : undefined;
  if (!action) throw new ParleyError('CMDLET_UNAVAILABLE', `${name} is not there on this node`);
  const bound = await new Reach(request).check();
  return { objects: [], warnings: [], changes: [], ...(await action({ ...request, bound })) };
}

/** Rights that reach only some objects are asked again with the object itself, before and after anything happens to it. */
async function ofKind(work: Work): Promise<RunResult> {
  const reach = new Reach(work);
  const every = await eachOf(work, reach);
  if (every !== undefined) return together(await inTurn(every.map(bound => () => ofKind({ ...work, bound }))));
  const bound = await reach.check();
  const result = await workOf(work.cmdlet.does)({ ...work, bound });
  return { ...result, objects: await reach.seen(result.objects) };
}

/** Who asks: his organisation, or the one he names when he may see them all. */
async function onBehalf(work: Omit<Work, 'kind' | 'by' | 'principal'>, principal: Principal): Promise<By> {
  const { cmdlet, bound, asked, objects } = work;
  const by: By = {
    who: principal.name,
    cmdlet: cmdlet.name,
    ...(principal.organization === undefined ? {} : { organization: principal.organization }),
    ...(asked.requestId === undefined ? {} : { requestId: asked.requestId }),
    ...(asked.trial ? { trial: true } : {}),
  };
  // The word may also be a property of the object, as of a hosted voice mail policy: the domains of tenants elsewhere.
  const { Organization: tenant } = cmdlet.parameters;
  const named = tenant?.property.type === 'ref' ? textIn(bound, 'Organization') : undefined;
  if (named === undefined) return by;
  // Somebody else's organisation is simply not found.
  return { ...by, organization: (await objects.get('Organization', named, by)).object.id };
}
