import type { Clock } from '@parley/base';
import type { CallRecord } from '@parley/directory';
import type { ForeignMedia } from '@parley/media';
import type { Peer, Traffic } from '@parley/sip';
import { Intake } from './intake.ts';
import { type Passing, passing } from './kept-message.ts';
import { TracedCall } from './traced-call.ts';

export interface TracesOptions {
  /** Most calls whose messages are kept; 0 keeps none. */
  readonly calls: number;
  /** Whether somebody is a gateway of ours. */
  readonly isKnown: (peer: Peer) => boolean;
  readonly clock: Clock;
}

/** Of strangers, and of what is no call (OPTIONS, REGISTER ...), so many more are kept: a flood of them drives no calls out. */
const MOST_OTHERS = 100;
const OTHERS_PER_CALL = 0.1;

/** The SIP messages of the newest calls, in memory. What enters is bounded in number, pace and size, and holds no secrets. */
export class Traces {
  readonly #options: TracesOptions;
  readonly #calls = new Map<string, TracedCall>();
  readonly #others = new Map<string, TracedCall>();
  readonly #mostOthers: number;
  readonly #intake: Intake;
  readonly #intakeOfOthers: Intake;

  constructor(options: TracesOptions) {
    this.#options = options;
    this.#mostOthers = Math.min(MOST_OTHERS, Math.ceil(options.calls * OTHERS_PER_CALL));
    this.#intake = new Intake(options.calls, options.clock);
    this.#intakeOfOthers = new Intake(this.#mostOthers, options.clock);
  }

  /** Keeps a message; one without Call-ID belongs to nothing. */
  take(traffic: Traffic): void {
    const message = passing(traffic);
    if (!message) return;
    const call = this.#calls.get(message.callId) ?? this.#others.get(message.callId) ?? this.#begin(message);
    call?.add(message, this.#options.clock.monotonic());
  }

  /** A call is over. */
  ended(record: CallRecord): void {
    const call = this.get(record.callIdentity);
    if (call) call.record = record;
  }

  /** The other side of a call is not heard, because its media come from elsewhere. */
  heardElsewhere(callId: string, foreign: ForeignMedia): void {
    const call = this.get(callId);
    if (call) call.foreign = foreign;
  }

  /** A call of ours was placed on behalf of another one. */
  placed(leg: string, onBehalfOf: string): void {
    this.get(onBehalfOf)?.leadsTo(leg);
  }

  get(callId: string): TracedCall | undefined {
    return this.#calls.get(callId) ?? this.#others.get(callId);
  }

  /** The newest ones that began with an INVITE, the newest first. */
  newest(limit: number): TracedCall[] {
    const all = [...this.#calls.values(), ...[...this.#others.values()].filter(isInvite)];
    return all.sort((a, b) => b.startedAt - a.startedAt).slice(0, limit);
  }

  /** The one with that Call-ID, or else all whose Call-ID begins so, the newest first. */
  find(prefix: string): TracedCall[] {
    const exact = this.get(prefix);
    if (exact) return [exact];
    const all = [...this.#calls.values(), ...this.#others.values()];
    return all.filter(({ callId }) => callId.startsWith(prefix)).reverse();
  }

  /** Undefined when too many have begun lately. What answers or acknowledges something that was not kept begins nothing. */
  #begin(message: Passing): TracedCall | undefined {
    const { traffic, callId } = message;
    const { calls, isKnown, clock } = this.#options;
    if (message.head.startsWith('SIP/2.0 ') || message.head.startsWith('ACK ')) return undefined;
    const isOurs = isInviteText(message.head) && (traffic.direction === 'out' || isKnown(traffic.peer));
    if (!(isOurs ? this.#intake : this.#intakeOfOthers).take()) return undefined;
    const shelf = isOurs ? this.#calls : this.#others;
    const call = new TracedCall(callId, clock.wall());
    shelf.set(callId, call);
    if (shelf.size > (isOurs ? calls : this.#mostOthers)) forgetOldest(shelf);
    return call;
  }
}

const isInviteText = (head: string): boolean => head.startsWith('INVITE ');
const isInvite = ({ messages }: TracedCall): boolean => messages.length > 0 && isInviteText(messages[0].head);

function forgetOldest(shelf: Map<string, TracedCall>): void {
  for (const callId of shelf.keys()) {
    shelf.delete(callId);
    return;
  }
}
