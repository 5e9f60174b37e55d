import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { Bug, silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { defaultBudgets } from '../core/default-budgets.ts';
import type { DatagramListen } from './datagram-socket.ts';
import { LocalAddress } from './local-address.ts';
import type { Peer } from './peer.ts';
import { TransportLayer } from './transport-layer.ts';

const one = (address: string, bits: number): NetworkInterfaceInfo => ({
  address,
  netmask: '',
  mac: '',
  cidr: `${address}/${bits}`,
  internal: address.startsWith('127.'),
  ...(address.includes(':') ? { family: 'IPv6', scopeid: 0 } : { family: 'IPv4' }),
});

/** A machine in two networks of each family; sockets are never opened. */
const MACHINE = {
  lo: [one('127.0.0.1', 8)],
  data: [one('10.1.0.5', 16), one('2001:db8:1::5', 64)],
  voice: [one('192.168.7.5', 24), one('2001:db8:7::5', 64)],
};

const udp = (address: string): Peer => ({ transport: 'udp', address, port: 5060 });

/** From where a datagram to each address goes out, and what its Via says. */
async function ways(listen: readonly Peer[], advertise?: string) {
  const clock = new FakeClock();
  const unheard = () => {
    throw new Bug('nothing arrives here');
  };
  const layer = new TransportLayer({
    listen,
    clock,
    log: silentLog,
    user: { received: unheard, malformed: unheard },
    local: new LocalAddress(clock, advertise, () => MACHINE),
    budgets: defaultBudgets,
    unlimited: () => true,
    openDatagramSocket: async ({ address, port }: DatagramListen) => ({
      address,
      port,
      send: (_bytes, _to, sent) => sent(new Error(address)),
      close: async () => undefined,
    }),
  });
  await layer.listen();
  return (address: string) => {
    const channel = layer.to(udp(address));
    let from = 'nowhere';
    channel?.send(Buffer.from('x'), error => {
      from = error?.message ?? '';
    });
    return `${from} as ${channel?.local.address}`;
  };
}

test('of several listen points the one in the network of the peer sends', async () => {
  const way = await ways(['127.0.0.1', '10.1.0.5', '192.168.7.5', '2001:db8:1::5', '2001:db8:7::5'].map(udp));
  assert.equal(way('192.168.7.20'), '192.168.7.5 as 192.168.7.5');
  assert.equal(way('10.1.99.1'), '10.1.0.5 as 10.1.0.5');
  assert.equal(way('2001:db8:7::20'), '2001:db8:7::5 as 2001:db8:7::5');
  assert.equal(way('127.0.0.9'), '127.0.0.1 as 127.0.0.1');
  // Who is in none of our networks is no neighbour of the machine itself either.
  assert.equal(way('203.0.113.9'), '10.1.0.5 as 10.1.0.5');
});

test('a listen point on every address says the one in the network of the peer', async () => {
  const way = await ways(['0.0.0.0', '::'].map(udp));
  assert.equal(way('192.168.7.20'), '0.0.0.0 as 192.168.7.5');
  assert.equal(way('2001:db8:7::20'), ':: as 2001:db8:7::5');
  assert.equal(way('203.0.113.9'), '0.0.0.0 as 10.1.0.5');
});

test('an address outside of the NAT is told to peers of its own family only, a name to all', async () => {
  const listen = ['0.0.0.0', '::'].map(udp);
  const byAddress = await ways(listen, '203.0.113.7');
  assert.equal(byAddress('198.51.100.1'), '0.0.0.0 as 203.0.113.7');
  assert.equal(byAddress('2001:db8:7::20'), ':: as 2001:db8:7::5');
  const byName = await ways(listen, 'sip.example.org');
  assert.equal(byName('2001:db8:7::20'), ':: as sip.example.org');
  const six = await ways(listen, '[2001:db8:ff::7]:5070');
  assert.equal(six('2001:db8:7::20'), ':: as 2001:db8:ff::7');
  assert.equal(six('192.168.7.20'), '0.0.0.0 as 192.168.7.5');
});
