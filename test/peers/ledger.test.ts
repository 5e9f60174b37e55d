import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compose } from '@parley/mail';
import { writeWav } from '@parley/media';
import { audit, codeOf, type Entry, soundOf } from './ledger.ts';
import { type Mail, parseMail } from './mailbox.ts';

const KILLED = 10_000;

/** A call that said its whole code well before the kill. */
const call = (change: Partial<Entry>): Entry => ({
  callId: 'one',
  code: codeOf(77),
  saidAt: KILLED - 5000,
  killedAt: KILLED,
  ...change,
});

interface Sent {
  readonly callId?: string;
  readonly code?: readonly number[];
  readonly marked?: boolean;
}

async function message({ callId = 'one', code = codeOf(77), marked = false }: Sent = {}): Promise<Mail> {
  const headers: [string, string][] = [
    ['Content-Class', 'voice-ca'],
    ['X-CallID', callId],
  ];
  if (marked) headers.push(['X-Parley-Interrupted', 'yes']);
  const raw = await compose({
    messageId: `${Math.random()}@parley.test`,
    date: { at: 0, timeZone: 'UTC' },
    from: { name: '', address: 'voicemail@parley.test' },
    to: { name: '', address: 'ann@parley.test' },
    subject: 'Voice Mail',
    text: 'text',
    html: '<p>text</p>',
    headers,
    attachment: { fileName: 'a.wav', contentType: 'audio/wav', content: writeWav(soundOf(code), 8000) },
  });
  return parseMail(Buffer.from(raw));
}

const sent = { asked: 'send', confirmedAt: KILLED - 1 } as const;

test('what went well is not complained of', async () => {
  assert.deepEqual(await audit([call(sent)], [await message()]), []);
  assert.deepEqual(await audit([call({})], [await message({ code: codeOf(77).slice(0, 2), marked: true })]), []);
  assert.deepEqual(await audit([call({ asked: 'erase', confirmedAt: KILLED - 1 })], []), []);
  assert.deepEqual(await audit([call({ saidAt: KILLED - 900 })], []), []);
});

test('every way to break the promise is found', async () => {
  const cut = codeOf(77).slice(0, 1);
  for (const [entry, mails, complaint] of [
    [call(sent), [], /is lost/],
    [call({}), [], /is lost/],
    [call(sent), [await message(), await message()], /2 mails/],
    [call({ asked: 'erase', confirmedAt: KILLED - 1 }), [await message()], /came back/],
    [call(sent), [await message({ code: codeOf(78) })], /never said/],
    [call(sent), [await message({ code: cut })], /1 tones, at least 6/],
    [call({}), [await message({ code: cut, marked: true })], /1 tones, at least 2/],
    [call({}), [await message()], /not marked/],
    [call(sent), [await message({ marked: true })], /it was accepted/],
    [call(sent), [await message(), await message({ callId: 'two' })], /two: nobody called so/],
  ] as const) {
    const wrong = await audit([entry], mails);
    assert.equal(wrong.length, 1, wrong.join('\n'));
    assert.match(wrong[0], complaint);
  }
});

test('no two calls have the same code, and no code the same tone twice in a row', () => {
  const codes = Array.from({ length: 1280 }, (_, i) => codeOf(i));
  assert.equal(new Set(codes.map(code => code.join())).size, 1280);
  for (const code of codes) assert.ok(code.every((tone, i) => tone !== code[i - 1]));
});
