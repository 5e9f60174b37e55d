import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SrtpReceiver } from './srtp-receiver.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const SUITE = 'AES_CM_128_HMAC_SHA1_80';
const receiver = (before?: SrtpReceiver) =>
  new SrtpReceiver(SUITE, { key: randomBytes(16), salt: randomBytes(14) }, before);

test('of a call whose key changes again and again, the last key and the one before stay in memory', async () => {
  const keys: WeakRef<SrtpReceiver>[] = [];
  let last = receiver();
  for (let n = 0; n < 100; n++) {
    keys.push(new WeakRef(last));
    last = receiver(last);
  }
  // What a weak reference was asked for, or made of, stays until the end of its turn.
  await new Promise(resolve => setImmediate(resolve));
  collectGarbage();
  const left = keys.filter(key => key.deref()).length;
  assert.ok(left <= 1, `${left} of ${keys.length} keys of before are still there`);
  assert.equal(last.highestOf(1), -1);
});
