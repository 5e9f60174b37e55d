import { messageOf, type Timer } from '@parley/base';
import { SipParseError, type SipRequest } from '../../message/index.ts';
import { serverKey } from '../../transaction/matching.ts';
import { patience } from '../../transaction/sip-timers.ts';
import type { Channel } from '../../transport/transport.ts';
import { stackOf } from '../counted-clock.ts';
import type { Service, ServiceAnswer } from '../service.ts';
import { Answered } from './answered.ts';
import { type ProxyCore, printedAnswer } from './proxy-core.ts';

/** Sends what is said without a transaction. */
export interface Speaker {
  /** Refuses a request that is not admitted; true when it has. */
  turnsAway(request: SipRequest, channel: Channel): boolean;
  /** With the tag that every copy of the request gets. */
  reply(request: SipRequest, channel: Channel, answer: ServiceAnswer): void;
  send(bytes: Uint8Array, channel: Channel): void;
}

const FAILED: ServiceAnswer = { status: 500 };

/** Requests that are answered here, by method, without a transaction each: thousands of phones register in a second. */
export class Services {
  readonly #core: ProxyCore;
  readonly #speaker: Speaker;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #answered: Answered;

  constructor(core: ProxyCore, speaker: Speaker) {
    this.#core = core;
    this.#speaker = speaker;
    this.#services = new Map(Object.entries(core.options.services ?? {}));
    this.#answered = new Answered({ clock: core.clock, millis: patience(core.timers), most: core.budgets.answers });
  }

  /** Answers that are kept. */
  get size(): number {
    return this.#answered.size;
  }

  close(): void {
    this.#answered.close();
  }

  /** Whether the request was somebody's here; `otherwise` is called when nobody wants it, perhaps later. */
  take(request: SipRequest, channel: Channel, otherwise: () => void): void {
    const service = this.#services.get(request.method);
    if (!service) {
      otherwise();
      return;
    }
    // A copy comes from where the request came from: nobody else is told what the answer was.
    const key = `${serverKey(request)}|${channel.peer.address}`;
    const known = this.#answered.find(key);
    if (known === 'pending') return;
    if (known) this.#send(known, channel);
    else if (!this.#speaker.turnsAway(request, channel)) this.#ask(service, { request, channel, key, otherwise });
  }

  #ask(service: Service, asked: Asked): void {
    const answer = service.answer(asked.request, asked.channel.peer);
    if (!(answer instanceof Promise)) {
      this.#done(asked, answer);
      return;
    }
    this.#answered.keep(asked.key);
    let timer: Timer | undefined = this.#core.clock.after(this.#core.budgets.routeMillis, () => once(FAILED));
    const once = (outcome: ServiceAnswer | undefined) => {
      if (!timer) return;
      timer.cancel();
      timer = undefined;
      this.#answered.forget(asked.key);
      this.#done(asked, outcome);
    };
    answer.then(once, (thrown: unknown) => once(this.#failed(thrown)));
  }

  /** A refusal is made again for a copy; what has changed something is not done twice. */
  #done({ request, channel, key, otherwise }: Asked, answer: ServiceAnswer | undefined): void {
    if (!answer) {
      otherwise();
      return;
    }
    const { refusals } = this.#core;
    if (answer.status < 300) {
      const bytes = printedAnswer(this.#core, request, { ...answer, toTag: this.#core.ids.tag() });
      this.#answered.keep(key, bytes);
      this.#send(bytes, channel);
      return;
    }
    const { status, reason: detail, rule, change } = answer;
    const reason =
      status === 401 || status === 407 ? 'not authorized' : status === 403 ? 'not admitted' : 'not supported';
    const callId = request.header('call-id');
    refusals.count({ reason, peer: channel.peer, status, method: request.method, callId, detail, rule, change });
    if (refusals.mayAnswer(channel.peer)) this.#speaker.reply(request, channel, answer);
  }

  /** What is much longer than its request goes to one source a bounded number of times: the source may be forged. */
  #send(bytes: Uint8Array, channel: Channel): void {
    const { unprovenOctets = Number.POSITIVE_INFINITY, peer } = channel;
    if (bytes.length <= unprovenOctets || this.#core.refusals.mayAnswer(peer)) this.#speaker.send(bytes, channel);
  }

  #failed(thrown: unknown): ServiceAnswer {
    if (thrown instanceof SipParseError) return { status: thrown.status, reason: thrown.message };
    this.#core.log.error('sip service failed', { reason: messageOf(thrown), stack: stackOf(thrown) });
    return FAILED;
  }
}

interface Asked {
  readonly request: SipRequest;
  readonly channel: Channel;
  /** Of the transaction that it would have. */
  readonly key: string;
  readonly otherwise: () => void;
}
