import type { Clock } from '@parley/base';
import type { Peer, UserAgent } from '@parley/sip';
import type { MediaDesk } from './media-desk.ts';
import { type CallParts, PhoneCall } from './phone-call.ts';

/** What all calls of a phone share. */
export interface Switchboard {
  readonly agent: UserAgent;
  readonly contact: Peer;
  readonly desk: MediaDesk;
  readonly clock: Clock;
  /** Answered and not yet over. */
  readonly calls: Set<PhoneCall>;
}

/** Makes an answered call and keeps it while it lasts. */
export function begin(board: Switchboard, parts: Omit<CallParts, 'desk' | 'clock'>): PhoneCall {
  const call = new PhoneCall({ ...parts, desk: board.desk, clock: board.clock });
  board.calls.add(call);
  call.ended.then(
    () => board.calls.delete(call),
    () => board.calls.delete(call),
  );
  return call;
}
