import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseMessage, type SipRequest, validateRequest } from '@parley/sip';
import fc from 'fast-check';
import { calledParty } from '../src/called-party/called-party.ts';

const FOLDER = join(import.meta.dirname, 'corpora', 'asterisk-22');
const FILES = readdirSync(FOLDER).filter(name => name.endsWith('.sip'));
const RUNS = { seed: 20261121, numRuns: 5000 };

function load(name: string): SipRequest {
  const message = parseMessage(readFileSync(join(FOLDER, `${name}.sip`)));
  assert.ok(message.kind === 'request');
  assert.equal(validateRequest(message), undefined);
  return message;
}

/** The table of corpora/asterisk-22/README.md: mailbox, reason, caller's name and number. */
const CALLS: Readonly<Record<string, readonly [string, string, string, string]>> = {
  'udp-invite-no_answer': ['1001', 'DivertNoAnswer', 'Carol Jones', '+15550100'],
  'udp-invite-user_busy': ['1002', 'DivertBusy', 'Carol Jones', '+15550100'],
  'udp-invite-unconditional': ['1003', 'DivertForward', '', ''],
  'udp-invite-unavailable': ['1004', 'DivertNoAnswer', 'Zoë Müller', '+15550100'],
  'tcp-invite-no_answer': ['1005', 'DivertNoAnswer', 'Carol Jones', '+15550100'],
  'udp-invite-plain': ['1006', 'Direct', 'Carol Jones', '+15550100'],
};

/** Requests within a dialog: nothing is decided by them, but they must be understood. */
const IN_DIALOG = [
  'direct-media-invite-plain',
  'direct-media-invite-plain-2',
  'tcp-ack',
  'tcp-bye',
  'udp-ack',
  'udp-bye',
];

test('the table names every message', () => {
  assert.deepEqual([...Object.keys(CALLS), ...IN_DIALOG].map(name => `${name}.sip`).sort(), FILES.sort());
});

for (const [name, [mailbox, reason, callerName, callerNumber]] of Object.entries(CALLS)) {
  test(`${name} is for ${mailbox}`, () => {
    const party = calledParty(load(name), { divertedBy: 'original' });
    assert.equal(party.candidates[0].user, mailbox, party.explanation.join('\n'));
    assert.deepEqual([party.reason, party.caller.name, party.caller.user], [reason, callerName, callerNumber]);
    assert.equal(party.anonymous, callerNumber === '');
    assert.deepEqual(party.skipped, []);
  });
}

for (const name of IN_DIALOG) {
  test(`${name} is understood`, () => {
    const request = load(name);
    assert.notEqual(request.to.parameters.get('tag'), undefined);
    assert.equal(calledParty(request, { divertedBy: 'original' }).caller.user, '+15550100');
  });
}

const PIECES = [
  '"',
  '<',
  '>',
  ',',
  ';',
  '\\',
  '%',
  '%00',
  '@',
  '\0',
  '\u202e',
  ' ',
  '=',
  '?',
  'sip:',
  'anonymous',
  '<sip:1@x>',
  ';mp=1',
  ';index=1',
  ';target=',
  'é',
];
const LINES = [
  'Diversion: "Ann Lee" <sip:1001@pbx.example.com>;reason=no_answer;counter=2',
  'History-Info: <sip:bob@pbx.example?Reason=SIP%3Bcause%3D486>;index=1, <sip:8000@vm.example;cause=486>;index=1.1;mp=1',
  'P-Asserted-Identity: "Carol" <sip:+15550100@x>, <tel:+15550100>',
  'Remote-Party-ID: "C" <sip:1@x>;party=calling;privacy=off',
  'Privacy: none',
  'From: "Carol Jones" <sip:+15550100@pbx.example.com>;tag=1',
  'To: <sip:8000@127.0.0.4;opaque=app:voicemail>',
];
const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(6), fc.constantFrom(...PIECES));
const line = fc.tuple(fc.constantFrom(...LINES), fc.array(edit, { maxLength: 4 })).map(([text, edits]) =>
  edits.reduce((before, [where, remove, insert]) => {
    const at = before.indexOf(':') + 2 + Math.floor(where * (before.length - before.indexOf(':')));
    return before.slice(0, at) + insert + before.slice(at + remove);
  }, text),
);
const uri = fc.constantFrom(
  'sip:8000@h',
  'sip:8000@h;target=sip:1%40x;cause=486',
  'sip:8000@h;target=%00',
  'tel:+1',
  'x:y',
  'sip:%',
);

test(`5,000 requests with shuffled and mutated headers (seed ${RUNS.seed}) are decided without an exception`, () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 12 }),
      uri,
      fc.constantFrom('original' as const, 'last' as const),
      (lines, target, divertedBy) => {
        const text = `INVITE ${target} SIP/2.0\r\n${lines.map(each => `${each.replaceAll('\0', '\\\0')}\r\n`).join('')}\r\n`;
        const message = parseMessage(Buffer.from(text));
        assert.ok(message.kind === 'request');
        const party = calledParty(message, { divertedBy });
        const texts = [
          ...party.explanation,
          ...party.candidates.flatMap(({ user, host }) => [user, host]),
          party.caller.name,
          party.caller.user,
        ];
        for (const each of texts) assert.doesNotMatch(each, /[\p{Cc}\u202e]/u);
        assert.equal(
          new Set(party.candidates.map(({ user, host }) => `${user}@${host}`)).size,
          party.candidates.length,
        );
        assert.ok(party.candidates.length <= 16 && party.candidates.every(({ user }) => user !== ''));
        if (party.anonymous) assert.deepEqual(party.caller, { name: '', user: '', host: '' });
      },
    ),
    RUNS,
  );
});
