import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeObject } from '@parley/schema';
import { type CacheBounds, MailboxCache } from './mailbox-cache.ts';

const BOUNDS: CacheBounds = { mailboxes: 3, bytes: 1_000_000, absent: 2 };

const mailbox = (id: string) => makeObject('UMMailbox', id, { name: id, umMailboxPolicy: 'p', extensions: ['1'] });

function filled(ids: readonly string[], bounds: Partial<CacheBounds> = {}): MailboxCache {
  const cache = new MailboxCache({ ...BOUNDS, ...bounds });
  for (const id of ids) put(cache, id);
  return cache;
}

const put = (cache: MailboxCache, id: string, { fresh = true, length = 100, keys = [`key of ${id}`] } = {}) =>
  cache.keep(mailbox(id), { keys, length, fresh });

const there = (cache: MailboxCache, ids: readonly string[]) => ids.filter(id => cache.find(`key of ${id}`));

test('a mailbox is found by its id and by every key', () => {
  const cache = filled(['a']);
  assert.deepEqual(cache.find('a'), { mailbox: mailbox('a'), fresh: true });
  assert.deepEqual(cache.find('key of a'), cache.find('a'));
  assert.equal(cache.find('key of b'), undefined);
});

test('the oldest that was not asked for leaves when there are too many, and takes its keys along', () => {
  const cache = filled(['a', 'b', 'c']);
  cache.find('key of a');
  put(cache, 'd');
  assert.deepEqual([cache.size, cache.evicted], [3, 1]);
  assert.deepEqual(there(cache, ['a', 'b', 'c', 'd']), ['a', 'c', 'd']);
  put(cache, 'e');
  assert.equal(cache.size, 3, 'also when all were asked for');
  assert.deepEqual(there(cache, ['e']), ['e']);
});

test('bytes are bounded as entries are, and counted down to nothing', () => {
  const one = filled(['a']).bytes;
  assert.ok(one > 100);
  const cache = filled(['a', 'b', 'c'], { bytes: 2 * one });
  assert.deepEqual(there(cache, ['a', 'b', 'c']), ['b', 'c']);
  put(cache, 'b', { length: 200 });
  assert.deepEqual(there(cache, ['a', 'b', 'c']), ['b'], 'the newest stays');
  cache.drop('b');
  assert.deepEqual([cache.size, cache.bytes], [0, 0]);
});

test('one that leaves costs a bounded number of second chances, however many were asked for', () => {
  const names = Array.from({ length: 100 }, (_, index) => `n${index}`);
  const cache = filled(names, { mailboxes: 100 });
  there(cache, names);
  put(cache, 'late');
  assert.deepEqual([cache.size, cache.find('n0') !== undefined, cache.find('n16')], [100, true, undefined]);
});

test('what is larger than the bound alone is not kept', () => {
  assert.equal(filled(['a'], { bytes: 100 }).size, 0);
});

test('a mailbox that has changed is still there, but old, until it is read again', () => {
  const cache = filled(['a', 'b']);
  cache.doubt('a');
  assert.deepEqual([cache.find('a')?.fresh, cache.find('b')?.fresh], [false, true]);
  put(cache, 'a');
  assert.equal(cache.find('a')?.fresh, true);
});

test('after a doubt about everything all are old, and what was not read since can be told', () => {
  const cache = filled(['a', 'b']);
  cache.doubtAll();
  assert.deepEqual([cache.find('a')?.fresh, cache.find('b')?.fresh], [false, false]);
  put(cache, 'b');
  cache.dropOld();
  assert.deepEqual(there(cache, ['a', 'b']), ['b']);
});

test('what was read before a change does not take the place of what was read after it', () => {
  const cache = new MailboxCache(BOUNDS);
  cache.keep(mailbox('a'), { keys: ['new key'], length: 1, fresh: true });
  cache.keep(mailbox('a'), { keys: ['old key'], length: 1, fresh: false });
  assert.equal(cache.find('new key')?.fresh, true);
  assert.equal(cache.find('old key'), undefined);
  put(cache, 'b', { fresh: false });
  assert.equal(cache.find('b')?.fresh, false);
});

test('a key that somebody else has got does not go with the one who had it', () => {
  const cache = filled(['a']);
  put(cache, 'b', { keys: ['key of a'] });
  cache.drop('a');
  assert.equal(cache.find('key of a')?.mailbox.id, 'b');
});

test('the absent have a bound of their own: dialling through all numbers pushes out no mailbox', () => {
  const cache = filled(['a', 'b', 'c']);
  for (let number = 0; number < 1000; number++) cache.keepAbsent(String(number));
  assert.deepEqual(there(cache, ['a', 'b', 'c']), ['a', 'b', 'c']);
  assert.equal(cache.absent, 2);
  assert.deepEqual(
    ['997', '998', '999'].map(key => cache.isAbsent(key)),
    [false, true, true],
  );
});

test('nobody is believed to be absent once anything has changed, or when he is there', () => {
  const cache = new MailboxCache(BOUNDS);
  cache.keepAbsent('key of a');
  put(cache, 'a');
  assert.equal(cache.isAbsent('key of a'), false);
  cache.keepAbsent('x');
  cache.doubt('somebody else');
  assert.equal(cache.isAbsent('x'), false);
  cache.keepAbsent('x');
  cache.doubtAll();
  assert.equal(cache.isAbsent('x'), false);
});
