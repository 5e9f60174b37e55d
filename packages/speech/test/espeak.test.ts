import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silentLog, systemClock } from '@parley/base';
import { activeLevel } from '@parley/media';
import { voiceContract } from '../src/engines/contract.ts';
import { embeddedVoice, findVoices } from '../src/engines/voices.ts';
import { forTelephone } from '../src/sound/telephone.ts';

const ENTRY = join(import.meta.dirname, '../../speech-espeak/src/main.ts');
const open = () => embeddedVoice(ENTRY, { clock: systemClock, log: silentLog });

/** Loading its data takes a quarter of a second: one for the whole contract. */
const shared = open();
after(() => shared.close());

voiceContract({
  name: 'embedded (espeak-ng)',
  open: () => ({
    name: shared.name,
    languages: shared.languages,
    speak: (text, language, options) => shared.speak(text, language, options),
    close: async () => undefined,
  }),
  sentences: {
    'en-US': 'Your message has been sent.',
    'fr-FR': 'Votre message a été envoyé.',
  },
  speaks: true,
});

test('after levelling the embedded voice is as loud as every prompt, in each language that it names', async () => {
  const voice = open();
  try {
    for (const language of voice.languages) {
      const { samples, rate } = await voice.speak(language.startsWith('zh') ? '你好' : 'Anna 1', language);
      const level = activeLevel(await forTelephone(samples, rate, 8000));
      assert.ok(level > -23 && level < -18, `${language}: ${level} dB`);
    }
  } finally {
    await voice.close();
  }
});

test('killed in the middle of a text, the embedded voice is started again and speaks it', async () => {
  const voice = open();
  try {
    await voice.speak('Hello.', 'en-US');
    const speaking = voice.speak('This is a sentence that takes a while to be spoken. '.repeat(20), 'en-US');
    process.kill(voice.pid!, 'SIGKILL');
    assert.ok((await speaking).samples.length > 20 * 22_050);
  } finally {
    await voice.close();
  }
});

test('voices are chosen by what is there', async () => {
  const on = { clock: systemClock, log: silentLog };
  const http = { url: 'http://127.0.0.1:1', model: 'm', voices: { 'en-US': 'v' } };
  const names = async (choice: 'auto' | 'espeak' | 'none' | 'http') =>
    (await findVoices({ choice, http, espeakEntry: ENTRY, ...on }))
      .map(voice => voice.name.split(' ')[0])
      .filter(name => name !== 'pico');
  assert.deepEqual(await names('auto'), ['http', 'espeak-ng']);
  assert.deepEqual(await names('espeak'), ['espeak-ng']);
  assert.deepEqual(await names('http'), ['http']);
  assert.deepEqual(await names('none'), []);
});
