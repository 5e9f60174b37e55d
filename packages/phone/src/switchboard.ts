import type { Clock, Log } from '@parley/base';
import type { Peer, ReferGrant, Referral, Refusal, UserAgent } from '@parley/sip';
import type { MediaDesk } from './media-desk.ts';
import { type CallParts, PhoneCall } from './phone-call.ts';

/** What all calls of a phone share. */
export interface Switchboard {
  readonly agent: UserAgent;
  readonly contact: Peer;
  readonly desk: MediaDesk;
  readonly clock: Clock;
  readonly log: Log;
  /** Answered and not yet over. */
  readonly calls: Set<PhoneCall>;
  /** Decides on a REFER in a call. */
  onRefer(call: PhoneCall, referral: Referral): ReferGrant | Refusal;
}

/** Makes an answered call and keeps it while it lasts. */
export function begin(board: Switchboard, parts: Omit<CallParts, 'desk' | 'clock'>): PhoneCall {
  const call = new PhoneCall({ ...parts, desk: board.desk, clock: board.clock });
  board.calls.add(call);
  parts.dialog.onRefer(referral => board.onRefer(call, referral));
  call.ended.then(
    () => board.calls.delete(call),
    () => board.calls.delete(call),
  );
  return call;
}
