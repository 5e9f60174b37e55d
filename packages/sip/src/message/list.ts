import { SIP_BUDGETS } from './budgets.ts';
import { SipParseError } from './sip-parse-error.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const LESS = 0x3c;
const GREATER = 0x3e;
const BACKSLASH = 0x5c;

/** What `splitList` may be told. */
export interface SplitOptions {
  /** Named in errors; 'list' when left out. */
  readonly where?: string;
  /** Most values; 128 when left out. */
  readonly maxValues?: number;
}

/**
 * Splits a list header at its top-level commas: not inside quoted strings or angle brackets. Values are trimmed, empty ones
 * kept ('a,,b' has three); '' has none. A quoted string or bracket that does not end reaches to the end of the text.
 * Throws `SipParseError` when there are more values than the budget allows.
 */
export function splitList(text: string, options: SplitOptions = {}): string[] {
  const values: string[] = [];
  const most = options.maxValues ?? SIP_BUDGETS.maxValues;
  let from = 0;
  let inQuotes = false;
  let inBrackets = false;
  const close = (end: number): void => {
    if (values.length >= most) {
      throw new SipParseError(options.where ?? 'list', `more than ${most} values`, { offset: from, status: 513 });
    }
    values.push(text.slice(from, end).trim());
    from = end + 1;
  };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inQuotes) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inQuotes = false;
    } else if (inBrackets) {
      if (code === GREATER) inBrackets = false;
    } else if (code === QUOTE) inQuotes = true;
    else if (code === LESS) inBrackets = true;
    else if (code === COMMA) close(at);
  }
  if (from > 0 || text.trim() !== '') close(text.length);
  return values;
}
