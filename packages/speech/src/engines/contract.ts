import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { codeOf } from '@parley/base';
import { activeLevel, resample, tonePower } from '@parley/media';
import type { SpeechEngine } from '../speech.ts';

/** How a voice is put to the test that all voices have to pass. */
export interface VoiceContract {
  readonly name: string;
  open(): SpeechEngine | Promise<SpeechEngine>;
  /** Sentences to speak, by language. */
  readonly sentences: Readonly<Record<string, string>>;
  /** Whether it makes speech; a fake only makes sound. */
  readonly speaks: boolean;
}

/** Runs the tests of `SpeechEngine` against an implementation. */
export function voiceContract(contract: VoiceContract): void {
  const [[language, sentence]] = Object.entries(contract.sentences);
  describe(`the voice ${contract.name}`, () => {
    for (const [tag, text] of Object.entries(contract.sentences))
      test(`speaks ${tag}: audible, and as long as such a text takes`, () =>
        withVoice(contract, async voice => {
          const { samples, rate } = await voice.speak(text, tag);
          const perCharacter = (samples.length * 1000) / rate / text.length;
          assert.ok(perCharacter > 30 && perCharacter < 200, `${perCharacter} ms a character`);
          const heard = resample(samples, rate, 8000);
          assert.ok(activeLevel(heard) > -40, `${activeLevel(heard)} dB`);
          if (contract.speaks)
            assert.ok(speechShare(heard) > 0.5, `${speechShare(heard)} of it between 100 and 3400 Hz`);
        }));

    test('speaks several texts that were asked for at once, each its own', () =>
      withVoice(contract, async voice => {
        const [short, long] = await Promise.all([
          voice.speak(sentence, language),
          voice.speak(`${sentence} ${sentence} ${sentence}`, language),
        ]);
        assert.ok(long.samples.length > 2 * short.samples.length);
      }));

    test('names itself and refuses a language that it does not name', () =>
      withVoice(contract, async voice => {
        assert.notEqual(voice.name, '');
        assert.ok(voice.languages.includes(language));
        await assert.rejects(voice.speak(sentence, 'tlh'), error => codeOf(error) === 'VOICE_LANGUAGE');
      }));

    test('refuses a text without end', () =>
      withVoice(contract, async voice => {
        await assert.rejects(voice.speak('a'.repeat(4001), language), error => codeOf(error) === 'VOICE_TEXT');
      }));

    test('speaks hostile text as text and goes on', () =>
      withVoice(contract, async voice => {
        for (const text of HOSTILE) {
          const { samples, rate } = await voice.speak(text, language);
          assert.ok(samples.length < rate * 8, `${samples.length / rate} s for ${JSON.stringify(text)}`);
        }
        assert.ok((await voice.speak(sentence, language)).samples.length > 0);
      }));

    test('heeds a signal that has aborted', () =>
      withVoice(contract, async voice => {
        const reason = new Error('not wanted any more');
        await assert.rejects(voice.speak(sentence, language, { signal: AbortSignal.abort(reason) }), reason);
      }));
  });
}

/** Markup, phonemes, options, shell, control characters, directions, a lone surrogate. */
const HOSTILE = [
  '<break time="30s"/> hi',
  '</speak><audio src="/etc/passwd"/>',
  '[[h@lOU]]',
  '&lt;',
  '--wave=/tmp/x',
  '$(reboot); `id`',
  'a\u0000b\u0007c\r\n\r\nd',
  '\u202egnp.exe',
  '\ud800',
];

async function withVoice(contract: VoiceContract, use: (voice: SpeechEngine) => Promise<void>): Promise<void> {
  const voice = await contract.open();
  try {
    await use(voice);
  } finally {
    await voice.close();
  }
}

/** How much of the sound lies between 100 and 3400 Hz: a sum over tones 50 Hz apart, in windows of 20 ms. */
function speechShare(samples: Int16Array): number {
  let inside = 0;
  let all = 0;
  for (let offset = 0; offset + 160 <= samples.length; offset += 160)
    for (let frequency = 50; frequency < 4000; frequency += 50) {
      const power = tonePower(samples, frequency, { rate: 8000, offset, length: 160 });
      all += power;
      if (frequency >= 100 && frequency <= 3400) inside += power;
    }
  return inside / all;
}
