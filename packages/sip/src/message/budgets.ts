/** What one SIP message may cost. Whatever exceeds a budget is refused, never cut. */
export interface SipBudgets {
  /** Octets of a whole message. */
  readonly maxMessage: number;
  /** Octets of one header field with its continuation lines, or of the start line. */
  readonly maxLine: number;
  /** Header fields in one message. */
  readonly maxHeaders: number;
  /** Octets of the body. */
  readonly maxBody: number;
  /** Values of one list header (Via, Contact, Diversion ...), over all its lines. */
  readonly maxValues: number;
}

/** The budgets that hold when none are given: a whole UDP datagram, and more of everything than any known peer sends. */
export const SIP_BUDGETS: SipBudgets = {
  maxMessage: 65_535,
  maxLine: 8_192,
  maxHeaders: 256,
  maxBody: 65_535,
  maxValues: 128,
};
