import type { Clock } from '@parley/base';
import { ParleyError } from '@parley/base';
import { type AccessRecords, type Administrator, type AuditLog, ObjectInvalid } from '@parley/directory';
import { cmdlets, mayGroupRun, remark, roleGroupNamed, roleGroups } from '@parley/schema';
import type { ActionRequest, Row } from '../../run/ports.ts';
import type { WriteAudit } from '../access-audit.ts';
import { isAllowed } from '../authorise.ts';
import { nameKey } from '../names.ts';
import type { PasswordHashes } from '../password-hash.ts';
import type { Principal } from '../principal.ts';
import type { TokenDesk } from '../token-desk.ts';

/** What the cmdlets about access work with. */
export interface ActionParts {
  readonly records: AccessRecords;
  readonly hashes: PasswordHashes;
  readonly tokens: TokenDesk;
  readonly clock: Clock;
  readonly audit: WriteAudit;
  readonly auditLog: AuditLog;
}

/** An administrator by his name or id, inside the organisation of whoever asks. Rejects with `OBJECT_NOT_FOUND`. */
export async function administratorNamed(
  name: string,
  request: ActionRequest,
  { records }: ActionParts,
): Promise<Administrator> {
  const key = nameKey(name);
  const named = key === undefined ? undefined : await records.administrators.byName(key);
  const found = named ?? (await records.administrators.byId(name));
  const { organization } = request.by;
  if (found && (organization === undefined || found.organization === organization)) return found;
  throw new ParleyError('OBJECT_NOT_FOUND', `there is no administrator ${JSON.stringify(name.slice(0, 128))}`);
}

/** The role groups of these names. Throws an `ObjectInvalid` that has those that do not exist. */
export function groupsNamed(names: readonly string[]): readonly string[] {
  const unknown = names.filter(name => !roleGroupNamed(name));
  if (unknown.length === 0) return [...new Set(names.flatMap(name => roleGroupNamed(name)?.name ?? []))];
  const all = roleGroups.map(({ name }) => name).join(', ');
  throw new ObjectInvalid(
    unknown.map(name => remark('Groups', name, `there is no role group of that name; there are ${all}`)),
  );
}

/**
 * Nobody hands out what he may not do himself, or gets at it by way of somebody who may: only whoever has every right of a role group
 * makes members of it, and changes its members in any way. Whoever is narrowed to folders or sites hands out nothing, and a token
 * makes nobody. Throws `FORBIDDEN`.
 */
export function mayHandOut(principal: Principal, groups: readonly string[]): void {
  const cannot = groups.find(group =>
    cmdlets.some(cmdlet => mayGroupRun(group, cmdlet.name) && !isAllowed(principal, cmdlet)),
  );
  const why =
    principal.how === 'token'
      ? 'a token hands out no rights'
      : principal.scopes.length > 0
        ? 'whoever is limited to folders or sites hands out no rights'
        : cannot === undefined
          ? undefined
          : `only who may do everything that ${cannot} may has a say in its members`;
  if (why !== undefined) throw new ParleyError('FORBIDDEN', `${principal.name} may not: ${why}`);
}

/** One row of an answer. */
export const row = (kind: string, id: string, properties: Readonly<Record<string, unknown>>): Row => ({
  kind,
  id,
  name: typeof properties.Name === 'string' ? properties.Name : id,
  properties,
});

/** Writes down what was done. */
export async function told(
  { cmdlet, by, asked }: ActionRequest,
  { audit }: ActionParts,
  done: { readonly object: Administrator; readonly parameters: Readonly<Record<string, unknown>> },
): Promise<void> {
  const { organization } = done.object;
  await audit({
    who: by.who,
    ...(organization === undefined ? {} : { organization }),
    cmdlet: cmdlet.name,
    outcome: 'done',
    detail: { parameters: done.parameters },
    ...(asked.requestId === undefined ? {} : { requestId: asked.requestId }),
    kind: 'Administrator',
    objectId: done.object.id,
    objectName: done.object.name,
  });
}

export const timeOf = (millis: number | undefined): string | null =>
  millis === undefined || millis === 0 ? null : new Date(millis).toISOString();
