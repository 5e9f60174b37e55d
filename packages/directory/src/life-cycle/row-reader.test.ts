import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog, silentLog } from '@parley/base';
import type { StoredRow } from '../store/object-store.ts';
import { RowReader } from './row-reader.ts';

const row = (change: Partial<StoredRow> = {}): StoredRow => ({
  kind: 'UMIPGateway',
  id: 'g',
  organization: 'o',
  etag: '1',
  document: JSON.stringify({ name: 'pbx', organization: 'o', address: ['192.0.2.1'] }),
  changedAt: 0,
  ...change,
});

test('a row that is as it was is not taken apart again', () => {
  const reader = new RowReader(silentLog);
  const first = reader.read(row());
  assert.equal(first?.document.name, 'pbx');
  assert.equal(reader.read(row()), first);
});

for (const [what, change] of Object.entries({
  document: { document: JSON.stringify({ name: 'other', organization: 'o', address: ['192.0.2.1'] }) },
  etag: { etag: '2' },
  organisation: { organization: 'p' },
}))
  test(`a row with another ${what} is another one`, () => {
    const reader = new RowReader(silentLog);
    const first = reader.read(row());
    const next = reader.read(row(change));
    assert.notEqual(next, first);
    assert.deepEqual(next, new RowReader(silentLog).read(row(change)));
    assert.equal(reader.read(row(change)), next);
  });

test('a damaged row is complained about each time', () => {
  const log = memoryLog();
  const reader = new RowReader(log);
  const damaged = row({ document: '{' });
  assert.deepEqual([reader.read(damaged), reader.read(damaged)], [undefined, undefined]);
  assert.equal(log.lines.length, 2);
});

test('neither the many nor the long nor too much is remembered', () => {
  const reader = new RowReader(silentLog);
  const mailbox = row({
    kind: 'UMMailbox',
    document: JSON.stringify({ name: 'ann', displayName: 'Ann', umMailboxPolicy: 'p', extensions: ['1'] }),
  });
  assert.notEqual(reader.read(mailbox), undefined);
  assert.notEqual(reader.read(mailbox), reader.read(mailbox));
  const blank = ' '.repeat(5000);
  const long = row({ document: `${row().document}${blank}` });
  assert.notEqual(reader.read(long), reader.read(long));
  const first = reader.read(row());
  for (let index = 0; index < 500; index++) reader.read(row({ id: `g${index}` }));
  assert.notEqual(reader.read(row()), first);
});
