import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startServer, testFolder } from '../peers/parley.ts';
import { seedData } from '../peers/seed.ts';

test('the way to this server is tested as a telephone would try it, and a stranger is told what to do', {
  timeout: 60_000,
}, async t => {
  const data = join(testFolder(t), 'data');
  await seedData(data);
  const server = await startServer(t, { data });
  const tested = async (line: string) => {
    const { code, output } = await server.run(`${line} -ListenPort 0 | ConvertTo-Json -Compress`);
    assert.equal(code, 0, output);
    return JSON.parse(output);
  };
  const { Latency, Identity: _, Guid: __, ...asked } = await tested('Test-UMConnectivity');
  assert.ok(Latency > 0);
  assert.deepEqual(asked, {
    UmIPAddress: `udp:${server.udp}`,
    UmserverAcceptingCallAnsweringMessages: true,
    UmserverAcceptCallLatency: null,
    CurrCalls: 0,
    TotalQueuedMessages: 0,
    ExpectedDigits: null,
    ReceivedDigits: null,
    PacketsReceived: null,
    EntireOperationSuccess: true,
    ReasonForFailure: null,
  });
  const called = await tested('Test-UMConnectivity -Phone 1001 -From 5550123');
  assert.equal(called.EntireOperationSuccess, true, JSON.stringify(called));
  assert.ok(called.UmserverAcceptCallLatency > 0 && called.PacketsReceived > 0, JSON.stringify(called));

  const closed = await server.run('Set-UMIPGateway loopback -Status Disabled');
  assert.equal(closed.code, 0, closed.output);
  const strange = await tested('Test-UMConnectivity');
  assert.equal(strange.EntireOperationSuccess, false);
  assert.match(strange.ReasonForFailure, /^refused: 403 Forbidden: this machine is no gateway/);
});
