import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from '../language/parse.ts';
import { quoteBack } from './quote-back.ts';

const SEED = 20261121;

/** Words as people give them, and words made of whatever has a meaning somewhere. */
const word = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom('-Identity', '-Force', '-Confirm:$false', '-Text:a b', '-X:', '-a,b', '-', '--'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('Main', '0150', '12', '1.50', '-5', '1e3', '0x10', '10kb', 'ann@example.org'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('a,b', 'a,', ',a', 'a,,b', '1,2', 'a,-b', 'a,@b', 'a,$true', "a,'b'", '$true', '$NULL'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', ' ', 'my policy', "it's", '‘x’', '@{A=1}', '@(1)', '{ $_ }', '(Get-X)', '@name'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '|',
      ';',
      '&',
      '#x',
      'a#b',
      '=',
      '=x',
      'a=b',
      '.',
      '.a',
      '..',
      '/x',
      '\\x',
      '*',
      '*a?',
      '%',
      '?',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.string({ unit: fc.constantFrom(...'aZé0_.:@/\\+*?%=~^!#-,$\'"`;|&(){}[]<> \n–’'), maxLength: 6 }),
  },
);

const command = fc.constantFrom(
  'Get-UMDialPlan',
  'set-x',
  'if-x',
  'else-y',
  'Foreach-Object',
  '%',
  'fl',
  'a.ps1',
  'x',
  'in-y',
);

test('what is read without the grammar is what the grammar reads', async () => {
  let plain = 0;
  await fc.assert(
    fc.asyncProperty(command, fc.array(word, { maxLength: 6 }), async (name, words) => {
      const { source, script } = await quoteBack([name, ...words]);
      if (!script) return;
      plain++;
      assert.deepEqual({ script }, parse(source));
    }),
    { seed: SEED, numRuns: 5000 },
  );
  assert.ok(plain > 500, `${plain} lines were read so`);
});

test('everyday lines need no grammar, what has a meaning of its own does', async () => {
  const isPlain = async (...words: string[]) => (await quoteBack(words)).script !== undefined;
  for (const words of [
    ['Get-UMDialPlan'],
    ['Get-UMMailbox', 'ann@example.org', '-ResultSize', '10'],
    ['Set-UMMailboxPolicy', '-identity', 'My Policy', '-AllowMissedCallNotifications', '$true'],
    ['Add-RoleGroupMember', 'UM Management', '-Member', 'ann,bob', '-Confirm:$false'],
    ['Get-UMMailbox', '|', 'Format-Table', 'Name,Extensions'],
  ])
    assert.equal(await isPlain(...words), true, words.join(' '));
  for (const words of [
    ['Get-X | fl'],
    ['Set-X', '@{Add=1}'],
    ['Set-X', '(Get-Y)'],
    ['Get-X', ';', 'Get-Y'],
    ['fl'],
    ['Get-X', '|'],
    ['Get-X', 'a'.repeat(70_000)],
  ])
    assert.equal(await isPlain(...words), false, words.join(' ').slice(0, 40));
});

test('what stands behind a line of words or a whole one belongs to it', async () => {
  const behind = ['|', 'ConvertTo-Json', '-AsArray'];
  assert.equal((await quoteBack(['Get-X', 'a b'], behind)).source, "Get-X 'a b' | ConvertTo-Json -AsArray");
  assert.equal((await quoteBack(['Get-X | fl'], behind)).source, 'Get-X | fl | ConvertTo-Json -AsArray');
});
