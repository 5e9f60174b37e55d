import assert from 'node:assert/strict';
import { settle } from '@parley/base/fake-clock';
import fc from 'fast-check';
import type { Body, Dialog, Invitation, Inviter, Refusal, ReInviteAnswer, UserAgentOptions } from '../src/index.ts';
import { headerOf, type RawPeer, tagIn } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { type AnswerText, answerText, NOTHING } from './raw-call.ts';
import { type Scene, SERVER, scene, sdp } from './scene.ts';

/** One thing that happens in a sequence: the peer says something, in or out of place; the application does something; time passes. */
export type Step =
  | {
      readonly kind: 'say';
      readonly method: string;
      /** 0 and 1: calls of the peer; 2: our newest one, in the direction of its answers. */
      readonly call: number;
      readonly branch: number;
      /** 0: the next one, with a branch of its own. */
      readonly cseq: number;
      /** 0 and 1: none, a stranger's; otherwise one of our newest tags. */
      readonly tag: number;
      readonly body: boolean;
      readonly extra: number;
    }
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Which of our newest requests. */
      readonly which: number;
      readonly tag: number;
      readonly rseq: number;
      readonly body: boolean;
    }
  | { readonly kind: 'do'; readonly what: Deed; readonly which: number }
  | { readonly kind: 'wait'; readonly millis: number };

const METHODS = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'PRACK', 'UPDATE', 'INFO', 'OPTIONS', 'REFER'];
const DEEDS = [
  'ring',
  'progress',
  'answer',
  'reject',
  'bye',
  're-INVITE',
  'update',
  'refresh',
  'ping',
  'info',
  'early update',
  'early bye',
  'call',
  'call without offer',
  'cancel',
  'decide',
  'decline',
] as const;
type Deed = (typeof DEEDS)[number];

/** What a request of the peer says of extensions. */
const EXTRAS: readonly (readonly string[])[] = [
  [],
  ['Supported: 100rel, timer', 'Allow: INVITE, UPDATE, PRACK'],
  ['Require: 100rel', 'Session-Expires: 90;refresher=uac'],
  ['Supported: timer', 'Session-Expires: 100;refresher=uas', 'Allow: UPDATE'],
  ['Supported: timer', 'Session-Expires: 10'],
];

const STATUSES = [100, 180, 183, 183, 200, 200, 302, 401, 408, 422, 481, 487, 491, 500, 504];

const say = fc.record({
  kind: fc.constant('say' as const),
  method: fc.constantFrom('INVITE', 'ACK', 'PRACK', 'UPDATE', 'UPDATE', 'UPDATE', ...METHODS),
  call: fc.constantFrom(0, 0, 0, 1, 2, 2),
  branch: fc.nat(3),
  cseq: fc.constantFrom(0, 0, 0, 0, 1, 2, 3, 4),
  tag: fc.constantFrom(0, 1, 2, 3, 4, 4, 4, 4),
  body: fc.boolean(),
  extra: fc.nat(EXTRAS.length - 1),
});

const answer = fc.record({
  kind: fc.constant('answer' as const),
  status: fc.constantFrom(...STATUSES),
  which: fc.nat(3),
  tag: fc.nat(2),
  rseq: fc.nat(3),
  body: fc.boolean(),
});

const deed = fc.record({ kind: fc.constant('do' as const), what: fc.constantFrom(...DEEDS), which: fc.nat(5) });
const wait = fc.record({
  kind: fc.constant('wait' as const),
  millis: fc.constantFrom(1, 400, 4000, 33_000, 61_000, 900_000),
});

const some: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: say },
  { weight: 4, arbitrary: answer },
  { weight: 5, arbitrary: deed },
  { weight: 1, arbitrary: wait },
);

const said = { kind: 'say', call: 0, branch: 0, cseq: 1, tag: 0, body: true, extra: 1 } as const;
const answers = { kind: 'answer', which: 0, tag: 0, rseq: 0, body: true } as const;
const act = (what: Deed): Step => ({ kind: 'do', what, which: 0 });
const invited: readonly Step[] = [{ ...said, method: 'INVITE' }];
const early: readonly Step[] = [...invited, act('progress')];
const called: readonly Step[] = [
  ...early,
  { ...said, method: 'PRACK', branch: 1, cseq: 2, tag: 4, body: false },
  act('answer'),
  { ...said, method: 'ACK', branch: 2, tag: 4 },
];
const calling: readonly Step[] = [act('call'), { ...answers, status: 183, rseq: 1 }];
const established: readonly Step[] = [...calling, { ...answers, status: 200, which: 1 }];

/** Whole sequences: a beginning (nothing, ringing, early, in a call, on either side), and what comes then. */
export const sequences: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.constantFrom<readonly Step[]>([], invited, early, called, calling, established),
    fc.array(some, { minLength: 3, maxLength: 30 }),
  )
  .map(([begin, rest]) => [...begin, ...rest]);

/** The user agents to play with. */
export const policies: fc.Arbitrary<Partial<UserAgentOptions>> = fc.record({
  reliable: fc.constantFrom('supported' as const, 'supported' as const, 'required' as const, 'never' as const),
  sessionTimer: fc.constantFrom({ expires: 120 }, { expires: 1800 }, 'never' as const),
  replaces: fc.boolean(),
});

/** How far the sequences have come, so that a test can tell that they come far enough. */
export interface Reach {
  sequences: number;
  established: number;
  pracked: number;
  updated: number;
  refreshed: number;
}

export const newReach = (): Reach => ({ sequences: 0, established: 0, pracked: 0, updated: 0, refreshed: 0 });

/** Plays one sequence against a new user agent, ends every call, lets time pass and asserts that nothing is left. */
export async function play(steps: readonly Step[], policy: Partial<UserAgentOptions>, reach: Reach): Promise<void> {
  const stage = await scene(policy);
  const peer = await stage.network.peer('10.0.0.2');
  const player = new Player(stage, peer);
  for (const step of steps) await player.step(step);
  player.finish();
  // An INVITE of ours that rings is cancelled after 180 s; then 64*T1 for the CANCEL, and again for what follows.
  await stage.clock.run(220_000);
  assert.deepEqual(stage.agent.counts(), NOTHING);
  assert.equal(stage.clock.timers, 0);
  assert.deepEqual(
    stage.lines.filter(({ level }) => level === 'error'),
    [],
  );
  for (const { signal } of player.legs) assert.ok(signal.aborted, 'a leg has no end');
  reach.sequences += 1;
  reach.established += player.established;
  for (const { text } of stage.network.sent) {
    if (text.startsWith('SIP/2.0 200') && /CSeq: \d+ PRACK/.test(text)) reach.pracked += 1;
    if (text.startsWith('SIP/2.0 200') && /CSeq: \d+ UPDATE/.test(text)) reach.updated += 1;
    if (text.startsWith('UPDATE') && text.includes('Content-Length: 0')) reach.refreshed += 1;
  }
}

class Player {
  established = 0;
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
  readonly #undecided: ((result: ReInviteAnswer | Refusal) => void)[] = [];

  constructor(stage: Scene, peer: RawPeer) {
    this.#stage = stage;
    this.#peer = peer;
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
  }

  async #say({ method, call, branch, cseq, tag, body, extra }: Extract<Step, { kind: 'say' }>): Promise<void> {
    const invite = call === 2 ? this.#peer.heard.findLast(one => one.startsWith('INVITE')) : undefined;
    const callId = (invite && headerOf(invite, 'Call-ID')) ?? `call${call}`;
    const ours = this.#peer.heard.filter(one => headerOf(one, 'Call-ID') === callId);
    const tags = ['', 'stranger', ...ours.map(one => tagIn(one, 'To')).filter(one => one !== '')].slice(-5);
    const text = requestText({
      method,
      callId,
      fromTag: invite ? 'one' : 'from1',
      branch: cseq === 0 ? `z9hG4bKn${this.#next}` : `z9hG4bKb${branch}`,
      cseq: cseq === 0 ? this.#next++ : cseq,
      toTag: invite ? tagIn(invite, 'From') : tags[Math.min(tag, tags.length - 1)],
      body: body ? SDP : '',
      extra: [...EXTRAS[extra], ...(method === 'PRACK' ? [this.#rack(branch)] : [])],
    });
    const heard = await this.#peer.ask(text, SERVER);
    if (method === 'ACK') for (const one of heard) assert.ok(!/^CSeq: \d+ ACK/m.test(one), 'an ACK was answered');
  }

  /** Mostly that of our newest reliable response. */
  #rack(branch: number): string {
    const reliable = this.#peer.heard.findLast(text => headerOf(text, 'RSeq') !== undefined);
    if (!reliable || branch === 3) return 'RAck: 1 1 INVITE';
    return `RAck: ${headerOf(reliable, 'RSeq')} ${headerOf(reliable, 'CSeq')}`;
  }

  async #answer({ status, which, tag, rseq, body }: Extract<Step, { kind: 'answer' }>): Promise<void> {
    const requests = this.#peer.heard.filter(text => !text.startsWith('SIP/2.0') && !text.startsWith('ACK'));
    const request = requests.at(-1 - which) ?? requests.at(-1);
    if (!request) return;
    const isReliable = status > 100 && status < 200 && rseq > 0;
    const reliable = isReliable ? ['Require: 100rel', `RSeq: ${rseq}`] : [];
    const extra = [...reliable, 'Allow: INVITE, UPDATE', ...(status === 422 ? ['Min-SE: 2000'] : [])];
    const parts: AnswerText = { status, toTag: ['one', 'two', 'three'][tag], extra, body: body ? SDP : '' };
    await this.#peer.ask(answerText(request, parts), SERVER);
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
    else if (dialog) inCall[what](dialog);
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

/** What is done in a call. */
const inCall = {
  bye: (dialog: Dialog) => void dialog.bye(),
  're-INVITE': (dialog: Dialog) => void dialog.reInvite(sdp('again')).catch(ends),
  update: (dialog: Dialog) => void dialog.update(sdp('update')).catch(ends),
  refresh: (dialog: Dialog) => void dialog.update().catch(ends),
  ping: (dialog: Dialog) => void dialog.ping(),
  info: (dialog: Dialog) => void dialog.info(sdp('info')),
} as const;

const pick = <T>(all: readonly T[], which: number): T | undefined => all[which % Math.max(1, all.length)];

/** Ends of calls are told by rejections; here every end is right. */
const ends = (reason: unknown): void => {
  assert.ok(typeof reason === 'object' && reason !== null && ('kind' in reason || 'status' in reason), String(reason));
};
