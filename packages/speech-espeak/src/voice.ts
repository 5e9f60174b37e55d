// SPDX-License-Identifier: GPL-3.0-or-later

import load, { type EspeakWorker } from '@echogarden/espeak-ng-emscripten';

/** Longest sound that is made of one text, seconds: nothing that a telephone says is longer. */
const LONGEST_SECONDS = 60;

/** espeak-ng's names of languages that it does not call by their BCP 47 tag. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['en-AU', 'en-gb'],
  ['en-CA', 'en-us'],
  ['en-IN', 'en-gb'],
  ['fr-CA', 'fr'],
  ['nb-NO', 'nb'],
  ['pt-PT', 'pt'],
  ['zh-CN', 'cmn'],
  ['zh-TW', 'cmn'],
  ['zh-HK', 'yue'],
  ['es-ES', 'es'],
]);

/** A loaded espeak-ng. */
export class Voice {
  readonly #worker: EspeakWorker;
  readonly rate: number;

  private constructor(worker: EspeakWorker) {
    this.#worker = worker;
    this.rate = worker.get_samplerate();
  }

  static async load(): Promise<Voice> {
    const { eSpeakNGWorker } = await load();
    return new Voice(await new eSpeakNGWorker());
  }

  /** Speaks plain text: markup in it is spoken, not obeyed. Throws when the language is unknown. */
  speak(text: string, language: string): Int16Array {
    if (!this.#choose(language)) throw new Error(`espeak-ng does not speak ${language}`);
    const pieces: Int16Array[] = [];
    let length = 0;
    this.#worker.synthesize(asText(text), samples => {
      pieces.push(samples);
      length += samples.length;
      return length > LONGEST_SECONDS * this.rate;
    });
    return joined(pieces, Math.min(length, LONGEST_SECONDS * this.rate));
  }

  #choose(language: string): boolean {
    const candidates = [NAMES.get(language), language.toLowerCase(), language.split('-')[0]];
    return candidates.some(name => name !== undefined && this.#worker.set_voice('', name, 0, 0, 0) === 0);
  }
}

/** espeak-ng reads SSML tags, entities and [[phonemes]]; written like this they are text. */
function asText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('[', ' ')
    .replaceAll(']', ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ');
}

function joined(pieces: readonly Int16Array[], length: number): Int16Array {
  const all = new Int16Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece.subarray(0, length - at), at);
    at = Math.min(length, at + piece.length);
  }
  return all;
}
