import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { cmdlets } from '@parley/schema';
import { Organisations } from './fresh-organisation.ts';

// Every example of every cmdlet's help is run as it is typed, on an organisation of its own, after what it says it needs.

/** Examples that cannot run yet, by their line, and why. A line that runs after all makes its test fail. */
const NOT_YET: ReadonlyMap<string, string> = new Map([]);

let organisations: Organisations;
before(async () => {
  organisations = await Organisations.start();
});
after(() => organisations[Symbol.asyncDispose]());

for (const { name, examples } of cmdlets)
  describe(name, () => {
    for (const { line, before: needed = [], says } of examples)
      test(`${line} (${says})`, { todo: NOT_YET.get(line) }, async () => {
        const shell = await organisations.fresh();
        for (const each of needed) {
          const { code, err } = await shell.type(each);
          assert.equal(code, 0, `${each}\n${err}`);
        }
        const { code, err } = await shell.type(line);
        assert.equal(code, 0, err);
        assert.equal(err, '');
      });
  });

test('what is said not to run yet is an example', () => {
  const lines = new Set(cmdlets.flatMap(({ examples }) => examples.map(({ line }) => line)));
  assert.deepEqual(
    [...NOT_YET.keys()].filter(line => !lines.has(line)),
    [],
  );
});
