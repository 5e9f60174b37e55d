import type { Clock, Log } from '@parley/base';
import type { Directory } from '@parley/directory';
import type { Drafts } from '@parley/spool';

/** What call answering needs of the house. */
export interface AnsweringPorts {
  readonly directory: Directory;
  readonly drafts: Drafts;
  readonly clock: Clock;
  readonly log: Log;
  /** Right half of every Message-ID. */
  readonly messageIdDomain: string;
}

/** What has come of a visit to a mailbox so far; written by the steps of the flow, read when the call is over. */
export interface Visit {
  /** A message was accepted: it will be delivered. */
  messageLeft: boolean;
  /** Something was recorded and the spool failed: it may or may not turn up when the spool recovers. */
  messageInDoubt: boolean;
  /** Length of the message, milliseconds. */
  messageMillis: number;
}

export function newVisit(): Visit {
  return { messageLeft: false, messageInDoubt: false, messageMillis: 0 };
}
