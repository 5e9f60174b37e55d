import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeShell, person } from '../../test/fake-host.ts';
import type { Consent } from './host.ts';

const people = () => fakeShell({ 'Get-UMMailbox': () => ({ objects: [person('ann'), person('bob')] }) });

/** What a line prints. */
async function printed(line: string, shell = people()): Promise<string> {
  const { code, out, err } = await shell.type(line);
  assert.equal(err, '', line);
  assert.equal(code, 0, line);
  return out.trim();
}

/** What a line is refused with. */
async function refused(line: string, shell = people()): Promise<string> {
  const { code, err } = await shell.type(line);
  assert.notEqual(code, 0, line);
  return err;
}

test('values, one by one', async () => {
  const table: [string, string][] = [
    ["[System.Int32]'7' + 1", '8'],
    ['\u201eabc\u201c', 'abc'],
    ['"$(Write-Output a`)b)"', 'a)b'],
    ['"a`tb" -eq "a b"; "`u{1F600}"', 'False\n😀'],
    ['1 | ForEach-Object { 2 | ForEach-Object { $_ }; $_ }', '2\n1'],
    ['5 | ForEach-Object { $PSItem }', '5'],
    ['$l = @{a=5}, @{b=1}; $l.a + 1', '6'],
    ['$a = 1,2,3; $a[-1] = 9; $a -join ","', '1,2,9'],
    ["'a-b-c'.Replace('-', '+'); 'abc'.Replace('', 'x'); 'a.c'.Replace('.', '$&')", 'a+b+c\nabc\na$&c'],
    ["'a'.PadLeft(100000).Length", '1024'],
    ['$true -xor $true; $true -xor $false', 'False\nTrue'],
    ["$true -eq 'false'; $false -eq 'false'; $false -eq '$false'", 'False\nTrue\nTrue'],
    [
      '1,2,3,4 | Measure-Object -Average -Minimum -Maximum -Sum | ForEach-Object { "$($_.Average) $($_.Sum)" }',
      '2.5 10',
    ],
    ["'b','a','B' | Sort-Object -Unique", 'a\nb'],
    ["'b','a','B' | Group-Object | ForEach-Object { \"$($_.Name)$($_.Count)\" }", 'b2\na1'],
    ['@{a=@{b=@{c=1}}} | ConvertTo-Json -Depth 1 -Compress', '{"a":{"b":"@{c=1}"}}'],
    ["'x' | Set-Content f; 'y' | Out-File f -Append; Get-Content f", 'x\ny'],
    ['[byte[]](0, 255) -join ","', '0 255'],
    ['"$(1..3)"', '1 2 3'],
  ];
  for (const [line, expected] of table) assert.equal(await printed(line), expected, line);
});

test('what makes no sense is refused', async () => {
  const table: [string, RegExp][] = [
    ['$a = 1,2,3; $a[5] = 1', /the list has no entry 5: it has 3/],
    ["('a' * 1mb).Replace('a', 'bbbbbbbbbb')", /the replaced text is too long/],
    ['@{a=1; A=2}', /the table has "A" twice/],
    ['$nothing[0]', /there is nothing here that could have entries/],
    ['[byte[]](256)', /256 is no byte/],
    ['[byte[]](-1)', /-1 is no byte/],
    ["$env:PATH = 'x'", /\$env:path cannot be changed/],
    ['$true = 1', /\$true cannot be changed/],
    ['$m = Get-UMMailbox; $m[0].Nonsense = 1', /a UMMailbox has no property "Nonsense"/],
    [`'${'['.repeat(65)}${']'.repeat(65)}' | ConvertFrom-Json`, /the JSON has more than 64 levels/],
    ["'x' | Set-Content f; 'y' | Set-Content f -NoClobber", /f: it is there already/],
    ["'7 people' | Measure-Object -Sum", /"7 people" is no number/],
    ['$p = Get-UMMailbox; Set-UMDialPlan -Instance $p[0]', /it must be a UMDialPlan that was read/],
  ];
  for (const [line, message] of table) assert.match(await refused(line), message, line);
});

test('exit codes that no program can have are 1', async () => {
  for (const [line, code] of [
    ['exit 255', 255],
    ['exit 256', 1],
    ['exit -1', 1],
    ["exit 'x'", 1],
    ['exit', 0],
  ] as const)
    assert.equal((await people().type(line)).code, code, line);
});

test('a session has so many variables and no more', () => {
  const { session } = fakeShell().shell;
  for (let i = 0; i < 10_000; i++) session.setVariable(`v${i}`, i);
  session.setVariable('v0', 'again');
  assert.throws(() => session.setVariable('one too many', 1), { code: 'BUDGET' });
});

test('who says yes or no to all is asked once a line', async () => {
  for (const [answer, removed] of [
    ['all', 4],
    ['none', 0],
    ['yes', 4],
    ['no', 0],
  ] as const) {
    let asked = 0;
    const ask = async (): Promise<Consent> => {
      asked++;
      return answer;
    };
    const shell = fakeShell({}, { ask });
    await shell.type('Remove-UMDialPlan a; Remove-UMDialPlan b');
    await shell.type('Remove-UMDialPlan c; Remove-UMDialPlan d');
    assert.equal(shell.asked.length, removed, answer);
    assert.equal(asked, answer === 'all' || answer === 'none' ? 2 : 4, answer);
  }
});

test('$ConfirmPreference says that nothing asks', async () => {
  const shell = fakeShell();
  assert.equal((await shell.type('Remove-UMDialPlan a')).code, 1);
  assert.equal((await shell.type('$ConfirmPreference = "None"; Remove-UMDialPlan a')).code, 0);
  assert.equal((await shell.type('Remove-UMDialPlan a -Confirm')).code, 1);
});

test('tables: numbers stand right, long lists are cut, columns that have no room are left out, each type has its own', async () => {
  const rows = "@{n='Name';e={'row' + $_}}, @{n='Number';e={$_ * 5}}";
  assert.equal(await printed(`1,2 | Select-Object ${rows}`), 'Name Number\n---- ------\nrow1      5\nrow2     10');
  assert.match(await printed("1 | Select-Object @{n='L';e={1..101}} | Format-List"), /, 100, \.\.\.\}$/);
  const narrow = fakeShell({}, { columns: 20 });
  const wide = "@{n='Aaaaaaaaaa';e={'a'}}, @{n='Bbbbbbbbbb';e={'b'}}, @{n='Cccccccccc';e={'c'}}";
  const [heading = ''] = (await printed(`1 | Select-Object ${wide}`, narrow)).split('\n');
  assert.equal(heading, 'Aaaaaaaa… Bbbbbbbbbb');
  const both = fakeShell({
    'Get-UMMailbox': () => ({ objects: [person('ann')] }),
    'Get-UMDialPlan': () => ({ objects: [{ ...person('Main'), kind: 'UMDialPlan' }] }),
  });
  const out = await printed('$both = (Get-UMMailbox), (Get-UMDialPlan); $both', both);
  assert.equal(out.match(/^Name/gm)?.length, 2);
});

test('so much is printed at once and no more', async () => {
  const out = await printed("1..10001 | Select-Object @{n='Number';e={$_}}");
  assert.equal(out.match(/^Number/gm)?.length, 2);
});

test('the beginning of a parameter means one of the command before one that all commands have', async () => {
  const shell = fakeShell();
  await shell.type('Set-Thing ann -E 1');
  assert.deepEqual(shell.asked[0]?.parameters, { Identity: 'ann', Extensions: ['1'] });
  assert.match(
    await refused('Set-Thing ann -F 1', shell),
    /"-F" may be -Flag, -Force, -FromA, -FromB: write more of it/,
  );
});
