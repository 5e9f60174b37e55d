import assert from 'node:assert/strict';
import { test } from 'node:test';
import PostalMime from 'postal-mime';
import { compose } from './compose.ts';
import type { Letter } from './letter.ts';
import { strictCheck } from './strict-check.ts';

const AUDIO = Uint8Array.from({ length: 5000 }, (_, i) => i & 255);

const letter = (change: Partial<Letter> = {}): Letter => ({
  messageId: '01KAEXAMPLE@parley.test',
  date: { at: Date.UTC(2026, 10, 21, 8, 5, 0), timeZone: 'Europe/Paris' },
  from: { name: 'Zoë Müller', address: 'parley@parley.test' },
  to: { name: 'Ann Lee', address: 'ann@parley.test' },
  subject: 'Voice Mail from Zoë Müller (3 seconds)',
  text: `Bonjour Zoë\n.\nFrom the start\n${'é'.repeat(300)}`,
  html: '<p>Bonjour Zoë</p>',
  headers: [
    ['X-CallingTelephoneNumber', '+15550100'],
    ['X-VoiceMessageDuration', '3'],
    ['Auto-Submitted', 'auto-generated'],
  ],
  attachment: { fileName: 'Zoë "Z" Müller (3 seconds) Voice Mail.mp3', contentType: 'audio/mpeg', content: AUDIO },
  ...change,
});

test('a letter survives the way through a parser that is not ours', async () => {
  const raw = await compose(letter());
  assert.deepEqual(strictCheck(raw), []);
  const mail = await PostalMime.parse(raw);
  assert.equal(mail.subject, 'Voice Mail from Zoë Müller (3 seconds)');
  assert.equal(mail.from?.name, 'Zoë Müller');
  assert.equal(mail.messageId, '<01KAEXAMPLE@parley.test>');
  assert.equal(mail.attachments[0].filename, 'Zoë "Z" Müller (3 seconds) Voice Mail.mp3');
  assert.equal(mail.attachments[0].mimeType, 'audio/mpeg');
  assert.deepEqual(new Uint8Array(mail.attachments[0].content as ArrayBuffer), AUDIO);
  assert.match(mail.text!, /Bonjour Zoë/);
  assert.match(raw.toString(), /^X-CallingTelephoneNumber: \+15550100\r$/m);
  assert.match(raw.toString(), /^Date: Sat, 21 Nov 2026 09:05:00 \+0100\r$/m);
});

test('the same letter gives the same bytes, so that a repeated delivery is the same message', async () => {
  assert.deepEqual(await compose(letter()), await compose(letter()));
});

test('a caller cannot add a header, a part or a second message', async () => {
  const evil = 'x\r\nBcc: all@example.com\r\n\r\n--parley-01KAEXAMPLEparleytest-Part_1\r\n\u0000\u202E.\r\n';
  const raw = await compose(
    letter({
      from: { name: evil, address: 'parley@parley.test' },
      subject: evil.repeat(40),
      headers: [['X-VoiceMessageSenderName', evil]],
      attachment: { fileName: `${evil}/../../etc/passwd`, contentType: 'audio/mpeg', content: AUDIO },
    }),
  );
  assert.deepEqual(strictCheck(raw), []);
  const mail = await PostalMime.parse(raw);
  assert.equal(mail.headers.filter(header => header.key === 'bcc').length, 0);
  assert.equal(mail.attachments.length, 1);
  assert.ok([...mail.subject!].length <= 250);
});

test('the strict check finds what it is there for', () => {
  const wrong = `Subject: =?utf-8?Q?a b?=\nX: ${'y'.repeat(1000)}\r\n\r\né`;
  const problems = strictCheck(Buffer.from(wrong, 'latin1')).join('\n');
  assert.match(problems, /not CRLF/);
  assert.match(problems, /998 are allowed/);
  assert.match(problems, /octet 233/);
  assert.match(problems, /from occurs 0 times/);
});
