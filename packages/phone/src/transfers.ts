import { type Log, messageOf } from '@parley/base';
import {
  CallRefused,
  type Invitation,
  printNameAddress,
  printReplaces,
  printUri,
  type RawHeader,
  type ReferGrant,
  type ReferProgress,
  type Referral,
  type Refusal,
} from '@parley/sip';
import { Dial } from './dial.ts';
import type { PhoneCall } from './phone-call.ts';
import { answering } from './ringing.ts';
import type { Switchboard } from './switchboard.ts';

/** A REFER in a call of ours: the phone does as it is asked, as phones on desks do, and tells how it goes (RFC 3515). */
export function onRefer(board: Switchboard, call: PhoneCall, referral: Referral): ReferGrant | Refusal {
  if (referral.referTo.method !== 'INVITE') return { status: 403 };
  return { taken: progress => logged(board.log, 'REFER not followed', follow(board, { call, referral, progress })) };
}

async function follow(
  board: Switchboard,
  { call, referral, progress }: { call: PhoneCall; referral: Referral; progress: ReferProgress },
): Promise<void> {
  const { referTo, referredBy } = referral;
  const headers: RawHeader[] = [];
  if (referTo.replaces) headers.push(['Replaces', printReplaces(referTo.replaces)]);
  if (referredBy) headers.push(['Referred-By', printNameAddress(referredBy.address)]);
  try {
    const dialling = await Dial.begin(board, printUri(referTo.uri), { headers });
    dialling.onProgress(status => progress.report(status));
    const next = await dialling.answered;
    call.replacedBy(next);
    progress.report(200);
  } catch (error) {
    progress.report(error instanceof CallRefused ? error.status : 503);
    if (!(error instanceof CallRefused)) throw error;
  }
}

/** An INVITE that takes over a call of ours (RFC 3891) is answered at once; the call that it takes over ends. */
export function replaced(board: Switchboard, invitation: Invitation): boolean {
  const dialog = invitation.replaces;
  const call = dialog && [...board.calls].find(each => each.isIn(dialog));
  if (!call) return false;
  const takeOver = async () => {
    call.replacedBy(await answering(board, invitation).answer());
    await dialog.bye();
  };
  logged(board.log, 'call not taken over', takeOver());
  return true;
}

function logged(log: Log, what: string, work: Promise<void>): void {
  work.catch(error => log.error(what, { error: messageOf(error) }));
}
