import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import fc from 'fast-check';
import type { Dialog, Invitation } from '../src/index.ts';
import { headerOf, type RawPeer, tagIn } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { type Scene, SERVER, scene, sdp } from './scene.ts';

const SEED = 20_261_121;
const SEQUENCES = 300;
const NOTHING = { transactions: 0, dialogs: 0, connections: 0, timers: 0, subscriptions: 0 };

/** One thing that happens: the peer says something, in or out of place; the application does something; time passes. */
type Step =
  | {
      readonly kind: 'say';
      readonly method: string;
      readonly call: number;
      readonly branch: number;
      readonly cseq: number;
      readonly tag: number;
      readonly body: boolean;
    }
  | { readonly kind: 'answer'; readonly status: number }
  | { readonly kind: 'do'; readonly what: (typeof DEEDS)[number]; readonly call: number }
  | { readonly kind: 'wait'; readonly millis: number };

const METHODS = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'INFO', 'OPTIONS', 'PRACK', 'UPDATE', 'REFER'];
const DEEDS = ['ring', 'progress', 'answer', 'reject', 'bye', 're-INVITE', 'info', 'call', 'cancel'] as const;

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('say' as const),
        method: fc.constantFrom('INVITE', 'INVITE', 'ACK', 'BYE', 'CANCEL', ...METHODS),
        call: fc.nat(1),
        branch: fc.nat(3),
        cseq: fc.integer({ min: 1, max: 4 }),
        tag: fc.nat(3),
        body: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('answer' as const),
        status: fc.constantFrom(100, 180, 200, 302, 408, 481, 487, 491),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('do' as const), what: fc.constantFrom(...DEEDS), call: fc.nat(5) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), millis: fc.constantFrom(1, 400, 4000, 33_000) }),
    },
  ) as fc.Arbitrary<Step>,
  { minLength: 4, maxLength: 30 },
);

const said = { kind: 'say', call: 0, branch: 0, cseq: 1, tag: 0, body: true } as const;
const invited: Step[] = [{ ...said, method: 'INVITE' }];
const answered: Step[] = [...invited, { kind: 'do', what: 'answer', call: 0 }];
const called: Step[] = [...answered, { ...said, method: 'ACK', branch: 1, tag: 3 }];
const calling: Step[] = [
  { kind: 'do', what: 'call', call: 0 },
  { kind: 'answer', status: 180 },
];
const established: Step[] = [...calling, { kind: 'answer', status: 200 }];
/** Where a sequence begins: nothing yet, ringing, waiting for the ACK, in a call, on either side. */
const begins = fc.constantFrom<Step[]>([], invited, answered, called, calling, established);

/** Plays the steps against a user agent and remembers what there is to act upon. */
class Play {
  readonly invitations: Invitation[] = [];
  readonly dialogs: Dialog[] = [];
  readonly answered = new Set<Invitation>();
  readonly cancels: (() => void)[] = [];
  readonly #stage: Scene;
  readonly #peer: RawPeer;

  constructor(stage: Scene, peer: RawPeer) {
    this.#stage = stage;
    this.#peer = peer;
    stage.onInvitation = invitation => void this.invitations.push(invitation);
  }

  async step(step: Step): Promise<void> {
    if (step.kind === 'wait') await this.#stage.clock.run(step.millis);
    else if (step.kind === 'say') await this.#say(step);
    else if (step.kind === 'answer') await this.#answer(step.status);
    else this.#act(step.what, step.call);
    await settle();
  }

  async #say({ method, call, branch, cseq, tag, body }: Extract<Step, { kind: 'say' }>): Promise<void> {
    const tags = [
      '',
      'stranger',
      ...this.#peer.heard
        .map(text => tagIn(text, 'To'))
        .filter(one => one !== '')
        .slice(-2),
    ];
    const text = requestText({
      method,
      callId: `call${call}`,
      branch: `z9hG4bKb${branch}`,
      cseq,
      toTag: tags[Math.min(tag, tags.length - 1)],
      body: body ? SDP : '',
    });
    const heard = await this.#peer.ask(text, SERVER);
    if (method !== 'ACK') return;
    for (const one of heard) assert.ok(!/^CSeq: \d+ ACK/m.test(one), 'an ACK was answered');
  }

  /** Answers the newest request of ours, whatever it is. */
  async #answer(status: number): Promise<void> {
    const request = this.#peer.heard.findLast(text => !text.startsWith('SIP/2.0'));
    if (!request) return;
    const copied = ['Via', 'From', 'Call-ID', 'CSeq'].map(name => `${name}: ${headerOf(request, name)}`);
    const to = headerOf(request, 'To') ?? '';
    const lines = [...copied, `To: ${to.includes(';tag=') ? to : `${to};tag=peer`}`, 'Contact: <sip:b@10.0.0.2>'];
    await this.#peer.ask(`SIP/2.0 ${status} X\r\n${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`, SERVER);
  }

  #act(what: (typeof DEEDS)[number], which: number): void {
    const invitation = this.invitations[which % Math.max(1, this.invitations.length)];
    const dialog = this.dialogs[which % Math.max(1, this.dialogs.length)];
    if (what === 'call') this.#call();
    else if (what === 'cancel') this.cancels.at(-1)?.();
    else if (what === 'bye') void dialog?.bye();
    else if (what === 'info') void dialog?.info(sdp('info'));
    else if (what === 're-INVITE') dialog?.reInvite(sdp('hold')).catch(ends);
    else if (invitation) this.#treat(what, invitation);
  }

  #treat(what: string, invitation: Invitation): void {
    if (what === 'ring') invitation.ring();
    else if (what === 'progress') invitation.progress(sdp('early'));
    else if (this.answered.has(invitation)) return;
    else if (what === 'reject') invitation.reject({ status: 486 });
    else {
      this.answered.add(invitation);
      invitation.answer(sdp('answer')).then(dialog => this.#established(dialog), ends);
    }
  }

  #call(): void {
    const inviter = this.#stage.agent.invite({ uri: 'sip:b@10.0.0.2' }, { from: 'sip:a@10.0.0.1' });
    inviter.answered.then(({ dialog }) => this.#established(dialog), ends);
    this.cancels.push(() => inviter.cancel());
  }

  #established(dialog: Dialog): void {
    if (this.dialogs.length % 2 === 0) dialog.onReInvite(() => ({ sdp: sdp('again') }));
    dialog.onInfo(() => 200);
    this.dialogs.push(dialog);
  }

  /** What an application owes: every call has its end. */
  finish(): void {
    for (const invitation of this.invitations) if (!this.answered.has(invitation)) invitation.reject({ status: 480 });
    for (const cancel of this.cancels) cancel();
    for (const dialog of this.dialogs) void dialog.bye();
  }
}

/** Ends of calls are told by rejections; here every end is right. */
const ends = (reason: unknown): void => {
  assert.ok(typeof reason === 'object' && reason !== null && ('kind' in reason || 'status' in reason), String(reason));
};

test(`${SEQUENCES} sequences of messages in and out of place leave no state and no error behind (seed ${SEED})`, async () => {
  let calls = 0;
  const property = fc.asyncProperty(begins, steps, async (begin, sequence) => {
    const stage = await scene();
    const play = new Play(stage, await stage.network.peer('10.0.0.2'));
    for (const step of [...begin, ...sequence]) await play.step(step);
    play.finish();
    calls += play.dialogs.length;
    // An INVITE of ours that rings is cancelled after 180 s; then 64*T1 for the CANCEL, and again for what follows.
    await stage.clock.run(200_000);
    assert.deepEqual(stage.agent.counts(), NOTHING);
    assert.equal(stage.clock.timers, 0);
    assert.deepEqual(
      stage.lines.filter(({ level }) => level === 'error'),
      [],
    );
    for (const { signal } of [...play.invitations, ...play.dialogs]) assert.ok(signal.aborted, 'a leg has no end');
  });
  await fc.assert(property, { seed: SEED, numRuns: SEQUENCES });
  assert.ok(calls > SEQUENCES / 10, `only ${calls} calls were established: the steps do not reach far enough`);
});
