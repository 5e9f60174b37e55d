import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Script } from './ast.ts';
import { parse } from './parse.ts';
import { printStatements } from './print.ts';
import { described } from './problem.ts';

const SEED = 5;

const plain = (script: Script): unknown =>
  JSON.parse(
    JSON.stringify(script.statements, (key, value) =>
      key === 'at' || key === 'nameAt' || key === 'source' || key === 'bare' ? undefined : value,
    ),
  );

const name = fc.constantFrom('a', 'Name', 'x1', 'größe');
const letters = fc.string({ unit: fc.constantFrom(...'ab 1$"\'`(){}|;,#@-\u2019\u201d\n€'), maxLength: 8 });

/** Sources that are right, made from the inside to the outside. */
const { statement } = fc.letrec<{ value: string; simple: string; statement: string; command: string; block: string }>(
  tie => {
    const comma = (of: fc.Arbitrary<string>, join = ', ') =>
      fc.array(of, { minLength: 1, maxLength: 3 }).map(each => each.join(join));
    const quoted = letters.map(each => `'${each.replace(/['\u2019]/g, '$&$&')}'`);
    const joined = fc
      .tuple(letters, tie('value'))
      .map(([each, value]) => `"${each.replace(/["`$\u201d]/g, '`$&')}$(${value})"`);
    const number = fc.oneof(fc.nat({ max: 99_999 }).map(String), fc.constantFrom('0150', '1.5', '10kb', '0xff'));
    const variable = name.map(each => `$${each}`);
    return {
      simple: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        variable,
        number,
        quoted,
        joined,
        fc.tuple(variable, name).map(([of, member]) => `${of}.${member}`),
        fc.tuple(variable, tie('value')).map(([of, index]) => `${of}[${index}]`),
        tie('statement').map(each => `(${each})`),
        tie('statement').map(each => `@(${each})`),
        fc.tuple(name, tie('statement')).map(([key, each]) => `@{${key} = ${each}}`),
        tie('block'),
      ),
      value: fc.oneof(
        { depthSize: 'small' },
        tie('simple'),
        comma(tie('simple')),
        fc
          .tuple(
            tie('simple'),
            fc.constantFrom('+', '-', '*', '-eq', '-like', '-and', '..', '-f', '-in'),
            tie('simple'),
          )
          .map(([left, operator, right]) => `${left} ${operator} ${right}`),
        tie('simple').map(each => `-not ${each}`),
        tie('simple').map(each => `[string]${each}`),
      ),
      command: fc
        .tuple(
          fc.constantFrom('Get-X', 'foo', '%', './a.ps1'),
          fc.array(
            fc.oneof(
              comma(tie('simple')),
              name.map(each => `-${each}`),
              fc.constantFrom('word', 'a@b.c', '-Q:$true', '@splat'),
            ),
          ),
        )
        .map(([word, rest]) => [word, ...rest].join(' ')),
      block: comma(tie('statement'), '; ').map(each => `{ ${each} }`),
      statement: fc.oneof(
        { depthSize: 'small' },
        tie('value'),
        tie('command'),
        fc.tuple(tie('value'), tie('command')).map(each => each.join(' | ')),
        fc
          .tuple(name, fc.constantFrom('=', '+='), tie('value'))
          .map(([each, operator, value]) => `$${each} ${operator} ${value}`),
        fc.tuple(tie('value'), tie('block')).map(([condition, block]) => `if (${condition}) ${block} else ${block}`),
        fc.tuple(tie('command'), tie('block')).map(([over, block]) => `foreach ($i in ${over}) ${block}`),
      ),
    };
  },
);

test('a script that is printed is read as the same again', () => {
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 3 }), statements => {
      const source = statements.join('\n');
      const first = parse(source);
      if ('problems' in first) {
        // Texts within texts have their limit; everything else that is made here is right.
        assert.ok(
          first.problems.every(({ message }) => /within one another/.test(message)),
          `${source}\n${first.problems.map(each => described(each, source)).join('\n')}`,
        );
        return;
      }
      const printed = printStatements(first.script.statements);
      const second = parse(printed);
      if ('problems' in second)
        assert.fail(`${source}\n=> ${printed}\n${second.problems.map(each => described(each, printed)).join('\n')}`);
      assert.deepEqual(plain(second.script), plain(first.script), `${source}\n=> ${printed}`);
    }),
    { seed: SEED, numRuns: 400 },
  );
});

/** Whatever comes in is understood, or told with a place that is in the source. */
function isAnswered(source: string): void {
  const parsed = parse(source);
  if ('script' in parsed) return;
  assert.ok(parsed.problems.length > 0);
  for (const problem of parsed.problems) {
    const { start, end } = problem.at;
    assert.ok(
      start >= 0 && start <= source.length && end > start && end <= source.length + 1,
      `${JSON.stringify(source)} ${JSON.stringify(problem)}`,
    );
    assert.match(described(problem, source), /\^/);
  }
}

test('whatever comes in is understood or told with a place', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'$a.b[]{}()@"\'`|;,-+= \n#<>&:1x%?'), maxLength: 60 }),
    fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes).toString('latin1')),
  );
  fc.assert(fc.property(anything, isAnswered), { seed: SEED, numRuns: 1500 });
});

test('so is every script that has lost or gained something', () => {
  const mutated = fc
    .tuple(
      statement,
      fc.nat(),
      fc.nat({ max: 4 }),
      fc.constantFrom('', '"', '$(', ')', '}', '@{', '`', '|', "'", '\n', '=', '-'),
    )
    .map(([source, place, lost, gained]) => {
      const at = place % (source.length + 1);
      return source.slice(0, at) + gained + source.slice(at + lost);
    });
  fc.assert(fc.property(mutated, isAnswered), { seed: SEED, numRuns: 1000 });
});
