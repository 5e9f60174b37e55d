import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstStartObjects } from '../first-start.ts';
import { memoryDirectory } from './index.ts';

test('the objects of a fresh installation answer for loopback', async () => {
  const directory = memoryDirectory(firstStartObjects());
  const gateway = directory.gatewayFor({ address: '127.0.0.9' })!;
  assert.equal(gateway.name, 'loopback');
  assert.equal(directory.gatewayFor({ address: '::1' }), gateway);
  assert.equal(directory.gatewayFor({ address: '192.0.2.1' }), undefined);
  const plan = directory.dialPlan(directory.huntGroupFor(gateway, '1001')!.umDialPlan)!;
  assert.equal((await directory.mailboxByExtension(plan, '1002'))!.mailbox.displayName, 'Bob Ray');
  assert.equal((await directory.mailboxByAddress(plan, 'sip:Ann@Parley.test'))!.policy.name, 'Main Default Policy');
});
