import { Bug } from '@parley/base';
import type { Tables } from '@parley/database';
import type { Administrator, AdministratorChange, ApiToken, Session } from './access-records.ts';

type AdministratorRow = Tables['administrator'];
type SessionRow = Tables['session'];
type TokenRow = Tables['api_token'];

const given = <T>(value: T | null): T | undefined => value ?? undefined;

/** A list of texts that we have written; anything else would change what somebody may do. */
function textsOf(json: string): readonly string[] {
  const read: unknown = JSON.parse(json);
  if (Array.isArray(read) && read.every(each => typeof each === 'string')) return read;
  throw new Bug('the groups or scopes of an administrator are no list of texts');
}

export function administratorOf(row: AdministratorRow): Administrator {
  return {
    id: row.id,
    name: row.name,
    organization: given(row.organization),
    password: given(row.password),
    groups: textsOf(row.groups),
    scopes: textsOf(row.scopes),
    certificate: given(row.certificate),
    oidcSubject: given(row.oidc_subject),
    disabled: Number(row.disabled) !== 0,
    failures: Number(row.failures),
    lockedUntil: Number(row.locked_until ?? 0),
    createdAt: Number(row.created_at),
  };
}

export function administratorRow(administrator: Administrator): AdministratorRow {
  return {
    id: administrator.id,
    organization: administrator.organization ?? null,
    name: administrator.name,
    password: administrator.password ?? null,
    groups: JSON.stringify(administrator.groups),
    scopes: JSON.stringify(administrator.scopes),
    certificate: administrator.certificate ?? null,
    oidc_subject: administrator.oidcSubject ?? null,
    disabled: administrator.disabled ? 1 : 0,
    failures: administrator.failures,
    locked_until: administrator.lockedUntil,
    created_at: administrator.createdAt,
  };
}

/** The columns that a change writes. */
export function changedColumns(change: AdministratorChange): Partial<AdministratorRow> {
  const { organization, password, groups, scopes, certificate, oidcSubject, disabled } = change;
  return {
    ...(organization === undefined ? {} : { organization }),
    ...(password === undefined ? {} : { password }),
    ...(groups === undefined ? {} : { groups: JSON.stringify(groups) }),
    ...(scopes === undefined ? {} : { scopes: JSON.stringify(scopes) }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(oidcSubject === undefined ? {} : { oidc_subject: oidcSubject }),
    ...(disabled === undefined ? {} : { disabled: disabled ? 1 : 0 }),
  };
}

export function sessionOf(row: SessionRow): Session {
  return {
    idHash: row.id_hash,
    administrator: row.administrator,
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
    address: row.address,
  };
}

export const sessionRow = ({ idHash, administrator, createdAt, expiresAt, address }: Session): SessionRow => ({
  id_hash: idHash,
  administrator,
  created_at: createdAt,
  expires_at: expiresAt,
  address,
});

export function tokenOf(row: TokenRow): ApiToken {
  return {
    id: row.id,
    hash: row.hash,
    administrator: row.administrator,
    name: row.name,
    scopes: textsOf(row.scope),
    createdAt: Number(row.created_at),
    // A token without an end is none of ours: it is over.
    expiresAt: Number(row.expires_at ?? 0),
    ...(row.last_used_at === null ? {} : { lastUsedAt: Number(row.last_used_at) }),
  };
}

export const tokenRow = (token: ApiToken): TokenRow => ({
  id: token.id,
  hash: token.hash,
  administrator: token.administrator,
  name: token.name,
  scope: JSON.stringify(token.scopes),
  created_at: token.createdAt,
  expires_at: token.expiresAt,
  last_used_at: token.lastUsedAt ?? null,
});
