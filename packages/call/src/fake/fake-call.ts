import { Bug } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import {
  type AskOptions,
  type BargeIn,
  type BridgeEnd,
  type BridgeOptions,
  type Call,
  type CallRefusal,
  type CallStage,
  type HangUpCause,
  type HostedCall,
  HungUp,
  type MenuOptions,
  type Recorded,
  type RecordOptions,
  type RequiredEncryption,
  type TransferOptions,
  type TransferOutcome,
} from '../call.ts';
import type { CallFacts } from '../facts.ts';
import { bargeInKeys, KeyQueue } from '../key-queue.ts';
import type { Prompt } from '../prompt.ts';
import { describeBridge, describePrompt, describeRecording, describeTransfer } from '../transcript.ts';
import * as verbs from '../verbs.ts';
import { recordFrom } from './fake-recording.ts';
import type { CallerStep } from './script.ts';

/** How long every piece of a prompt takes on a fake call. */
const SEGMENT_MILLIS = 2000;

export interface FakeCallOptions {
  readonly facts?: Partial<CallFacts>;
  readonly script?: readonly (readonly CallerStep[])[];
  readonly clock?: FakeClock;
  /** Where the lines go; give the same array to other fakes so that the order of everything can be asserted. */
  readonly transcript?: string[];
  /** `answer` fails like this, for example 'no codec'. */
  readonly answerFails?: HangUpCause;
  /** Is told of every recording, as the spool would be. */
  readonly onRecorded?: (into: Pick<RecordOptions, 'draft' | 'take'>, recorded: Recorded) => void;
}

/** A call whose caller follows a script. Time is a fake clock's; nothing waits. The transcript is what a test compares. */
export class FakeCall implements HostedCall {
  readonly facts: CallFacts;
  readonly clock: FakeClock;
  readonly transcript: string[];
  stage: CallStage = 'incoming';
  ended: HungUp | undefined;
  readonly #steps: CallerStep[];
  readonly #over = new AbortController();
  readonly #keys: KeyQueue;
  readonly #options: FakeCallOptions;
  #language = 'en-US';
  #closed = false;

  constructor(options: FakeCallOptions = {}) {
    this.clock = options.clock ?? new FakeClock();
    this.facts = { ...someFacts(this.clock.wall()), ...options.facts };
    this.transcript = options.transcript ?? [];
    this.#steps = (options.script ?? []).flat();
    this.#keys = new KeyQueue(this.clock);
    this.#options = options;
  }

  get id(): string {
    return this.facts.callId;
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Steps of the script that were never reached: a test asserts that there are none. */
  get rest(): readonly CallerStep[] {
    return this.#steps;
  }

  speakIn(language: string): void {
    if (language !== this.#language) this.transcript.push(`speaks ${language}`);
    this.#language = language;
  }

  progress(): void {
    this.#alive();
    this.transcript.push('rings');
    this.#meanwhile('ringing');
  }

  async answer(): Promise<void> {
    this.#alive();
    if (this.#options.answerFails) {
      this.stage = 'refused';
      this.end(this.#options.answerFails);
    }
    this.#alive();
    this.#meanwhile('answering');
    this.#alive();
    this.stage = 'answered';
    this.transcript.push('answers');
  }

  requireEncryption(what: RequiredEncryption): void {
    this.#alive();
    if (this.stage !== 'incoming') throw new Bug('encryption is required before the answer');
    this.transcript.push(what === 'media' ? 'requires encryption' : 'requires encrypted signalling');
  }

  reject(refusal: CallRefusal): void {
    this.#alive();
    if (this.stage !== 'incoming') throw new Bug('an answered call cannot be rejected');
    this.stage = 'refused';
    this.transcript.push(`rejects ${refusal.status}${refusal.reason ? ` ${refusal.reason}` : ''}`);
    this.#finish(new HungUp('local'));
  }

  async play(prompt: Prompt, options: { readonly bargeIn?: BargeIn } = {}): Promise<void> {
    this.#answered();
    const allowed = bargeInKeys(options.bargeIn);
    if (this.#keys.holds(allowed)) return;
    for (const segment of prompt) {
      this.transcript.push(...describePrompt([segment]));
      this.#meanwhile(segment.kind === 'prompt' ? segment.id : segment.kind);
      if (this.#keys.holds(allowed)) return;
      this.#pass(segment.kind === 'silence' ? segment.millis : SEGMENT_MILLIS);
      this.#alive();
    }
  }

  ask(options: AskOptions): Promise<string> {
    return verbs.ask(this.#keypad(), options);
  }

  menu<const Keys extends Readonly<Record<string, string>>>(
    options: MenuOptions<Keys>,
  ): Promise<Keys[keyof Keys] | 'gave up'> {
    return verbs.menu(this.#keypad(), options);
  }

  async record(options: RecordOptions): Promise<Recorded> {
    if (this.stage !== 'answered') throw new Bug('a call that was not answered cannot record');
    if (options.tone && !this.signal.aborted) {
      this.transcript.push(...describePrompt(options.tone));
      this.#meanwhile('tone');
    }
    if (this.signal.aborted) return { endedBy: 'hang-up', millis: 0, soundMillis: 0 };
    const { recorded, hangUp } = recordFrom(this.#steps, options);
    this.#pass(recorded.millis);
    const result: Recorded = this.signal.aborted ? { ...recorded, key: undefined, endedBy: 'hang-up' } : recorded;
    this.transcript.push(describeRecording(result));
    this.#options.onRecorded?.(options, result);
    if (hangUp) this.#hangUp(hangUp);
    return result;
  }

  async transfer(to: string | Call, { music }: TransferOptions): Promise<TransferOutcome> {
    this.#answered();
    if (music) this.transcript.push(...describePrompt(music));
    this.#meanwhile('transfer');
    this.#alive();
    const step = this.#steps[0];
    const isScripted = step?.does === 'be transferred';
    if (isScripted) this.#steps.shift();
    const outcome: TransferOutcome = isScripted ? step.outcome : { kind: 'transferred', status: 200 };
    this.transcript.push(describeTransfer(typeof to === 'string' ? to : to.id, outcome));
    if (outcome.kind === 'transferred') this.#finish(new HungUp('transferred'));
    return outcome;
  }

  async bridge(other: Call, { announcement = [] }: BridgeOptions = {}): Promise<BridgeEnd> {
    this.#answered();
    this.transcript.push(...describePrompt(announcement));
    this.#meanwhile('bridge');
    this.#alive();
    const step = this.#steps[0];
    const isScripted = step?.does === 'leave a bridge';
    if (isScripted) this.#steps.shift();
    const end: BridgeEnd = isScripted ? step.end : { endedBy: 'other' };
    this.transcript.push(describeBridge(other.id, end));
    return end;
  }

  dropKeys(): void {
    this.#answered();
    this.#keys.clear();
  }

  async hangUp(): Promise<void> {
    this.#alive();
    this.#finish(new HungUp('local'));
    this.transcript.push('hangs up');
  }

  race<T>(works: Readonly<Record<string, (signal: AbortSignal) => Promise<T>>>): Promise<T> {
    return verbs.race(works, this.signal);
  }

  async during<T>(work: Promise<T>, music: Prompt): Promise<T> {
    this.transcript.push(...describePrompt(music));
    return verbs.race({ work: () => work }, this.signal);
  }

  end(cause: HangUpCause): void {
    if (this.ended) return;
    if (this.stage === 'incoming') this.stage = 'refused';
    this.transcript.push(`ends: ${cause}`);
    this.#finish(new HungUp(cause));
  }

  async close(): Promise<undefined> {
    if (this.#closed) throw new Bug('a call is closed once');
    this.#closed = true;
    this.end('local');
  }

  #keypad(): verbs.Keypad {
    return {
      play: (prompt, options) => this.play(prompt, options),
      key: async millis => this.#key(millis),
      dropKeys: () => this.#keys.clear(),
      swallow: key => this.#keys.swallow(key),
    };
  }

  async #key(millis: number): Promise<string | undefined> {
    this.#answered();
    if (this.#keys.holds(bargeInKeys(true))) return this.#keys.next(0, this.signal);
    const step = this.#steps[0];
    if (step?.does === 'press' && step.during === undefined) {
      this.#steps.shift();
      this.transcript.push(`hears ${step.key}`);
      return step.key;
    }
    if (step?.does === 'hang up' && step.during === undefined) {
      this.#steps.shift();
      this.#hangUp(step);
    } else {
      if (step?.does === 'keep quiet') this.#steps.shift();
      this.#pass(millis);
      if (!this.signal.aborted) this.transcript.push('hears nothing');
    }
    this.#alive();
    return undefined;
  }

  /** Takes the steps that happen while `what` is heard. */
  #meanwhile(what: string): void {
    for (let step = this.#steps[0]; step && 'during' in step && step.during === what; step = this.#steps[0]) {
      this.#steps.shift();
      if (step.does === 'hang up') this.#hangUp(step);
      else {
        this.#keys.press(step.key);
        this.transcript.push(`hears ${step.key}`);
      }
    }
  }

  #hangUp(step: CallerStep & { readonly does: 'hang up' }): void {
    if (this.ended) return;
    this.transcript.push(step.cause === 'bye' ? 'caller hangs up' : `ends: ${step.cause}`);
    this.#finish(new HungUp(step.cause, step.answeredElsewhere));
  }

  #finish(reason: HungUp): void {
    this.ended = reason;
    this.#over.abort(reason);
  }

  #pass(millis: number): void {
    this.clock.advance(millis);
  }

  #alive(): void {
    this.signal.throwIfAborted();
  }

  #answered(): void {
    this.#alive();
    if (this.stage !== 'answered') throw new Bug('a call that was not answered cannot talk');
  }
}

function someFacts(startedAt: number): CallFacts {
  return {
    callId: 'fake-call@198.51.100.1',
    startedAt,
    caller: { name: 'Bob Jones', user: '5550123', host: '198.51.100.1' },
    anonymous: false,
    dialled: '1001',
    called: [{ user: '1001', host: '192.0.2.1', from: 'Request-URI', reason: 'Direct' }],
    explanation: [],
    gateway: 'loopback',
    transport: 'udp',
    certified: false,
  };
}
