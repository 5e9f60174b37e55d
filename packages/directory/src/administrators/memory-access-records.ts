import {
  type AccessRecords,
  type Administrator,
  type AdministratorChange,
  type Administrators,
  type ApiToken,
  type ApiTokens,
  alreadyThere,
  MOST_LISTED,
  type Session,
  type Sessions,
  type SetupLinks,
} from './access-records.ts';

interface Kept {
  readonly administrators: Map<string, Administrator>;
  readonly sessions: Map<string, Session>;
  readonly tokens: Map<string, ApiToken>;
  readonly links: Map<string, number>;
}

/** Who may sign in, in memory: for tests and for trying things out. */
export function memoryAccessRecords(): AccessRecords {
  const kept: Kept = { administrators: new Map(), sessions: new Map(), tokens: new Map(), links: new Map() };
  return {
    administrators: administratorsIn(kept),
    sessions: sessionsIn(kept),
    tokens: tokensIn(kept),
    setupLinks: setupLinksIn(kept),
  };
}

/** One with a change; `null` takes a part away. */
function changed(before: Administrator, change: AdministratorChange): Administrator {
  const now = (given: string | null | undefined, was: string | undefined) =>
    given === null ? undefined : (given ?? was);
  return {
    ...before,
    organization: now(change.organization, before.organization),
    password: now(change.password, before.password),
    certificate: now(change.certificate, before.certificate),
    oidcSubject: now(change.oidcSubject, before.oidcSubject),
    groups: change.groups ?? before.groups,
    scopes: change.scopes ?? before.scopes,
    disabled: change.disabled ?? before.disabled,
  };
}

function administratorsIn({ administrators, sessions, tokens }: Kept): Administrators {
  const all = () => [...administrators.values()];
  const keep = (one: Administrator) => {
    const isSame = (a: string | undefined, b: string | undefined) => a !== undefined && a === b;
    const taken = all().some(
      other =>
        other.id !== one.id &&
        (other.name === one.name ||
          isSame(other.certificate, one.certificate) ||
          isSame(other.oidcSubject, one.oidcSubject)),
    );
    if (taken) throw alreadyThere(one);
    administrators.set(one.id, one);
  };
  const update = (id: string, part: Partial<Administrator>) => {
    const one = administrators.get(id);
    if (one) administrators.set(id, { ...one, ...part });
  };
  return {
    list: async ({ organization, after = '', limit = MOST_LISTED } = {}) =>
      all()
        .filter(one => (organization === undefined || one.organization === organization) && one.name > after)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .slice(0, Math.min(limit, MOST_LISTED)),
    byId: async id => administrators.get(id),
    byName: async name => all().find(one => one.name === name),
    byCertificate: async shown =>
      all()
        .filter(one => one.certificate !== undefined && shown.includes(one.certificate))
        .slice(0, 2),
    byOidcSubject: async subject => all().find(one => one.oidcSubject === subject),
    async add(administrator) {
      if (administrators.has(administrator.id)) throw alreadyThere(administrator);
      keep(administrator);
    },
    async change(id, change) {
      const before = administrators.get(id);
      if (!before) return undefined;
      keep(changed(before, change));
      return administrators.get(id);
    },
    async remove(id) {
      for (const { idHash, administrator } of sessions.values()) if (administrator === id) sessions.delete(idHash);
      for (const token of tokens.values()) if (token.administrator === id) tokens.delete(token.id);
      return administrators.delete(id);
    },
    async failed(id, lockedUntil) {
      const failures = (administrators.get(id)?.failures ?? 0) + 1;
      update(id, { failures, lockedUntil: lockedUntil(failures) });
    },
    succeeded: async id => update(id, { failures: 0, lockedUntil: 0 }),
  };
}

function sessionsIn({ sessions }: Kept): Sessions {
  const removeWhere = (isGone: (session: Session) => boolean) => {
    for (const session of sessions.values()) if (isGone(session)) sessions.delete(session.idHash);
  };
  return {
    add: async session => void sessions.set(session.idHash, session),
    find: async idHash => sessions.get(idHash),
    of: async administrator =>
      [...sessions.values()]
        .filter(session => session.administrator === administrator)
        .sort((a, b) => b.createdAt - a.createdAt),
    async extend(idHash, expiresAt) {
      const session = sessions.get(idHash);
      if (session) sessions.set(idHash, { ...session, expiresAt });
    },
    remove: async idHash => sessions.delete(idHash),
    removeAllOf: async (administrator, but) =>
      removeWhere(session => session.administrator === administrator && session.idHash !== but),
    removeExpired: async now => removeWhere(({ expiresAt }) => expiresAt <= now),
  };
}

function tokensIn({ tokens }: Kept): ApiTokens {
  return {
    add: async token => void tokens.set(token.id, token),
    byHash: async hash => [...tokens.values()].find(token => token.hash === hash),
    byId: async id => tokens.get(id),
    of: async administrator =>
      [...tokens.values()]
        .filter(token => token.administrator === administrator)
        .sort((a, b) => b.createdAt - a.createdAt),
    async used(id, at) {
      const token = tokens.get(id);
      if (token) tokens.set(id, { ...token, lastUsedAt: at });
    },
    remove: async id => tokens.delete(id),
  };
}

function setupLinksIn({ links, administrators }: Kept): SetupLinks {
  return {
    add: async (hash, expiresAt) => void links.set(hash, expiresAt),
    async redeem(hash, now, first) {
      if ((links.get(hash) ?? 0) <= now || administrators.size > 0) return false;
      links.clear();
      administrators.set(first.id, first);
      return true;
    },
  };
}
