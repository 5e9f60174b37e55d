import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MailStore } from './mail-store.ts';

/** What a mail store has to be opened with, and how its content is read behind its back. */
export interface StoreUnderTest {
  readonly store: MailStore;
  /** Every message of a mailbox, raw, by whatever way a mail reader would see it. */
  messages(mailbox: string): Promise<Uint8Array[]>;
}

const message = (change: Partial<Parameters<MailStore['deliver']>[0]> = {}) => ({
  messageId: '01KAEXAMPLE00000000000000A@parley.test',
  mailbox: 'ann@parley.test',
  raw: Buffer.from('Subject: one\r\n\r\nbody\r\n'),
  repeated: false,
  ...change,
});

/** The tests every implementation of `MailStore` passes. */
export function mailStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  test(`${name}: what was delivered is there, byte for byte, in that mailbox only`, async () => {
    const { store, messages } = await open();
    assert.equal((await store.deliver(message())).outcome, 'delivered');
    assert.deepEqual((await messages('ann@parley.test')).map(String), ['Subject: one\r\n\r\nbody\r\n']);
    assert.deepEqual(await messages('bob@parley.test'), []);
  });

  test(`${name}: the same Message-ID is there once, however often and however much at once it is delivered`, async () => {
    const { store, messages } = await open();
    const both = await Promise.all([store.deliver(message()), store.deliver(message())]);
    assert.deepEqual(
      both.map(each => each.outcome),
      ['delivered', 'delivered'],
    );
    const again = await store.deliver(message({ repeated: true, raw: Buffer.from('Subject: composed anew\r\n\r\n') }));
    assert.equal(again.outcome, 'delivered');
    assert.equal((await messages('ann@parley.test')).length, 1);
  });

  test(`${name}: two messages are two`, async () => {
    const { store, messages } = await open();
    await store.deliver(message());
    await store.deliver(message({ messageId: '01KAEXAMPLE00000000000000B@parley.test' }));
    assert.equal((await messages('ann@parley.test')).length, 2);
  });
}
