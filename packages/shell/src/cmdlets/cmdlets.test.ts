import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdminRefused } from '@parley/admin/client';
import { type Asked, type Fake, fakeShell, person } from '../../test/fake-host.ts';

const people = {
  'Get-UMMailbox': () => ({ objects: [person('ann'), person('bob')] }),
  'Get-UMDialPlan': () => ({ objects: [{ ...person('Main', { DialPlans: ['A'] }), kind: 'UMDialPlan' }] }),
};

/** What the server is asked for a line. */
async function asked(line: string, shell: Fake = fakeShell(people)): Promise<readonly Asked[]> {
  const { code, err, asked: questions } = await shell.type(line);
  assert.deepEqual([code, err], [0, ''], line);
  return questions;
}

const thing = async (line: string) => (await asked(`Set-Thing ann ${line}`)).at(-1)?.parameters;

test('values are what their parameter wants, however they are written', async () => {
  const table: [string, Record<string, unknown>][] = [
    ['-Flag $true', { Flag: true }],
    ['-Flag 1', { Flag: true }],
    ['-Flag:0', { Flag: false }],
    ["-Flag 'False'", { Flag: false }],
    ['-Number 5', { Number: 5 }],
    ["-Number '5'", { Number: 5 }],
    ['-Number unlimited', { Number: 'Unlimited' }],
    ['-Number $null', { Number: null }],
    ['-Text 0150', { Text: '0150' }],
    ['-Text a,b', { Text: 'a,b' }],
    ['-Words $true', { Text: 'True' }],
    ['-Text {A -eq "b"}', { Text: 'A -eq "b"' }],
    ['-Extensions 0150', { Extensions: ['0150'] }],
    ['-Extensions 0150,1,"a b"', { Extensions: ['0150', '1', 'a b'] }],
    ['-Extensions @{Add=1,2;Remove="3"}', { Extensions: { add: ['1', '2'], remove: ['3'] } }],
    ['-Extensions $null', { Extensions: null }],
    ['-Rows "1,Sales"', { Rows: ['1,Sales'] }],
    ['-Rows @{key=1}', { Rows: [{ key: 1 }] }],
    ['-Rows ([pscustomobject]@{key="a"})', { Rows: [{ key: 'a' }] }],
    ['-Data ([byte[]](1,2,255))', { Data: 'AQL/' }],
    ['-Force', { Force: true }],
    ['-Force:$false', { Force: false }],
    ['-numberofdig 4', { NumberOfDigitsInExtension: 4 }],
    ['-Flag:$false', { Flag: false }],
  ];
  for (const [line, expected] of table) assert.deepEqual(await thing(line), { Identity: 'ann', ...expected }, line);
});

test('a table and a list of arguments may be given as variables', async () => {
  const [question] = await asked('$p = @{Identity="ann"; Flag=$true; Force=$true}; Set-Thing @p -Text x');
  assert.deepEqual(question?.parameters, { Identity: 'ann', Flag: true, Force: true, Text: 'x' });
});

test('what is no value of a parameter is refused here, under its mark', async () => {
  const table: [string, RegExp][] = [
    [
      'Set-Thing ann -Flag maybe',
      /^column 21: Set-Thing: -Flag is "maybe": it must be \$true or \$false\n.*\n {22}\^{5}\n$/,
    ],
    ['Set-Thing ann -Number many', /-Number is "many": it must be a whole number or Unlimited/],
    ['Set-Thing ann -Extensions @{Foo=1}', /it must be a list, or @\{Add=...;Remove=...\}/],
    ['Set-Thing ann -FromA x -FromB y', /column 31: Set-Thing: -FromA and -FromB do not go together/],
    ['Set-Thing -Flag 1', /-Identity is missing/],
    ['1 | Get-UMDialPlan -Identity x', /takes nothing from the pipeline here/],
  ];
  const shell = fakeShell(people);
  for (const [line, message] of table) {
    const { code, err, asked: questions } = await shell.type(line);
    assert.deepEqual([code, questions], [2, []], line);
    assert.match(err, message, line);
  }
});

test('objects of the pipeline are meant by their id, texts and rows by what they say', async () => {
  const identities = async (line: string) =>
    (await asked(line)).filter(({ name }) => name === 'Set-Thing').map(({ parameters }) => parameters.Identity);
  assert.deepEqual(await identities('Get-UMMailbox | Set-Thing -Flag 1'), ['id-ann', 'id-bob']);
  assert.deepEqual(await identities('"ann","bob" | Set-Thing -Flag 1'), ['ann', 'bob']);
  assert.deepEqual(await identities('@{Identity="x"} | Set-Thing -Flag 1'), ['x']);
  assert.deepEqual(await identities('Get-UMMailbox | select Name | Set-Thing -Flag 1'), ['ann', 'bob']);
  assert.deepEqual(await identities('Set-Thing (Get-UMMailbox)[1] -Flag 1'), ['id-bob']);
});

test('-Instance gives what was changed, and nothing else', async () => {
  const shell = fakeShell({ 'Get-UMMailbox': () => ({ objects: [person('ann', { Extensions: ['1'], Text: 'a' })] }) });
  const questions = await asked(
    '$all = @(Get-UMMailbox); $all[0].Extensions += "2"; $all[0].text = "b"; Set-Thing -Instance $all[0]',
    shell,
  );
  assert.deepEqual(questions.at(-1)?.parameters, { Identity: 'id-ann', Extensions: ['1', '2'], Text: 'b' });
  const unchanged = await asked('$o = Get-UMMailbox; Set-Thing -Instance $o', shell);
  assert.deepEqual(unchanged.at(-1)?.parameters, { Identity: 'id-ann' });
  const piped = await asked('$o = Get-UMMailbox; $o.Text = "c"; $o | Set-Thing', shell);
  assert.deepEqual(piped.at(-1)?.parameters, { Identity: 'id-ann', Text: 'c' });
  for (const [line, message] of [
    ['Set-Thing -Instance ann', /-Instance is "ann": it must be a UMMailbox that was read/],
    ['$o = Get-UMMailbox; $o.Nmae = 1', /a UMMailbox has no property "Nmae"/],
    ['$o = Get-UMMailbox; $o.UMEnabled = $false; Set-Thing -Instance $o', /Set-Thing cannot change UMEnabled/],
  ] as const)
    assert.match((await shell.type(line)).err, message);
});

test('-WhatIf changes nothing and tells what would happen', async () => {
  const shell = fakeShell({
    'Set-Thing': () => ({ changes: [{ what: 'changed', kind: 'UMMailbox', name: 'ann' }], objects: [person('ann')] }),
  });
  const { out, asked: questions } = await shell.type(
    'Set-Thing x -Flag 1 -WhatIf; $WhatIfPreference = $true; Set-Thing y',
  );
  assert.deepEqual(
    questions.map(({ whatIf }) => whatIf),
    [true, true],
  );
  assert.equal(out, 'What if: Performing the operation "Set-Thing" on target "ann" (UMMailbox changed).\n'.repeat(2));
});

test('what asks is asked for: on a terminal, all at once, and not without one', async () => {
  const answers = ['no', 'yes', 'all'] as const;
  const questions: string[] = [];
  const shell = fakeShell(people, {
    async ask(question) {
      questions.push(question);
      return answers[questions.length - 1] ?? 'none';
    },
  });
  const done = await shell.type('1..6 | % { Remove-UMDialPlan "p$_" }');
  assert.equal(questions.length, 3);
  assert.match(questions[0] ?? '', /operation "Remove-UMDialPlan" on target "p1"\?$/);
  assert.deepEqual(
    done.asked.map(({ parameters }) => parameters.Identity),
    ['p2', 'p3', 'p4', 'p5', 'p6'],
  );
  assert.equal((await shell.type('Remove-UMDialPlan x -Confirm:$false')).asked.length, 1);
  assert.equal((await shell.type('Set-Thing x -Confirm')).asked.length, 0, 'none of those that follow');
  const alone = await fakeShell().type('Remove-UMDialPlan x');
  assert.deepEqual([alone.code, alone.asked], [1, []]);
  assert.match(alone.err, /asks before it does this, and nobody is here to answer: give -Confirm:\$false/);
  assert.equal((await fakeShell().type('Remove-UMDialPlan x -WhatIf')).code, 0);
});

test('one that is refused does not keep the others from their turn; each problem has its line', async () => {
  const problems = [
    { property: 'Flag', value: 1, allowed: 'x', message: 'Flag is wrong' },
    { property: 'Text', value: 1, allowed: 'x', message: 'so is Text' },
  ];
  const shell = fakeShell({
    ...people,
    'Set-Thing': ({ parameters }) =>
      parameters.Identity === 'id-ann'
        ? new AdminRefused(400, { code: 'OBJECT_INVALID', message: 'both', problems })
        : {},
  });
  const { code, err, asked: questions } = await shell.type('Get-UMMailbox | Set-Thing -Flag 1');
  assert.deepEqual([code, questions.length], [1, 3]);
  assert.equal(
    err,
    'column 33: Set-Thing: Flag is wrong\nSet-Thing: so is Text\n  Get-UMMailbox | Set-Thing -Flag 1\n                                  ^\n',
  );
  const stop = await shell.type('Get-UMMailbox | Set-Thing -Flag 1 -ErrorAction Stop; "next"');
  assert.deepEqual([stop.code, stop.out, stop.asked.length], [1, '', 2]);
});

test('pages: a thousand with a word that there are more, or all of them', async () => {
  const shell = fakeShell({
    'Get-UMMailbox': ({ after }) =>
      after === 'p2' ? { objects: [person('bob')] } : { objects: [person('ann')], next: 'p2' },
  });
  const some = await shell.type('Get-UMMailbox | % Name');
  assert.deepEqual([some.out, some.asked.length], ['ann\n', 1]);
  assert.match(some.err, /WARNING: there is more than 1 objects: -ResultSize Unlimited shows them all/);
  const every = await shell.type('Get-UMMailbox -ResultSize Unlimited | % Name');
  assert.deepEqual([every.out, every.err], ['ann\nbob\n', '']);
});

test('a wildcard that means several people means each in turn', async () => {
  const shell = fakeShell({
    'Get-User': () => ({ objects: ['Ann Smith', 'Bob Smith'].map(name => ({ ...person(name), kind: 'User' })) }),
  });
  const questions = await asked('Grant-CsHostedVoicemailPolicy "* Smith" -PolicyName ExRedmond', shell);
  assert.deepEqual(questions.map(({ name }) => name).slice(1), [
    'Grant-CsHostedVoicemailPolicy',
    'Grant-CsHostedVoicemailPolicy',
  ]);
  assert.deepEqual(
    questions.map(({ parameters }) => parameters.Identity ?? parameters.Holder),
    ['* Smith', 'id-Ann Smith', 'id-Bob Smith'],
  );
});

test('a file of an answer is written where it is said, or is an object with bytes', async () => {
  const file = { name: 'c.zip', type: 'application/zip', base64: 'AQI=' };
  const shell = fakeShell({ 'Export-CsConfiguration': () => ({ file }), 'Export-UMPrompt': () => ({ file }) });
  await shell.type('Export-CsConfiguration -FileName c.zip');
  assert.equal((await shell.type('Get-Content -Encoding Byte c.zip')).out, '1 2\n');
  const sent = await shell.type('Import-CsConfiguration -FileName c.zip -Confirm:$false');
  assert.deepEqual(sent.asked.at(-1)?.parameters, { ByteInput: 'AQI=' });
});

test('warnings are told, and left out on demand', async () => {
  const shell = fakeShell({ 'Set-Thing': () => ({ warnings: ['careful'] }) });
  assert.equal((await shell.type('Set-Thing x')).err, 'WARNING: careful\n');
  assert.equal((await shell.type('Set-Thing x -WarningAction SilentlyContinue')).err, '');
});

test('a table is read here, sent whole, and how far it has come is shown until the end', async () => {
  const content = `Name,Extensions\n${'dan,5101\n'.repeat(20_000)}`;
  const shown: unknown[] = [];
  const fake = fakeShell(
    {},
    {
      files: { read: async path => Buffer.from(path === 'people.csv' ? content : ''), write: async () => undefined },
      progress: progress => shown.push(progress),
    },
  );
  const [question] = await asked('Import-UMMailbox people.csv -UMMailboxPolicy Main -WhatIf', fake);
  assert.deepEqual(question, {
    name: 'Import-UMMailbox',
    parameters: { UMMailboxPolicy: 'Main', table: content },
    whatIf: true,
  });
  assert.deepEqual(shown, [{ step: 'making', done: 1, of: 2 }, undefined]);
});
