import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { KeptObjects } from '@parley/directory';
import { inFile, ownIn, withFile } from './with-database.ts';

const SYSTEM = { who: 'system' };
const PROGRAM = new URL('./change-until-killed.ts', import.meta.url).pathname;
const KILLS = 3;

/** Starts the program and kills it in the middle of something; resolves with the last name that was confirmed. */
async function changeAndKill(file: string, round: number): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, file, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const enough = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', chunk => {
      said += String(chunk);
      // After a different number of changes each time, and wherever it is then.
      if (said.split('\n').length > round + 2) resolve();
    });
    child.once('exit', () => reject(new Error(`the program ended by itself: ${said}`)));
  });
  await enough;
  child.removeAllListeners('exit');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return said.split('\n').at(-2) ?? '';
}

/** Nothing is half there: no plan without its policy, no gateway without its hunt group, all twenty mailboxes or none. */
async function nothingIsHalfDone(objects: KeptObjects): Promise<void> {
  const { objects: plans } = await objects.list('UMDialPlan', {}, SYSTEM);
  const { objects: gateways } = await objects.list('UMIPGateway', {}, SYSTEM);
  const { objects: groups } = await objects.list('UMHuntGroup', {}, SYSTEM);
  const { objects: mailboxes } = await objects.list('UMMailbox', {}, SYSTEM);
  assert.ok(plans.length > 1);
  for (const { object } of plans) {
    const policy = await objects.get('UMMailboxPolicy', `${object.name} Default Policy`, SYSTEM);
    const users = mailboxes.filter(each => each.object.umMailboxPolicy === policy.object.id);
    assert.ok([0, 3, 20].includes(users.length), `${object.name} has ${users.length} mailboxes`);
  }
  assert.deepEqual(groups.map(each => each.object.umIPGateway).sort(), gateways.map(each => each.object.id).sort());
  const { broken, entries } = await objects.audit.verify(undefined);
  assert.equal(broken, undefined);
  assert.ok(entries > plans.length + gateways.length + mailboxes.length);
  for (const { object } of mailboxes.slice(-10)) {
    const history = await objects.history('UMMailbox', object.id, SYSTEM);
    assert.equal(history.at(-1)?.detail.from, undefined);
  }
}

/** What objects are found by is what they hold: the index of each, written again, is what it was. */
async function indexIsWhole(file: string): Promise<void> {
  const index = () => {
    const database = new DatabaseSync(file);
    const rows = database.prepare('select * from object_index order by kind, property, value, id').all();
    database.exec("update meta set value = 'to be written again' where key = 'object_index'");
    database.close();
    return rows;
  };
  const before = index();
  await inFile(file, database => ownIn(database, async () => {}));
  assert.deepEqual(index(), before);
}

test('whoever is killed in the middle of changes leaves nothing half done', () =>
  withFile(async file => {
    for (let round = 0; round < KILLS; round++) {
      const confirmed = await changeAndKill(file, round);
      await inFile(file, database =>
        ownIn(database, async objects => {
          await objects
            .get('UMIPGateway', confirmed, SYSTEM)
            .catch(error => assert.equal(error.code, 'OBJECT_NOT_FOUND'));
          await objects.get('UMDialPlan', confirmed, SYSTEM);
          await nothingIsHalfDone(objects);
        }),
      );
    }
    await indexIsWhole(file);
  }));
