// SPDX-License-Identifier: GPL-3.0-or-later

declare module '@echogarden/espeak-ng-emscripten' {
  /** What is used of the worker object; the package comes without types. */
  export interface EspeakWorker {
    /** 0 when the voice exists. */
    set_voice(name: string, language: string, gender: number, age: number, variant: number): number;
    get_samplerate(): number;
    /** Calls back with pieces of sound; true ends the synthesis. */
    synthesize(text: string, onAudio: (samples: Int16Array) => boolean): void;
  }

  const load: () => Promise<{ eSpeakNGWorker: new () => EspeakWorker | Promise<EspeakWorker> }>;
  export default load;
}
