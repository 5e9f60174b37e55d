import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type CmdletDefinition, cmdlets, type Example } from '@parley/schema';
import { type Fresh, Organisations } from './fresh-organisation.ts';

// Every example of every cmdlet's help is run as it is typed, on an organisation of its own, after what it says it needs.

/** What the door of these tests has not: it is an admin over objects in memory. */
const NEEDS_SERVER =
  'backups are of a whole server, which the door of these tests is not; test/e2e/examples-of-servers.test.ts has one';

/** Cmdlets whose examples cannot run here, and why. One that runs after all makes its test fail. */
const NOT_HERE: ReadonlyMap<string, string> = new Map(
  ['Export-CsConfiguration', 'Import-CsConfiguration'].map(each => [each, NEEDS_SERVER]),
);

let organisations: Organisations;
before(async () => {
  organisations = await Organisations.start();
});
after(() => organisations[Symbol.asyncDispose]());

/** An organisation on which nothing but reading has been done. */
let untouched: Fresh | undefined;

/** Runs an example on an organisation that nobody has touched; gives what went wrong. */
async function failure(
  { line, before: needed = [] }: Example,
  { changes }: CmdletDefinition,
): Promise<string | undefined> {
  const shell: Fresh = untouched ?? (await organisations.fresh());
  untouched = changes || needed.length > 0 || line.includes('|') ? undefined : shell;
  for (const each of [...needed, line]) {
    const { code, err } = await shell.type(each);
    if (code !== 0) return `${each}\n${err}`;
  }
  return undefined;
}

for (const cmdlet of cmdlets)
  describe(cmdlet.name, () => {
    const notHere = NOT_HERE.get(cmdlet.name);
    for (const example of cmdlet.examples)
      if (notHere === undefined)
        test(`${example.line} (${example.says})`, async () => {
          assert.equal(await failure(example, cmdlet), undefined);
        });
      else
        test(`cannot run here: ${example.line} (${notHere})`, async () => {
          assert.match(
            (await failure(example, cmdlet)) ?? 'it runs: take it off the list',
            /is not there on this node/,
          );
        });
  });

test('what is said not to run here is there', () => {
  const names = new Set(cmdlets.map(({ name }) => name));
  assert.deepEqual(
    [...NOT_HERE.keys()].filter(name => !names.has(name)),
    [],
  );
});
