import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { systemClock } from '@parley/base';
import { DnsResolver } from '../src/index.ts';
import { DnsServer } from './dns-server.ts';

async function start(t: TestContext) {
  const server = await DnsServer.open();
  const resolver = new DnsResolver({ clock: systemClock, servers: [server.address], timeoutMillis: 100, tries: 2 });
  t.after(async () => {
    resolver.close();
    await server.close();
  });
  return { server, resolver };
}

test('addresses of both families with their time, SRV and NAPTR records', async t => {
  const { server, resolver } = await start(t);
  server.zone.set('h.example', [
    { type: 'A', address: '192.0.2.1', ttl: 17 },
    { type: 'A', address: '192.0.2.2', ttl: 18 },
    { type: 'AAAA', address: '2001:db8::1', ttl: 19 },
  ]);
  server.zone.set('_sip._udp.example', [{ type: 'SRV', priority: 1, weight: 2, port: 5070, host: 'h.example' }]);
  const naptr = {
    type: 'NAPTR',
    order: 50,
    preference: 60,
    service: 'SIP+D2U',
    replacement: '_sip._udp.example',
  } as const;
  server.zone.set('example', [naptr]);
  const four = await resolver.addresses('h.example', 4);
  assert.deepEqual(four.map(({ address, ttl }) => `${address} ${ttl}`).sort(), ['192.0.2.1 17', '192.0.2.2 18']);
  assert.deepEqual(
    (await resolver.addresses('h.example', 6)).map(({ address }) => address),
    ['2001:db8::1'],
  );
  const [srv] = await resolver.srv('_sip._udp.example');
  assert.deepEqual([srv.priority, srv.weight, srv.port, srv.name], [1, 2, 5070, 'h.example']);
  const [record] = await resolver.naptr('example');
  assert.deepEqual(
    [record.order, record.preference, record.flags, record.service, record.regexp, record.replacement],
    [50, 60, 's', 'SIP+D2U', '', '_sip._udp.example'],
  );
});

test('a name that does not exist, or has no such record, is an empty answer', async t => {
  const { server, resolver } = await start(t);
  server.zone.set('h.example', [{ type: 'A', address: '192.0.2.1' }]);
  assert.deepEqual(await resolver.srv('_sip._udp.nowhere.example'), []);
  assert.deepEqual(await resolver.naptr('h.example'), []);
  assert.deepEqual(await resolver.addresses('h.example', 6), []);
  assert.deepEqual(await resolver.addresses('nowhere.example', 4), []);
});

test('a server that fails, is silent, or is not there is no empty answer', async t => {
  const { server, resolver } = await start(t);
  server.failing.add('failing.example');
  server.silent.add('silent.example');
  await assert.rejects(resolver.srv('failing.example'), {
    code: 'SIP_DNS_FAILED',
    message: /failing\.example \(ESERVFAIL\)/,
  });
  await assert.rejects(resolver.addresses('silent.example', 4), { code: 'SIP_DNS_FAILED', message: /\(ETIMEOUT\)/ });
  const gone = await DnsServer.open();
  const { address } = gone;
  await gone.close();
  const nobody = new DnsResolver({ clock: systemClock, servers: [address], timeoutMillis: 100, tries: 1 });
  await assert.rejects(nobody.naptr('a.example'), { code: 'SIP_DNS_FAILED' });
});

test('an answer of hundreds of records is read', async t => {
  const { server, resolver } = await start(t);
  const many = Array.from({ length: 400 }, (_, n) => ({ type: 'A', address: `192.0.${n >> 8}.${n & 255}` }) as const);
  server.zone.set('many.example', many);
  assert.equal((await resolver.addresses('many.example', 4)).length, 400);
});

test('closing ends what is under way', async t => {
  const { server, resolver } = await start(t);
  server.silent.add('silent.example');
  const waiting = resolver.srv('silent.example');
  resolver.close();
  await assert.rejects(waiting, { code: 'SIP_DNS_FAILED', message: /ECANCELLED/ });
});

test('localhost is this machine, whatever anybody says', async t => {
  const { server, resolver } = await start(t);
  server.zone.set('localhost', [{ type: 'A', address: '192.0.2.66' }]);
  assert.deepEqual(
    (await resolver.addresses('LOCALHOST', 4)).map(({ address }) => address),
    ['127.0.0.1'],
  );
  assert.deepEqual(
    (await resolver.addresses('a.localhost', 6)).map(({ address }) => address),
    ['::1'],
  );
  assert.deepEqual(server.asked, []);
});

test('servers that cannot be used are named', () => {
  const open = () => new DnsResolver({ clock: systemClock, servers: ['dns.example'] });
  assert.throws(open, { code: 'SIP_DNS_SERVER_INVALID', message: /"dns\.example" cannot be used/ });
});
