import type { Kind, OfKind, Problem } from '@parley/schema';
import { ObjectInvalid } from '../objects.ts';
import type { IndexRow } from '../store/object-store.ts';
import { checkUnique, indexRowsOf } from './index-rows.ts';
import { type Kept, objectIn } from './kept.ts';
import { OrganizationLookup } from './organization-lookup.ts';
import { checkReferences } from './references.ts';
import { rulesOf } from './rules/index.ts';
import type { Workspace } from './workspace.ts';

/** Most problems that one refusal tells. */
const MOST_PROBLEMS = 20;

/** Everything that can be wrong with an object that is valid by itself; its index when nothing is. Throws `ObjectInvalid`. */
export async function checkAmongOthers(
  kept: Kept,
  before: Kept | undefined,
  workspace: Workspace,
): Promise<readonly IndexRow[]> {
  const { organization } = kept;
  refuse(await checkReferences(kept, { workspace, organization }));
  const index = await indexRowsOf(kept, workspace);
  const problems = [
    ...(await checkUnique(kept, index, workspace)),
    ...(await checkByRules(kept.kind, { kept, before, workspace })),
  ];
  refuse(problems.slice(0, MOST_PROBLEMS));
  return index;
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ObjectInvalid(problems);
}

async function checkByRules<K extends Kind>(
  kind: K,
  { kept, before, workspace }: { kept: Kept; before: Kept | undefined; workspace: Workspace },
): Promise<readonly Problem[]> {
  const rules = rulesOf(kind);
  if (!rules?.check) return [];
  const was: OfKind<K> | undefined = before && objectIn(before, kind);
  const lookup = new OrganizationLookup(workspace, kept.organization);
  const problems = await rules.check(objectIn(kept, kind), {
    before: was,
    lookup,
    settings: workspace.options.settings,
  });
  return problems;
}
