import { type AutoAttendant, problem } from '@parley/schema';
import type { Action, ActionResult, Lookup, WantedChange } from './rule.ts';
import { flagIn, refuse } from './um-parameters.ts';

const KIND = 'UMAutoAttendant';

function withStatus(attendant: AutoAttendant, status: AutoAttendant['status']): ActionResult {
  const { id } = attendant;
  return { changes: [{ what: 'change', kind: KIND, id, patch: { status } }], shows: [{ kind: KIND, id }] };
}

export const enable: Action<typeof KIND> = async ({ object }) => (object ? withStatus(object, 'Enabled') : {});

/** Refused while a hunt group of its dial plan brings calls for one of its numbers: they would be answered by nobody. */
export const disable: Action<typeof KIND> = async ({ object, lookup }) => {
  if (!object) return {};
  const numbers = new Set(object.pilotIdentifierList.map(each => each.toLowerCase()));
  for (const { name, pilotIdentifier } of await lookup.find('UMHuntGroup', 'umDialPlan', object.umDialPlan))
    if (pilotIdentifier.some(each => numbers.has(each.toLowerCase())))
      refuse([problem('Identity', object.name, `an attendant whose numbers no hunt group names: ${name} does`)]);
  return withStatus(object, 'Disabled');
};

/** A menu without the keys that lead to an attendant, as a patch; nothing when there were none. */
function withoutKeys(menu: AutoAttendant['afterHoursKeyMapping'], property: string, id: string) {
  const kept = menu.filter(({ autoAttendantName }) => autoAttendantName !== id);
  return kept.length === menu.length ? {} : { [property]: kept };
}

/** Takes an attendant out of whatever leads to it. */
async function unlinking(id: string, lookup: Lookup): Promise<readonly WantedChange[]> {
  const changes: WantedChange[] = [];
  for (const plan of await lookup.find('UMDialPlan', 'umAutoAttendant', id))
    changes.push({ what: 'change', kind: 'UMDialPlan', id: plan.id, patch: { umAutoAttendant: null } });
  for (const other of await lookup.all(KIND)) {
    if (other.id === id) continue;
    const patch = {
      ...(other.dtmfFallbackAutoAttendant === id ? { dtmfFallbackAutoAttendant: null } : {}),
      ...withoutKeys(other.businessHoursKeyMapping, 'businessHoursKeyMapping', id),
      ...withoutKeys(other.afterHoursKeyMapping, 'afterHoursKeyMapping', id),
    };
    if (Object.keys(patch).length > 0) changes.push({ what: 'change', kind: KIND, id: other.id, patch });
  }
  return changes;
}

/** Removes it with its own prompts: refused while anything leads to it, unless that is to be cut too. */
export const discard: Action<typeof KIND> = async ({ object, parameters, lookup }) => {
  if (!object) return {};
  const { id } = object;
  const prompts = await lookup.find('UMPrompt', 'umAutoAttendant', id);
  return {
    changes: [
      ...(flagIn(parameters, 'Force') ? await unlinking(id, lookup) : []),
      ...prompts.map((prompt): WantedChange => ({ what: 'remove', kind: 'UMPrompt', id: prompt.id })),
      { what: 'remove', kind: KIND, id },
    ],
    shows: [],
  };
};
