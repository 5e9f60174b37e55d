import type { ActiveCall } from '@parley/admin';
import { type Clock, codeOf, type Log } from '@parley/base';
import {
  type CallFacts,
  calledParty,
  type Dialer,
  type HostedCall,
  type Prompt,
  type Prompter,
  SipCall,
} from '@parley/call';
import { type CallRecords, type Directory, isCertified } from '@parley/directory';
import type { ForeignMedia, MediaSession, MediaThreads, OpenOptions } from '@parley/media';
import { answerCall } from '@parley/messaging';
import type { IPGateway } from '@parley/schema';
import type { Invitation, LocalAddress, Peer, Refusal } from '@parley/sip';
import type { Drafts } from '@parley/spool';
import type { Config } from '../config/settings.ts';
import { storedRecord } from '../glue/stored-record.ts';
import type { Metrics } from '../health/metrics.ts';
import { AnsweredInvitation } from './answered-invitation.ts';
import { Entrance } from './entrance.ts';
import { mediaAddress } from './media-address.ts';
import { oneSided } from './one-sided.ts';
import { type RefusedBy, refusedBy } from './refused-by.ts';
import { alsoFromHere } from './same-machine.ts';

export interface AnsweringParts {
  readonly directory: Directory;
  readonly drafts: Drafts;
  readonly media: Pick<MediaThreads, 'open'>;
  readonly prompter: Prompter;
  readonly records: Pick<CallRecords, 'add'>;
  readonly metrics: Pick<Metrics, 'call'>;
  readonly messageIdDomain: string;
  readonly node: string;
  readonly rtp: Pick<Config['rtp'], 'codecs' | 'srtp' | 'address6' | 'nat'>;
  /** Calls that may begin in a second. */
  readonly callsPerSecond: () => number;
  readonly clock: Clock;
  readonly log: Log;
  /** What SDP calls us towards a peer, when media is bound to all addresses or the server is behind NAT; and which addresses are ours. */
  readonly localAddress: Pick<LocalAddress, 'towards' | 'isOwn'>;
  /** The same for media over IPv6. */
  readonly localAddress6: Pick<LocalAddress, 'towards'>;
  /** Places the calls that the flow of a call (by its Call-ID) hands its caller on to; without it they can only be referred. */
  readonly dialer?: (call: string) => Dialer;
  /** Hears that the caller of a call (by its Call-ID) is not heard, because media come from elsewhere than was negotiated. */
  readonly onForeign?: (call: string, foreign: ForeignMedia) => void;
  /** What callers hear while they are handed on. */
  readonly music?: Prompt;
  /** Hears what callers hear and do, line by line: for the demo. */
  readonly transcript?: (line: string) => void;
}

interface CallUnderWay {
  readonly call: HostedCall;
  readonly gateway: IPGateway;
  thread: number;
  readonly over: Promise<void>;
}

/** The calls of this node: takes invitations, leads each through call answering, writes its record. */
export class Calls {
  readonly #parts: AnsweringParts;
  readonly #calls = new Map<string, CallUnderWay>();

  readonly #entrance: Entrance;

  constructor(parts: AnsweringParts) {
    this.#parts = parts;
    this.#entrance = new Entrance({ clock: parts.clock, perSecond: parts.callsPerSecond });
  }

  get count(): number {
    return this.#calls.size;
  }

  /** Calls among them that wait to be answered, because others are. */
  get waiting(): number {
    return this.#entrance.waiting;
  }

  /** The calls in progress, as administrators see them. */
  active(): readonly ActiveCall[] {
    return [...this.#calls.values()].map(({ call, gateway }) => {
      const { callId, startedAt, caller, anonymous, dialled } = call.facts;
      const { directory, node } = this.#parts;
      const group = directory.huntGroupFor(gateway, dialled);
      const dialPlan = group && directory.dialPlan(group.umDialPlan)?.name;
      return {
        callId,
        startedAt,
        caller: anonymous ? 'anonymous' : caller.user,
        called: dialled,
        server: node,
        gateway: gateway.name,
        ...(dialPlan === undefined ? {} : { dialPlan }),
        state: call.stage === 'answered' ? 'Connected' : 'Ringing',
      };
    });
  }

  /** Media thread of a call: where its recording is written. A call without media has its notices written by the first thread. */
  threadOf(call: string): number {
    return this.#calls.get(call)?.thread ?? 0;
  }

  /** Takes an invitation that the front door let in. */
  take(invitation: Invitation): void {
    const { directory, log } = this.#parts;
    const gateway = directory.gatewayFor(invitation.source);
    // The gateway may have been deleted since the door let the request in.
    if (!gateway) {
      this.#refuse(invitation, { status: 403 }, GATEWAY_GONE);
      return;
    }
    const facts = this.#factsOf(invitation, gateway);
    if (this.#calls.has(facts.callId)) {
      this.#refuse(invitation, { status: 482, reason: 'Call-ID in use' }, CALL_ID_IN_USE);
      return;
    }
    const { prompter, clock, localAddress, rtp, transcript, dialer, music, onForeign } = this.#parts;
    let isForeign = false;
    const place = this.#entrance.queue();
    const answered = new AnsweredInvitation(invitation, () => place.leave());
    const call = new SipCall({
      invitation: answered,
      facts,
      openMedia: wanted => this.#openMedia(facts.callId, wanted),
      mediaAddress: media => mediaAddress(this.#parts, media, invitation.source.address),
      mediaAlsoFrom: (source, address) => alsoFromHere(localAddress, source, address),
      latchMedia: rtp.nat === 'latch',
      codecs: rtp.codecs,
      // Keys in clear signalling would protect nothing (RFC 4568 section 7).
      security: rtp.srtp === 'whenOffered' && isSecure(invitation.source) ? 'optional' : 'none',
      prompter,
      clock,
      log: log.with({ call: facts.callId }),
      ...(dialer && { dialer: dialer(facts.callId) }),
      ...(music && { music }),
      onForeign: foreign => {
        isForeign = true;
        onForeign?.(facts.callId, foreign);
      },
      ...(transcript ? { transcript } : {}),
    });
    log.info('call came', {
      call: facts.callId,
      gateway: gateway.name,
      caller: facts.anonymous ? 'anonymous' : facts.caller.user,
      dialled: facts.dialled,
      transport: facts.transport,
    });
    const over = place.reached
      .then(() => answerCall(call, gateway, this.#parts))
      .then(record => {
        this.#parts.metrics.call(record.callType, record.outcome.kind);
        this.#parts.records.add(storedRecord(record, this.#parts));
        if (answered.refusal) {
          const dialPlan = record.dialPlan === undefined ? undefined : directory.dialPlan(record.dialPlan);
          const byTls = isSecure(invitation.source);
          this.#tellRefused(answered, answered.refusal, {
            ...refusedBy(answered.refusal, { ended: call.ended?.by, dialPlan, byTls, srtp: rtp.srtp }),
            dialled: facts.dialled,
            gateway: gateway.name,
            dialPlan: dialPlan?.name,
          });
        }
        // Of somebody who speaks from elsewhere a line has told already.
        const told = isForeign ? undefined : oneSided(record);
        if (told) log.warn(told.event, { call: facts.callId, change: told.change });
        log.info('call over', {
          call: facts.callId,
          type: record.callType,
          outcome: record.outcome.kind,
          reason: record.outcome.reason,
          drop: record.dropCallReason,
          millis: record.durationMillis,
          // How the mailbox was found: the log stars the numbers in it out.
          explanation: record.explanation,
        });
      })
      .catch(error => log.error('call answering failed', { call: facts.callId, error }))
      .finally(() => {
        place.leave();
        this.#calls.delete(facts.callId);
      });
    this.#calls.set(facts.callId, { call, gateway, thread: 0, over });
  }

  /** Ends what still goes on, as at the end of a drain; resolves when every recording is settled. */
  async endAll(): Promise<void> {
    const calls = [...this.#calls.values()];
    for (const { call } of calls) call.end('drain');
    await Promise.all(calls.map(({ over }) => over));
  }

  /** Resolves when no call goes on, or the signal aborts. */
  async idle(signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (this.#calls.size > 0 && !signal.aborted)
      await Promise.race([aborted, Promise.all([...this.#calls.values()].map(({ over }) => over))]);
  }

  #factsOf({ request, source }: Invitation, gateway: IPGateway): CallFacts {
    const { clock, log } = this.#parts;
    const party = calledParty(request, { divertedBy: gateway.divertingUser === 'Last' ? 'last' : 'original' });
    for (const { header, problem } of party.skipped)
      log.warn('header skipped: it cannot be read, and the call can be understood without it', {
        call: request.callId,
        header,
        problem,
      });
    const { caller, anonymous, dialled, candidates, explanation } = party;
    return {
      callId: request.callId,
      startedAt: clock.wall(),
      caller,
      anonymous,
      dialled,
      called: candidates,
      explanation,
      gateway: gateway.id,
      transport: source.transport,
      certified: isCertified(gateway, source),
    };
  }

  #refuse(invitation: Invitation, refusal: Refusal, by: RefusedBy): void {
    invitation.reject(refusal);
    this.#tellRefused(invitation, refusal, by);
  }

  #tellRefused({ request, source }: Invitation, { status }: Refusal, by: RefusedCall): void {
    const { callId } = request;
    this.#parts.log.warn('call refused', { call: callId, status, source: source.address, ...by });
  }

  async #openMedia(call: string, wanted: OpenOptions): Promise<MediaSession | undefined> {
    try {
      const { media, rtp } = this.#parts;
      // Without sockets for IPv6 the answer says so: 488 with the reason.
      const session = await media.open(rtp.address6 === undefined ? { ...wanted, family: 4 } : wanted);
      const entry = this.#calls.get(call);
      if (entry) entry.thread = session.thread;
      return session;
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'MEDIA_NO_PORTS' && code !== 'MEDIA_LOST') throw error;
      this.#parts.log.warn('no media for a call', { call, error });
      return undefined;
    }
  }
}

/** What is told of a refused call. */
interface RefusedCall extends RefusedBy {
  readonly dialled?: string;
  /** Names. */
  readonly gateway?: string;
  readonly dialPlan?: string;
}

const GATEWAY_GONE: RefusedBy = {
  rule: 'stranger',
  change: 'The gateway was removed or disabled a moment ago: parley gateway list',
};
const CALL_ID_IN_USE: RefusedBy = {
  rule: 'Call-ID in use',
  change: 'Each call needs a Call-ID of its own: mend the sender, or the proxy that sends one call on two ways.',
};

const isSecure = ({ transport }: Peer): boolean => transport === 'tls' || transport === 'wss';
