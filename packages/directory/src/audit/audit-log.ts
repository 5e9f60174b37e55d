import { type Clock, type Log, messageOf, plainText, silentLog } from '@parley/base';
import type { AuditQuery, NumberedRow, ObjectStore } from '../store/object-store.ts';
import type { AuditDetail, AuditEntry, AuditOutcome } from './audit-entry.ts';
import { chained, hashOf } from './chain.ts';
import { csvLine } from './csv.ts';

/** Something that was done, or tried, that changes no object: a sign-in, a refusal, an export. */
export interface AuditRecord {
  /** The organisation whose it is; undefined: the system's. */
  readonly organization?: string;
  /** As it came from outside, perhaps: it is cleaned. */
  readonly who: string;
  readonly cmdlet: string;
  readonly outcome: AuditOutcome;
  readonly requestId?: string;
  readonly kind?: string;
  readonly objectId?: string;
  readonly objectName?: string;
  /** Plain data without secrets; at most 64 KiB as JSON. */
  readonly detail?: AuditDetail;
}

/** What is looked for; everything given must hold. */
export interface AuditSearch {
  readonly who?: string;
  readonly cmdlets?: readonly string[];
  readonly kind?: string;
  readonly objectId?: string;
  readonly outcome?: AuditOutcome;
  /** From this moment, milliseconds since 1970. */
  readonly since?: number;
  /** Before this one. */
  readonly until?: number;
  /** At most 1,000; 250 by default. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: number;
}

export interface AuditPage {
  /** The newest first. */
  readonly entries: readonly AuditEntry[];
  readonly next?: number;
}

/** What came of looking at every entry. */
export interface Verification {
  readonly entries: number;
  /** The first entry that is not what was written there; undefined when all are. */
  readonly broken?: { readonly seq: number; readonly why: string };
  /** Organisation ('' for the system) -> hash of its last entry. Who keeps these elsewhere sees later whether entries are missing at the end. */
  readonly heads: ReadonlyMap<string, string>;
}

/** In whose entries: those of one organisation, or (undefined) all. */
type Organization = string | undefined;

/** Who did what, when: append-only, one chain of hashes for each organisation and one for the system. */
export interface AuditLog {
  /** Rejects with the database's failure: what cannot be audited should not happen. */
  append(record: AuditRecord): Promise<void>;
  search(search: AuditSearch, organization: Organization): Promise<AuditPage>;
  /** Looks at every entry of an organisation, or of all. */
  verify(organization: Organization): Promise<Verification>;
  /** Lines of a CSV file (RFC 4180) with a header, the oldest first. */
  exportCsv(search: AuditSearch, organization: Organization): AsyncIterable<string>;
}

const LONGEST_PAGE = 1000;
const USUAL_PAGE = 250;
const LONGEST_NAME = 256;
const LONGEST_DETAIL = 65_536;

const OUTCOMES: readonly AuditOutcome[] = ['done', 'refused', 'failed'];

/** A row as an entry. */
export function entryOf(row: NumberedRow): AuditEntry {
  const { seq, at, who, cmdlet, hash, previousHash } = row;
  const outcome = OUTCOMES.find(each => each === row.outcome) ?? 'failed';
  const { organization, requestId, kind, objectId, objectName } = row;
  return {
    seq,
    at,
    who,
    cmdlet,
    outcome,
    detail: detailOf(row.detail),
    hash,
    previousHash,
    ...(organization === undefined ? {} : { organization }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(kind === undefined ? {} : { kind }),
    ...(objectId === undefined ? {} : { objectId }),
    ...(objectName === undefined ? {} : { objectName }),
  };
}

/** Somebody may have meddled with the text: then the chain says so, and reading goes on. */
function detailOf(text: string): AuditDetail {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === 'object' && detail !== null ? detail : {};
  } catch (error) {
    return { parameters: { unreadable: messageOf(error) } };
  }
}

export interface AuditLogOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly log?: Log;
}

export function openAuditLog({ store, clock, log = silentLog }: AuditLogOptions): AuditLog {
  const pageOf = (query: AuditQuery) => store.transaction(query.organization ?? undefined, each => each.audited(query));

  async function* pages(search: AuditSearch, organization: Organization): AsyncGenerator<readonly NumberedRow[]> {
    let after: number | undefined;
    for (;;) {
      const query = queryOf(search, organization);
      const rows = await pageOf({
        ...query,
        order: 'oldest first',
        limit: LONGEST_PAGE,
        ...(after === undefined ? {} : { after }),
      });
      yield rows;
      after = rows.at(-1)?.seq;
      if (rows.length < LONGEST_PAGE) return;
    }
  }

  return {
    async append(record) {
      const row = {
        at: clock.wall(),
        organization: record.organization,
        who: plainText(record.who, LONGEST_NAME),
        requestId: record.requestId && plainText(record.requestId, LONGEST_NAME),
        cmdlet: plainText(record.cmdlet, LONGEST_NAME),
        kind: record.kind && plainText(record.kind, LONGEST_NAME),
        objectId: record.objectId && plainText(record.objectId, LONGEST_NAME),
        objectName: record.objectName && plainText(record.objectName, LONGEST_NAME),
        outcome: record.outcome,
        detail: boundedDetail(record.detail),
      };
      await store.transaction(record.organization, async transaction => {
        const last = await transaction.lastHash(record.organization);
        await transaction.append(chained(last, [row]));
      });
    },

    async search(search, organization) {
      const limit = Math.min(LONGEST_PAGE, Math.max(1, Math.floor(search.limit ?? USUAL_PAGE)));
      const { after } = search;
      const query = { ...queryOf(search, organization), order: 'newest first' as const, limit: limit + 1 };
      const rows = await pageOf({ ...query, ...(after === undefined ? {} : { after }) });
      const entries = rows.slice(0, limit).map(entryOf);
      const last = rows.length > limit ? entries.at(-1) : undefined;
      return { entries, ...(last ? { next: last.seq } : {}) };
    },

    async verify(organization) {
      const heads = new Map<string, string>();
      let entries = 0;
      for await (const rows of pages({}, organization))
        for (const row of rows) {
          const why = whyBroken(row, heads.get(row.organization ?? '') ?? '');
          if (why !== undefined) {
            log.error('audit broken', { seq: row.seq, why });
            return { entries, broken: { seq: row.seq, why }, heads };
          }
          heads.set(row.organization ?? '', row.hash);
          entries++;
        }
      return { entries, heads };
    },

    async *exportCsv(search, organization) {
      yield csvLine([
        'seq',
        'at',
        'organization',
        'who',
        'requestId',
        'cmdlet',
        'kind',
        'objectId',
        'objectName',
        'outcome',
        'detail',
        'hash',
      ]);
      for await (const rows of pages(search, organization)) for (const row of rows) yield csvLine(cellsOf(row));
    },
  };
}

function queryOf(search: AuditSearch, organization: Organization): Omit<AuditQuery, 'order' | 'limit'> {
  const { limit: _limit, after: _after, ...wanted } = search;
  return { ...wanted, organization };
}

function whyBroken(row: NumberedRow, last: string): string | undefined {
  if (row.previousHash !== last) return 'an entry before it was removed, added or changed';
  return hashOf(last, row) === row.hash ? undefined : 'it is not what was written';
}

function boundedDetail(detail: AuditDetail = {}): string {
  const json = JSON.stringify(detail);
  return json.length <= LONGEST_DETAIL ? json : JSON.stringify({ parameters: { tooLong: json.length } });
}

function cellsOf(row: NumberedRow): readonly string[] {
  return [
    String(row.seq),
    new Date(row.at).toISOString(),
    row.organization ?? '',
    row.who,
    row.requestId ?? '',
    row.cmdlet,
    row.kind ?? '',
    row.objectId ?? '',
    row.objectName ?? '',
    row.outcome,
    row.detail,
    row.hash,
  ];
}
