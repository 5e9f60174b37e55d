import { Bug } from '@parley/base';
import type { Via } from '../../message/grammar.ts';
import { MessageEditor, printVia, SipParseError } from '../../message/index.ts';
import type { SipMessage, SipRequest, SipResponse } from '../../message/message.ts';
import type { ServerTransaction } from '../../transaction/server-transaction.ts';
import type { TransactionUser } from '../../transaction/transaction-layer.ts';
import { withoutZone } from '../../transport/canonical-address.ts';
import type { Peer } from '../../transport/peer.ts';
import type { Channel, Sent, TransportUser } from '../../transport/transport.ts';
import { challengeWithin } from '../challenge-within.ts';
import { identified } from '../core.ts';
import { Faults } from '../faults.ts';
import type { Answer } from '../service.ts';
import { StatelessTags } from '../stateless-tags.ts';
import { forwardAck } from './forwarded-ack.ts';
import { checkForwardable, type Prepared, prepare, type Unforwardable } from './preparation.ts';
import { hasUnbelievable, removeUnbelievable } from './private-headers.ts';
import { ProxyAdmission } from './proxy-admission.ts';
import { type ProxyCore, printedAnswer } from './proxy-core.ts';
import { ResponseContext } from './response-context.ts';
import { Services, type Speaker } from './services.ts';

/**
 * Everything that arrives comes through here, and nothing that it causes is thrown any further: what is refused, and what services
 * answer, costs no transaction; the rest gets one, and a response context.
 */
export class ProxyReceiver implements TransportUser, TransactionUser, Speaker {
  readonly services: Services;
  readonly #core: ProxyCore;
  readonly #admission: ProxyAdmission;
  readonly #faults: Faults;
  readonly #tags = new StatelessTags();
  /** Of the request that `accepts` has let in and `request` is about to be told of. */
  #prepared: Prepared | undefined;

  constructor(core: ProxyCore) {
    this.#core = core;
    this.#faults = new Faults({
      log: core.log,
      refusals: core.refusals,
      tellBack: (partial, from, answer) => this.#tellBack(partial, from, answer),
    });
    this.#admission = new ProxyAdmission(core);
    this.services = new Services(core, this);
  }

  received(message: SipMessage, from: Channel): void {
    try {
      if (message.kind === 'request') this.#received(message, from);
      else if (isPassable(message)) this.#core.transactions.receiveResponse(message, from.peer);
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
    const prepared = prepare(this.#core, request, channel.peer);
    const verdict = 'refusal' in prepared ? prepared : this.#admission.verdict(request, prepared);
    if (verdict) {
      this.#refuse(request, channel, verdict);
      return false;
    }
    channel.admitted?.();
    this.#prepared = 'refusal' in prepared ? undefined : prepared;
    return true;
  }

  request(request: SipRequest, transaction: ServerTransaction): void {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    if (!prepared) throw new Bug('a request has a transaction that was not let in');
    this.#core.gate.began(transaction.channel.peer);
    try {
      new ResponseContext(this.#core, { prepared, transaction }).begin();
    } catch (thrown) {
      this.#faults.ours('sip request failed', thrown, transaction.channel);
      const toTag = this.#tags.of(request);
      transaction.respond(500, printedAnswer(this.#core, request, { status: 500, toTag }), toTag);
    }
  }

  ack(ack: SipRequest, channel: Channel): void {
    const prepared = prepare(this.#core, ack, channel.peer);
    if ('refusal' in prepared) this.#mayTell(ack, channel.peer, prepared);
    else forwardAck(this.#core, prepared, channel);
  }

  ended(transaction: ServerTransaction): void {
    this.#core.gate.ended(transaction.channel.peer);
  }

  turnsAway(request: SipRequest, channel: Channel): boolean {
    const verdict = this.#admission.atTheDoor(request, channel.peer);
    if (verdict) this.#refuse(request, channel, verdict);
    return verdict !== undefined;
  }

  reply(request: SipRequest, channel: Channel, answer: Answer): void {
    const whole = { ...answer, toTag: this.#tags.of(request) };
    if (answer.status !== 401 && answer.status !== 407) this.send(printedAnswer(this.#core, request, whole), channel);
    else {
      const most = channel.unprovenOctets ?? Number.POSITIVE_INFINITY;
      this.#sendProportionate(challengeWithin(request, identified(this.#core, whole), most), channel);
    }
  }

  send(bytes: Uint8Array, channel: Channel): void {
    channel.send(bytes, this.#sent);
  }

  #received(request: SipRequest, from: Channel): void {
    const flood = this.#admission.flood(request, from.peer);
    if (flood) {
      if (this.#mayTell(request, from.peer, flood)) this.#tellBack(request, from, flood.refusal);
      return;
    }
    try {
      checkForwardable(request);
    } catch (thrown) {
      this.malformed(thrown instanceof SipParseError ? thrown.withPartial(request) : thrown, from);
      return;
    }
    const whole = arrived(this.#core, request, from.peer);
    const channel = from.replyPath(whole.vias[0]);
    this.services.take(whole, channel, () => this.#pass(whole, channel));
  }

  /** May come later than `received`, so nothing is above that could catch. */
  #pass(request: SipRequest, channel: Channel): void {
    try {
      this.#core.transactions.receiveRequest(request, channel);
    } catch (thrown) {
      this.#faults.failed(thrown, request, channel);
    }
  }

  /** RFC 3261 16.10: answered by itself. Without its INVITE there is nobody who could know the branch that it would get from us. */
  #cancel(cancel: SipRequest, channel: Channel): void {
    const invite = this.#core.transactions.inviteOf(cancel);
    if (!invite || invite.channel.peer.address !== channel.peer.address) {
      this.#refuse(cancel, channel, { reason: 'no dialog', refusal: { status: 481 } });
      return;
    }
    const toTag = invite.user?.toTag ?? invite.toTag;
    this.send(printedAnswer(this.#core, cancel, { status: 200, toTag }), channel);
    invite.user?.cancelled?.(cancel);
  }

  #refuse(request: SipRequest, channel: Channel, verdict: Unforwardable): void {
    if (!this.#mayTell(request, channel.peer, verdict)) return;
    const isChallenge = verdict.reason === 'not authorized';
    if (isChallenge || verdict.reason === 'not supported') this.reply(request, channel, verdict.refusal);
    else this.#tell(request, channel, verdict.refusal);
  }

  #mayTell(request: SipRequest, peer: Peer, { reason, refusal }: Unforwardable): boolean {
    const { refusals } = this.#core;
    const { method } = request;
    const { status, rule, change, reason: detail } = refusal;
    refusals.count({ reason, peer, status, method, callId: request.header('call-id'), rule, change, detail });
    return method !== 'ACK' && refusals.mayAnswer(peer);
  }

  /** Answers what came no further than to here, by the way that its Via asks for (RFC 3261 18.2.2). */
  #tellBack(request: SipRequest, from: Channel, answer: Answer): void {
    const known = arrived(this.#core, request, from.peer);
    this.#tell(known, from.replyPath(known.vias[0]), answer);
  }

  /** To somebody whose address may be forged: nothing that is much longer than what came (`Channel.unprovenOctets`). */
  #tell(request: SipRequest, channel: Channel, answer: Answer): void {
    const bytes = printedAnswer(this.#core, request, { ...answer, toTag: this.#tags.of(request) });
    const fits = bytes.length <= (channel.unprovenOctets ?? Number.POSITIVE_INFINITY);
    this.#sendProportionate(fits ? bytes : undefined, channel);
  }

  #sendProportionate(bytes: Uint8Array | undefined, channel: Channel): void {
    if (bytes) this.send(bytes, channel);
    else
      this.#core.log.debug('sip answer not sent', { reason: 'longer than a request without proved address may cause' });
  }

  readonly #sent: Sent = error => {
    if (error) this.#core.log.debug('sip answer not sent', { reason: error.message });
  };
}

/**
 * A response that has somebody to go back to, and what passing it on looks at (RFC 3261 section 16.7 steps 1 to 3); that to a CANCEL
 * is for us, who made the CANCEL (16.10).
 */
function isPassable(response: SipResponse): boolean {
  try {
    const hasReader = response.vias.length > 1 || response.cseq.method === 'CANCEL';
    return hasReader && response.cseq.method !== '' && response.to.uriText !== '';
  } catch (thrown) {
    if (thrown instanceof SipParseError) return false;
    throw thrown;
  }
}

/**
 * A request that has arrived: where it came from is in its top Via (RFC 3261 18.2.1, RFC 3581), and what only trusted peers may say is
 * gone when it came from another. Everything else keeps its octets. Throws `SipParseError` when the Via cannot be read.
 */
function arrived({ isTrusted }: ProxyCore, request: SipRequest, source: Peer): SipRequest {
  const via = stampedVia(request.vias[0], source);
  const isCleaned = !isTrusted(source) && hasUnbelievable(request);
  if (!via && !isCleaned) return request;
  const editor = new MessageEditor(request);
  if (via) editor.setFirstValue('via', printVia(via));
  if (isCleaned) removeUnbelievable(editor);
  return editor.request();
}

/** Undefined when nothing is to be added. What the sender wrote there himself is thrown away. */
function stampedVia(via: Via, source: Peer): Via | undefined {
  const asked = via.parameters.has('rport');
  if (!asked && !via.parameters.has('received') && via.host === source.address) return undefined;
  const parameters = new Map(via.parameters);
  parameters.set('received', withoutZone(source.address));
  if (asked) parameters.set('rport', String(source.port));
  return { ...via, parameters };
}
