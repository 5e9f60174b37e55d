import { type Clock, type Log, messageOf } from '@parley/base';
import type { MediaSession } from '@parley/media';
import {
  CallRefused,
  type Dialog,
  type Inviter,
  printNameAddress,
  printReplaces,
  printUri,
  type ReferGrant,
  type ReferProgress,
  type Referral,
  type Refusal,
  SipParseError,
} from '@parley/sip';
import type { Dialer } from './dialer.ts';
import { reasonOfMisfit } from './leg-end.ts';
import { aborted } from './line.ts';
import { Negotiation, type NegotiationOptions } from './negotiation.ts';

/** RFC 5589 section 6.1: whoever referred us hangs up when we told that it worked. One who does not is hung up on, after so long. */
const REFERRER_MILLIS = 5000;

/** A leg that a REFER may move to another dialog. */
export interface MovableLeg {
  readonly media: MediaSession;
  /** Who we are in the dialog so far: From of the new one. */
  readonly self: string;
  readonly dialog: Dialog;
  /** A REFER is being followed, or has been: nobody is moved to two places. */
  isMoving: boolean;
  /** The call goes on in another dialog; the one before is nobody's any more. */
  moveTo(dialog: Dialog, negotiation: Negotiation): void;
}

export interface FollowOptions {
  /** Undefined: whoever refers us is refused. */
  readonly dialer: Dialer | undefined;
  readonly negotiation: Omit<NegotiationOptions, 'media' | 'address'>;
  /** Whether calls are moved to where TLS leads only. */
  readonly secured: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Answers a REFER that comes in a call of ours: the other side wants us to talk to somebody else. Refused, unless we were told to follow. */
export function onRefer(leg: MovableLeg, referral: Referral, options: FollowOptions): ReferGrant | Refusal {
  const { dialer, log } = options;
  const { uri, method } = referral.referTo;
  if (!dialer || method !== 'INVITE') {
    log.info('REFER refused: calls are not moved elsewhere by others here', { to: printUri(uri), method });
    return { status: 403 };
  }
  if (leg.isMoving) return { status: 491 };
  return {
    taken: progress => {
      leg.isMoving = true;
      follow(leg, referral, { ...options, dialer, progress })
        .catch(error => log.error('REFER could not be followed', { error: messageOf(error) }))
        .finally(() => {
          leg.isMoving = false;
        });
    },
  };
}

async function follow(
  leg: MovableLeg,
  referral: Referral,
  options: FollowOptions & { readonly dialer: Dialer; readonly progress: ReferProgress },
): Promise<void> {
  const { dialer, secured, progress, clock } = options;
  const target = printUri(referral.referTo.uri);
  const address = dialer.mediaAddress?.(leg.media, target) ?? leg.media.address;
  const negotiation = new Negotiation({ ...options.negotiation, media: leg.media, address });
  const before = leg.dialog;
  try {
    const inviter = place(leg, referral, { dialer, secured, target, negotiation });
    inviter.onProgress(status => progress.report(status));
    const stop = () => inviter.cancel();
    before.signal.addEventListener('abort', stop, { once: true });
    const { dialog, body } = await inviter.answered;
    before.signal.removeEventListener('abort', stop);
    const misfit = negotiation.complete(body);
    if (misfit !== undefined) {
      progress.report(488);
      await dialog.bye(reasonOfMisfit(misfit));
      return;
    }
    leg.moveTo(dialog, negotiation);
    progress.report(200);
  } catch (error) {
    if (!(error instanceof CallRefused) && !(error instanceof SipParseError)) throw error;
    progress.report(error.status);
    return;
  }
  const timer = clock.after(REFERRER_MILLIS, () => void before.bye());
  await aborted(before.signal);
  timer.cancel();
}

function place(
  leg: MovableLeg,
  { referTo, referredBy }: Referral,
  options: {
    readonly dialer: Dialer;
    readonly secured: boolean;
    readonly target: string;
    readonly negotiation: Negotiation;
  },
): Inviter {
  const { dialer, secured, target, negotiation } = options;
  return dialer.place(target, {
    from: leg.self,
    ...(referredBy && { referredBy: printNameAddress(referredBy.address) }),
    ...(referTo.replaces && { replaces: printReplaces(referTo.replaces) }),
    secured,
    body: negotiation.offer(),
  });
}
