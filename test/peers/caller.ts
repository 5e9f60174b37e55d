import { join } from 'node:path';
import { silentLog } from '@parley/base';
import { describePrompt } from '@parley/call';
import type { CallOptions, Phone, PhoneCall } from '@parley/phone';
import { type HeardItem, heardItems, PromptBook } from '@parley/speech';
import { heardTones } from './sound.ts';

const LANGUAGE = 'x-tones';
const book = await PromptBook.load(join(import.meta.dirname, '../../prompts'), { log: silentLog });

/** Each prompt is asked for again after so much more was heard: decoding costs. */
const LOOK_EVERY_SAMPLES = 960;
/** Samples before the end of one item that cannot be the next one. */
const PAUSE_MILLIS = 100;
/** Nothing that is said in the test language is longer: what was looked through that long ago need not be again. */
const LONGEST_ITEM_MILLIS = 1000;
/** Pause behind a chord of the test language: what is asked for behind a prompt begins then. */
const OVER_MILLIS = 130;

/** What is said in 8 kHz sound, prompts, values and digits. */
export function heardPrompts(samples: Int16Array): readonly HeardItem[] {
  return heardItems(book, LANGUAGE, samples);
}

interface Line {
  readonly at: number;
  readonly line: string;
}

/** Somebody who calls a server that speaks the test language, and remembers the call as a transcript. */
export class Caller {
  readonly call: PhoneCall;
  readonly #did: Line[] = [];
  /** Media time up to which prompts have been waited for. */
  #heardUntil = 0;
  /** Media time at which the last prompt that was waited for began. */
  #began = 0;
  /** That prompt. */
  #last: string | undefined;

  private constructor(call: PhoneCall) {
    this.call = call;
  }

  /** Calls a number of the server at "127.0.0.1:PORT". Rejects with `CallRefused`. */
  static async calls(phone: Phone, server: string, number: string, options: CallOptions = {}): Promise<Caller> {
    const from = '"Bob Jones" <sip:5550123@pbx.example.com>';
    return new Caller(await phone.call(`sip:${number}@${server}`, { from, ...options }));
  }

  /** Waits until a prompt has been said to its end. */
  async hears(prompt: string, seconds = 45): Promise<void> {
    await this.#waitFor(prompt, seconds, ({ endMillis }, millis) => millis >= endMillis + OVER_MILLIS);
  }

  /** Waits until a prompt has begun, so that what is done next is done during it. */
  async hearsBegin(prompt: string, seconds = 45): Promise<void> {
    await this.#waitFor(prompt, seconds, () => true);
  }

  async #waitFor(prompt: string, seconds: number, enough: (item: HeardItem, millis: number) => boolean): Promise<void> {
    let looked = 0;
    /** Samples: the same prompt again begins later than this, behind its pause; what begins earlier is the rest of the last. */
    const goesOn = 8 * (this.#began + LONGEST_ITEM_MILLIS);
    await this.call.hears(
      samples => {
        if (samples.length - looked < LOOK_EVERY_SAMPLES) return undefined;
        const from = 8 * Math.floor(Math.max(this.#heardUntil, looked / 8 - LONGEST_ITEM_MILLIS));
        looked = samples.length;
        const found = heardPrompts(samples.subarray(from)).find(
          ({ item, startMillis }) => item === prompt && !(item === this.#last && from + 8 * startMillis < goesOn),
        );
        if (!found) return undefined;
        const offset = from / 8;
        const item = { ...found, startMillis: found.startMillis + offset, endMillis: found.endMillis + offset };
        if (!enough(item, samples.length / 8)) return undefined;
        this.#heardUntil = item.endMillis + PAUSE_MILLIS / 2;
        this.#began = item.startMillis;
        this.#last = prompt;
        return true;
      },
      { within: seconds * 1000 },
    );
  }

  /** Presses keys; they are lines "hears 1" of the transcript. */
  async press(keys: string): Promise<void> {
    for (const key of keys) {
      this.#note(`hears ${key}`);
      await this.call.press(key);
    }
  }

  say(samples: Int16Array): Promise<void> {
    return this.call.say(samples);
  }

  /** Hangs up. */
  async hangUp(): Promise<void> {
    this.#note('caller hangs up');
    await this.call.hangUp();
  }

  /** Waits until the server hangs up. */
  async isHungUp(): Promise<void> {
    const { kind } = await this.call.ended;
    if (kind !== 'bye') throw new Error(`the call ended with ${kind}`);
    this.#note('hangs up');
  }

  /**
   * The call as lines of a transcript, as flows write them: what sound cannot tell (values, "records") left out. The caller's own
   * message is "plays take".
   */
  transcript(): string[] {
    const samples = this.call.heard();
    const prompts = heardPrompts(samples)
      .filter(({ item }) => !item.startsWith('value.') && !item.startsWith('digit.'))
      .map(({ item, startMillis }) => ({ at: startMillis, line: describePrompt([{ kind: 'prompt', id: item }])[0] }));
    return [...prompts, ...takes(samples), ...this.#did]
      .sort((a, b) => a.at - b.at)
      .map(({ line }) => line)
      .filter((line, i, all) => line !== 'plays take' || all[i - 1] !== line);
  }

  #note(line: string): void {
    // Packets that come in a bunch are ahead of the clock: what is done because something was heard still comes after it.
    this.#did.push({ at: Math.max(this.call.statistics.millis, this.#began + 1), line });
  }
}

/** The caller's own tones, heard back. */
function takes(samples: Int16Array): Line[] {
  return heardTones(samples, 150).map(({ startMillis }) => ({ at: startMillis, line: 'plays take' }));
}
