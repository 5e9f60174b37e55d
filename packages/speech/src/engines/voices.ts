import type { Clock, Log } from '@parley/base';
import type { SpeechEngine } from '../speech.ts';
import { HttpVoice, type HttpVoiceOptions } from './http.ts';
import { findPico, PicoVoice } from './pico.ts';
import { ProcessVoice } from './process.ts';

/** Which voices are wanted. 'auto' is every one that there is, the best first. */
export type VoiceChoice = 'auto' | 'pico' | 'espeak' | 'http' | 'none';

/** Where voices may come from. */
export interface VoicesOptions {
  readonly choice: VoiceChoice;
  /** The speech service that the configuration names. */
  readonly http?: HttpVoiceOptions;
  /** Path of the entry of the embedded voice (`@parley/speech-espeak/main`). */
  readonly espeakEntry?: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The languages of the specification (PR-07) that the embedded voice was heard to speak. */
const ESPEAK_LANGUAGES = [
  ...[
    'ca-ES',
    'da-DK',
    'de-DE',
    'en-AU',
    'en-CA',
    'en-GB',
    'en-IN',
    'en-US',
    'es-ES',
    'es-MX',
    'fi-FI',
    'fr-CA',
    'fr-FR',
  ],
  ...[
    'it-IT',
    'ja-JP',
    'ko-KR',
    'nb-NO',
    'nl-NL',
    'pl-PL',
    'pt-BR',
    'pt-PT',
    'ru-RU',
    'sv-SE',
    'zh-CN',
    'zh-HK',
    'zh-TW',
  ],
];

/** The voices that are there, in order of preference: the configured service, Pico when installed, the embedded one. */
export async function findVoices(options: VoicesOptions): Promise<readonly SpeechEngine[]> {
  const { choice, http, espeakEntry, clock, log } = options;
  const wanted = (kind: VoiceChoice) => choice === 'auto' || choice === kind;
  const pico = wanted('pico') ? await findPico() : undefined;
  const voices: SpeechEngine[] = [];
  if (http && wanted('http')) voices.push(new HttpVoice(http));
  if (pico) voices.push(new PicoVoice({ program: pico }));
  if (espeakEntry && wanted('espeak')) voices.push(embeddedVoice(espeakEntry, { clock, log }));
  return voices;
}

/** The embedded voice. It may read files (its own data) and nothing else: no network, no writing, no processes. */
export function embeddedVoice(entry: string, on: { readonly clock: Clock; readonly log: Log }): ProcessVoice {
  return new ProcessVoice({
    name: 'espeak-ng 0.3.5',
    languages: ESPEAK_LANGUAGES,
    command: [process.execPath, '--permission', '--allow-fs-read=*', entry],
    ...on,
  });
}
