import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SipParseError } from '../message/index.ts';
import { type MessageSummary, parseMessageSummary, printMessageSummary } from './message-summary.ts';

const parsed = (text: string) => parseMessageSummary(Buffer.from(text));
const printed = (summary: MessageSummary) => Buffer.from(printMessageSummary(summary).content).toString();

test('a summary as voice-mail systems send it (RFC 3842 section 5.3)', () => {
  const text = 'Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\nVoice-Message: 2/8 (0/2)\r\n';
  const summary = {
    waiting: true,
    account: 'sip:alice@vmail.example.com',
    classes: new Map([['voice-message', { unread: 2, read: 8, urgent: { unread: 0, read: 2 } }]]),
  };
  assert.deepEqual(parsed(text), summary);
  assert.equal(printed(summary), text);
});

test('several classes, no counts of urgent ones, and the headers of single messages, which are passed over', () => {
  const { classes, account, waiting } = parsed(
    'messages-waiting:NO\nvoice-message : 1 / 0\nFAX-Message: 0/3 ( 0 / 1 )\r\nX-Note: hello\r\n\r\nTo: x\r\nVoice-Message: 9/9\r\n',
  );
  assert.deepEqual([waiting, account], [false, undefined]);
  assert.deepEqual(
    [...classes],
    [
      ['voice-message', { unread: 1, read: 0 }],
      ['fax-message', { unread: 0, read: 3, urgent: { unread: 0, read: 1 } }],
    ],
  );
});

test('an account that is no URI is as good as none', () => {
  assert.equal(parsed('Messages-Waiting: yes\r\nMessage-Account: 1001\r\n').account, undefined);
});

test('what is no summary is refused', () => {
  for (const text of [
    '',
    'Voice-Message: 1/0',
    'Messages-Waiting: perhaps',
    'Messages-Waiting: yes\r\nVoice-Message: 1',
    'Messages-Waiting: yes\r\nVoice-Message: 1/2 (3/4',
    'Messages-Waiting: yes\r\nVoice-Message: 1/2 3',
    'Messages-Waiting: yes\r\nVoice-Message: 99999999999/0',
    'Messages-Waiting: yes\r\nVoice-Message: 1/0\r\nvoice-message: 1/0',
  ])
    assert.throws(() => parsed(text), SipParseError, text);
  const isTooLarge = (error: SipParseError) => error.status === 413;
  assert.throws(() => parsed(`Messages-Waiting: yes\r\n${'X: y\r\n'.repeat(64)}`), isTooLarge);
  assert.throws(() => parsed(`Messages-Waiting: yes\r\n\r\n${'x'.repeat(9000)}`), isTooLarge);
});

test('a lamp that we could not mean is a mistake', () => {
  const classes = new Map([['voice-message', { unread: 1.5, read: 0 }]]);
  assert.throws(() => printed({ waiting: true, classes }), /whole numbers/);
  assert.throws(() => printed({ waiting: true, classes: new Map([['a b', { unread: 1, read: 0 }]]) }), /token/);
  assert.throws(() => printed({ waiting: true, account: 'a\r\nb', classes: new Map() }), /no URI/);
});

test('what is printed is read again', () => {
  const count = fc.nat();
  const pair = fc.tuple(count, count).map(([unread, read]) => ({ unread, read }));
  const counts = fc.oneof(
    pair,
    fc.tuple(pair, pair).map(([all, urgent]) => ({ ...all, urgent })),
  );
  const name = fc.constantFrom(
    'voice-message',
    'fax-message',
    'text-message',
    'multimedia-message',
    'pager-message',
    'none',
  );
  fc.assert(
    fc.property(fc.boolean(), fc.array(fc.tuple(name, counts), { maxLength: 6 }), (waiting, all) => {
      const summary = { waiting, account: 'sip:1001@example.org;x=y', classes: new Map(all) };
      assert.deepEqual(parseMessageSummary(printMessageSummary(summary).content), summary);
    }),
    { seed: 3842, numRuns: 500 },
  );
});

test('any bytes are read or refused', () => {
  const line = fc.constantFrom(
    'Messages-Waiting: yes',
    'Messages-Waiting:',
    'Message-Account: sip:a@b',
    'Voice-Message: ',
    '1/2',
    ' (',
    '3/4)',
    '\r\n',
    '\n',
    ':',
    '\u0000',
    '\u00e9',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string({ maxLength: 8 })), { maxLength: 30 }), pieces => {
      try {
        const { classes } = parsed(pieces.join(''));
        for (const { unread, read } of classes.values()) assert.ok(Number.isSafeInteger(unread + read) && unread >= 0);
      } catch (thrown) {
        if (!(thrown instanceof SipParseError)) throw thrown;
      }
    }),
    { seed: 3842, numRuns: 3000 },
  );
});
