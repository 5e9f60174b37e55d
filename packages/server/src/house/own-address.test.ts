import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOwnAddress } from './own-address.ts';

test('addresses of this machine are taken, and all of them', async () => {
  for (const address of ['127.0.0.1', '0.0.0.0', '::1', '::']) await checkOwnAddress('rtp.address', address);
});

test('an address that is elsewhere is told with its key, and what to write instead', async () => {
  // Addresses for documentation (RFC 5737, RFC 3849): no machine has them.
  await assert.rejects(
    checkOwnAddress('rtp.address', '203.0.113.7'),
    /rtp\.address is 203\.0\.113\.7, .*or 0\.0\.0\.0 for all; .*rtp\.advertise/,
  );
  await assert.rejects(checkOwnAddress('rtp.address6', '2001:db8::7'), /rtp\.address6 is 2001:db8::7, .*or :: for all/);
});
