import { Bug, waitOrAbort } from '@parley/base';
import type { AskOptions, BargeIn, MenuOptions } from './call.ts';
import type { Prompt } from './prompt.ts';

const TRIES = 3;
const PATIENCE_MILLIS = 5000;
const BETWEEN_MILLIS = 3000;

/** What `menu` and `ask` are made of; a real call and a fake one both fill it. */
export interface Keypad {
  play(prompt: Prompt, options?: { readonly bargeIn?: BargeIn }): Promise<void>;
  /** The next key, or undefined when none came within `millis`. */
  key(millis: number): Promise<string | undefined>;
  dropKeys(): void;
  /** Forgets `key` when it is the next one queued. */
  swallow(key: string): void;
}

/** The verb `menu`: resolves with the meaning of the key, or 'gave up' after the permitted failures in a row. */
export async function menu<const Keys extends Readonly<Record<string, string>>>(
  keypad: Keypad,
  options: MenuOptions<Keys>,
): Promise<Keys[keyof Keys] | 'gave up'> {
  for (let left = options.tries ?? TRIES; ; ) {
    await keypad.play(options.prompt);
    const key = await keypad.key(options.patienceMillis ?? PATIENCE_MILLIS);
    const meaning = key === undefined ? undefined : meaningOf<Keys>(options.keys, key);
    if (meaning !== undefined) return meaning;
    left -= 1;
    if (left <= 0) return 'gave up';
    // What was typed after a wrong key answered a menu that the caller was not in.
    if (key !== undefined) keypad.dropKeys();
    const complaint = key === undefined ? options.silent : options.invalid;
    if (complaint) await keypad.play(complaint);
  }
}

function meaningOf<Keys extends Readonly<Record<string, string>>>(
  keys: Keys,
  pressed: string,
): Keys[keyof Keys] | undefined {
  for (const key in keys) if (key === pressed) return keys[key];
  return undefined;
}

/** The verb `ask`: resolves with the digits, or 'gave up' after the permitted failures. */
export async function ask(keypad: Keypad, options: AskOptions): Promise<string> {
  const tries = options.tries ?? TRIES;
  for (let turn = 0; turn < tries; turn++) {
    const prompt = options.prompts[Math.min(turn, options.prompts.length - 1)];
    if (prompt) await keypad.play(prompt);
    const digits = await collect(keypad, options);
    if (digits.length >= options.atLeast) return digits;
    keypad.dropKeys();
  }
  return 'gave up';
}

async function collect(keypad: Keypad, options: AskOptions): Promise<string> {
  const endKey = options.endKey ?? '#';
  let digits = '';
  let patience = options.patienceMillis ?? PATIENCE_MILLIS;
  while (digits.length < options.atMost) {
    const key = await keypad.key(patience);
    if (key === undefined || key === endKey) return digits;
    digits += key;
    patience = options.betweenMillis ?? BETWEEN_MILLIS;
  }
  keypad.swallow(endKey);
  return digits;
}

/** The verb `race`: the first work to settle wins, the signals of the others abort. Works are look-ups and waits, not verbs. */
export async function race<T>(
  works: Readonly<Record<string, (signal: AbortSignal) => Promise<T>>>,
  callSignal: AbortSignal,
): Promise<T> {
  const started = Object.values(works);
  if (started.length === 0) throw new Bug('a race needs somebody who runs');
  const finish = new AbortController();
  const signal = AbortSignal.any([callSignal, finish.signal]);
  try {
    return await waitOrAbort(Promise.race(started.map(work => work(signal))), callSignal);
  } finally {
    finish.abort(new Error('another work of the race was first'));
  }
}

/** What `during` needs: a prompt that goes round without a gap, and the call's own end. */
export interface Musician {
  readonly signal: AbortSignal;
  /** Plays over and over until the signal aborts; does not reject then. */
  playOn(music: Prompt, signal: AbortSignal): Promise<void>;
}

/** The verb `during`: plays `music` over and over while `work` is under way. */
export async function during<T>(musician: Musician, work: Promise<T>, music: Prompt): Promise<T> {
  const over = new AbortController();
  const playing = musician.playOn(music, AbortSignal.any([musician.signal, over.signal]));
  try {
    return await waitOrAbort(work, musician.signal);
  } finally {
    over.abort();
    await playing;
  }
}
