import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compose, strictCheck } from '@parley/mail';
import { parse } from 'yaml';
import type { MessageEnvelope, MissedEnvelope, VoiceEnvelope } from '../envelope.ts';
import { missedCallLetter, voiceLetter, type Writing } from './compose-letter.ts';
import { Formats } from './formats.ts';
import { durationText, secondsOf, WORDING_KEYS, type Wording } from './wording.ts';

const wording = (language: string): Wording => ({
  language,
  texts: parse(readFileSync(join(import.meta.dirname, `../../../../prompts/${language}/mail.yaml`), 'utf8')),
});

const common = {
  messageId: '01KA@parley.test',
  mailbox: 'm1',
  dialPlan: 'd1',
  callId: 'abc@10.0.0.1',
  caller: { name: 'Tony Smith', user: '+17125550123', host: 'pbx' },
  anonymous: false,
  called: '1001',
  language: 'en-US',
  timeZone: 'Europe/Paris',
  startedAt: Date.UTC(2026, 10, 21, 8, 5, 0),
};
const voice: VoiceEnvelope = { ...common, type: 'voice', minimumMillis: 2000, audioCodec: 'Mp3' };
const missed: MissedEnvelope = { ...common, type: 'missed' };
const recording = { millis: 65_000, bytes: new Uint8Array(10), contentType: 'audio/mpeg', extension: '.mp3' };
const writing = (change: Partial<Writing> = {}): Writing => ({
  addressee: { name: 'Ann Lee', address: 'ann@parley.test', from: 'parley@parley.test', timeZone: 'Europe/Paris' },
  wording: wording('en-US'),
  marks: { urgent: false, private: false, interrupted: false },
  formats: new Formats(),
  ...change,
});
const header = (letter: { headers: readonly (readonly [string, string])[] }, name: string) =>
  letter.headers.find(([each]) => each === name)?.[1];

test('a voice message has the subject, the file name and the headers of the original', () => {
  const letter = voiceLetter(voice, recording, writing());
  assert.equal(letter.subject, 'Voice Mail from Tony Smith (1 minute 5 seconds)');
  assert.equal(letter.attachment?.fileName, 'Tony Smith (1 minute 5 seconds) Voice Mail.mp3');
  assert.deepEqual(letter.from, { name: 'Tony Smith', address: 'parley@parley.test' });
  assert.equal(header(letter, 'Content-Class'), 'voice-ca');
  assert.equal(header(letter, 'X-CallingTelephoneNumber'), '+17125550123');
  assert.equal(header(letter, 'X-VoiceMessageDuration'), '65');
  assert.equal(header(letter, 'X-VoiceMessageSenderName'), 'Tony Smith');
  assert.equal(header(letter, 'X-CallID'), 'abc@10.0.0.1');
  assert.equal(header(letter, 'Auto-Submitted'), 'auto-generated');
  assert.equal(header(letter, 'Importance'), undefined);
  assert.match(letter.text, /Saturday, November 21, 2026 at 9:05:00/);
});

test('urgent, private and interrupted are headers and words', () => {
  const letter = voiceLetter(voice, recording, writing({ marks: { urgent: true, private: true, interrupted: true } }));
  assert.equal(header(letter, 'Importance'), 'High');
  assert.equal(header(letter, 'Sensitivity'), 'Private');
  assert.match(letter.subject, /^\[interrupted\] Voice Mail/);
  assert.match(letter.text, /marked this message as urgent/);
});

test('a caller who withheld the number leaves no trace of it', () => {
  const anonymous: MessageEnvelope = { ...voice, anonymous: true };
  const letter = voiceLetter(anonymous, recording, writing());
  assert.equal(letter.subject, 'Voice Mail from Anonymous caller (1 minute 5 seconds)');
  assert.ok(!JSON.stringify({ ...letter, attachment: letter.attachment?.fileName }).includes('5550123'));
  assert.ok(!JSON.stringify(missedCallLetter({ ...missed, anonymous: true }, writing())).includes('Tony'));
});

test('a notice in French says so, in the zone of the mailbox', () => {
  const letter = missedCallLetter(missed, writing({ wording: wording('fr-FR') }));
  assert.equal(letter.subject, 'Appel manqué de Tony Smith');
  assert.equal(header(letter, 'Content-Class'), 'missedcall');
  assert.equal(letter.attachment, undefined);
  assert.match(letter.text, /samedi 21 novembre 2026 à 09:05:00/);
});

test('what a caller wrote is text everywhere: header, file name, HTML', async () => {
  const evil: MessageEnvelope = {
    ...voice,
    caller: { name: '<script>alert(1)</script>\r\nBcc: x@y/../z', user: '"><img src=x>', host: 'h' },
  };
  const letter = voiceLetter(
    evil,
    recording,
    writing({ addressee: { ...writing().addressee, policyText: 'Keep <b>quiet</b><script>x</script>' } }),
  );
  assert.ok(!/<script|<img/.test(letter.html), letter.html);
  assert.match(letter.html, /Keep <b>quiet<\/b>/);
  assert.ok(!/[/\\<>"]/.test(letter.attachment!.fileName));
  const raw = await compose(letter);
  assert.deepEqual(strictCheck(raw), []);
  assert.ok(!/^Bcc:/im.test(raw.toString()));
});

test('every language has every text', () => {
  for (const language of ['en-US', 'fr-FR'])
    for (const key of WORDING_KEYS) assert.equal(typeof wording(language).texts[key], 'string', `${language} ${key}`);
});

test('durations are said in the language, and no sound is never "0 seconds"', () => {
  const formats = new Formats();
  assert.equal(durationText(3000, 'en-US', formats), '3 seconds');
  assert.equal(durationText(1000, 'fr-FR', formats), '1\u00a0seconde');
  assert.equal(durationText(3_605_000, 'en-US', formats), '1 hour 5 seconds');
  assert.equal(secondsOf(120), 1);
  assert.equal(secondsOf(0), 0);
});
