import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import type { Database } from '@parley/database';
import { openPostgres } from '@parley/database/postgres';
import { openSqlite } from '@parley/database/sqlite';
import { firstStart } from '@parley/directory';
import { openConfigurationBackup, openOwnDirectory } from '@parley/directory/own';
import fc from 'fast-check';
import { startPostgres, withoutPostgres } from '../../packages/database/test/postgres-server.ts';
import { testFolder } from '../peers/parley.ts';

const SEED = 20_260_517;
const clock = new FakeClock();
const by = { who: 'ann' };

const digits = fc.stringMatching(/^[2-9]\d{3}$/);
const shownName = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter(text => /^[^\p{C}\p{Z}]+$/u.test(text));
const person = fc.record(
  { extension: digits, displayName: shownName, language: fc.constantFrom('en-US', 'fr-FR'), umEnabled: fc.boolean() },
  { requiredKeys: ['extension'] },
);
const company = fc.record({
  name: fc.stringMatching(/^[A-Z][a-z]{2,10}$/),
  timeZone: fc.constantFrom('UTC', 'Europe/Paris', 'Asia/Kathmandu'),
  people: fc.uniqueArray(person, { maxLength: 12, selector: ({ extension }) => extension }),
});
const companies = fc.uniqueArray(company, { minLength: 1, maxLength: 3, selector: ({ name }) => name.toLowerCase() });
type Company = typeof company extends fc.Arbitrary<infer T> ? T : never;

/** Makes the companies in an empty database, as administrators would. */
async function fill(database: Database, all: readonly Company[]): Promise<void> {
  const objects = await openOwnDirectory({ database, clock });
  try {
    await firstStart(objects, { clock, timeZone: 'UTC' });
    for (const { name, timeZone, people } of all) {
      const { object } = await objects.create(
        'Organization',
        { name, timeZone, systemMailAddress: 'vm@example.org' },
        by,
      );
      const inside = { ...by, organization: object.id };
      const plan = { name: 'Plan', organization: object.id, numberOfDigitsInExtension: 4, uriType: 'TelExtn' };
      await objects.create('UMDialPlan', plan, inside);
      const mailboxes = people.map(({ extension, ...rest }) => ({
        ...rest,
        name: `m${extension}`,
        umMailboxPolicy: 'Plan Default Policy',
        extensions: [extension],
        mailAddress: `m${extension}@example.org`,
      }));
      assert.deepEqual((await objects.createAll('UMMailbox', mailboxes, inside)).refused, []);
    }
  } finally {
    await objects.close();
  }
}

test('from one engine to the other and back an export stays the same octets', {
  skip: withoutPostgres(),
  timeout: 120_000,
}, async t => {
  const postgres = await startPostgres(t);
  const folder = testFolder(t);
  const keyFile = join(folder, 'key.pem');
  let count = 0;
  const newFile = () => join(folder, `${++count}`);
  const onSqlite = async () => openSqlite({ file: newFile() });
  const onPostgres = async () => openPostgres({ url: await postgres.database() });

  const lend = async <T>(open: () => Promise<Database>, work: (database: Database) => Promise<T>): Promise<T> => {
    const database = await open();
    try {
      await database.migrate();
      return await work(database);
    } finally {
      await database.close();
    }
  };
  const exported = async (database: Database) => {
    const file = newFile();
    const { unreadable } = await openConfigurationBackup({ database, clock, keyFile }).exportConfiguration(file, by);
    assert.equal(unreadable, 0);
    return file;
  };
  const through = (open: () => Promise<Database>, file: string) =>
    lend(open, async database => {
      const { removed, changed } = await openConfigurationBackup({ database, clock, keyFile }).importConfiguration(
        file,
        by,
      );
      assert.deepEqual([removed, changed], [0, 0]);
      return exported(database);
    });

  const property = fc.asyncProperty(companies, fc.boolean(), async (all, sqliteFirst) => {
    const [first, second] = sqliteFirst ? [onSqlite, onPostgres] : [onPostgres, onSqlite];
    const original = await lend(first, async database => {
      await fill(database, all);
      return exported(database);
    });
    const there = await through(second, original);
    const back = await through(first, there);
    const octets = await readFile(original);
    assert.ok(octets.equals(await readFile(there)), 'the other engine');
    assert.ok(octets.equals(await readFile(back)), 'and back');
  });
  await fc.assert(property, { seed: SEED, numRuns: 6 });
});
