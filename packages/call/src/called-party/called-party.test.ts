import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRequest, type RawHeader } from '@parley/sip';
import { type CalledParty, calledParty } from './called-party.ts';

interface Invite {
  readonly uri?: string;
  readonly to?: string;
  readonly from?: string;
  readonly headers?: readonly RawHeader[];
  readonly divertedBy?: 'original' | 'last';
}

function decide(invite: Invite): CalledParty {
  const from = invite.from ?? '"Carol" <sip:+15550100@pbx.example>;tag=1';
  const headers: RawHeader[] = [
    ['From', from],
    ['To', invite.to ?? '<sip:8000@vm.example>'],
    ...(invite.headers ?? []),
  ];
  const request = buildRequest({ method: 'INVITE', uri: invite.uri ?? 'sip:8000@vm.example', headers });
  return calledParty(request, { divertedBy: invite.divertedBy ?? 'original' });
}

const usersOf = (party: CalledParty) => party.candidates.map(({ user }) => user);
const sourcesOf = (party: CalledParty) => party.candidates.map(({ from }) => from);

test('without a hint the Request-URI is called, then To', () => {
  const party = decide({ uri: 'sip:1006@vm.example;user=phone', to: 'tel:+1-555-0106' });
  assert.deepEqual(party.candidates, [
    { user: '1006', host: 'vm.example', from: 'Request-URI', reason: 'Direct' },
    { user: '+15550106', host: '', from: 'To', reason: 'Direct' },
  ]);
  assert.deepEqual([party.reason, party.dialled, party.skipped], ['Direct', '1006', []]);
  assert.deepEqual(party.explanation.slice(0, 2), [
    'Request-URI: 1006@vm.example -> first candidate',
    'To: +15550106 -> candidate 2',
  ]);
});

test('nobody at all: no candidates, reason None', () => {
  const party = decide({ uri: 'sip:vm.example', to: '<urn:service:sos>' });
  assert.deepEqual([party.candidates, party.reason, party.dialled], [[], 'None', '']);
});

test('Diversion: the original user is the bottom-most, the last one the topmost; the others follow', () => {
  const headers: RawHeader[] = [
    ['Diversion', '<sip:1003@pbx.example>;reason=user-busy, <sip:1002@pbx.example>;reason=deflection'],
    ['Diversion', '"Ann" <sip:1001@pbx.example>;reason=no_answer'],
  ];
  const original = decide({ headers });
  assert.deepEqual(usersOf(original), ['1001', '1002', '1003', '8000']);
  assert.equal(original.reason, 'DivertNoAnswer');
  assert.deepEqual(original.explanation.slice(0, 3), [
    'Diversion (bottom-most of 3): 1001@pbx.example, reason no-answer -> first candidate',
    'Diversion (2 of 3): 1002@pbx.example, reason deflection -> candidate 2',
    'Diversion (1 of 3): 1003@pbx.example, reason user-busy -> candidate 3',
  ]);
  const last = decide({ headers, divertedBy: 'last' });
  assert.deepEqual(usersOf(last), ['1003', '1002', '1001', '8000']);
  assert.equal(last.reason, 'DivertBusy');
  assert.equal(last.explanation[0], 'Diversion (topmost of 3): 1003@pbx.example, reason user-busy -> first candidate');
});

test('every reason of RFC 5806 has its kind', () => {
  const kinds: Record<string, string> = {
    unknown: 'DivertForward',
    'user-busy': 'DivertBusy',
    user_busy: 'DivertBusy',
    'no-answer': 'DivertNoAnswer',
    'NO-ANSWER': 'DivertNoAnswer',
    unavailable: 'DivertNoAnswer',
    unconditional: 'DivertForward',
    'time-of-day': 'DivertForward',
    'do-not-disturb': 'DivertForward',
    deflection: 'DivertForward',
    'follow-me': 'DivertForward',
    'out-of-service': 'DivertNoAnswer',
    away: 'DivertForward',
    '"my own words"': 'DivertForward',
    constructor: 'DivertForward',
  };
  for (const [word, kind] of Object.entries(kinds)) {
    assert.equal(decide({ headers: [['Diversion', `<sip:1@p>;reason=${word}`]] }).reason, kind, word);
  }
  assert.equal(decide({ headers: [['Diversion', '<tel:+15550101>']] }).reason, 'DivertForward');
});

test('a malformed Diversion gives its address all the same; one without any is skipped and told', () => {
  const inner = decide({ headers: [['Diversion', '"Bob "Bobby" Ray" <sip:1004@pbx.example>;reason=user-busy']] });
  assert.deepEqual([usersOf(inner)[0], inner.reason, inner.skipped], ['1004', 'DivertBusy', []]);
  assert.match(
    inner.explanation[0],
    /^Diversion \(bottom-most of 1\): 1004@pbx.example, reason user-busy, malformed \(.*\), taken from its angle brackets -> first candidate$/,
  );
  const tail = decide({ headers: [['Diversion', '<sip:1004@pbx.example>;;;reason=user-busy']] });
  assert.deepEqual([usersOf(tail)[0], tail.reason], ['1004', 'DivertForward']);
  const hopeless = decide({
    headers: [
      ['Diversion', 'who knows'],
      ['Diversion', '<sip:1004@pbx.example>'],
    ],
  });
  assert.deepEqual(usersOf(hopeless), ['1004', '8000']);
  assert.deepEqual(
    hopeless.skipped.map(({ header }) => header),
    ['Diversion'],
  );
  assert.match(hopeless.explanation[0], /^Diversion: skipped, Diversion: /);
});

test('History-Info: "mp" names who was diverted from (RFC 7044), and wins over Diversion', () => {
  const headers: RawHeader[] = [
    ['Diversion', '<sip:9999@pbx.example>;reason=unconditional'],
    ['History-Info', '<sip:bob@pbx.example?Reason=SIP%3Bcause%3D486>;index=1'],
    [
      'History-Info',
      '<sip:bob@192.0.2.4>;index=1.1;rc=1, <sip:carol@pbx.example?Reason=SIP%3Bcause%3D408>;index=1.2;mp=1',
    ],
    ['History-Info', '<sip:8000@vm.example>;index=1.2.1;mp=1.2'],
  ];
  const original = decide({ headers });
  assert.deepEqual(usersOf(original), ['bob', 'carol', '9999', '8000']);
  assert.equal(original.reason, 'DivertBusy');
  assert.equal(
    original.explanation[0],
    'History-Info (original of 2, index 1): bob@pbx.example, DivertBusy -> first candidate',
  );
  const last = decide({ headers, divertedBy: 'last' });
  assert.deepEqual([usersOf(last)[0], last.reason], ['carol', 'DivertNoAnswer']);
});

test('History-Info without "mp" (RFC 4244): who was left for another user; the cause may stand in what came next', () => {
  const headers: RawHeader[] = [
    ['History-Info', '<sip:1001@pbx.example>;index=1, <sip:8000@vm.example;cause=408>;index=1.1'],
  ];
  const party = decide({ headers });
  assert.deepEqual([usersOf(party)[0], party.reason, sourcesOf(party)[0]], ['1001', 'DivertNoAnswer', 'History-Info']);
  const unescaped = decide({
    headers: [
      [
        'History-Info',
        '<sip:1001@pbx.example?Reason=SIP;cause=486;text="Busy Here">;index=1, <sip:8000@vm.example>;index=1.1;mp=1',
      ],
    ],
  });
  assert.deepEqual([usersOf(unescaped)[0], unescaped.reason], ['1001', 'DivertForward']);
  const moved = decide({
    uri: 'sip:1001@vm.example',
    headers: [
      ['History-Info', '<sip:1001@pbx.example?Reason=Q.850%3Bcause%3D17>;index=1, <sip:1001@vm.example>;index=1.1'],
    ],
  });
  assert.equal(moved.reason, 'DivertBusy');
});

test('History-Info that tells of no diversion leaves it to Diversion', () => {
  const headers: RawHeader[] = [
    ['History-Info', '<sip:8000@vm.example>;index=1'],
    ['Diversion', '<sip:1001@pbx.example>;reason=no-answer'],
  ];
  const party = decide({ headers });
  assert.deepEqual([usersOf(party), party.reason], [['1001', '8000'], 'DivertNoAnswer']);
  assert.equal(party.explanation[0], 'History-Info: 1 entries, none diverted from');
  const retargeted = decide({
    headers: [['History-Info', '<sip:1001@pbx.example>;index=1, <sip:desk@192.0.2.4>;index=1.1;rc=1']],
  });
  assert.deepEqual(sourcesOf(retargeted), ['Request-URI']);
});

test('History-Info: voice mail URIs with a target, anonymized and malformed entries', () => {
  const target = decide({
    headers: [['History-Info', '<sip:8000@vm.example;target=sip:1007%40pbx.example;cause=486>;index=1']],
  });
  assert.deepEqual(target.candidates[0], {
    user: '1007',
    host: 'pbx.example',
    from: 'History-Info',
    reason: 'DivertBusy',
  });
  const hidden = decide({
    headers: [['History-Info', '<sip:anonymous@anonymous.invalid>;index=1, <sip:8000@vm.example>;index=1.1;mp=1']],
  });
  assert.deepEqual(usersOf(hidden), ['8000']);
  const broken = decide({
    headers: [['History-Info', '<sip:1001@pbx.example>;index=x, <sip:8000@vm.example>;index=1.1;mp=1']],
  });
  assert.deepEqual(usersOf(broken), ['1001', '8000']);
  const loop = decide({ headers: [['History-Info', '<sip:1001@pbx.example>;index=1;mp=1']] });
  assert.deepEqual(usersOf(loop), ['8000']);
});

test('target and cause of RFC 4458 in the Request-URI', () => {
  const party = decide({ uri: 'sip:8000@vm.example;target=sip:+15551002%40example.com;cause=486' });
  assert.deepEqual(party.candidates[0], {
    user: '+15551002',
    host: 'example.com',
    from: 'target parameter',
    reason: 'DivertBusy',
  });
  const kinds = {
    302: 'DivertForward',
    404: 'DivertForward',
    408: 'DivertNoAnswer',
    480: 'DivertForward',
    486: 'DivertBusy',
    487: 'DivertForward',
    503: 'DivertNoAnswer',
    x: 'DivertForward',
  };
  for (const [cause, kind] of Object.entries(kinds))
    assert.equal(decide({ uri: `sip:8000@vm.example;target=tel:1;cause=${cause}` }).reason, kind, cause);
  const own = decide({ uri: 'sip:1002@vm.example;cause=408' });
  assert.deepEqual([usersOf(own)[0], own.reason, sourcesOf(own)[0]], ['1002', 'DivertNoAnswer', 'Request-URI']);
  const bad = decide({ uri: 'sip:8000@vm.example;target=nobody' });
  assert.deepEqual([usersOf(bad), bad.skipped.length], [['8000'], 1]);
  const both = decide({ uri: 'sip:8000@vm.example;target=sip:2%40x', headers: [['Diversion', '<sip:1@x>']] });
  assert.deepEqual(usersOf(both).slice(0, 2), ['1', '2']);
});

test('opaque=app:voicemail: the user of the Request-URI, or of To before a plain Request-URI', () => {
  const inUri = decide({ uri: 'sip:alice@contoso.example;gruu;opaque=app:voicemail' });
  assert.deepEqual([usersOf(inUri)[0], inUri.reason], ['alice', 'Direct']);
  assert.equal(inUri.explanation[0], 'Request-URI: alice@contoso.example, opaque=app:voicemail -> first candidate');
  const inTo = decide({ to: '<sip:alice@contoso.example;opaque=app:voicemail>' });
  assert.deepEqual(usersOf(inTo), ['alice', '8000']);
});

test('parameters of a telephone number are no part of it, semicolons in a name are', () => {
  assert.equal(decide({ uri: 'sip:+15550100;phone-context=x@vm.example' }).dialled, '+15550100');
  assert.equal(decide({ uri: 'sip:a;b@vm.example' }).dialled, 'a;b');
});

test('a telephone number loses its visual separators, wherever it stands (RFC 3966 section 5.1.1)', () => {
  for (const [uri, user] of [
    ['sip:+33-1.23(45)67-89@vm.example', '+33123456789'],
    ['sip:01.23.45-67-89@vm.example;user=phone', '0123456789'],
    ['sip:(425)555-0100@vm.example;user=PHONE', '4255550100'],
    ['tel:+33-1-23-45-67-89', '+33123456789'],
    // No numbers: separators are letters like others.
    ['sip:10-20@vm.example', '10-20'],
    ['sip:+33-x@vm.example', '+33-x'],
    ['sip:ann-b@vm.example;user=phone', 'ann-b'],
  ])
    assert.equal(decide({ uri }).dialled, user, uri);
  const diverted = decide({ headers: [['Diversion', '<sip:+33-123456789@pbx.example;user=phone>']] });
  assert.equal(usersOf(diverted)[0], '+33123456789');
});

test('phone-context says where a local number belongs, and makes another party of it', () => {
  const contextOf = (invite: Invite) => decide(invite).candidates[0].phoneContext;
  for (const uri of [
    'sip:1001;phone-context=Paris.example@vm.example;user=phone',
    'sip:1001;ext=5;Phone-Context=Paris.example@vm.example',
    'sip:1001@vm.example;user=phone;phone-context=Paris.example',
    'tel:1001;phone-context=Paris.example',
  ]) {
    assert.equal(contextOf({ uri }), 'Paris.example', uri);
    assert.equal(usersOf(decide({ uri }))[0], '1001', uri);
  }
  assert.equal(
    contextOf({ uri: 'sip:8000@vm.example', headers: [['Diversion', '<tel:0123;phone-context=+33>']] }),
    '+33',
  );
  assert.equal(
    contextOf({ headers: [['History-Info', '<tel:7;phone-context=a.example>;index=1, <sip:8000@h>;index=1.1;mp=1']] }),
    'a.example',
  );
  assert.equal(contextOf({ uri: 'sip:ann@vm.example;phone-context=Paris.example' }), undefined);
  const both = decide({ uri: 'tel:1001;phone-context=a.example', to: '<tel:1001;phone-context=b.example>' });
  assert.deepEqual(
    both.candidates.map(each => each.phoneContext),
    ['a.example', 'b.example'],
  );
  assert.equal(both.explanation[0], 'Request-URI: 1001;phone-context=a.example -> first candidate');
});

test('the caller: P-Asserted-Identity, Remote-Party-ID, From; names from whoever has one', () => {
  const asserted = decide({
    headers: [
      ['P-Asserted-Identity', '<sip:+15550199@carrier.example>, "Dave D" <tel:+15550199>'],
      ['Remote-Party-ID', '<sip:1@x>'],
    ],
  });
  assert.deepEqual(asserted.caller, { name: 'Dave D', user: '+15550199', host: 'carrier.example' });
  assert.equal(asserted.explanation.at(-1), 'caller: +15550199@carrier.example, from P-Asserted-Identity');
  const remote = decide({
    headers: [
      ['Remote-Party-ID', '<sip:2@x>;party=called'],
      ['Remote-Party-ID', '"E" <sip:1@x>;party=calling;privacy=off'],
    ],
  });
  assert.deepEqual(remote.caller, { name: 'E', user: '1', host: 'x' });
  assert.deepEqual(decide({}).caller, { name: 'Carol', user: '+15550100', host: 'pbx.example' });
  assert.equal(decide({ headers: [['P-Asserted-Identity', '<tel:+15550100>']] }).caller.name, 'Carol');
  assert.equal(decide({ headers: [['Remote-Party-ID', '"E" <sip:1@x>;privacy=name']] }).caller.name, '');
  const malformed = decide({ headers: [['P-Asserted-Identity', '"Bob "Bobby" Ray" <sip:7@x>']] });
  assert.deepEqual(malformed.caller, { name: 'Bob Bobby Ray', user: '7', host: 'x' });
});

test('a withheld number is told to nobody', () => {
  const nobody = { name: '', user: '', host: '' };
  const asserted: RawHeader = ['P-Asserted-Identity', '"Carol" <sip:+15550100@pbx.example>'];
  const cases: Invite[] = [
    { headers: [asserted, ['Privacy', 'id']] },
    { headers: [asserted, ['Privacy', 'critical; USER']] },
    { headers: [asserted, ['Privacy', 'header,id']] },
    { headers: [asserted], from: '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1' },
    { headers: [asserted], from: '<sip:x@anonymous.invalid>;tag=1' },
    { from: '"anonymous" <sip:+15550100@pbx.example>;tag=1' },
    { from: '<sip:Restricted@pbx.example>;tag=1' },
    { from: '<sip:pbx.example>;tag=1' },
    { from: '<sip:pbx' },
    { headers: [['Remote-Party-ID', '"C" <sip:+15550100@pbx.example>;privacy=full']] },
    { headers: [['P-Asserted-Identity', '<sip:anonymous@anonymous.invalid>']], from: '<sip:pbx.example>;tag=1' },
  ];
  for (const invite of cases) {
    const party = decide(invite);
    assert.deepEqual([party.anonymous, party.caller], [true, nobody], JSON.stringify(invite));
  }
  assert.equal(decide({ headers: [['Privacy', 'none']] }).anonymous, false);
});

test('names and numbers are cleaned of what could deceive a reader', () => {
  const party = decide({ from: '"\u202eC\\\u0007 \u200b Jones" <sip:%0D%0Abob%00@x>;tag=1' });
  assert.deepEqual(party.caller, { name: 'C Jones', user: 'bob', host: 'x' });
});

test('a header with more values than its budget is skipped', () => {
  const party = decide({ headers: [['Diversion', Array(200).fill('<sip:1@x>').join(',')]] });
  assert.deepEqual([usersOf(party), party.skipped.length], [['8000'], 1]);
  const many = decide({ headers: Array.from({ length: 100 }, (_, at) => ['Diversion', `<sip:${at}@x>`] as const) });
  assert.equal(many.candidates.length, 16);
});
