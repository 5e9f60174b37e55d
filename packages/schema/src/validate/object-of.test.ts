import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { objectOf } from './validate.ts';

/** Whether V8 keeps an object as a row of values; a hash table takes four times the memory. */
setFlagsFromString('--allow-natives-syntax');
const isCompact = new Function('object', 'return %HasFastProperties(object)') as (object: object) => boolean;

test('an object of many properties is kept compactly: a node remembers 50,000 mailboxes', () => {
  const mailbox = objectOf('UMMailbox', 'ann', { name: 'ann', umMailboxPolicy: 'policy', extensions: ['1001'] });
  assert.ok(Object.keys(mailbox).length > 20);
  assert.equal(isCompact(mailbox), true);
});
