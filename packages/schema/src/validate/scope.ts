import type { Filter } from '../filter/filter.ts';

/** What an object of a policy or a configuration holds for; a name without any of these is one that is granted to people. */
export type Scope = 'Global' | 'Site' | 'Registrar' | 'PstnGateway' | 'MediationServer' | 'Tag';

/** A scope and what it is for: `{ scope: 'Site', of: 'Redmond' }`. */
export interface Scoped {
  readonly scope: Scope;
  /** The site, the pool or the name; empty for Global. */
  readonly of: string;
}

/** How the beginnings are written in an identity that is stored. */
const BEGINNINGS: Readonly<Record<string, Exclude<Scope, 'Global'>>> = {
  site: 'Site',
  registrar: 'Registrar',
  pstngateway: 'PstnGateway',
  mediationserver: 'MediationServer',
  tag: 'Tag',
};

/** Reads an identity such as `global`, `site:Redmond`, `Registrar:pool.example.org`, `tag:Sales` or `Sales`, whatever the case. */
export function scopeOf(identity: string): Scoped {
  if (identity.toLowerCase() === 'global') return { scope: 'Global', of: '' };
  const cut = identity.indexOf(':');
  // The originals also write the word "service" before the kind of a service.
  if (identity.slice(0, cut).toLowerCase() === 'service') return scopeOf(identity.slice(cut + 1));
  const word = identity.slice(0, Math.max(cut, 0)).toLowerCase();
  const scope = Object.hasOwn(BEGINNINGS, word) ? BEGINNINGS[word] : undefined;
  return scope === undefined ? { scope: 'Tag', of: identity } : { scope, of: identity.slice(cut + 1) };
}

/** The one way in which an identity is stored: `Global`, `Site:Redmond`, and a name without `tag:` for what is granted to people. */
export function canonicalScope(identity: string): string {
  const { scope, of } = scopeOf(identity);
  if (scope === 'Global') return 'Global';
  return scope === 'Tag' ? of : `${scope}:${of}`;
}

/** How the originals show an identity: what is granted to people is `Tag:Sales`. */
export function shownScope(identity: string): string {
  const { scope, of } = scopeOf(identity);
  return scope === 'Global' ? 'Global' : `${scope}:${of}`;
}

/** Names of objects that are granted to people have no scope in front of them. */
const isGranted: Filter = {
  op: 'not',
  of: {
    op: 'or',
    of: ['Global', 'Site:*', 'Registrar:*', 'PstnGateway:*', 'MediationServer:*'].map(
      (value): Filter => ({ op: 'like', property: 'name', value }),
    ),
  },
};

/** The objects whose identity, as `shownScope` writes it, is like a pattern with * and ?: `tag:*`, `site:Red*`, `*`. */
export function identityLike(pattern: string): Filter {
  const plain = pattern.replace(/^service:/i, '');
  if (!/^tag:/i.test(plain)) return { op: 'like', property: 'name', value: plain };
  return { op: 'and', of: [{ op: 'like', property: 'name', value: plain.slice('tag:'.length) }, isGranted] };
}
