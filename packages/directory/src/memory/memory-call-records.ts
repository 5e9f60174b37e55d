import { boundedLimit, type CallRecord, type CallRecords } from '../history/call-record.ts';

/** A history that is kept nowhere else, for tests. */
export function memoryCallRecords(): CallRecords {
  const records: CallRecord[] = [];
  return {
    lost: 0,
    add: record => void records.push(record),
    async list({ limit, since = 0, mailbox, organization } = {}) {
      return records
        .filter(each => organization === undefined || each.organization === organization)
        .filter(each => each.callStartTime >= since && (mailbox === undefined || each.calleeMailboxAlias === mailbox))
        .sort((a, b) => b.callStartTime - a.callStartTime)
        .slice(0, boundedLimit(limit));
    },
    async close() {},
  };
}
