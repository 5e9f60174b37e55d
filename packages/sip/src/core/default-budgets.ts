import { SIP_BUDGETS } from '../message/index.ts';
import type { UserAgentBudgets } from './user-agent.ts';

/** Enough for thousands of calls at once, small enough for any machine. */
export const defaultBudgets: UserAgentBudgets = {
  message: SIP_BUDGETS,
  transactions: 50_000,
  transactionsPerSource: 10_000,
  dialogs: 10_000,
  connections: 2_000,
  connectionsPerSource: 200,
  backlogBytes: 1 << 20,
  // Longer than a session without a refresh (RFC 4028 recommends 1800 s): a call must not lose the connection that alone leads to its peer.
  idleMillis: 1_860_000,
  messageMillis: 10_000,
  firstMillis: 10_000,
  requestsPerSecond: 1_000,
  // More than one core serves: nobody who is served is kept out by it.
  strangersPerSecond: 20_000,
  answersPerSecond: 100,
  malformedAnswersPerSecond: 20,
  sources: 10_000,
  ringMillis: 180_000,
  subscriptions: 5_000,
  subscriptionsPerSource: 2_000,
  unansweredSubscriptions: 200,
  notifyMillis: 1_000,
  referMillis: 240_000,
};
