import { Bug, messageOf, type Timer } from '@parley/base';
import { printMessage, type SipRequest, type SipResponse } from '../../message/index.ts';
import type { RawHeader } from '../../message/message.ts';
import type { ServerTransaction } from '../../transaction/server-transaction.ts';
import type { Peer } from '../../transport/peer.ts';
import type { Eventually } from '../registrar/bindings.ts';
import type { Answer } from '../service.ts';
import { best, type Outcome, withChallenges, without503 } from './best-response.ts';
import { Branch, type BranchUser } from './branch.ts';
import { type ForwardDecision, forwarded, nextHopOf } from './forwarded-request.ts';
import { passedBack } from './passed-back.ts';
import type { Prepared } from './preparation.ts';
import type { ProxyTarget, RouteDecision } from './proxy.ts';
import { type Ending, type ProxyCore, printedAnswer } from './proxy-core.ts';
import { redirectedTargets } from './redirection.ts';
import { sealedTargets } from './sealed-way.ts';
import { TargetSets } from './target-sets.ts';

export interface ContextOptions {
  readonly prepared: Prepared;
  readonly transaction: ServerTransaction;
}

const ELSEWHERE: readonly RawHeader[] = [['Reason', 'SIP;cause=200;text="Call completed elsewhere"']];
const DECLINED: readonly RawHeader[] = [['Reason', 'SIP;cause=600;text="Declined elsewhere"']];

/** One request on its way: its server transaction, its branches, and what goes back (RFC 3261 sections 16.2 and 16.6 to 16.10). */
export class ResponseContext implements Ending {
  readonly #core: ProxyCore;
  readonly #prepared: Prepared;
  readonly #transaction: ServerTransaction;
  readonly #inbound: Peer;
  readonly #toTag: string;
  readonly #sets: TargetSets;
  readonly #branches = new Set<Branch>();
  readonly #outcomes: Outcome[] = [];
  #decision: ForwardDecision = { kind: 'forward', targets: [] };
  /** Ends those who are asked where something is and do not say it. */
  readonly #waits = new Set<Timer>();
  #isAnswered = false;
  #isCancelled = false;
  #cancelHeaders: readonly RawHeader[] = [];

  constructor(core: ProxyCore, { prepared, transaction }: ContextOptions) {
    this.#core = core;
    this.#prepared = prepared;
    this.#transaction = transaction;
    this.#inbound = transaction.channel.local;
    this.#toTag = core.ids.tag();
    this.#sets = new TargetSets(core.budgets.targets);
    core.contexts.add(this);
  }

  begin(): void {
    const { request, isSealed } = this.#prepared;
    if (this.#isInvite) {
      this.#transaction.respond(100, printedAnswer(this.#core, request, { status: 100 }));
      this.#transaction.user = { toTag: this.#toTag, cancelled: cancel => this.#cancelled(cancel) };
    }
    this.#route(() => (isSealed ? this.#sealed() : this.#core.options.route(request, this.#prepared.source)));
  }

  /** Ends it without a word. */
  end(): void {
    this.#stopWaiting();
    this.#isAnswered = true;
    for (const branch of this.#branches) branch.abandon();
    this.#core.contexts.delete(this);
  }

  get #isInvite(): boolean {
    return this.#transaction.method === 'INVITE';
  }

  /** By its seal. */
  #sealed(): RouteDecision | Promise<RouteDecision> {
    const forward = (targets: readonly ProxyTarget[]): RouteDecision => ({ kind: 'forward', targets });
    const targets = sealedTargets(this.#core, this.#prepared);
    return targets instanceof Promise ? targets.then(forward) : forward(targets);
  }

  #route(route: () => RouteDecision | Promise<RouteDecision>): void {
    this.#wait(attempted(route), decision => {
      if (this.#isAnswered) return;
      if (decision instanceof Error) {
        this.#core.log.error('sip request not routed', { reason: decision.message, stack: decision.stack });
        this.#answer({ status: 500 });
      } else this.#decided(decision);
    });
  }

  /** At once with what is there at once; what takes longer than it may is an error. */
  #wait<T>(value: T | Error | Promise<T>, done: (value: T | Error) => void): void {
    if (!(value instanceof Promise)) {
      done(value);
      return;
    }
    const { clock, budgets } = this.#core;
    const once = (outcome: T | Error) => {
      if (!this.#waits.delete(timer)) return;
      timer.cancel();
      done(outcome);
    };
    const timer = clock.after(budgets.routeMillis, () => once(new Error('the routing took too long')));
    this.#waits.add(timer);
    value.then(once, (thrown: unknown) => once(thrown instanceof Error ? thrown : new Error(messageOf(thrown))));
  }

  #stopWaiting(): void {
    for (const timer of this.#waits) timer.cancel();
    this.#waits.clear();
  }

  #decided(decision: RouteDecision): void {
    switch (decision.kind) {
      case 'answer':
        this.#answer(decision);
        break;
      case 'redirect':
        this.#answer({ status: 302, headers: decision.contacts.map(contactHeader) });
        break;
      case 'forward':
        this.#decision = decision;
        this.#sets.add(decision.targets);
        this.#next();
    }
  }

  /** The next set, or the end (RFC 3261 section 16.6: targets of lower q when those of higher q have all failed). */
  #next(): void {
    if (this.#branches.size > 0) return;
    const set = this.#isCancelled || this.#isAnswered ? [] : this.#sets.next(this.#prepared.breadth);
    if (set.length === 0) {
      this.#conclude();
      return;
    }
    // RFC 5393 section 5.3.3: what all branches may grow together is not more than what this request may.
    const breadth = Math.floor(this.#prepared.breadth / set.length);
    const begun = set.map(target => this.#branch(target, breadth));
    for (const branch of begun) branch.begin();
  }

  #branch(target: ProxyTarget, breadth: number): Branch {
    const { request } = this.#prepared;
    const user: BranchUser = {
      make: (place, channel) => this.#made({ target: place, breadth }, channel),
      nextHop: place => nextHopOf(request, place),
      provisional: (response, from) => this.#provisional(response, from),
      accepted: (response, from) => this.#accepted(response, from),
      refused: (outcome, from) => this.#refused(branch, outcome, from),
      ended: () => this.#ended(branch),
    };
    const branch = new Branch(this.#core, target, { isInvite: this.#isInvite, user });
    this.#branches.add(branch);
    return branch;
  }

  #made(place: { target: ProxyTarget; breadth: number }, channel: Parameters<typeof forwarded>[2]): SipRequest {
    const branch = this.#core.loops.branch(this.#prepared.mark);
    const common = { prepared: this.#prepared, decision: this.#decision, inbound: this.#inbound, branch };
    return forwarded(this.#core, { ...common, ...place }, channel);
  }

  /** RFC 4320 section 4.1: only an INVITE hears anything but 100 before its end. */
  #provisional(response: SipResponse, from: Peer): void {
    if (this.#isInvite && !this.#isAnswered) this.#passBack(response, from);
  }

  /** Every 2xx to INVITE goes back, of whatever branch, at once (RFC 3261 section 16.7 step 5); of other methods the first. */
  #accepted(response: SipResponse, from: Peer): void {
    if (this.#isAnswered && !this.#isInvite) return;
    this.#isAnswered = true;
    this.#passBack(response, from);
    this.#stop(ELSEWHERE);
  }

  #refused(branch: Branch, outcome: Outcome, from: Peer | undefined): void {
    if (outcome.status >= 600) this.#stop(DECLINED);
    this.#wait(
      attempted(() => this.#redirections(outcome)),
      targets => {
        if (targets instanceof Error) this.#core.log.error('sip redirection not followed', { reason: targets.message });
        const isFollowed = !(targets instanceof Error) && this.#sets.add(targets) > 0;
        if (!isFollowed) this.#outcomes.push(passable(this.#core, outcome, { from, to: this.#to }));
        this.#ended(branch);
      },
    );
  }

  #ended(branch: Branch): void {
    this.#branches.delete(branch);
    this.#next();
  }

  /** What a 3xx leads to, when that is to be tried here (RFC 3261 section 16.5: recursion). */
  #redirections(outcome: Outcome): Eventually<readonly ProxyTarget[]> {
    const isRedirection = 'kind' in outcome && outcome.status >= 300 && outcome.status <= 399;
    if (!isRedirection || !this.#decision.recurse) return [];
    return redirectedTargets(outcome, { locate: this.#core.options.locate, most: this.#core.budgets.targets });
  }

  #cancelled(cancel: SipRequest): void {
    if (this.#isCancelled || this.#isAnswered) return;
    this.#isCancelled = true;
    this.#cancelHeaders = cancel.values('reason').map((value): RawHeader => ['Reason', value]);
    this.#stop(this.#cancelHeaders);
    // Nothing may have been sent yet.
    if (this.#branches.size === 0) this.#conclude();
  }

  /** Nothing else is to be tried, and what rings is to stop (RFC 3261 sections 16.7 step 10 and 16.10). */
  #stop(headers: readonly RawHeader[]): void {
    this.#sets.clear();
    for (const branch of [...this.#branches]) branch.cancel(headers);
  }

  /** Every branch is over. */
  #conclude(): void {
    this.#stopWaiting();
    this.#core.contexts.delete(this);
    if (this.#isAnswered) return;
    const chosen = this.#isCancelled ? this.#cancelledOutcome() : (best(this.#outcomes) ?? { status: 480 });
    // RFC 4320 section 4.2: whoever sent a request that is no INVITE has given up by now.
    if (chosen.status === 408 && !this.#isInvite) {
      this.#isAnswered = true;
      this.#transaction.abandon();
    } else if ('kind' in chosen) this.#respond(without503(withChallenges(chosen, this.#outcomes)));
    else this.#answer({ status: this.#ownStatus(chosen.status) });
  }

  #cancelledOutcome(): Outcome {
    return this.#outcomes.find(one => 'kind' in one && one.status === 487) ?? { status: 487 };
  }

  /** That a flow is gone says something to whoever has sealed it (RFC 5626 section 5.3); that a server is, to nobody (16.7 step 6). */
  #ownStatus(status: number): number {
    if (status === 503) return 500;
    return status === 430 && !this.#prepared.isSealed ? 480 : status;
  }

  #answer(answer: Answer): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    const bytes = printedAnswer(this.#core, this.#prepared.request, { ...answer, toTag: this.#toTag });
    this.#transaction.respond(answer.status, bytes, this.#toTag);
    if (this.#branches.size === 0) this.#core.contexts.delete(this);
  }

  get #to(): Peer {
    return this.#transaction.channel.peer;
  }

  #passBack(response: SipResponse, from: Peer): void {
    this.#respond(passedBack(this.#core, response, { from, to: this.#to }));
  }

  #respond(response: SipResponse): void {
    if (response.status >= 200) this.#isAnswered = true;
    const toTag = response.header('to') === undefined ? '' : (response.to.parameters.get('tag') ?? '');
    this.#transaction.respond(response.status, printMessage(response), toTag);
  }
}

/** A throw is like a rejection. */
function attempted<T>(make: () => T | Promise<T>): T | Error | Promise<T> {
  try {
    return make();
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Bug(messageOf(thrown));
  }
}

function passable(core: ProxyCore, outcome: Outcome, { from, to }: { from: Peer | undefined; to: Peer }): Outcome {
  if (!('kind' in outcome)) return outcome;
  if (!from) throw new Bug('a response came from somewhere');
  return passedBack(core, outcome, { from, to });
}

function contactHeader({ uri, q }: { readonly uri: string; readonly q?: number }): RawHeader {
  return ['Contact', `<${uri}>${q === undefined ? '' : `;q=${q.toFixed(3)}`}`];
}
