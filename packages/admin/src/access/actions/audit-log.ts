import { ObjectInvalid } from '@parley/directory';
import { remark } from '@parley/schema';
import { type Bound, textIn } from '../../run/bind.ts';
import type { Action, ActionRequest } from '../../run/ports.ts';
import { countIn, textsIn } from './given.ts';
import { type ActionParts, row, timeOf } from './parts.ts';

type Doing = (request: ActionRequest, parts: ActionParts) => ReturnType<Action>;

/** As `Search-AdminAuditLog` of the originals. */
const RESULTS = { min: 1, max: 250_000, usual: 1000 };

export const searchAdminAuditLog: Doing = async ({ bound, by }, { auditLog }) => {
  const from = timeIn(bound, 'StartDate');
  const until = timeIn(bound, 'EndDate');
  const entries = await auditLog.search({
    ...(by.organization === undefined ? {} : { organization: by.organization }),
    ...listed('cmdlets', textsIn(bound, 'Cmdlets')),
    ...listed('objectIds', textsIn(bound, 'ObjectIds')),
    ...listed('userIds', textsIn(bound, 'UserIds')),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    limit: countIn(bound, 'ResultSize', RESULTS),
  });
  const rows = entries.map(entry =>
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
    }),
  );
  return { rows };
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
  const { checked, brokenAt } = await auditLog.verify(by.organization);
  const isIntact = brokenAt === undefined;
  return {
    rows: [
      row('AdminAuditLogTest', 'audit', {
        Name: 'audit',
        Result: isIntact ? 'Intact' : 'Broken',
        Checked: checked,
        BrokenAt: brokenAt ?? null,
      }),
    ],
    warnings: isIntact ? [] : [`entry ${brokenAt} does not follow from the one before it: the log was changed`],
  };
};

const listed = (name: string, values: readonly string[] | null | undefined) =>
  values && values.length > 0 ? { [name]: values } : {};

/** A date is the beginning of that day, UTC; a time without a zone is UTC. Throws an `ObjectInvalid`. */
function timeIn(bound: Bound, name: string): number | undefined {
  const text = textIn(bound, name);
  if (text === undefined) return undefined;
  const found = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const millis = found ? Date.parse(`${found[1]}T${found[2] ?? '00:00'}${found[3] ?? 'Z'}`) : Number.NaN;
  if (!Number.isNaN(millis)) return millis;
  throw new ObjectInvalid([remark(name, text, 'a date is written 2026-11-21, a time 2026-11-21T13:00:00Z')]);
}
