import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { kinds } from '../objects/index.ts';
import { type Validated, validate, validateChange, validateNew } from './validate.ts';

const plan = { name: 'Main', organization: 'o', numberOfDigitsInExtension: 4 };
const box = { name: 'ann', umMailboxPolicy: 'p', extensions: ['1001'] };
const messages = (validated: Validated) =>
  'problems' in validated ? validated.problems.map(each => each.message) : [];
const documentOf = (validated: Validated) =>
  'document' in validated ? validated.document : assert.fail(messages(validated).join());

test('a message names the property, the value and what is allowed', () => {
  const cases: [object, string][] = [
    [{ maxCallDuration: 121 }, 'maxCallDuration is 121: it must be a whole number from 10 to 120 (minutes)'],
    [{ maxCallDuration: '30' }, 'maxCallDuration is "30": it must be a whole number from 10 to 120 (minutes)'],
    [{ recordingIdleTimeout: 2.5 }, 'recordingIdleTimeout is 2.5: it must be a whole number from 2 to 10 (seconds)'],
    [{ uriType: 'Tel' }, 'uriType is "Tel": it must be one of TelExtn, SipName, E164'],
    [{ faxEnabled: 'yes' }, 'faxEnabled is "yes": it must be true or false'],
    [
      { audioCodec: 'Wma' },
      'audioCodec is "Wma", but Windows Media Audio has no free encoder: it must be one of Mp3, G711, Pcm, Gsm',
    ],
    [
      { name: undefined },
      'name is missing: it must be a name without " / \\ [ ] : ; | = , + * ? < > and without blanks around it',
    ],
    [{ maxRecordingDuraton: 5 }, 'UMDialPlan has no property "maxRecordingDuraton": did you mean maxRecordingDuration'],
    [{ maxCallDuration: 20 }, 'maxRecordingDuration is 20: it must be less than maxCallDuration, which is 20'],
  ];
  for (const [change, message] of cases) {
    const [found = ''] = messages(validate('UMDialPlan', { ...plan, ...change }));
    assert.ok(found.startsWith(message), `${found}\n${message}`);
  }
});

test('each shape of text takes what it should and nothing else', () => {
  const good: Record<string, readonly unknown[]> = {
    name: ['ann', 'Ann Lee', 'ann.lee', 'Çelik', '李小龍', "O'Neill"],
    sipResourceIdentifier: ['ann@parley.test', 'Ann.Lee@host', '+33123456789'],
    mailAddress: ['ann@parley.test', 'ann+voice@mail.example.org'],
    timeZone: ['UTC', 'Europe/Paris', 'America/Argentina/Buenos_Aires'],
    language: ['en-US', 'fr-FR', 'x-tones'],
    extensions: [['1001'], ['1001', '1002'], '1001'],
    normalGreetingFilename: ['greetings/ann.wav', '/var/lib/x.WAV'],
    operatorNumber: ['0', '+33123', 'sip@host'],
    displayName: ['Ann "the boss" Lee, ü', 'زن‌ها'],
  };
  const bad: Record<string, readonly unknown[]> = {
    name: ['a/b', 'a\\b', ' ann', 'a,b', 'a\nb', 'a\u202eb', 'x'.repeat(65), 7, ['ann'], {}],
    sipResourceIdentifier: [
      'ann',
      'sip:ann@parley.test',
      '@host',
      'ann@',
      'ann@-host',
      '33123',
      'a b@host',
      'ann@h\u0000',
    ],
    mailAddress: ['ann', '.ann@x.org', 'a..b@x.org', 'ann@x..org', 'ann @x.org', 'ann@x.org\r\nBcc: eve@x.org'],
    timeZone: ['Mars', '+01:00', 'europe/paris ', '../etc', 1],
    language: ['en', 'EN-us', 'en_US', 'french'],
    extensions: [
      [],
      ['12a'],
      [''],
      [1001],
      ['1', '1'],
      Array.from({ length: 33 }, (_, i) => String(i)),
      ['1'.repeat(21)],
    ],
    normalGreetingFilename: ['../x.wav', 'a/../../x.wav', 'x.mp3', 'x\u0000.wav'],
    operatorNumber: ['abc', '1;rm', '1'.repeat(21)],
    displayName: ['a\u001b[2J', 'a\u0085b', 'a\u2066b', 'x'.repeat(129)],
  };
  for (const [name, values] of Object.entries(good))
    for (const value of values)
      assert.deepEqual(messages(validate('UMMailbox', { ...box, [name]: value })), [], `${name} ${value}`);
  for (const [name, values] of Object.entries(bad))
    for (const value of values)
      assert.equal(
        messages(validate('UMMailbox', { ...box, [name]: value })).length,
        1,
        `${name} ${JSON.stringify(value)}`,
      );
});

test('nothing that is no object, and no name of the language itself, gets in', () => {
  for (const input of [undefined, null, 'x', 1, [], [box]])
    assert.equal(messages(validate('UMMailbox', input)).length, 1);
  const hostile: unknown = JSON.parse('{"__proto__":{"umEnabled":true},"constructor":1,"toString":"x"}');
  assert.equal(messages(validate('UMMailbox', { ...box, ...Object.assign({}, hostile) })).length, 2);
  const validated = validateChange('UMMailbox', box, hostile);
  assert.equal(messages(validated).length, 3);
  assert.equal('umEnabled' in {}, false);
});

test('a change merges, null goes back to the default, what is fixed stays', () => {
  const current = documentOf(validate('UMMailbox', { ...box, displayName: 'Ann', umEnabled: true }));
  assert.deepEqual(documentOf(validateChange('UMMailbox', current, { displayName: null, umEnabled: '' })), box);
  assert.deepEqual(messages(validateChange('UMMailbox', current, { extensions: null })), [
    'extensions is missing: it must be a list of texts',
  ]);
  const [fixed] = messages(validateChange('UMDialPlan', plan, { uriType: 'E164' }));
  assert.equal(fixed, 'uriType cannot be changed after creation (it is "TelExtn")');
  assert.deepEqual(
    messages(validateChange('UMDialPlan', plan, { uriType: 'TelExtn' })),
    [],
    'naming the same value changes nothing',
  );
});

test('creation takes what is not kept, and checks it', () => {
  const made = validateNew('UMDialPlan', plan);
  assert.deepEqual(made, { document: plan, creation: { generateUMMailboxPolicy: true } });
  const declined = validateNew('UMDialPlan', { ...plan, generateUMMailboxPolicy: false });
  assert.deepEqual('creation' in declined && declined.creation, { generateUMMailboxPolicy: false });
  assert.ok('problems' in validateNew('UMDialPlan', { ...plan, generateUMMailboxPolicy: 'maybe' }));
  assert.ok('problems' in validate('UMDialPlan', { ...plan, generateUMMailboxPolicy: true }), 'it is no property');
});

test('Unlimited is larger than every number, 0 switches a limit off', () => {
  const policy = { name: 'p', umDialPlan: 'd' };
  const check = (logonFailuresBeforePINReset: unknown, maxLogonAttempts: unknown) =>
    messages(validate('UMMailboxPolicy', { ...policy, logonFailuresBeforePINReset, maxLogonAttempts })).length;
  assert.deepEqual([check(5, 'Unlimited'), check('Unlimited', 5), check(0, 1), check(5, 5)], [0, 1, 0, 1]);
});

test('whatever comes in, the outcome is a value, short, and says nothing that a terminal obeys', () => {
  const seed = 20260105;
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.anything({ maxDepth: 3, withNullPrototype: true }), (kind, input) => {
      for (const outcome of [validate(kind, input), validateNew(kind, input), validateChange(kind, {}, input)]) {
        if (!('problems' in outcome)) continue;
        assert.ok(outcome.problems.length > 0 && outcome.problems.length <= 40);
        for (const { message } of outcome.problems) {
          assert.ok(message.length < 1000);
          assert.doesNotMatch(message, /\p{Cc}/u);
        }
      }
    }),
    { seed, numRuns: 500 },
  );
});

test('the work is bounded by the input: a megabyte of one character is refused quickly', () => {
  const long = 'a.'.repeat(500_000);
  const input = Object.fromEntries(
    ['name', 'displayName', 'mailAddress', 'timeZone', 'sipResourceIdentifier', 'maildir'].map(name => [name, long]),
  );
  const found = messages(
    validate('UMMailbox', { ...box, ...input, extensions: Array.from({ length: 100_000 }, () => '1') }),
  );
  assert.equal(found.length, 7);
  for (const message of found) assert.ok(message.length < 300);
});
