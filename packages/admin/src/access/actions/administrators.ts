import { ulid } from '@parley/base';
import { type Administrator, type AdministratorChange, ObjectInvalid } from '@parley/directory';
import { remark } from '@parley/schema';
import { textIn } from '../../run/bind.ts';
import type { Action, ActionRequest, Row } from '../../run/ports.ts';
import { certificateKey } from '../certificates.ts';
import { checkedName, checkPassword } from '../checked.ts';
import { LONGEST_PASSWORD } from '../password-rules.ts';
import { isAdministratorScope } from '../scopes.ts';
import { flagIn, textOrNullIn, textsIn } from './given.ts';
import { type ActionParts, administratorNamed, groupsNamed, mayHandOut, row, timeOf, told } from './parts.ts';

type Doing = (request: ActionRequest, parts: ActionParts) => ReturnType<Action>;

/** An administrator as cmdlets show him: never his password. */
export function shownAdministrator(administrator: Administrator): Row {
  const { id, name, organization, groups, scopes, certificate, oidcSubject } = administrator;
  return row('Administrator', id, {
    Name: name,
    Organization: organization ?? null,
    Groups: groups,
    Scopes: scopes,
    HasPassword: administrator.password !== undefined,
    Certificate: certificate ?? null,
    OidcSubject: oidcSubject ?? null,
    Disabled: administrator.disabled,
    LockedUntil: timeOf(administrator.lockedUntil),
    WhenCreated: timeOf(administrator.createdAt),
  });
}

export const getAdministrator: Doing = async (request, parts) => {
  const identity = textIn(request.bound, 'Identity');
  if (identity !== undefined) return { rows: [shownAdministrator(await administratorNamed(identity, request, parts))] };
  const { organization } = request.by;
  const all = await parts.records.administrators.list(organization === undefined ? {} : { organization });
  return { rows: all.map(shownAdministrator) };
};

export const newAdministrator: Doing = async (request, parts) => {
  const { bound, by, asked, principal } = request;
  const name = checkedName(textIn(bound, 'Name') ?? '');
  const { groups = [], scopes = [], ...rest } = await settings(request, parts, name);
  mayHandOut(principal, groups);
  const now = parts.clock.wall();
  const made: Administrator = {
    id: ulid(now),
    name,
    ...(by.organization === undefined ? {} : { organization: by.organization }),
    groups,
    scopes,
    ...given(rest),
    disabled: false,
    failures: 0,
    lockedUntil: 0,
    createdAt: now,
  };
  if (!asked.trial) {
    await parts.records.administrators.add(made);
    await told(request, parts, { object: made, parameters: tellable(rest, { groups, scopes }) });
  }
  return { rows: [shownAdministrator(made)] };
};

export const setAdministrator: Doing = async (request, parts) => {
  const { administrators, sessions } = parts.records;
  const before = await changeable(request, parts);
  const change = await settings(request, parts, before.name);
  mayHandOut(request.principal, change.groups ?? []);
  if (request.asked.trial) return { rows: [shownAdministrator(before)] };
  const changed = await administrators.change(before.id, change);
  const isUnlocked = flagIn(request.bound, 'Unlock') === true;
  if (isUnlocked) await administrators.succeeded(before.id);
  // Whoever knew the old password, and whoever has taken over a session, is out.
  if (change.password !== undefined || change.disabled === true) await sessions.removeAllOf(before.id);
  const parameters = { ...tellable(change, change), ...(isUnlocked ? { unlock: true } : {}) };
  await told(request, parts, { object: before, parameters });
  const now = isUnlocked ? await administrators.byId(before.id) : changed;
  return { rows: [shownAdministrator(now ?? before)] };
};

export const removeAdministrator: Doing = async (request, parts) => {
  const before = await changeable(request, parts);
  if (request.asked.trial) return {};
  await parts.records.administrators.remove(before.id);
  await told(request, parts, { object: before, parameters: {} });
  return {};
};

export const getAdminSession: Doing = async (request, parts) => {
  const { id } = await administratorNamed(textIn(request.bound, 'Administrator') ?? '', request, parts);
  const sessions = await parts.records.sessions.of(id);
  const rows = sessions
    .filter(({ expiresAt }) => expiresAt > parts.clock.wall())
    .map(session =>
      row('AdminSession', session.idHash.slice(0, 16), {
        Address: session.address,
        WhenCreated: timeOf(session.createdAt),
        Expires: timeOf(session.expiresAt),
      }),
    );
  return { rows };
};

export const removeAdminSession: Doing = async (request, parts) => {
  const before = await changeable(request, parts, 'Administrator');
  if (request.asked.trial) return {};
  await parts.records.sessions.removeAllOf(before.id);
  await told(request, parts, { object: before, parameters: {} });
  return {};
};

/** One that whoever asks may change: whose every right he has himself. */
export async function changeable(
  request: ActionRequest,
  parts: ActionParts,
  parameter = 'Identity',
): Promise<Administrator> {
  const before = await administratorNamed(textIn(request.bound, parameter) ?? '', request, parts);
  mayHandOut(request.principal, before.groups);
  return before;
}

/** What of an administrator was given, checked. Throws an `ObjectInvalid`. */
async function settings({ bound }: ActionRequest, { hashes }: ActionParts, name: string): Promise<AdministratorChange> {
  const password = textOrNullIn(bound, 'Password', LONGEST_PASSWORD);
  if (typeof password === 'string') checkPassword(password, name);
  const groups = textsIn(bound, 'Groups');
  const scopes = textsIn(bound, 'Scopes');
  const disabled = flagIn(bound, 'Disabled');
  const oidcSubject = textOrNullIn(bound, 'OidcSubject');
  const certificate = certificateIn(textOrNullIn(bound, 'Certificate'));
  return {
    ...(password === undefined ? {} : { password: password === null ? null : await hashes.make(password) }),
    ...(groups === undefined ? {} : { groups: groupsNamed(groups ?? []) }),
    ...(scopes === undefined ? {} : { scopes: scopesOf(scopes ?? []) }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(oidcSubject === undefined ? {} : { oidcSubject }),
    ...(disabled === undefined ? {} : { disabled }),
  };
}

function certificateIn(written: string | null | undefined): string | null | undefined {
  if (typeof written !== 'string') return written;
  const key = certificateKey(written);
  if (key !== undefined) return key;
  const allowed = 'a certificate is a SHA-256 fingerprint, or email:, dns:, uri: or subject: and a name';
  throw new ObjectInvalid([remark('Certificate', written, allowed)]);
}

function scopesOf(scopes: readonly string[]): readonly string[] {
  const wrong = scopes.filter(scope => !isAdministratorScope(scope));
  if (wrong.length === 0) return scopes;
  throw new ObjectInvalid(
    wrong.map(scope => remark('Scopes', scope, 'a scope is OU: and a distinguished name, or site: and a name')),
  );
}

/** What a new one has; nothing can be taken away from him. */
const given = ({ password, certificate, oidcSubject }: AdministratorChange) => ({
  ...(password ? { password } : {}),
  ...(certificate ? { certificate } : {}),
  ...(oidcSubject ? { oidcSubject } : {}),
});

/** What may be read in the audit: of a password only that there was one. */
function tellable(
  { password, certificate, oidcSubject, disabled }: AdministratorChange,
  { groups, scopes }: AdministratorChange,
): Readonly<Record<string, unknown>> {
  const all = {
    password: password === undefined ? undefined : '(given)',
    certificate,
    oidcSubject,
    disabled,
    groups,
    scopes,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
