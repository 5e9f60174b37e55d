import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPhone } from '@parley/phone';
import { Caller } from '../peers/caller.ts';
import { startServer, testFolder } from '../peers/parley.ts';
import { seedData } from '../peers/seed.ts';

test('the calls in progress are shown, and are gone when they are over', { timeout: 60_000 }, async t => {
  const data = join(testFolder(t), 'data');
  await seedData(data);
  const server = await startServer(t, { data });
  const phone = await openPhone();
  t.after(() => phone.close());
  const caller = await Caller.calls(phone, server.udp, '1001');
  await caller.hears('record.tone');
  const shown = async (line: string) => {
    const { code, output } = await server.run(line);
    assert.equal(code, 0, output);
    return output.trim();
  };
  const columns = 'CallingNumber, CalledNumber, State, DialPlan, IPGateway | ConvertTo-Json -Compress';
  assert.deepEqual(JSON.parse(await shown(`Get-UMActiveCalls | Select-Object ${columns}`)), {
    CallingNumber: '5550123',
    CalledNumber: '1001',
    State: 'Connected',
    DialPlan: 'Main',
    IPGateway: 'loopback',
  });
  assert.match(await shown('Get-UMActiveCalls -IPGateway loopback'), /1001/);
  await caller.hangUp();
  await server.child.prints(/"msg":"call over"/);
  assert.equal(await shown('Get-UMActiveCalls'), '');
});
