import type { SrvRecord } from './resolver.ts';

/** Records of one answer that are looked at; the rest is left out. */
const MOST_RECORDS = 64;

/**
 * SRV records in the order in which they are to be tried: by priority, and among equals drawn by weight (RFC 2782, "Weight").
 * Records without a host or port are left out. `random` gives numbers in [0, 1).
 */
export function srvOrder<R extends SrvRecord>(records: readonly R[], random: () => number): readonly R[] {
  const usable = records.filter(record => isOffered(record) && isWhole(record));
  const sorted = usable.sort((a, b) => a.priority - b.priority || a.weight - b.weight).slice(0, MOST_RECORDS);
  const ordered: R[] = [];
  while (sorted.length > 0) {
    const end = sorted.findIndex(record => record.priority !== sorted[0].priority);
    const equals = sorted.splice(0, end < 0 ? sorted.length : end);
    while (equals.length > 0) ordered.push(...equals.splice(drawn(equals, random), 1));
  }
  return ordered;
}

/** Whether its numbers are those of a record: with others among them no order could be made of the rest either. */
const isWhole = ({ priority, weight, port }: SrvRecord): boolean =>
  isWord(priority) && isWord(weight) && isWord(port) && port > 0;

const isWord = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 65_535;

/** Whether a record names a host; "." says that the service is decidedly not available at this domain. */
const isOffered = ({ name }: SrvRecord): boolean => name !== '' && name !== '.';

/** The first record whose running sum of weights reaches the number drawn; those of weight 0 stand first, so they have a small chance. */
function drawn(equals: readonly SrvRecord[], random: () => number): number {
  const sum = equals.reduce((all, record) => all + record.weight, 0);
  let left = Math.floor(random() * (sum + 1));
  const at = equals.findIndex(record => {
    left -= record.weight;
    return left <= 0;
  });
  return Math.max(0, at);
}
