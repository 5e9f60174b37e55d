import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeShell, person } from '../../test/fake-host.ts';

const people = {
  'Get-UMMailbox': () => ({ objects: [person('ann'), person('bob', { UMEnabled: false }), person('carol')] }),
};

/** What a line prints. */
async function printed(line: string, shell = fakeShell(people)): Promise<string> {
  const { code, out, err } = await shell.type(line);
  assert.equal(err, '', line);
  assert.equal(code, 0, line);
  return out;
}

test('expressions', async () => {
  const table: [string, string][] = [
    ['1 + 2 * 3 - 4 / 2', '5'],
    ['7 % 4', '3'],
    ['-(2 + 1)', '-3'],
    ['"a" + 1', 'a1'],
    ['"ab" * 2', 'abab'],
    ['10kb', '10240'],
    ["'a' -eq 'A'", 'True'],
    ["'10' -eq 10", 'True'],
    ["10 -eq '10'", 'True'],
    ["'b' -gt 'A'", 'True'],
    ["'Unlimited' -gt 5", 'True'],
    ['$true -eq 1', 'True'],
    ['!$false -and -not $null', 'True'],
    ["'abc' -like 'A?C' -and 'abc' -notlike 'b*'", 'True'],
    ["'+14255550100' -match '^\\+1\\d{10}$'", 'True'],
    ["'tel:+1-425' -replace '[^0-9+]', ''", '+1425'],
    ["'a','B' -contains 'b'; 'c' -in 'a','b'; 'c' -notin 'a'", 'True\nFalse\nTrue'],
    ['1,2,3 -ge 2', '2\n3'],
    ['(1..3) -join "-"', '1-2-3'],
    ["'a;b' -split ';'", 'a\nb'],
    ["'u{0:D4} {1,-3}|{2:N1}' -f 7, 'x', 1234.5", 'u0007 x  |1,234.5'],
    ['3..1', '3\n2\n1'],
    ['(1,2,3)[-1]; (1,2,3)[0,1]; "abc"[1]', '3\n1\n2\nb'],
    ["@{a=1;B='x'}.b", 'x'],
    ["[int]'7' + 1; [string]5 + 1; [bool]'x'; [int]2.5; [int]3.5", '8\n51\nTrue\n2\n4'],
    ["' x '.Trim().ToUpper(); 'a,b'.Split(',')[1]; 'abc'.Substring(1,1)", 'X\nb\nb'],
    ['$a = @(1); $a += 2,3; $a.Count; $a[0] = 9; $a[0]', '3\n9'],
    ['$t = @{}; $t.x = 1; $t["y"] = 2; $t.Count; $t.Keys', '2\nx\ny'],
    ['$n.Count', '0'],
    ['$x = \'n\'; "$x ${x}s $($x + 1) `$x"', 'n ns n1 $x'],
    ["if (0) { 'a' } elseif ('x') { 'b' } else { 'c' }", 'b'],
    ['foreach ($i in 1..5) { if ($i -eq 2) { continue }; if ($i -eq 4) { break }; $i }', '1\n3'],
    ['$x = foreach ($i in 1..3) { $i * 2 }; $x -join ","', '2,4,6'],
    ['[byte[]]$b = 1,2,255; $b.Length; $b', '3\n1 2 255'],
    ['1 -eq 1 -or (1/0)', 'True'],
  ];
  for (const [line, expected] of table) assert.equal((await printed(line)).trim(), expected, line);
});

test('objects go through the pipeline: chosen, shaped, ordered, grouped, counted', async () => {
  const table: [string, string][] = [
    ['Get-UMMailbox | Where-Object { $_.Name -like "*o*" } | ForEach-Object { $_.Name }', 'bob\ncarol'],
    ['Get-UMMailbox | ? Name -eq ann | % Name', 'ann'],
    ['Get-UMMailbox | where UMEnabled | % Name', 'ann\ncarol'],
    ['Get-UMMailbox | where -Not UMEnabled | % Name', 'bob'],
    ['Get-UMMailbox | select -First 1 -ExpandProperty Extensions', '103'],
    ['Get-UMMailbox | select -Skip 1 -First 1 | % Name; 1..9 | select -Last 2', 'bob\n8\n9'],
    ['1,2,1,"1" | select -Unique', '1\n2\n1'],
    ['Get-UMMailbox | sort Name -Descending | % Name', 'carol\nbob\nann'],
    ['10,9,1 | sort', '1\n9\n10'],
    ["(Get-UMMailbox | select @{n='N';e={$_.Name.ToUpper()}}, UM*)[0].N", 'ANN'],
    ['(Get-UMMailbox | group UMEnabled).Count; (Get-UMMailbox | group UMEnabled)[0].Name', '2\nTrue'],
    ['(1..4 | measure -Sum -Average -Maximum).Sum', '10'],
    ['(Get-UMMailbox | measure).Count', '3'],
    ['(Get-UMMailbox).Name -join ","', 'ann,bob,carol'],
    ['Get-UMMailbox | Out-Null; echo done', 'done'],
    ['1..3 | % { $_ } | % { "[$_]" }', '[1]\n[2]\n[3]'],
    ['$p = @{Property="Name"; Value="ann"; eq=$true}; 1', '1'],
    ['1..3 | foreach -Begin { "a" } -Process { $_ } -End { "z" }', 'a\n1\n2\n3\nz'],
  ];
  for (const [line, expected] of table) assert.equal((await printed(line)).trim(), expected, line);
});

test('whoever comes first does no more than is wanted', async () => {
  const shell = fakeShell();
  const { asked } = await shell.type('$n = 0; 1..50 | % { Get-UMMailbox $_; $_ } | select -First 3');
  assert.equal(asked.length, 3);
});

test('tables are as wide as the paper, lists have every property', async () => {
  const out = await printed('Get-UMMailbox');
  assert.deepEqual(out.split('\n').slice(0, 3), [
    'Name  UMMailboxPolicy     Extensions UMEnabled',
    '----  ---------------     ---------- ---------',
    'ann   Main Default Policy {103}      True',
  ]);
  const narrow = fakeShell(
    { 'Get-UMMailbox': () => ({ objects: [person('ann', { Name: 'n'.repeat(300) })] }) },
    { columns: 40 },
  );
  for (const line of (await printed('Get-UMMailbox', narrow)).split('\n')) assert.ok(line.length <= 40, line);
  assert.match(
    await printed('Get-UMMailbox | select -First 1 | fl Name, Ext*'),
    /^Name {7}: ann\nExtensions : \{103\}\n/,
  );
  assert.match(await printed('Get-UMMailbox | ft Name -HideTableHeaders'), /^ann\nbob\ncarol\n/);
});

test('nothing of an object reaches the terminal as a command', async () => {
  const evil = fakeShell({
    'Get-UMMailbox': () => ({
      objects: [person('\u001b[31mx\u202e', { 'a\u001b]0;b': '\u009b2J\n\u2028' })],
      warnings: ['\u001b[2J'],
    }),
  });
  for (const line of [
    'Get-UMMailbox',
    'Get-UMMailbox | fl',
    'Get-UMMailbox | % Name',
    'Get-UMMailbox | ConvertTo-Json',
    'Write-Host "$([string](Get-UMMailbox))"',
    'Write-Error (Get-UMMailbox).Name',
    '(Get-UMMailbox).Name -foo',
  ]) {
    const { out, err } = await evil.type(line);
    assert.doesNotMatch(out + err, /[^\P{Cc}\n]|\p{Cf}/u, line);
  }
});

test('files: tables, JSON, lines, bytes', async () => {
  const shell = fakeShell(people);
  await printed('Get-UMMailbox | select Name, Extensions | Export-Csv p.csv -NoTypeInformation', shell);
  assert.equal(await printed('Get-Content p.csv -Raw', shell), 'Name,Extensions\nann,103\nbob,103\ncarol,105\n\n');
  assert.equal(
    (await printed('Import-Csv p.csv | % { $_.name + $_.Extensions }', shell)).trim(),
    'ann103\nbob103\ncarol105',
  );
  assert.equal((await printed('(Import-Csv p.csv -Header A,B).Count', shell)).trim(), '4');
  const kept = await shell.type('1 | Export-Csv p.csv -NoClobber');
  assert.match(kept.err, /p\.csv: it is there already/);
  assert.deepEqual(JSON.parse(await printed('Get-UMMailbox | select Name, Extensions | ConvertTo-Json', shell))[0], {
    Name: 'ann',
    Extensions: ['103'],
  });
  assert.equal((await printed('(\'{"a":[1,{"b":2}]}\' | ConvertFrom-Json).a[1].b', shell)).trim(), '2');
  await printed(
    'Set-Content b.bin ([byte[]](0,255)) -Encoding Byte; "x" | Out-File t.txt; "y" | Add-Content t.txt',
    shell,
  );
  assert.equal((await printed('Get-Content -Encoding Byte b.bin', shell)).trim(), '0 255');
  assert.equal((await printed('Get-Content t.txt', shell)).trim(), 'x\ny');
});

test('what fails is told with its place, and the script goes on unless it must not', async () => {
  const shell = fakeShell(people);
  const on = await shell.type('Get-Content nowhere\n"next"');
  assert.deepEqual([on.code, on.out], [1, 'next\n']);
  assert.match(
    on.err,
    /^line 1, column 1: Get-Content: nowhere: there is no such file\n {2}Get-Content nowhere\n {2}\^+\n$/,
  );
  const stop = await shell.type('Get-Content nowhere -ErrorAction Stop; "next"');
  assert.deepEqual([stop.code, stop.out], [1, '']);
});

test('-ErrorAction: silent, stop, and the preference', async () => {
  const shell = fakeShell(people);
  const silent = await shell.type('Write-Error x -ErrorAction SilentlyContinue; "next"');
  assert.deepEqual([silent.code, silent.out, silent.err], [0, 'next\n', '']);
  const stop = await shell.type('Write-Error x -ErrorAction Stop; "next"');
  assert.deepEqual([stop.code, stop.out], [1, '']);
  const preferred = await shell.type('$ErrorActionPreference = "Stop"\nWrite-Error x\n"next"');
  assert.deepEqual([preferred.code, preferred.out], [1, '']);
  const thrown = await fakeShell().type('throw "no"; "next"');
  assert.deepEqual([thrown.code, thrown.out], [1, '']);
  assert.equal((await fakeShell().type('exit 7; "next"')).code, 7);
});

test('names that are not there have the nearest ones beside them', async () => {
  const shell = fakeShell();
  const table: [string, RegExp][] = [
    ['Get-UMMailbix ann', /^column 1: there is no command "Get-UMMailbix": did you mean Get-UMMailbox/],
    ['Set-Thing a -Numer 1', /^column 13: Set-Thing: there is no parameter "-Numer": did you mean -Number/],
    ['Set-Thing a -F x', /"-F" may be -Flag, -Force, -FromA, -FromB: write more of it/],
    ['Get-Help Get-UMMailbix', /there is no help for "Get-UMMailbix": did you mean Get-UMMailbox/],
    ['Set-Thing a b', /column 13: Set-Thing: "b" is too much/],
    ['Set-Thing a -Text x -Words y', /-Text is given twice/],
    ['Set-Thing a -Text', /-Text needs a value/],
    ['exchucutil.ps1 -Forest:"x"', /exchucutil\.ps1 is not part of this version/],
    ['"a" -match "("', /the pattern "\(" is not understood/],
    ['1 / 0', /divided by 0/],
    ['"a" - 1', /"a" is no number/],
    ['[strin]1', /there is no type \[strin\]/],
    ['$true = 1', /\$true cannot be changed/],
    ['(1).Foo()', /has no method "Foo"/],
  ];
  for (const [line, message] of table) {
    const { code, err } = await shell.type(line);
    assert.equal(code, 2, line);
    assert.match(err, message, line);
  }
});

test('scripts have parameters', async () => {
  const shell = fakeShell();
  const script = 'param([Parameter(Mandatory)][string]$Name, [int]$Count = 2, [switch]$Loud)\n"$Name $Count $Loud"';
  const ran = async (behind: string) =>
    (await shell.type(script, { behind })).out || (await shell.type(script, { behind })).err;
  assert.equal(await ran('-Name x'), 'x 2 False\n');
  assert.equal(await ran('y 5 -Loud'), 'y 5 True\n');
  assert.match(await ran('-Count 1'), /the script needs -name/);
  assert.match(await ran('-Nam x -Foo y'), /there is no parameter "-Foo"/);
});

test('a script that is a program is called by its file, wherever it is said to be', async () => {
  const script = {
    name: 'exchucutil.ps1',
    summary: 'Joins two systems.',
    async *run(parameters: ReadonlyMap<string, unknown>) {
      yield JSON.stringify([...parameters]);
    },
  };
  const shell = fakeShell({}, { scripts: [script] });
  for (const name of ['exchucutil.ps1', '.\\exchucutil.ps1', "& 'C:\\Program Files\\ExchUCUtil.ps1'"])
    assert.equal(
      (await printed(`${name} -Forest:"litwareinc.com" -Verify`, shell)).trim(),
      '[["forest","litwareinc.com"],["verify",true]]',
    );
});

test('hostile scripts have an end: steps, output, lists, texts, depth, Ctrl-C', async () => {
  const shell = fakeShell();
  const limits = { steps: 5000, output: 10_000, list: 1000, text: 10_000, depth: 20 };
  const table: [string, RegExp][] = [
    ['foreach ($i in 1..900) { foreach ($j in 1..900) { $k = $j } }', /takes more steps than 5000/],
    ['1..5000', /makes a longer list than 1000/],
    ['"x" * 20000', /makes a longer text than 10000/],
    ['$a = "x" * 5000; $a; $a; $a', /prints more characters than 10000/],
    [`$a = 1; ${'if ($a) { '.repeat(25)}1${' }'.repeat(25)}`, /more blocks within one another than 20/],
    ['$a = @(1); foreach ($i in 1..20) { $a += $a }', /makes a longer list than 1000/],
  ];
  for (const [line, message] of table) {
    const { code, err } = await shell.type(line, { limits });
    assert.equal(code, 1, line);
    assert.match(err, message, line);
  }
  const ended = await shell.type('1..100000 | % { $_ }', { signal: AbortSignal.abort() });
  assert.deepEqual([ended.code, ended.out], [130, '']);
});

test('no command of the language has the name of a cmdlet: cmdlets are looked for first', async () => {
  const { session } = fakeShell().shell;
  const names = (await session.language()).flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  assert.ok(names.length > 30);
  for (const name of names) assert.equal(session.cmdlet(name), undefined, name);
});

test('what an action answers with alone is told whole, a secret that is shown once among it; several are a table', async () => {
  const token = (name: string) => ({
    kind: 'AdminToken',
    id: name,
    etag: '1',
    name,
    properties: {
      Name: name,
      Administrator: 'ann',
      Scopes: ['group:Help Desk'],
      A: 1,
      B: 2,
      C: 3,
      Secret: `parley_${name}`,
    },
  });
  const shell = fakeShell({
    'New-AdminToken': () => ({ objects: [token('one')] }),
    'Get-AdminToken': () => ({ objects: [token('one'), token('two')] }),
  });
  assert.match(await printed('New-AdminToken one -Administrator ann', shell), /^Secret +: parley_one$/m);
  assert.match(await printed('Get-AdminToken -Administrator ann', shell), /^Name +Administrator +Scopes/m);
});
