import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defer, ParleyError } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { hostsOf } from './hosts-file.ts';
import type { AddressRecord, Resolver } from './resolver.ts';
import { ResolverCache } from './resolver-cache.ts';

/** A resolver whose answers a test sets; counts what it is asked. */
function scripted() {
  const clock = new FakeClock();
  const asked: string[] = [];
  let answer: () => Promise<readonly AddressRecord[]> = async () => [{ address: '192.0.2.1', ttl: 30 }];
  const resolver: Resolver = {
    naptr: async name => {
      asked.push(`naptr ${name}`);
      await answer();
      return [];
    },
    srv: async name => {
      asked.push(`srv ${name}`);
      return [{ priority: 1, weight: 1, port: 5060, name: 'h' }];
    },
    addresses: async (name, family) => {
      asked.push(`${family} ${name}`);
      return answer();
    },
  };
  const set = (next: typeof answer) => {
    answer = next;
  };
  return { clock, asked, set, cache: new ResolverCache({ resolver, clock, entries: 10, underWay: 3 }) };
}

const fail = async () => {
  throw new ParleyError('SIP_DNS_FAILED', 'down');
};

test('an address is believed as long as its record says, in any case of letters', async () => {
  const { cache, clock, asked } = scripted();
  await cache.addresses('Example.ORG', 4);
  clock.advance(29_999);
  await cache.addresses('example.org', 4);
  assert.equal(asked.length, 1);
  clock.advance(1);
  await cache.addresses('example.org', 4);
  await cache.addresses('example.org', 6);
  assert.deepEqual(asked, ['4 Example.ORG', '4 example.org', '6 example.org']);
});

test('SRV records a minute, the absence of records half a minute, a day’s time to live an hour', async () => {
  const { cache, clock, asked, set } = scripted();
  const all = async () => {
    asked.length = 0;
    await cache.srv('s');
    await cache.naptr('n');
    await cache.addresses('a', 4);
    return asked.join();
  };
  set(async () => [{ address: '192.0.2.1', ttl: 86_400 }]);
  assert.equal(await all(), 'srv s,naptr n,4 a');
  clock.advance(29_999);
  assert.equal(await all(), '');
  clock.advance(1);
  assert.equal(await all(), 'naptr n');
  clock.advance(30_000);
  assert.equal(await all(), 'srv s,naptr n');
  clock.advance(3_540_000);
  assert.equal(await all(), 'srv s,naptr n,4 a');
});

test('a failure is remembered for five seconds; an old answer is better than a failure, for a day', async () => {
  const { cache, clock, asked, set } = scripted();
  set(fail);
  await assert.rejects(cache.addresses('a', 4), /down/);
  await assert.rejects(cache.addresses('a', 4), /down/);
  assert.equal(asked.length, 1);
  clock.advance(5_000);
  set(async () => [{ address: '192.0.2.7', ttl: 1 }]);
  assert.equal((await cache.addresses('a', 4))[0].address, '192.0.2.7');
  set(fail);
  clock.advance(1_000);
  assert.equal((await cache.addresses('a', 4))[0].address, '192.0.2.7');
  const before = asked.length;
  await cache.addresses('a', 4);
  assert.equal(asked.length, before, 'while it fails it is asked every five seconds only');
  clock.advance(86_400_000);
  await assert.rejects(cache.addresses('a', 4), /down/);
});

test('a name server that does not answer for NAPTR is asked for that once a minute', async () => {
  const { cache, clock, asked, set } = scripted();
  set(fail);
  await assert.rejects(cache.naptr('n'), /down/);
  clock.advance(59_999);
  await assert.rejects(cache.naptr('n'), /down/);
  assert.deepEqual(asked, ['naptr n']);
  clock.advance(1);
  set(async () => []);
  assert.deepEqual(await cache.naptr('n'), []);
});

test('many who want to know the same ask once; too many different questions at once are refused', async () => {
  const { cache, asked, set } = scripted();
  const waiting = defer<readonly AddressRecord[]>();
  set(() => waiting.promise);
  const same = Array.from({ length: 50 }, () => cache.addresses('a', 4));
  const others = ['b', 'c'].map(name => cache.addresses(name, 4));
  await assert.rejects(cache.addresses('d', 4), { code: 'SIP_DNS_BUSY' });
  waiting.resolve([]);
  await Promise.all([...same, ...others]);
  assert.deepEqual(asked, ['4 a', '4 b', '4 c']);
  await cache.addresses('d', 4);
});

test('the oldest of too many answers goes', async () => {
  const { cache, asked } = scripted();
  for (let n = 0; n < 25; n++) await cache.addresses(`h${n}`, 4);
  assert.equal(cache.size, 10);
  asked.length = 0;
  await cache.addresses('h24', 4);
  await cache.addresses('h0', 4);
  assert.deepEqual(asked, ['4 h0']);
});

test('a table of hosts: comments, several names, both families, and nonsense', () => {
  const hosts = hostsOf('# c\n127.0.0.1\tLocalhost pbx # x y\n2001:db8::1 pbx\n\n300.1.1.1 bad\nnonsense\n192.0.2.1\n');
  assert.deepEqual(Object.fromEntries(hosts), { localhost: ['127.0.0.1'], pbx: ['127.0.0.1', '2001:db8::1'] });
  assert.equal(hostsOf(`127.0.0.1 a\n${' '.repeat(1 << 20)}`).size, 0);
});
