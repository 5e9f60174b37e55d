import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liesIn } from './distinguished-name.ts';

for (const [name, folder, expected] of [
  ['OU=Finance,OU=North America,DC=litwareinc,DC=com', 'ou=North America,dc=litwareinc,dc=com', true],
  ['ou=Finance, ou=North America, dc=litwareinc, dc=com', 'OU = Finance,OU=north america,DC=litwareinc,DC=COM', true],
  ['OU=North America,DC=litwareinc,DC=com', 'OU=Finance,OU=North America,DC=litwareinc,DC=com', false],
  ['OU=Not Finance,DC=x', 'OU=Finance,DC=x', false],
  // A comma that belongs to the name separates nothing, in either spelling.
  ['OU=Evil\\,OU=Finance,DC=x', 'OU=Finance,DC=x', false],
  ['OU=Evil\\2cOU=Finance,DC=x', 'OU=Finance,DC=x', false],
  ['OU=a\\,b,DC=x', 'OU=a\\2Cb,DC=x', true],
  ['OU=Finance\\', 'OU=Finance', false],
  ['OU=Finance,DC=x', '', false],
  ['OU=Finance,DC=x', ',DC=x', false],
  [`${'OU=a,'.repeat(300)}DC=x`, 'DC=x', false],
] as const)
  test(`${name.slice(0, 60)} ${expected ? 'lies' : 'does not lie'} in ${folder || 'nothing'}`, () => {
    assert.equal(liesIn(name, folder), expected);
  });
