import assert from 'node:assert/strict';
import { settle } from '@parley/base/fake-clock';
import { parseReferTo } from '@parley/sip';
import { HungUp, type SipCall, type TransferManner } from '../../src/index.ts';
import { FakeDialer } from './fake-dialer.ts';
import { request } from './fake-invitation.ts';
import { FakeMedia } from './fake-media.ts';
import { OFFER, record, rig, say } from './rig.ts';

const ANSWER = OFFER.replaceAll('198.51.100.1', '203.0.113.9').replace('6000', '7000');
const BOB = 'sip:bob@203.0.113.9';

/** What a flow asks for, one after the other. */
export const VERBS = [
  ...['play', 'key', 'menu', 'record', 'music', 'bridge', 'hand to the other', 'race'],
  ...['refer', 'attended', 'stay', 'hang up'],
] as const;
/** What happens meanwhile. */
export const EVENTS = [
  ...['ACK', 'end of the prompt', 'key', 'end of the recording', 'hold', 'REFER', 'told', 'told no', 'media come'],
  ...['media come', 'third answers', 'third answers', 'third answers', 'third refuses', 'other hangs up'],
] as const;
/** After which there is not much left to happen. */
export const ENDS = [
  ...['bye', 'cancel', 'no ack', 'media die', 'silence', 'drain', 'no media', 'third hangs up', 'third media die'],
] as const;

export interface Step {
  /** Of the first call, or of the second one. */
  readonly who: number;
  readonly what: string;
  readonly wait: number;
}

export const newReach = () => ({ plays: 0, answered: 0, bridged: 0, transferred: 0, moved: 0, recorded: 0 });
export type Reach = ReturnType<typeof newReach>;

/** Two calls whose flows ask for things while others happen, in any order; then everything has to have an end. */
export async function play(steps: readonly Step[], reach: Reach): Promise<void> {
  const calls = [new Played(), new Played()];
  for (const { who, what, wait } of steps) {
    calls[who].step(what, calls[1 - who]);
    await settle();
    if (wait > 0) await calls[who].clock.run(wait);
  }
  for (const call of calls) await call.finish();
  for (const call of calls) call.assertOver();
  reach.plays += 1;
  for (const call of calls) call.count(reach);
}

class Played {
  readonly #opened: FakeMedia[] = [];
  readonly #opening: ((media: FakeMedia | undefined) => void)[] = [];
  readonly #dialer = new FakeDialer();
  readonly #rig;
  readonly #works = new Map<Promise<unknown>, string>();
  readonly #faults: unknown[] = [];
  readonly #outcomes: string[] = [];
  /** The flow waits for a verb. */
  #isBusy = false;
  #hasReferred = false;

  constructor() {
    this.#rig = rig({
      dialer: this.#dialer,
      followRefer: true,
      music: say('music'),
      openMedia: () =>
        new Promise(resolve => {
          this.#opening.push(media => {
            if (media) this.#opened.push(media);
            resolve(media);
          });
        }),
    });
    this.#verb('answer', () => this.call.answer());
  }

  get clock() {
    return this.#rig.clock;
  }

  get call(): SipCall {
    return this.#rig.call;
  }

  step(what: string, other: Played): void {
    const { invitation, call } = this.#rig;
    const third = this.#dialer.placed.at(-1);
    const isRinging = third && !third.signal.aborted;
    const [media, second] = [this.#opened[0], this.#opened.at(-1)];
    if ((VERBS as readonly string[]).includes(what)) this.#flow(what, other);
    else if (what === 'ACK') invitation.acknowledge();
    else if (what === 'end of the prompt') media?.playedOut();
    else if (what === 'key') media?.key('5');
    else if (what === 'end of the recording') media?.recorded({});
    else if (what === 'hold') call.stage === 'answered' && invitation.dialog.reInvited(OFFER);
    else if (what === 'REFER') this.#referred();
    else if (what === 'told' || what === 'told no') this.#told(what === 'told' ? 200 : 486);
    else if (what === 'bye' || what === 'cancel' || what === 'no ack') invitation.end(what);
    else if (what === 'media die') media?.die();
    else if (what === 'third media die') second?.die();
    else if (what === 'silence') media?.silent();
    else if (what === 'drain') call.end('drain');
    else if (what === 'media come') this.#opening.shift()?.(new FakeMedia());
    else if (what === 'no media') this.#opening.shift()?.(undefined);
    else if (what === 'other hangs up') other.#rig.invitation.end('bye');
    else if (third && isRinging && what === 'third answers')
      third.isCancelled ? third.refuses(487) : third.answers(ANSWER);
    else if (third && isRinging && what === 'third refuses') third.refuses(486);
    else if (third && isRinging && what === 'third hangs up') third.dialog.signal.aborted || third.ends('bye');
  }

  /** The flow is led to its end, as `runFlow` does it, while others have what they owe: the time runs out for who says nothing. */
  async finish(): Promise<void> {
    const closed = this.call.close();
    await settle();
    for (const open of this.#opening) open(new FakeMedia());
    this.#rig.invitation.end('no ack');
    await settle();
    for (const inviter of this.#dialer.placed) if (inviter.isCancelled && !inviter.signal.aborted) inviter.refuses(487);
    await this.clock.run(60_000);
    this.#watch(closed, 'close');
    await settle();
  }

  assertOver(): void {
    if (this.#faults.length > 0) throw this.#faults[0];
    assert.deepEqual([...this.#works.values()], [], 'something waits for ever');
    assert.equal(this.clock.timers, 0);
    assert.ok(this.call.signal.aborted);
    assert.ok(
      this.#opened.every(({ closed }) => closed),
      'media stay open',
    );
    for (const { signal, target } of this.#dialer.placed)
      assert.ok(signal.aborted, `${target} is in a call with nobody`);
    assert.deepEqual(
      this.#rig.log.lines.filter(({ level }) => level === 'error').map(({ event, fields }) => [event, fields]),
      [],
    );
  }

  count(reach: Reach): void {
    reach.answered += this.call.stage === 'answered' ? 1 : 0;
    reach.bridged += this.#outcomes.filter(outcome => outcome === 'bridge').length;
    reach.recorded += this.#outcomes.filter(outcome => outcome === 'record').length;
    reach.transferred += this.#outcomes.filter(outcome => outcome === 'transferred').length;
    reach.moved += this.#hasReferred ? 1 : 0;
  }

  #flow(what: string, other: Played): void {
    const { call } = this;
    if (this.#isBusy || call.ended || call.stage !== 'answered') return;
    const isThere = other.call.stage === 'answered';
    const transfer = async (manner: TransferManner) => {
      const { kind } = await call.transfer(BOB, { manner });
      this.#outcomes.push(kind);
    };
    if (what === 'play') this.#verb(what, () => call.play(say('greeting')));
    else if (what === 'key') this.#verb(what, () => call.ask({ prompts: [say('ask')], atLeast: 1, atMost: 2 }));
    else if (what === 'menu') this.#verb(what, () => call.menu({ prompt: say('menu'), keys: { 5: 'five' } }));
    else if (what === 'record') this.#verb(what, () => record(call, say('tone')));
    else if (what === 'music') this.#verb(what, () => call.during(call.record(TAKE), say('music')));
    else if (what === 'race') this.#verb(what, () => call.race({ one: async () => 1 }));
    else if (what === 'bridge' && isThere)
      this.#verb(what, () => call.bridge(other.call, { announcement: say('joined') }));
    else if (what === 'hand to the other' && isThere)
      this.#verb(what, () => call.transfer(other.call, { manner: 'stay' }));
    else if (what === 'refer' || what === 'attended' || what === 'stay') this.#verb(what, () => transfer(what));
    else if (what === 'hang up') this.#verb(what, () => call.hangUp());
  }

  #verb(what: string, run: () => Promise<unknown>): void {
    this.#isBusy = true;
    this.#watch(
      run().finally(() => {
        this.#isBusy = false;
      }),
      what,
    );
  }

  #referred(): void {
    const { dialog } = this.#rig.invitation;
    if (this.call.stage !== 'answered' || dialog.signal.aborted) return;
    const grant = dialog.referHandler({
      request: request('REFER'),
      source: { transport: 'udp', address: '198.51.100.1', port: 5060 },
      referTo: parseReferTo(`<${BOB}>`),
      referredBy: undefined,
      wantsReport: true,
    });
    if (!('taken' in grant)) return;
    this.#hasReferred = true;
    grant.taken({ signal: new AbortController().signal, report: () => undefined });
  }

  /** How the REFER that we have sent went. */
  #told(status: number): void {
    const { dialog } = this.#rig.invitation;
    dialog.referProgress(180, 'Ringing');
    dialog.referred.resolve({ kind: 'final', status, reason: '' });
  }

  #watch(work: Promise<unknown>, what: string): void {
    const watched = work.then(
      () => void this.#outcomes.push(what),
      (thrown: unknown) => {
        if (!(thrown instanceof HungUp)) this.#faults.push(thrown);
        // What ends a verb is the end of its own call.
        else if (!this.call.ended) this.#faults.push(new Error(`${what} says that the call is over, and it goes on`));
      },
    );
    this.#works.set(watched, what);
    void watched.then(() => this.#works.delete(watched));
  }
}

const TAKE = { draft: 'd', take: 2, maxMillis: 60_000, idleMillis: 5000, endKeys: '#' } as const;
