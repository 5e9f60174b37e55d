import { type AuditEntry, type AuditSearch, ObjectInvalid } from '@parley/directory';
import { cmdletNamed, remark } from '@parley/schema';
import { type Bound, textIn } from '../../run/bind.ts';
import type { Action, ActionRequest } from '../../run/ports.ts';
import { searched } from './audit-reader.ts';
import { countIn, textsIn } from './given.ts';
import { type ActionParts, row, timeOf } from './parts.ts';

type Doing = (request: ActionRequest, parts: ActionParts) => ReturnType<Action>;

/** As `Search-AdminAuditLog` of the originals takes it; one answer has a page of them. */
const RESULTS = { min: 1, max: 250_000, usual: 1000 };
const LONGEST_PAGE = 1000;

export const searchAdminAuditLog: Doing = async ({ bound, by, asked }, { auditLog }) => {
  const after = placeIn(asked.listing?.after);
  const { entries, next } = await searched(auditLog, {
    ...(by.organization === undefined ? {} : { organization: by.organization }),
    search: { ...timesIn(bound), ...cmdletsIn(bound), ...(after === undefined ? {} : { after }) },
    objectIds: textsIn(bound, 'ObjectIds') ?? [],
    userIds: textsIn(bound, 'UserIds') ?? [],
    limit: Math.min(LONGEST_PAGE, countIn(bound, 'ResultSize', RESULTS)),
  });
  return { rows: entries.map(shownEntry), ...(next === undefined ? {} : { next: String(next) }) };
};

const shownEntry = (entry: AuditEntry) =>
  row('AdminAuditLogEvent', String(entry.seq), {
    Name: entry.cmdlet,
    RunDate: timeOf(entry.at),
    Caller: entry.who,
    CmdletName: entry.cmdlet,
    ObjectModified: entry.objectName ?? entry.objectId ?? null,
    Outcome: entry.outcome,
    CmdletParameters: entry.detail.parameters ?? null,
    ModifiedFrom: entry.detail.from ?? null,
    ModifiedTo: entry.detail.to ?? null,
    Organization: entry.organization ?? null,
    RequestId: entry.requestId ?? null,
    Hash: entry.hash,
  });

/** A table in the memory of whoever asked and ours: more is asked for month by month. */
const LONGEST_TABLE = 32 * 1024 * 1024;

export const exportAdminAuditLog: Doing = async ({ bound, by }, { auditLog }) => {
  const lines: Buffer[] = [];
  let octets = 0;
  for await (const line of auditLog.exportCsv({ ...timesIn(bound), ...cmdletsIn(bound) }, by.organization)) {
    const written = Buffer.from(line);
    octets += written.length;
    if (octets > LONGEST_TABLE)
      throw new ObjectInvalid([remark('EndDate', undefined, 'the table is too long: ask for a shorter time')]);
    lines.push(written);
  }
  return { file: { name: 'admin-audit-log.csv', type: 'text/csv', content: Buffer.concat(lines) } };
};

export const getAdminAuditLogConfig: Doing = async () => ({
  rows: [
    row('AdminAuditLogConfig', 'audit', {
      Name: 'audit',
      AdminAuditLogEnabled: true,
      AdminAuditLogCmdlets: ['*', 'sign-in', 'sign-out', 'set-up'],
      AdminAuditLogAgeLimit: 'Unlimited',
      LogLevel: 'Verbose',
      TestCmdletLoggingEnabled: false,
    }),
  ],
});

export const testAdminAuditLog: Doing = async ({ by }, { auditLog }) => {
  const { entries, broken, heads } = await auditLog.verify(by.organization);
  const properties = {
    Name: 'audit',
    Result: broken ? 'Broken' : 'Intact',
    Checked: entries,
    BrokenAt: broken?.seq ?? null,
    // Whoever keeps these elsewhere sees later whether entries are missing at the end.
    Heads: [...heads].map(([organization, hash]) => `${organization || 'system'}:${hash}`),
  };
  return {
    rows: [row('AdminAuditLogTest', 'audit', properties)],
    warnings: broken ? [`entry ${broken.seq}: ${broken.why}`] : [],
  };
};

function cmdletsIn(bound: Bound): Pick<AuditSearch, 'cmdlets'> {
  const cmdlets = textsIn(bound, 'Cmdlets') ?? [];
  // In the spelling that is kept: of a cmdlet its own.
  return cmdlets.length > 0 ? { cmdlets: cmdlets.map(name => cmdletNamed(name)?.name ?? name) } : {};
}

function timesIn(bound: Bound): Pick<AuditSearch, 'since' | 'until'> {
  const since = timeIn(bound, 'StartDate');
  const until = timeIn(bound, 'EndDate');
  return { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}

/** A place in the log, as an answer before has told it. Throws an `ObjectInvalid`. */
function placeIn(after: string | undefined): number | undefined {
  if (after === undefined) return undefined;
  if (/^[0-9]{1,15}$/.test(after)) return Number(after);
  throw new ObjectInvalid([remark('after', after, 'after is `next` of the answer before')]);
}

/** A date is the beginning of that day, UTC; a time without a zone is UTC. Throws an `ObjectInvalid`. */
function timeIn(bound: Bound, name: string): number | undefined {
  const text = textIn(bound, name);
  if (text === undefined) return undefined;
  const found = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const millis = found ? Date.parse(`${found[1]}T${found[2] ?? '00:00'}${found[3] ?? 'Z'}`) : Number.NaN;
  if (!Number.isNaN(millis)) return millis;
  throw new ObjectInvalid([remark(name, text, 'a date is written 2026-11-21, a time 2026-11-21T13:00:00Z')]);
}
