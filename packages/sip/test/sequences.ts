import assert from 'node:assert/strict';
import { settle } from '@parley/base/fake-clock';
import type {
  Body,
  Dialog,
  EventsOptions,
  Invitation,
  Inviter,
  ReferProgress,
  Refusal,
  ReInviteAnswer,
  Subscriber,
  Subscription,
  UserAgentOptions,
} from '../src/index.ts';
import { headerOf, type RawPeer, tagIn } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { type AnswerText, answerText } from './raw-call.ts';
import { NOTHING, type Scene, SERVER, scene, sdp } from './scene.ts';
import { type Deed, EXTRAS, FLAWS, type Flaw, RIGHT, type Step } from './sequence-steps.ts';

/** How far the sequences have come, so that a test can tell that they come far enough. */
export interface Reach {
  sequences: number;
  established: number;
  pracked: number;
  updated: number;
  refreshed: number;
  /** NOTIFYs of ours that were answered with 200, and 200s to those of the peer. */
  notified: number;
  heard: number;
  /** REFERs of the peer that were taken. */
  referred: number;
  /** INVITEs of the peer that ended with 487. */
  cancelled: number;
}

export const newReach = (): Reach => ({
  sequences: 0,
  established: 0,
  pracked: 0,
  updated: 0,
  refreshed: 0,
  notified: 0,
  heard: 0,
  referred: 0,
  cancelled: 0,
});

/** Plays one sequence against a new user agent, ends every call, lets time pass and asserts that nothing is left. */
export async function play(steps: readonly Step[], policy: Partial<UserAgentOptions>, reach: Reach): Promise<void> {
  const subscribers: Subscriber[] = [];
  const reports: ReferProgress[] = [];
  const stage = await scene({ ...policy, events: eventsInto(subscribers, reports) });
  const peer = await stage.network.peer('10.0.0.2');
  const player = new Player({ stage, peer, subscribers, reports });
  for (const step of steps) await player.step(step);
  player.finish();
  // An INVITE of ours that rings is cancelled after 180 s, a REFER is watched for 240; then 64*T1, and again for what follows.
  await stage.clock.run(400_000);
  assert.deepEqual(stage.agent.counts(), NOTHING);
  assert.equal(stage.clock.timers, 0);
  assert.deepEqual(
    stage.lines.filter(({ level }) => level === 'error'),
    [],
  );
  for (const { signal } of [...player.legs, ...subscribers, ...reports])
    assert.ok(signal.aborted, 'a leg or subscription has no end');
  assert.ok(player.subscriptions.every(({ signal }) => signal.aborted));
  await stage.agent.close();
  await peer.close();
  assert.equal(stage.network.sockets, 0);
  reach.sequences += 1;
  reach.established += player.established;
  reach.referred += reports.length;
  for (const { text, from } of stage.network.sent) {
    if (text.startsWith('SIP/2.0 487') && from.startsWith('10.0.0.1')) reach.cancelled += 1;
    if (text.startsWith('SIP/2.0 200') && /CSeq: \d+ NOTIFY/.test(text))
      reach[from.startsWith('10.0.0.2') ? 'notified' : 'heard'] += 1;
    if (text.startsWith('SIP/2.0 200') && /CSeq: \d+ PRACK/.test(text)) reach.pracked += 1;
    if (text.startsWith('SIP/2.0 200') && /CSeq: \d+ UPDATE/.test(text)) reach.updated += 1;
    if (text.startsWith('UPDATE') && text.includes('Content-Length: 0')) reach.refreshed += 1;
  }
}

const STATE = { type: 'text/plain', content: Buffer.from('x') };

/** An application that gives a state, takes every REFER, and hears lamps. */
const eventsInto = (subscribers: Subscriber[], reports: ReferProgress[]): EventsOptions => ({
  packages: [
    {
      name: 'message-summary',
      contentType: 'text/plain',
      onSubscribe: () => ({ state: STATE, taken: subscriber => void subscribers.push(subscriber) }),
    },
  ],
  onRefer: ({ wantsReport }) => ({
    taken: progress => {
      if (wantsReport) reports.push(progress);
    },
  }),
  onNotify: new Map([['message-summary', () => 200]]),
});

interface Parts {
  readonly stage: Scene;
  readonly peer: RawPeer;
  readonly subscribers: readonly Subscriber[];
  readonly reports: readonly ReferProgress[];
}

class Player {
  established = 0;
  readonly subscriptions: Subscription[] = [];
  readonly #subscribers: readonly Subscriber[];
  readonly #reports: readonly ReferProgress[];
  readonly legs: { readonly signal: AbortSignal }[] = [];
  readonly #stage: Scene;
  readonly #peer: RawPeer;
  readonly #invitations: Invitation[] = [];
  readonly #inviters: Inviter[] = [];
  readonly #dialogs: Dialog[] = [];
  readonly #early: Dialog[] = [];
  readonly #answered = new Set<Invitation>();
  /** CSeq of the peer's next request that is in order. */
  #next = 10;
  /** Of the peer's newest INVITE. */
  #invited = { cseq: 1, branch: 'z9hG4bKb0' };
  readonly #undecided: ((result: ReInviteAnswer | Refusal) => void)[] = [];

  constructor({ stage, peer, subscribers, reports }: Parts) {
    this.#stage = stage;
    this.#peer = peer;
    this.#subscribers = subscribers;
    this.#reports = reports;
    stage.onInvitation = invitation => {
      this.#invitations.push(invitation);
      this.legs.push(invitation);
    };
  }

  async step(step: Step): Promise<void> {
    if (step.kind === 'wait') await this.#stage.clock.run(step.millis);
    else if (step.kind === 'say') await this.#say(step);
    else if (step.kind === 'answer') await this.#answer(step);
    else this.#do(step.what, step.which);
    await settle();
  }

  /** What an application owes: every call has its end. */
  finish(): void {
    for (const invitation of this.#invitations) if (!this.#answered.has(invitation)) invitation.reject({ status: 480 });
    for (const inviter of this.#inviters) inviter.cancel();
    for (const dialog of [...this.#dialogs, ...this.#early]) void dialog.bye();
    for (const subscriber of this.#subscribers) subscriber.terminate('noresource');
    for (const subscription of this.subscriptions) void subscription.unsubscribe();
  }

  async #say(step: Extract<Step, { kind: 'say' }>): Promise<void> {
    const { method, call, branch, tag, body, extra } = step;
    const invite = this.#begunByUs(call);
    const callId = (invite && headerOf(invite, 'Call-ID')) ?? `call${call}`;
    const ours = this.#peer.heard.filter(one => headerOf(one, 'Call-ID') === callId);
    const tags = ['', 'stranger', ...ours.map(one => tagIn(one, 'To')).filter(one => one !== '')].slice(-5);
    const text = requestText({
      method,
      callId,
      fromTag: invite ? 'one' : 'from1',
      ...this.#place(step),
      toTag: invite ? tagIn(invite, 'From') : tags[Math.min(tag, tags.length - 1)],
      body: body ? SDP : '',
      extra: [
        ...EXTRAS[extra],
        ...(method === 'PRACK' ? [this.#rack(branch)] : []),
        ...(step.event.length > 0 ? step.event : (RIGHT[method] ?? [])),
      ],
      type: method === 'NOTIFY' || method === 'MESSAGE' ? 'text/plain' : undefined,
    });
    const heard = await this.#send(text, step.flaw);
    if (method === 'ACK') for (const one of heard) assert.ok(!/^CSeq: \d+ ACK/m.test(one), 'an ACK was answered');
  }

  /** Branch and number, right or wrong. */
  #place({ method, branch, cseq }: Extract<Step, { kind: 'say' }>): { branch: string; cseq: number } {
    if (cseq === 0 && method === 'CANCEL') return this.#invited;
    const next = { branch: `z9hG4bKn${this.#next}`, cseq: this.#next++ };
    if (cseq === 0 && method === 'ACK') return { ...next, cseq: this.#invited.cseq };
    const place = cseq === 0 ? next : { branch: `z9hG4bKb${branch}`, cseq };
    if (method === 'INVITE') this.#invited = place;
    return place;
  }

  /** The request of ours that began the newest call, or the newest subscription. */
  #begunByUs(call: number): string | undefined {
    if (call === 2) return this.#peer.heard.findLast(one => one.startsWith('INVITE'));
    if (call === 3) return this.#peer.heard.findLast(one => one.startsWith('SUBSCRIBE') || one.startsWith('REFER'));
    return undefined;
  }

  async #send(text: string, flaw: Flaw): Promise<readonly string[]> {
    const flawed = FLAWS[flaw](text);
    const heard = await this.#peer.ask(flawed, SERVER);
    return flaw === 'twice' ? [...heard, ...(await this.#peer.ask(flawed, SERVER))] : heard;
  }

  /** Mostly that of our newest reliable response. */
  #rack(branch: number): string {
    const reliable = this.#peer.heard.findLast(text => headerOf(text, 'RSeq') !== undefined);
    if (!reliable || branch === 3) return 'RAck: 1 1 INVITE';
    return `RAck: ${headerOf(reliable, 'RSeq')} ${headerOf(reliable, 'CSeq')}`;
  }

  async #answer({ status, which, tag, rseq, body, flaw }: Extract<Step, { kind: 'answer' }>): Promise<void> {
    const requests = this.#peer.heard.filter(text => !text.startsWith('SIP/2.0') && !text.startsWith('ACK'));
    const request = requests.at(-1 - which) ?? requests.at(-1);
    if (!request) return;
    const isReliable = status > 100 && status < 200 && rseq > 0;
    const reliable = isReliable ? ['Require: 100rel', `RSeq: ${rseq}`] : [];
    const extra = [...reliable, 'Allow: INVITE, UPDATE', ...(SAYS[status] ?? [])];
    const parts: AnswerText = { status, toTag: ['one', 'two', 'three'][tag], extra, body: body ? SDP : '' };
    await this.#send(answerText(request, parts), flaw);
  }

  #do(what: Deed, which: number): void {
    const dialog = pick(this.#dialogs, which);
    const invitation = pick(this.#invitations, which);
    const early = pick(this.#early, which) ?? invitation?.dialog;
    if (what === 'ring' || what === 'progress' || what === 'answer' || what === 'reject') {
      if (invitation) this.#treat(what, invitation);
    } else if (what === 'call') this.#call(sdp('offer'));
    else if (what === 'call without offer') this.#call(undefined);
    else if (what === 'cancel') this.#inviters.at(-1)?.cancel();
    else if (what === 'decide') this.#undecided.shift()?.({ sdp: sdp('decided') });
    else if (what === 'decline') this.#undecided.shift()?.({ status: 488 });
    else if (what === 'early bye') void pick(this.#early, which)?.bye();
    else if (what === 'early update') early?.update(sdp('early update')).catch(ends);
    else if (isInCall(what)) dialog && inCall[what](dialog);
    else this.#event(what, which);
  }

  #event(what: EventDeed, which: number): void {
    const { agent } = this.#stage;
    const target = { uri: 'sip:caller@10.0.0.2' };
    const from = 'sip:srv@10.0.0.1';
    if (what === 'subscribe')
      this.subscriptions.push(
        agent.subscribe(target, { from, event: 'message-summary', accept: ['text/plain'], expires: 100, notifiers: 2 }),
      );
    else if (what === 'unsubscribe') void pick(this.subscriptions, which)?.unsubscribe();
    else if (what === 'refer outside') agent.refer(target, { from, to: 'sip:bob@10.0.0.2' });
    else if (what === 'notify') pick(this.#subscribers, which)?.notify(STATE);
    else if (what === 'terminate') pick(this.#subscribers, which)?.terminate('giveup', 5);
    else pick(this.#reports, which)?.report(what === 'report' ? 180 : 486);
  }

  #treat(what: 'ring' | 'progress' | 'answer' | 'reject', invitation: Invitation): void {
    if (what === 'ring') invitation.ring();
    else if (what === 'progress') {
      invitation.progress(sdp('early'));
      if (invitation.dialog) this.#handle(invitation.dialog);
    } else if (this.#answered.has(invitation)) return;
    else if (what === 'reject') invitation.reject({ status: 486 });
    else {
      this.#answered.add(invitation);
      invitation.answer(sdp('answer')).then(dialog => this.#inCall(dialog), ends);
    }
  }

  #call(body: Body | undefined): void {
    const inviter = this.#stage.agent.invite(
      { uri: 'sip:b@10.0.0.2' },
      { from: 'sip:a@10.0.0.1', body, answerOffer: () => sdp('our answer') },
    );
    inviter.onProgress((_status, _body, dialog) => {
      if (!dialog || this.#early.includes(dialog)) return;
      this.#early.push(dialog);
      this.legs.push(dialog);
      this.#handle(dialog);
    });
    inviter.answered.then(({ dialog }) => this.#inCall(dialog), ends);
    this.#inviters.push(inviter);
    this.legs.push(inviter);
  }

  #inCall(dialog: Dialog): void {
    this.established += 1;
    this.#dialogs.push(dialog);
    this.legs.push(dialog);
    this.#handle(dialog);
    dialog.onInfo(() => 200);
  }

  /** One call in three decides at once, one later, one not at all. */
  #handle(dialog: Dialog): void {
    const kind = this.legs.length % 3;
    if (kind === 0) dialog.onReInvite(() => ({ sdp: sdp('at once') }));
    else if (kind === 1) dialog.onReInvite(() => new Promise(resolve => this.#undecided.push(resolve)));
  }
}

/** What some answers have to say. */
const SAYS: Readonly<Record<number, readonly string[]>> = {
  422: ['Min-SE: 2000'],
  423: ['Min-Expires: 200'],
  503: ['Retry-After: 3'],
};

type EventDeed = 'subscribe' | 'unsubscribe' | 'refer outside' | 'notify' | 'terminate' | 'report' | 'report the end';

/** What is done in a call. */
const inCall = {
  refer: (dialog: Dialog) => void dialog.refer({ to: 'sip:bob@10.0.0.2' }),
  bye: (dialog: Dialog) => void dialog.bye(),
  're-INVITE': (dialog: Dialog) => void dialog.reInvite(sdp('again')).catch(ends),
  update: (dialog: Dialog) => void dialog.update(sdp('update')).catch(ends),
  refresh: (dialog: Dialog) => void dialog.update().catch(ends),
  ping: (dialog: Dialog) => void dialog.ping(),
  info: (dialog: Dialog) => void dialog.info(sdp('info')),
} as const;

const isInCall = (what: Deed): what is keyof typeof inCall => what in inCall;

const pick = <T>(all: readonly T[], which: number): T | undefined => all[which % Math.max(1, all.length)];

/** Ends of calls are told by rejections; here every end is right. */
const ends = (reason: unknown): void => {
  assert.ok(typeof reason === 'object' && reason !== null && ('kind' in reason || 'status' in reason), String(reason));
};
