import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  buildRequest,
  lists,
  parseIdentities,
  parseMinSe,
  parsePrivacy,
  parseRAck,
  parseReason,
  parseReferredBy,
  parseReplaces,
  parseRSeq,
  parseSessionExpires,
  printReason,
  printReferredBy,
  printReplaces,
  type RawHeader,
  SipParseError,
  singleHeader,
} from './index.ts';

const message = (...headers: RawHeader[]) => buildRequest({ method: 'INVITE', uri: 'sip:a@b', headers });

/** Values that RFCs print as examples, or that differ from them in blanks and case only. */
const good: readonly (readonly [name: string, read: () => unknown, expected: unknown])[] = [
  ['RAck of RFC 3262 7.2', () => parseRAck('776656 1 INVITE'), { response: 776_656, sequence: 1, method: 'INVITE' }],
  ['RAck, blanks', () => parseRAck(' 1\t 2  X '), { response: 1, sequence: 2, method: 'X' }],
  ['RSeq of RFC 3262 7.1', () => parseRSeq('988789'), 988_789],
  ['RSeq, highest', () => parseRSeq('4294967295'), 4_294_967_295],
  ['Session-Expires', () => parseSessionExpires('4000;refresher=uac'), { seconds: 4000, refresher: 'uac' }],
  ['in another case', () => parseSessionExpires('90 ; Refresher = UAS;x=y'), { seconds: 90, refresher: 'uas' }],
  ['an unknown refresher', () => parseSessionExpires('90;refresher=z'), { seconds: 90, refresher: undefined }],
  ['Min-SE', () => parseMinSe('3600;lr'), 3600],
  [
    'Replaces of RFC 3891 6.1',
    () => parseReplaces('98732@sip.example.com\t;from-tag=r33th4x0r\t;to-tag=ff87ff'),
    { callId: '98732@sip.example.com', toTag: 'ff87ff', fromTag: 'r33th4x0r', earlyOnly: false },
  ],
  [
    'Replaces, early',
    () => parseReplaces('12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only'),
    { callId: '12adf2f34456gs5', toTag: '12345', fromTag: '54321', earlyOnly: true },
  ],
  [
    'Referred-By of RFC 3892 3',
    () => parseReferredBy('sip:r@ref.example;cid="2UWQFN309shb3@ref.example"').cid,
    '2UWQFN309shb3@ref.example',
  ],
  [
    'Referred-By, bracketed',
    () => parseReferredBy('"Refer R" <sip:r@ref.example;x=1>').address.uriText,
    'sip:r@ref.example;x=1',
  ],
  ['Privacy of RFC 3323', () => [...parsePrivacy('header;user;critical')], ['header', 'user', 'critical']],
  ['Privacy, case, blanks and commas', () => [...parsePrivacy(' ID ; none,History ')], ['id', 'none', 'history']],
  [
    'identities of RFC 3325 10.2',
    () =>
      parseIdentities(
        message(['P-Asserted-Identity', '"Cullen Jennings" <sip:fluffy@cisco.com>, tel:+14085264000']),
      ).map(({ uriText }) => uriText),
    ['sip:fluffy@cisco.com', 'tel:+14085264000'],
  ],
];

for (const [name, read, expected] of good) test(`reads: ${name}`, () => assert.deepEqual(read(), expected));

const bad: readonly (readonly [name: string, read: () => unknown])[] = [
  ['RAck without method', () => parseRAck('1 2')],
  ['RAck beyond 32 bits', () => parseRAck('4294967296 1 INVITE')],
  ['RAck with more', () => parseRAck('1 2 INVITE x')],
  ['RSeq 0', () => parseRSeq('0')],
  ['RSeq -1', () => parseRSeq('-1')],
  ['Session-Expires without number', () => parseSessionExpires(';refresher=uac')],
  ['Session-Expires beyond 31 bits', () => parseSessionExpires('2147483648')],
  ['Min-SE with words', () => parseMinSe('90 s')],
  ['Replaces without from-tag', () => parseReplaces('a;to-tag=b')],
  ['Replaces with an empty tag', () => parseReplaces('a;to-tag=;from-tag=b')],
  ['Replaces with two dialogs', () => parseReplaces('a,b;to-tag=1;from-tag=2')],
  ['Replaces without Call-ID', () => parseReplaces(';to-tag=1;from-tag=2')],
  ['Referred-By without URI', () => parseReferredBy('"x"')],
  ['Privacy without value', () => parsePrivacy('')],
  ['Privacy with more than 16', () => parsePrivacy(Array.from({ length: 17 }, (_, n) => `a${n}`).join(';'))],
  ['three identities', () => parseIdentities(message(['P-Asserted-Identity', '<sip:a@b>, <tel:1>, <tel:2>']))],
  ['two SIP identities', () => parseIdentities(message(['P-Asserted-Identity', '<sip:a@b>, <sip:c@d>']))],
];

for (const [name, read] of bad) test(`refuses: ${name}`, () => assert.throws(read, SipParseError));

test('what is printed can be read again', () => {
  const replaces = { callId: 'a@b', toTag: '1', fromTag: '2', earlyOnly: true };
  assert.deepEqual(parseReplaces(printReplaces(replaces)), replaces);
  assert.equal(printReferredBy('sip:r@x', { display: 'R', cid: 'a@b' }), '"R" <sip:r@x>;cid="a@b"');
  assert.equal(printReason({ protocol: 'SIP', cause: 200, text: 'a "b"' }), 'SIP;cause=200;text="a \\"b\\""');
  const [reason] = parseReason(printReason({ protocol: 'Q.850', cause: 16, text: 'a "b", c;d' }));
  assert.deepEqual([reason.protocol, reason.cause, reason.text], ['Q.850', 16, 'a "b", c;d']);
  for (const broken of [
    { ...replaces, callId: 'a;b' },
    { ...replaces, toTag: 'a b' },
  ])
    assert.throws(() => printReplaces(broken), { name: 'Bug' });
});

test('a header that may stand once: missing, once, twice in any form; option tags in any case', () => {
  assert.equal(singleHeader(message(), 'Session-Expires'), undefined);
  assert.equal(singleHeader(message(['x', '90']), 'Session-Expires'), '90');
  assert.throws(() => singleHeader(message(['x', '90'], ['session-expires', '91']), 'Session-Expires'), SipParseError);
  assert.ok(lists(message(['k', 'a, TIMER']), 'supported', 'timer'));
  assert.ok(!lists(message(['k', 'timers']), 'supported', 'timer'));
});
