import type { DialogUser } from '../dialog/dialog-table.ts';
import { validateRequest, validateResponse } from '../message/index.ts';
import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { TransactionUser } from '../transaction/transaction-layer.ts';
import type { Peer } from '../transport/peer.ts';
import { isAsSafe } from '../transport/secure.ts';
import type { Channel, Sent, TransportUser } from '../transport/transport.ts';
import { stamped } from '../transport/via.ts';
import { type Admission, IN_CLEAR, type Verdict } from './admission.ts';
import { challengeWithin } from './challenge-within.ts';
import { answer, type Core, capabilities, type Exchange, identified, printedResponse } from './core.ts';
import { Faults } from './faults.ts';
import { IncomingInvite } from './incoming-invite.ts';
import { StatelessTags } from './stateless-tags.ts';
import { believableRequest, believableResponse } from './trust.ts';
import type { Refusal, UserAgentOptions } from './user-agent.ts';

interface Policy extends Pick<UserAgentOptions, 'onInvitation'> {
  readonly admission: Admission;
}

/**
 * Everything that arrives comes through here, and nothing that it causes is thrown any further: a refusal costs no state (the core
 * answers like the stateless UAS of RFC 3261 8.2.7), the rest gets a transaction and goes to its dialog or to the application.
 */
export class Receiver implements TransportUser, TransactionUser {
  readonly #core: Core;
  readonly #policy: Policy;
  readonly #faults: Faults;
  readonly #tags = new StatelessTags();

  constructor(core: Core, policy: Policy) {
    this.#core = core;
    this.#faults = new Faults({
      log: core.log,
      refusals: core.refusals,
      tellBack: (partial, from, answer) => this.#tellBack(partial, from, answer),
    });
    this.#policy = policy;
  }

  received(message: SipMessage, from: Channel): void {
    try {
      if (message.kind === 'request') this.#received(message, from);
      else if (!validateResponse(message)) this.#answered(message, from);
    } catch (thrown) {
      this.#faults.failed(thrown, message, from);
    }
  }

  malformed(thrown: unknown, from: Channel): void {
    this.#faults.malformed(thrown, from);
  }

  accepts(request: SipRequest, channel: Channel): boolean {
    if (request.method === 'CANCEL') {
      this.#cancel(request, channel);
      return false;
    }
    const dialog = this.#core.dialogs.of(request);
    const verdict = this.#policy.admission.verdict(request, channel.peer, dialog);
    if (verdict) {
      this.#refuse(request, channel, verdict);
      return false;
    }
    channel.admitted?.();
    // OPTIONS changes nothing, so it needs no memory either.
    if (request.method !== 'OPTIONS' || dialog) return true;
    this.#answerOptions(request, channel);
    return false;
  }

  request(request: SipRequest, transaction: ServerTransaction): void {
    this.#policy.admission.gate.began(transaction.channel.peer);
    const dialog = this.#core.dialogs.of(request);
    if (!dialog?.waits?.(() => this.#take({ request, transaction }, dialog)))
      this.#take({ request, transaction }, dialog);
  }

  #take({ request, transaction }: Exchange, dialog: DialogUser | undefined): void {
    try {
      const handler = this.#core.handlers.get(request.method);
      if (dialog) dialog.request(request, transaction);
      else if (handler) handler({ request, transaction });
      else this.#invited(new IncomingInvite(this.#core, { request, transaction }));
    } catch (thrown) {
      this.#faults.ours('sip request failed', thrown, transaction.channel);
      answer(this.#core, { request, transaction }, { status: 500, toTag: this.#core.ids.tag() });
    }
  }

  /** It may hold a session description: it is believed of nobody whose BYE would not be. */
  ack(ack: SipRequest, channel: Channel): void {
    const dialog = this.#core.dialogs.of(ack);
    const verdict = dialog && this.#policy.admission.unadmitted(ack, channel.peer, dialog);
    if (verdict) this.#refuse(ack, channel, verdict);
    else dialog?.ack(ack);
  }

  ended(transaction: ServerTransaction): void {
    this.#policy.admission.gate.ended(transaction.channel.peer);
  }

  /** What an application has not decided when it throws is refused, so that nothing of the call stays. */
  #invited(invitation: IncomingInvite): void {
    try {
      this.#policy.onInvitation(invitation);
    } catch (thrown) {
      invitation.abandoned();
      throw thrown;
    }
  }

  #received(request: SipRequest, from: Channel): void {
    const flood = this.#policy.admission.flood(request, from.peer);
    if (flood) {
      if (this.#mayTell(request, from.peer, flood)) this.#tellBack(request, from, flood.refusal);
      return;
    }
    const error = validateRequest(request);
    if (error) {
      this.malformed(error, from);
      return;
    }
    const whole = stamped(request, from.peer);
    const known = this.#core.invites.isTrusted(from.peer) ? whole : believableRequest(whole);
    this.#core.transactions.receiveRequest(known, from.replyPath(known.vias[0]));
  }

  #answered(response: SipResponse, from: Channel): void {
    const isTrusted = this.#core.invites.isTrusted(from.peer);
    this.#core.transactions.receiveResponse(isTrusted ? response : believableResponse(response), from.peer);
  }

  /** RFC 3261 9.2: answered by itself, whatever becomes of the INVITE; the tag is that of the INVITE's answers. */
  #cancel(cancel: SipRequest, channel: Channel): void {
    const invite = this.#core.transactions.inviteOf(cancel);
    const verdict = this.#mayCancel(cancel, channel.peer, invite?.channel.peer);
    if (verdict) {
      this.#refuse(cancel, channel, verdict);
      return;
    }
    if (!invite) {
      this.#refuse(cancel, channel, { reason: 'no dialog', refusal: { status: 481 } });
      return;
    }
    this.#reply(cancel, channel, { status: 200 }, invite.user?.toTag ?? invite.toTag);
    invite.user?.cancelled?.(cancel);
  }

  #mayCancel(cancel: SipRequest, source: Peer, caller: Peer | undefined): Verdict | undefined {
    if (caller && !isAsSafe(source, caller)) return IN_CLEAR;
    return caller?.address === source.address ? undefined : this.#policy.admission.unadmitted(cancel, source);
  }

  #refuse(request: SipRequest, channel: Channel, verdict: Verdict): void {
    if (!this.#mayTell(request, channel.peer, verdict)) return;
    if (verdict.reason === 'not supported') this.#reply(request, channel, verdict.refusal);
    else if (verdict.reason === 'not authorized') this.#challenge(request, channel, verdict.refusal);
    else this.#tell(request, channel, verdict.refusal);
  }

  /** Counts a refusal and says why; whether it is to be answered: never ACK, and no source without end. */
  #mayTell(request: SipRequest, peer: Peer, { reason, refusal }: Verdict): boolean {
    const { refusals } = this.#core;
    const { method } = request;
    const { status, rule, change } = refusal;
    const callId = request.header('call-id');
    refusals.count({ reason, peer, status, method, callId, rule, change, detail: detailOf(refusal) });
    return method !== 'ACK' && refusals.mayAnswer(peer);
  }

  #answerOptions(request: SipRequest, channel: Channel): void {
    if (!this.#core.refusals.mayAnswer(channel.peer)) return;
    this.#reply(request, channel, { status: 200, headers: capabilities(this.#core) });
  }

  /** Answers what came no further than to here, by the way that its Via asks for (RFC 3261 18.2.2): who has no `rport` hears at another port. */
  #tellBack(request: SipRequest, from: Channel, refusal: Refusal): void {
    const known = stamped(request, from.peer);
    this.#tell(known, from.replyPath(known.vias[0]), refusal);
  }

  /** The same for somebody whose address may be forged: nothing that is much longer than what came (`Channel.unprovenOctets`). */
  #tell(request: SipRequest, channel: Channel, refusal: Refusal): void {
    const bytes = printedResponse(this.#core, request, { ...refusal, toTag: this.#tags.of(request) });
    const fits = bytes.length <= (channel.unprovenOctets ?? Number.POSITIVE_INFINITY);
    this.#sendProportionate(channel, fits ? bytes : undefined);
  }

  #challenge(request: SipRequest, channel: Channel, refusal: Refusal): void {
    const parts = identified(this.#core, { ...refusal, toTag: this.#tags.of(request) });
    const most = channel.unprovenOctets ?? Number.POSITIVE_INFINITY;
    this.#sendProportionate(channel, challengeWithin(request, parts, most));
  }

  #sendProportionate(channel: Channel, bytes: Uint8Array | undefined): void {
    if (bytes) channel.send(bytes, this.#sent);
    else
      this.#core.log.debug('sip answer not sent', { reason: 'longer than a request without proved address may cause' });
  }

  /** Answers without a transaction; the tag is the same for every copy of the request (8.2.7). */
  #reply(request: SipRequest, channel: Channel, refusal: Refusal, toTag = this.#tags.of(request)): void {
    channel.send(printedResponse(this.#core, request, { ...refusal, toTag }), this.#sent);
  }

  readonly #sent: Sent = error => {
    if (error) this.#core.log.debug('sip answer not sent', { reason: error.message });
  };
}

/** What the answer says beyond its status. */
function detailOf({ reason, headers = [] }: Refusal): string | undefined {
  return reason ?? headers.find(([name]) => name === 'Unsupported' || name === 'Warning')?.join(': ');
}
