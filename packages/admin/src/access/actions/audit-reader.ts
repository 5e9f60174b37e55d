import type { AuditEntry, AuditLog, AuditSearch } from '@parley/directory';

/** What is looked for in the audit log. */
export interface AuditQuery {
  readonly organization?: string;
  readonly search: AuditSearch;
  /** Ids or names of objects; none: all. */
  readonly objectIds: readonly string[];
  /** Names of administrators; none: all. */
  readonly userIds: readonly string[];
  /** Most entries of one answer. */
  readonly limit: number;
}

export interface Found {
  readonly entries: readonly AuditEntry[];
  /** Where to go on: the place of the last entry that was looked at. */
  readonly next?: number;
}

/** Entries of one page, and entries that are looked at for one answer: whoever looks for what is rare asks several times. */
const PAGE = 1000;
const MOST_LOOKED_AT = 20_000;

/** Looks through the log, the newest first, for what the log itself cannot be asked for: several people, names of objects. */
export async function searched(auditLog: Pick<AuditLog, 'search'>, query: AuditQuery): Promise<Found> {
  const { organization, search, limit } = query;
  const users = new Set(query.userIds.map(lower));
  const objects = new Set(query.objectIds.map(lower));
  const isWanted = ({ who, objectId, objectName }: AuditEntry) =>
    (users.size === 0 || users.has(lower(who))) &&
    (objects.size === 0 || [objectId, objectName].some(each => each !== undefined && objects.has(lower(each))));
  const isPlain = users.size === 0 && objects.size === 0;
  const entries: AuditEntry[] = [];
  let after = search.after;
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += PAGE) {
    const most = isPlain ? limit - entries.length : PAGE;
    const page = await auditLog.search(
      { ...search, limit: most, ...(after === undefined ? {} : { after }) },
      organization,
    );
    for (const entry of page.entries) {
      if (isWanted(entry)) entries.push(entry);
      if (entries.length === limit) return { entries, next: entry.seq };
    }
    if (page.next === undefined) return { entries };
    after = page.next;
  }
  return { entries, ...(after === undefined ? {} : { next: after }) };
}

const lower = (text: string) => text.toLowerCase();
