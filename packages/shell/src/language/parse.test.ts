import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Script } from './ast.ts';
import { LONGEST_SCRIPT, parse } from './parse.ts';
import { described } from './problem.ts';

/** What a source means, without its places. */
function meant(source: string): unknown {
  const parsed = parse(source);
  if ('problems' in parsed) assert.fail(parsed.problems.map(each => described(each, source)).join('\n'));
  return plain(parsed.script);
}

const plain = (script: Script): unknown =>
  JSON.parse(
    JSON.stringify(script.statements, (key, value) =>
      key === 'at' || key === 'nameAt' || key === 'source' ? undefined : value,
    ),
  );

/** What is wrong with a source, as it is told. */
function wrong(source: string): string {
  const parsed = parse(source);
  assert.ok('problems' in parsed, source);
  return parsed.problems.map(each => described(each, source)).join('\n');
}

const pipeline = (first: unknown, ...rest: unknown[]) => [{ type: 'pipeline', first, rest }];
const text = (value: string) => ({ type: 'text', value });
const bare = (value: string) => ({ type: 'text', value, bare: true });
const number = (value: number, written = String(value)) => ({ type: 'number', value, written });
const variable = (name: string) => ({ type: 'variable', name });
const command = (name: string, ...elements: unknown[]) => ({ type: 'command', name, elements });
const argument = (value: unknown) => ({ type: 'argument', value });
const parameter = (name: string, value?: unknown) => ({ type: 'parameter', name, ...(value ? { value } : {}) });

test('a command has a name, parameters and arguments', () => {
  assert.deepEqual(
    meant('Set-UMMailbox ann@b.c -Extensions 0150,"x y" -Confirm:$false -Force --'),
    pipeline(
      command(
        'Set-UMMailbox',
        argument(bare('ann@b.c')),
        parameter('Extensions'),
        argument({ type: 'array', items: [number(150, '0150'), text('x y')] }),
        parameter('Confirm', variable('false')),
        parameter('Force'),
        argument(bare('--')),
      ),
    ),
  );
});

test('what stands behind a name is text, what stands elsewhere is an expression', () => {
  assert.deepEqual(
    meant('echo 1 + 2'),
    pipeline(command('echo', argument(number(1)), argument(bare('+')), argument(number(2)))),
  );
  assert.deepEqual(
    meant('1 + 2'),
    pipeline({ type: 'chain', first: number(1), rest: [{ operator: '+', operand: number(2) }] }),
  );
  assert.deepEqual(
    meant('(echo 1) -eq 1'),
    pipeline({
      type: 'chain',
      first: { type: 'group', statements: pipeline(command('echo', argument(number(1)))) },
      rest: [{ operator: '-eq', operand: number(1) }],
    }),
  );
});

test('operators have ranks: the comma binds more than the range, arithmetic more than comparison, -not more than all', () => {
  const chain = (first: unknown, ...rest: [string, unknown][]) => ({
    type: 'chain',
    first,
    rest: rest.map(([operator, operand]) => ({ operator, operand })),
  });
  assert.deepEqual(
    meant('1 + 2 * 3 -eq 7 -and -not $a -or $b'),
    pipeline(
      chain(
        chain(chain(number(1), ['+', chain(number(2), ['*', number(3)])]), ['-eq', number(7)]),
        ['-and', { type: 'prefixed', prefixes: [{ operator: '-not' }], operand: variable('a') }],
        ['-or', variable('b')],
      ),
    ),
  );
  assert.deepEqual(
    meant('1..3, 4'),
    pipeline(chain(number(1), ['..', { type: 'array', items: [number(3), number(4)] }])),
  );
});

test('texts: quotes, escapes, values in them, lines', () => {
  const table: [string, unknown][] = [
    ["'it''s $x'", text("it's $x")],
    ['"a`tb `"c`" `$d ""e"" `u{1F4DE}"', text('a\tb "c" $d "e" \u{1F4DE}')],
    [
      '"$a.b ${c d}$(1)$"',
      {
        type: 'joined',
        parts: [variable('a'), '.b ', variable('c d'), { type: 'subexpression', statements: pipeline(number(1)) }, '$'],
      },
    ],
    ['@"\na "b" $c\n"@', { type: 'joined', parts: ['a "b" ', variable('c')] }],
    ["@'\na 'b' $c\n'@", text("a 'b' $c")],
    ['@"\n"@', text('')],
    ['\u201ccurly\u201d', text('curly')],
  ];
  for (const [source, value] of table) assert.deepEqual(meant(source), pipeline(value), source);
  assert.deepEqual(
    meant('x user$i@b.c'),
    pipeline(command('x', argument({ type: 'joined', parts: ['user', variable('i'), '@b.c'] }))),
  );
  assert.deepEqual(meant('x a" b"\'c\'`;d'), pipeline(command('x', argument(bare('a bc;d')))));
});

test('members, entries and methods belong to the value that they touch', () => {
  const access = (of: unknown, ...steps: unknown[]) => ({ type: 'access', of, steps });
  assert.deepEqual(meant('$a[0].B'), pipeline(access(variable('a'), { index: number(0) }, { member: text('B') })));
  assert.deepEqual(
    meant('x $a.B (y).C[1] d.e'),
    pipeline(
      command(
        'x',
        argument(access(variable('a'), { member: text('B') })),
        argument(
          access({ type: 'group', statements: pipeline(command('y')) }, { member: text('C') }, { index: number(1) }),
        ),
        argument(bare('d.e')),
      ),
    ),
  );
  assert.deepEqual(
    meant("$_.'Two Words'.Trim('x')"),
    pipeline(access(variable('_'), { member: text('Two Words') }, { member: text('Trim'), arguments: [text('x')] })),
  );
});

test('tables, lists, blocks', () => {
  assert.deepEqual(
    meant('@{Add="a"; "b c" = 1,2\n Remove = Get-X y }'),
    pipeline({
      type: 'table',
      entries: [
        { key: text('Add'), value: pipeline(text('a'))[0] },
        { key: text('b c'), value: pipeline({ type: 'array', items: [number(1), number(2)] })[0] },
        { key: text('Remove'), value: pipeline(command('Get-X', argument(bare('y'))))[0] },
      ],
    }),
  );
  assert.deepEqual(meant('@()'), pipeline({ type: 'list', statements: [] }));
});

test('a line goes on behind a backtick, a pipe, a comma and an operator, and in brackets', () => {
  const one = meant('Get-X -A 1,2 | Set-Y -B 3');
  for (const source of [
    'Get-X `\n  -A 1,2 |\n Set-Y -B 3',
    'Get-X -A 1,\n 2 | Set-Y -B 3',
    'Get-X -A 1,2 # why\n | Set-Y -B 3',
    'Get-X <# a\nb #> -A 1,2 | Set-Y `\r\n-B 3',
  ])
    assert.deepEqual(meant(source), one, source);
  assert.deepEqual(meant('$a = 1 +\n 2'), meant('$a = 1 + 2'));
  assert.deepEqual(meant('if ($a)\n{ 1 }\nelse\n{ 2 }'), meant('if ($a) { 1 } else { 2 }'));
});

test('statements of all kinds', () => {
  assert.deepEqual(meant('[byte[]]$c = Get-Content -Encoding Byte a.wav'), [
    {
      type: 'assignment',
      target: variable('c'),
      cast: 'byte[]',
      operator: '=',
      value: pipeline(
        command('Get-Content', parameter('Encoding'), argument(bare('Byte')), argument(bare('a.wav'))),
      )[0],
    },
  ]);
  assert.deepEqual(meant('$u[0].D += "x"'), [
    {
      type: 'assignment',
      target: { type: 'access', of: variable('u'), steps: [{ index: number(0) }, { member: text('D') }] },
      operator: '+=',
      value: pipeline(text('x'))[0],
    },
  ]);
  assert.deepEqual(meant('foreach ($x in Get-X) { continue }'), [
    { type: 'foreach', variable: 'x', over: pipeline(command('Get-X'))[0], body: [{ type: 'flow', word: 'continue' }] },
  ]);
  assert.deepEqual(meant('Get-X | foreach { $_ }'), meant('Get-X | foreach{ $PSItem }'));
  assert.deepEqual(
    meant('& \'C:\\a b\\exchucutil.ps1\' -Forest:"x"'),
    pipeline(command('C:\\a b\\exchucutil.ps1', parameter('Forest', text('x')))),
  );
});

test('what a script takes', () => {
  const parsed = parse(
    '[CmdletBinding()]\nparam(\n  [Parameter(Mandatory=$true)] [string]$Name,\n  $Other = 5\n)\n$Name',
  );
  assert.ok('script' in parsed);
  const found = parsed.script.parameters.map(({ name, type, required, initial }) => [
    name,
    type,
    required,
    initial?.type,
  ]);
  assert.deepEqual(found, [
    ['name', 'string', true, undefined],
    ['other', undefined, false, 'number'],
  ]);
});

test('what is wrong is told with its place', () => {
  const table: [string, RegExp][] = [
    ['1 == 2', /^column 3: "==" is not part of this language: to compare, write -eq\n {2}1 == 2\n {4}\^\^$/],
    ['$a -equals 2', /^column 4: there is no operator "-equals": did you mean -eq\?/],
    ['Get-X\n$a = ) 1', /^line 2, column 6: nothing that this "\)" could close is open\n {2}\$a = \) 1\n {7}\^$/],
    ['foo (', /^column 5: this "\(" is never closed/],
    ['"abc', /^column 1: this text is never closed/],
    ['<# abc', /this comment is never closed/],
    ['while (1) {}', /"while" is a word of PowerShell that is not part of this language/],
    ['$a = foo -x $b &', /"&" cannot stand here|"&" has no meaning/],
    ['if ($a) 1', /"\{" is missing before "1"/],
    ['$a = $b c', /"c" is no value here: a text needs quotes/],
    ['1 = 2', /a value can be kept in a variable, a property or an entry only/],
    ['"a $(1 +* 2) b"', /^column 9: a value is missing before "\*"/],
    ['\ud83d\udcde $a = )', /^column 8: nothing that this/],
  ];
  for (const [source, message] of table) assert.match(wrong(source), message, source);
});

test('what goes on in another line is told from what is wrong', () => {
  const incomplete = [
    'foreach ($a in 1) {',
    'Get-X |',
    'Set-X -A 1,',
    '"abc',
    '@{ a = 1',
    '(',
    'Get-X `\n',
    '$a =',
    '1 +',
    '<# x',
  ];
  for (const source of incomplete) {
    const parsed = parse(source);
    assert.ok('problems' in parsed && parsed.incomplete, source);
  }
  for (const source of ['1 == 2', ')', 'if ($a) 1', 'while (1)']) {
    const parsed = parse(source);
    assert.ok('problems' in parsed && !parsed.incomplete, source);
  }
});

test('hostile sources have an end: length, brackets, texts within texts', () => {
  const started = process.cpuUsage();
  assert.match(wrong('a'.repeat(LONGEST_SCRIPT + 1)), /at most 1048576 are read/);
  assert.match(wrong('('.repeat(100_000)), /more than 64 brackets within one another/);
  assert.match(wrong('{'.repeat(100_000)), /more than 64 brackets/);
  assert.match(wrong('"$('.repeat(50_000)), /never closed/);
  assert.match(wrong(`${'"$('.repeat(11)}1${')"'.repeat(11)}`), /more than 8 within one another/);
  assert.match(wrong('"'.repeat(99_999)), /never closed/);
  assert.ok('script' in parse(`${'!'.repeat(20_000)}$a`));
  assert.ok('script' in parse(`1${' + 1'.repeat(20_000)}`));
  assert.ok(process.cpuUsage(started).user < 10_000_000);
});
