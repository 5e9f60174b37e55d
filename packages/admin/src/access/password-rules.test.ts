import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordProblem } from './password-rules.ts';

for (const [password, problem] of [
  ['correct horse battery staple', undefined],
  ['Zwölf Boxkämpfer jagen', undefined],
  ['9f8c2b7e1d5a4036bead', undefined],
  ['83149265703918264750', undefined],
  ['short', /15 characters or more/],
  ['fourteen chars', /15 characters or more/],
  ['x'.repeat(257), /at most 256/],
  ['abababababababab', /repetition/],
  ['1234567890123456', /row/],
  ['zyxwvutsrqponmlk', /row/],
  ['Password1234!!Password', /everybody tries first/],
  ['ann.leigh@contoso.com1!', /everybody tries first/],
] as const)
  test(`${JSON.stringify(password.slice(0, 30))} ${problem ? `is refused: ${problem}` : 'is a password'}`, () => {
    const found = passwordProblem(password, 'ann.leigh@contoso.com');
    if (problem === undefined) assert.equal(found, undefined);
    else assert.match(found ?? '', problem);
  });
