import { ParleyError } from '@parley/base';
import type { SipRequest } from './message.ts';

/** Details of a `SipParseError`. */
export interface SipParseErrorOptions {
  /** See `SipParseError.offset`; 0 when left out. */
  readonly offset?: number;
  /** See `SipParseError.status`; 400 when left out. */
  readonly status?: number;
  readonly partial?: SipRequest;
}

/**
 * A message, or a value in it, that breaks the grammar of RFC 3261 or a budget. The message is one line of ASCII that says
 * what was wrong and what is allowed; it never repeats more than one character of the input.
 */
export class SipParseError extends ParleyError {
  /** "start line", "body", a header name such as "From", or the kind of a value that was parsed alone ("URI"). */
  readonly where: string;
  /** For the start line and for line ends: octets from the start of the message. For a value: characters from its start. */
  readonly offset: number;
  /** The status to answer a request with: 400, 505 (version), 413 or 513 (budgets). */
  readonly status: number;
  /**
   * What could be read of a malformed request, enough to answer it: method and header fields, faulty ones left out. Its typed
   * accessors may throw. Undefined for responses and for requests that cannot be answered (no method or no Via).
   */
  readonly partial: SipRequest | undefined;

  constructor(where: string, problem: string, options: SipParseErrorOptions = {}) {
    super('SIP_MALFORMED', `${where}: ${problem}`);
    this.name = 'SipParseError';
    this.where = where;
    this.offset = options.offset ?? 0;
    this.status = options.status ?? 400;
    this.partial = options.partial;
  }

  /** The same error with the request that it was found in. */
  withPartial(partial: SipRequest | undefined): SipParseError {
    const { offset, status } = this;
    return new SipParseError(this.where, this.message.slice(this.where.length + 2), { offset, status, partial });
  }
}
