import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rfc4475 } from '../../test/torture/messages.ts';
import { buildResponse, type ResponseParts } from './build.ts';
import type { SipRequest } from './message.ts';
import { MessageEditor } from './message-editor.ts';
import { parseMessage } from './parse.ts';
import { printMessage } from './print.ts';
import { printAnswer } from './print-answer.ts';
import { SipParseError } from './sip-parse-error.ts';

const NAMES = [
  'wsinv',
  'esc01',
  'escnull',
  'lwsdisp',
  'longreq',
  'dblreq',
  'semiuri',
  'mpart01',
  'inv2543',
  'baddn',
  'quotbal',
];

/** Also what can only be read in part. */
function requestOf(name: string): SipRequest {
  try {
    return parseMessage(rfc4475(name)) as SipRequest;
  } catch (thrown) {
    if (thrown instanceof SipParseError && thrown.partial) return thrown.partial;
    throw thrown;
  }
}

const PARTS: readonly ResponseParts[] = [
  { status: 100, toTag: 't' },
  { status: 180 },
  { status: 200, toTag: 't', headers: [['Contact', '<sip:x>']], body: Buffer.from('b\xe4') },
  { status: 400, toTag: 't', reason: 'what\r\nis this"' },
];

for (const name of NAMES)
  test(`${name}: the octets that building and printing make`, () => {
    const request = requestOf(name);
    for (const parts of PARTS)
      assert.equal(
        printAnswer(request, parts).toString('latin1'),
        printMessage(buildResponse(request, parts)).toString('latin1'),
      );
  });

test('of a request that was changed, and with headers that would break out', () => {
  const editor = new MessageEditor(requestOf('wsinv'));
  editor.setFirstValue('via', 'SIP/2.0/UDP a;branch=z9hG4bK1;received=10.0.0.1');
  const request = editor.request();
  assert.equal(printAnswer(request, PARTS[2]).toString(), printMessage(buildResponse(request, PARTS[2])).toString());
  assert.throws(() => printAnswer(request, { status: 200, headers: [['X', 'a\r\nVia: b']] }), { name: 'Bug' });
});
