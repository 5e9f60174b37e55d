import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPostgres } from '@parley/database/postgres';
import { openPhone } from '@parley/phone';
import { startPostgres, withoutPostgres } from '../../packages/database/test/postgres-server.ts';
import { Caller } from '../peers/caller.ts';
import { messageIsIn, saidAfterTheTone } from '../peers/left-message.ts';
import { startServer, testFolder } from '../peers/parley.ts';
import { seedDatabase } from '../peers/seed.ts';
import { until } from '../peers/until.ts';

test('calls are answered and recorded with PostgreSQL, and go on when it is gone', {
  skip: withoutPostgres(),
  timeout: 90_000,
}, async t => {
  const postgres = await startPostgres(t);
  const url = await postgres.database();
  const name = new URL(url).pathname.slice(1);
  await seedDatabase(await openPostgres({ url }));
  const data = join(testFolder(t), 'data');
  const server = await startServer(t, { data, config: { database: { url } } });
  const phone = await openPhone();
  t.after(() => phone.close());

  const first = await Caller.calls(phone, server.udp, '1001');
  await first.call.say(saidAfterTheTone());
  await first.hangUp();
  await messageIsIn(join(data, 'mail/parley.test/ann'));
  const records = async () => {
    const { rows } = await postgres.asSuperuser('select callee_mailbox_alias as callee from call_record', name);
    return rows.map(({ callee }) => callee);
  };
  await until('the record of the call', async () => ((await records()).length === 1 ? true : undefined));

  await postgres.stop();
  const second = await Caller.calls(phone, server.udp, '1001');
  await second.hears('record.prompt');
  await second.hangUp();
  assert.equal((await fetch(`${server.health}/live`)).status, 200);

  await postgres.start();
  // It waited in memory, and is written when writing is tried again.
  await until('the second record', async () => ((await records()).length === 2 ? true : undefined), 70);
  assert.deepEqual(await records(), ['ann', 'ann']);
  const { output, code } = await server.run('mailbox', 'list');
  assert.equal(code, 0, output);
  assert.match(output, /ann/);
});
