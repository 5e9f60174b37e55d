import { ParleyError } from '@parley/base';
import type { SessionSettings, WireCodec } from '@parley/media';
import type { Body, Invitation } from '@parley/sip';
import { endOf } from './dial.ts';
import type { Line } from './line.ts';
import type { Ringing } from './phone.ts';
import type { PhoneCall } from './phone-call.ts';
import { begin, type Switchboard } from './switchboard.ts';
import { Terms } from './terms.ts';

/** A call that comes in, as whoever takes it sees it. */
export function answering(board: Switchboard, invitation: Invitation): Ringing {
  const invitedAt = board.clock.monotonic();
  return {
    request: invitation.request,
    ended: endOf(invitation.signal),
    ring: () => invitation.ring(),
    reject: refusal => invitation.reject(refusal),
    async answer({ listen = true, codecs } = {}) {
      const line = await board.desk.open();
      try {
        return await answer(board, { invitation, line, invitedAt, listen, codecs });
      } catch (error) {
        await line.close();
        throw error;
      }
    },
  };
}

interface Answering {
  readonly invitation: Invitation;
  readonly line: Line;
  readonly invitedAt: number;
  readonly listen: boolean;
  readonly codecs: readonly WireCodec[] | undefined;
}

async function answer(
  board: Switchboard,
  { invitation, line, invitedAt, listen, codecs }: Answering,
): Promise<PhoneCall> {
  const terms = new Terms(board.desk.address, { codecs, security: 'optional' });
  const ours = describe(terms, invitation, line);
  // Before the ACK: what the caller says at the answer is heard.
  const ear = board.desk.ear(listen);
  line.attach(ear);
  if (ours.settings) {
    ear.agree(ours.settings);
    line.agree(ours.settings);
  }
  const answerMillis = board.clock.monotonic() - invitedAt;
  const dialog = await invitation.answer(ours.sdp);
  const settings = ours.settings ?? terms.complete(dialog.ackBody);
  const call = begin(board, { dialog, line, terms, settings, ear, answerMillis });
  if (!ours.settings) {
    ear.agree(settings);
    line.agree(settings);
  }
  return call;
}

/** Our answer, or our offer when the INVITE had none (RFC 3261 section 13.3.1.4). */
function describe(
  terms: Terms,
  invitation: Invitation,
  line: Line,
): { readonly sdp: Body; readonly settings?: SessionSettings } {
  if (!invitation.offer) return { sdp: terms.offer(line.toldPort) };
  const answered = terms.answer(invitation.offer, line.toldPort);
  if (!('warning' in answered)) return answered;
  invitation.reject({ status: answered.status, headers: [['Warning', answered.warning]] });
  throw new ParleyError('PHONE_NO_AGREEMENT', `the offer cannot be answered: ${answered.warning}`);
}
