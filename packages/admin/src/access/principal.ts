import { roleGroups } from '@parley/schema';

/** Somebody who asks for something, once it is known who he is. */
export interface Principal {
  /** As audit and messages call him. */
  readonly name: string;
  /** Id of the organisation that he administers; undefined: the whole system. */
  readonly organization?: string;
  /** Role groups that he is a member of. */
  readonly groups: readonly string[];
  /** What narrows his rights: see `parseScope`. Nothing does when there are none. */
  readonly scopes: readonly string[];
  readonly how: 'socket' | 'password' | 'token' | 'certificate' | 'oidc';
  /** Id of his entry among the administrators; undefined for the socket, which needs none. */
  readonly administrator?: string;
}

/** Whoever may open the Unix socket of the machine: the permissions of its file are the right to do everything. */
export const localPrincipal: Principal = {
  name: 'local',
  groups: roleGroups.map(({ name }) => name),
  scopes: [],
  how: 'socket',
};
