import { systemClock as clock } from '@parley/base';
import { openSqlite } from '@parley/database/sqlite';
import { ANY_ETAG, firstStart } from '@parley/directory';
import { openOwnDirectory } from '@parley/directory/own';

// A program: changes objects in a file until it is killed, and says each change that is confirmed.
const [, , file = '', round = '0'] = process.argv;
const SYSTEM = { who: 'system' };

const database = await openSqlite({ file });
await database.migrate();
const objects = await openOwnDirectory({ database, clock });
await firstStart(objects, { clock, timeZone: 'UTC' });
for (let i = 0; ; i++) {
  const name = `r${round}n${i}`;
  // A plan comes with its policy; a gateway with its hunt group, which goes with it.
  await objects.create('UMDialPlan', { name, numberOfDigitsInExtension: 3 }, SYSTEM);
  await objects.create('UMIPGateway', { name, address: `${name}.test`, umDialPlan: name }, SYSTEM);
  process.stdout.write(`${name}\n`);
  const mailboxes = Array.from({ length: 20 }, (_, each) => ({
    name: `${name}b${each}`,
    umMailboxPolicy: `${name} Default Policy`,
    extensions: [String(100 + each)],
  }));
  await objects.createAll('UMMailbox', mailboxes, SYSTEM);
  await objects.change('UMMailbox', `${name}b0`, { etag: ANY_ETAG, patch: { extensions: { add: ['900'] } } }, SYSTEM);
  if (i % 2 === 1) await objects.remove('UMIPGateway', name, ANY_ETAG, SYSTEM);
}
