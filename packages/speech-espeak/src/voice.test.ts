// SPDX-License-Identifier: GPL-3.0-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Voice } from './voice.ts';

const voice = await Voice.load();
const seconds = (text: string, language = 'en-US') => voice.speak(text, language).length / voice.rate;

test('a text takes the time that it takes to say it', () => {
  const short = seconds('Goodbye.');
  assert.ok(short > 0.3 && short < 1.5, `${short} s`);
  assert.ok(seconds('After the tone, please record your message.') > 2 * short);
});

test('the language is the one of the request, every time', () => {
  const [english, french] = [voice.speak('Message', 'en-US'), voice.speak('Message', 'fr-FR')];
  assert.notDeepEqual(english, french);
  assert.throws(() => voice.speak('x', 'tlh-QQ'), /does not speak tlh-QQ/);
});

test('markup is spoken, not obeyed', () => {
  // Obeyed, it would be five seconds of silence, nothing at all, and a word.
  assert.ok(seconds('<break time="5s"/>') < 4.5);
  assert.ok(seconds('<mark name="x"/>') > 0.5);
  assert.ok(seconds('&lt;&lt;') > seconds('lt'));
});

test('no text makes sound without end', () => {
  assert.ok(seconds('word '.repeat(300)) <= 60);
});
