import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import { parseUri } from '../message/index.ts';
import type { TransportName } from '../transport/peer.ts';
import { Locator } from './locator.ts';
import type { NaptrRecord, Resolver, SrvRecord } from './resolver.ts';

interface Zone {
  readonly naptr?: Readonly<Record<string, readonly NaptrRecord[]>>;
  readonly srv?: Readonly<Record<string, readonly SrvRecord[]>>;
  readonly a?: Readonly<Record<string, readonly string[]>>;
  readonly aaaa?: Readonly<Record<string, readonly string[]>>;
  /** Names that cannot be asked for. */
  readonly failing?: readonly string[];
  /** Names that are never answered. */
  readonly silent?: readonly string[];
}

const srv = (name: string, priority = 1, port = 5060): SrvRecord => ({ name, priority, weight: 0, port });
const naptr = (service: string, replacement: string, order = 1): NaptrRecord => ({
  order,
  preference: 1,
  flags: 's',
  service,
  regexp: '',
  replacement,
});

function locator(
  zone: Zone,
  transports: readonly TransportName[] = ['udp', 'tcp', 'tls'],
  families: readonly number[] = [4, 6],
) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const answer = async <T>(question: string, name: string, records: readonly T[] = []): Promise<readonly T[]> => {
    asked.push(question);
    if (zone.failing?.includes(name)) throw new Error(`${name} fails`);
    if (zone.silent?.includes(name)) return new Promise(() => undefined);
    return records;
  };
  const resolver: Resolver = {
    naptr: name => answer(`naptr ${name}`, name, zone.naptr?.[name]),
    srv: name => answer(`srv ${name}`, name, zone.srv?.[name]),
    addresses: (name, family) => {
      const addresses = (family === 4 ? zone.a : zone.aaaa)?.[name];
      return answer(
        `${family} ${name}`,
        name,
        addresses?.map(address => ({ address, ttl: 60 })),
      );
    },
  };
  const one = new Locator({
    resolver,
    clock,
    random: seeded(7),
    supports: (transport, family) => transports.includes(transport) && families.includes(family),
  });
  const find = async (uri: string, millis = 0): Promise<readonly string[]> => {
    let result: readonly string[] | undefined;
    one.find(parseUri(uri), located => {
      assert.equal(result, undefined, 'found is called once');
      result =
        located instanceof Error
          ? [`error: ${located.message}`]
          : located.map(
              ({ peer }) => `${peer.transport} ${peer.address} ${peer.port}${peer.name ? ` ${peer.name}` : ''}`,
            );
    });
    await settle();
    if (millis > 0) clock.advance(millis);
    await settle();
    assert.ok(result, 'found was called');
    assert.equal(clock.timers, 0);
    return result;
  };
  return { one, find, asked, clock };
}

test('NAPTR, then SRV, then addresses: as RFC 3263 section 4.1 tells it; the domain asked for is the one to prove', async () => {
  const { find, asked } = locator({
    naptr: {
      'example.com': [naptr('SIPS+D2T', '_sips._tcp.example.com'), naptr('SIP+D2T', '_sip._tcp.example.com', 2)],
    },
    srv: {
      '_sips._tcp.example.com': [srv('server1.example.com', 1, 5061)],
      '_sip._tcp.example.com': [srv('server1.example.com'), srv('server2.example.com', 2)],
    },
    a: { 'server1.example.com': ['192.0.2.1'], 'server2.example.com': ['192.0.2.2'] },
  });
  assert.deepEqual(await find('sip:user@example.com'), [
    'tls 192.0.2.1 5061 example.com',
    'tcp 192.0.2.1 5060',
    'tcp 192.0.2.2 5060',
  ]);
  assert.deepEqual(asked.slice(0, 3), ['naptr example.com', 'srv _sips._tcp.example.com', 'srv _sip._tcp.example.com']);
  assert.deepEqual(await find('sips:user@example.com'), ['tls 192.0.2.1 5061 example.com']);
});

test('without NAPTR the services that we can use are guessed; without SRV the name is the host', async () => {
  const zone = {
    srv: { '_sip._tcp.a.example': [srv('h.example')] },
    a: { 'h.example': ['192.0.2.1'], 'b.example': ['192.0.2.3'] },
  };
  const { find, asked } = locator(zone, ['udp', 'tcp']);
  assert.deepEqual(await find('sip:a.example'), ['tcp 192.0.2.1 5060']);
  assert.ok(!asked.includes('srv _sips._tcp.a.example'), 'TLS cannot be used here, so nobody asks for it');
  assert.deepEqual(await find('sip:b.example'), ['udp 192.0.2.3 5060']);
  assert.deepEqual(await find('sip:b.example;transport=tcp'), ['tcp 192.0.2.3 5060']);
  assert.match((await find('sips:b.example'))[0], /error: Nothing was found for b\.example that can be reached by TLS/);
});

test('a port means addresses alone, a literal address nothing at all, and at once', async () => {
  const { one, find, asked } = locator({ a: { 'h.example': ['192.0.2.1'] }, aaaa: { 'h.example': ['2001:db8::1'] } });
  assert.deepEqual(await find('sip:h.example:5070'), ['udp 2001:db8::1 5070', 'udp 192.0.2.1 5070']);
  assert.deepEqual(asked, ['6 h.example', '4 h.example']);
  let now = false;
  one.find(parseUri('sip:192.0.2.9'), () => {
    now = true;
  });
  assert.ok(now);
});

test('only families that we have are asked for', async () => {
  const { find, asked } = locator({ a: { 'h.example': ['192.0.2.1'] } }, ['udp'], [4]);
  assert.deepEqual(await find('sip:h.example:5060'), ['udp 192.0.2.1 5060']);
  assert.deepEqual(asked, ['4 h.example']);
});

test('SRV records that say "no" are an answer', async () => {
  const { find } = locator({ srv: { '_sip._udp.a.example': [srv('.')] }, a: { 'a.example': ['192.0.2.1'] } }, ['udp']);
  assert.match((await find('sip:a.example'))[0], /error: Nothing was found/);
});

test('a question without answer does not matter while others have one, and does when it may have been the one', async () => {
  const zone = {
    srv: { '_sip._tcp.a.example': [srv('h.example'), srv('x.example', 2)] },
    a: { 'h.example': ['192.0.2.1'] },
  };
  const { find } = locator(
    { ...zone, failing: ['a.example', '_sip._udp.a.example', 'x.example'] },
    ['udp', 'tcp'],
    [4],
  );
  assert.deepEqual(await find('sip:a.example'), ['tcp 192.0.2.1 5060']);
  const other = locator({ a: { 'a.example': ['192.0.2.1'] }, failing: ['_sip._udp.a.example'] }, ['udp', 'tcp'], [4]);
  assert.deepEqual(await other.find('sip:a.example'), ['error: _sip._udp.a.example fails']);
});

test('a DNS that says nothing is given up in time, and what it says later is not heard', async () => {
  const { find } = locator({ silent: ['a.example'] });
  assert.deepEqual(await find('sip:a.example', 10_000), ['error: The DNS did not answer for a.example in time.']);
});

test('very many records are bounded', async () => {
  const hosts = Array.from({ length: 100 }, (_, n) => `h${n}.example`);
  const { find, asked } = locator(
    {
      srv: { '_sip._udp.a.example': hosts.map(host => srv(host)) },
      a: Object.fromEntries(hosts.map(host => [host, Array.from({ length: 100 }, (_, n) => `192.0.2.${n}`)])),
    },
    ['udp'],
    [4],
  );
  assert.equal((await find('sip:a.example')).length, 16);
  assert.equal(asked.filter(question => question.startsWith('4 ')).length, 8);
});

test('addresses that are none, and hosts that are no names, are left out', async () => {
  const { find, asked } = locator(
    {
      srv: { '_sip._udp.a.example': [srv('bad name'), srv('h.example', 2), srv(`${'x'.repeat(260)}`, 3)] },
      a: { 'h.example': ['not an address', '2001:db8::1', '192.0.2.1'] },
    },
    ['udp'],
    [4],
  );
  assert.deepEqual(await find('sip:a.example'), ['udp 192.0.2.1 5060']);
  assert.deepEqual(
    asked.filter(question => question.startsWith('4 ')),
    ['4 h.example'],
  );
});

test('a server that failed goes last for a minute, or as long as it said, and first again when it answers', async () => {
  const { one, find, clock } = locator({ a: { 'h.example': ['192.0.2.1', '192.0.2.2'] } }, ['udp'], [4]);
  const first = async () => (await find('sip:h.example:5060'))[0].split(' ')[1];
  const peer = { transport: 'udp', address: '192.0.2.1', port: 5060 } as const;
  assert.equal(await first(), '192.0.2.1');
  one.failed(peer);
  assert.equal(await first(), '192.0.2.2');
  assert.equal((await find('sip:h.example:5060')).length, 2, 'it is still there when nothing else is');
  clock.advance(60_000);
  assert.equal(await first(), '192.0.2.1');
  one.failed(peer, 300);
  clock.advance(299_999);
  assert.equal(await first(), '192.0.2.2');
  one.worked(peer);
  assert.equal(await first(), '192.0.2.1');
  one.failed(peer, 10 ** 9);
  clock.advance(3_600_000);
  assert.equal(await first(), '192.0.2.1');
});
