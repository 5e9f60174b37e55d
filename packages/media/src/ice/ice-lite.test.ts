import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributesOf, type CheckOptions, check, isProved } from '../../test/stun-client.ts';
import { CONSENT_MILLIS, IceLite } from './ice-lite.ts';
import type { IceSettings } from './ice-settings.ts';

const PASSWORD = 'p'.repeat(24);
const SETTINGS: IceSettings = {
  local: { userFragment: 'ours', password: PASSWORD },
  remote: { userFragment: 'theirs', password: 'q'.repeat(24) },
};
const RIGHT = { userName: 'ours:theirs', password: PASSWORD };
const HOME = { address: '192.0.2.7', port: 4000 };
const AWAY = { address: '198.51.100.7', port: 5000 };

function agreed(): IceLite {
  const ice = new IceLite();
  ice.agree(SETTINGS);
  return ice;
}

/** A check from there; whether it was answered. */
function asks(ice: IceLite, from = HOME, options: Partial<CheckOptions> & { readonly now?: number } = {}): boolean {
  const { now = 0, ...rest } = options;
  return ice.request(check({ ...RIGHT, ...rest }), from, now) !== undefined;
}

test('who has our password and both fragments is answered, in a way that they can prove', () => {
  const ice = agreed();
  const response = ice.request(check(RIGHT), HOME, 0) ?? new Uint8Array();
  assert.equal(Buffer.from(response).readUInt16BE(0), 0x0101);
  assert.equal(response.subarray(8, 20).toString(), Buffer.from('0123456789ab').join(','));
  assert.ok(isProved(response, PASSWORD));
  assert.ok(ice.knows(HOME.address, HOME.port, 0));
  assert.equal(ice.peer, undefined, 'nobody was nominated yet');
});

test('nobody else is answered, or known', () => {
  const ice = agreed();
  for (const wrong of [
    { password: 'o'.repeat(24) },
    { userName: 'ours' },
    { userName: 'ours:other' },
    { userName: 'theirs:ours' },
    { userName: 'ours:theirs:more' },
    { withoutIntegrity: true },
    { withoutFingerprint: true },
    { type: 0x0011 },
    { type: 0x0101 },
    { type: 0x0003 },
  ])
    assert.ok(!asks(ice, HOME, { useCandidate: true, ...wrong }), JSON.stringify(wrong));
  assert.deepEqual(
    [ice.peer, ice.knows(HOME.address, HOME.port, 0), ice.checks, ice.refused],
    [undefined, false, 0, 10],
  );
  assert.ok(!asks(new IceLite(), HOME), 'before anything was agreed on');
});

test('attributes that would have to be understood are told, by number', () => {
  const extra = [0x7001, 0x7002, 0x7003].map(type => [type, new Uint8Array(4)] as const);
  const ice = agreed();
  const response = Buffer.from(ice.request(check({ ...RIGHT, useCandidate: true, extra }), HOME, 0) ?? []);
  assert.equal(response.readUInt16BE(0), 0x0111);
  const attributes = attributesOf(response);
  assert.equal(attributes.get(0x0009)?.toString('hex'), '00000414');
  assert.equal(attributes.get(0x000a)?.toString('hex'), '700170027003');
  assert.ok(isProved(response, PASSWORD));
  assert.ok(!ice.knows(HOME.address, HOME.port, 0), 'it was not served');
});

test('packets go where USE-CANDIDATE said last, unless the other side likes it less', () => {
  const ice = agreed();
  assert.ok(asks(ice, HOME, { priority: 100, useCandidate: true }));
  assert.deepEqual({ ...ice.peer }.port, HOME.port);
  asks(ice, AWAY, { priority: 100, useCandidate: true, now: 10 });
  assert.equal(ice.peer?.address, AWAY.address);
  asks(ice, HOME, { priority: 99, useCandidate: true, now: 20 });
  assert.equal(ice.peer?.address, AWAY.address, 'a pair of aggressive nomination that is worth less');
  asks(ice, AWAY, { priority: 100, now: 4000 });
  asks(ice, HOME, { priority: 99, useCandidate: true, now: 5010 });
  assert.equal(ice.peer?.address, AWAY.address);
  asks(ice, HOME, { priority: 99, useCandidate: true, now: 9000 });
  assert.equal(ice.peer?.address, HOME.address, 'it has left the network that it liked better');
});

test('consent ends 30 s after the last check from there, and comes back with a nomination', () => {
  const ice = agreed();
  asks(ice, HOME, { useCandidate: true });
  asks(ice, HOME, { now: 5000 });
  asks(ice, AWAY, { now: 20_000 });
  ice.elapse(5000 + CONSENT_MILLIS - 1);
  assert.deepEqual([ice.peer?.address, ice.isLost], [HOME.address, false]);
  ice.elapse(5000 + CONSENT_MILLIS);
  assert.deepEqual([ice.peer, ice.isLost], [undefined, true]);
  assert.deepEqual(
    [HOME, AWAY].map(({ address, port }) => ice.knows(address, port, 5000 + CONSENT_MILLIS)),
    [false, true],
  );
  asks(ice, AWAY, { useCandidate: true, now: 5000 + CONSENT_MILLIS });
  assert.deepEqual([ice.peer?.address, ice.isLost], [AWAY.address, false]);
});

test('a restart: the old way serves until one is nominated with the new credentials', () => {
  const ice = agreed();
  asks(ice, HOME, { priority: 500, useCandidate: true });
  const remote = { userFragment: 'anew', password: 'r'.repeat(24) };
  ice.agree({ local: { userFragment: 'fresh', password: 's'.repeat(24) }, remote });
  const anew = { userName: 'fresh:anew', password: 's'.repeat(24) };
  assert.ok(asks(ice, HOME, { now: 100 }), 'they may not have our answer yet');
  assert.ok(!asks(ice, AWAY, { userName: 'fresh:theirs' }));
  assert.ok(asks(ice, AWAY, { ...anew, now: 200 }));
  assert.equal(ice.peer?.address, HOME.address);
  assert.ok(asks(ice, AWAY, { ...anew, priority: 1, useCandidate: true, now: 300 }));
  assert.equal(ice.peer?.address, AWAY.address, 'whatever was liked better before');
  assert.ok(!asks(ice, HOME, { now: 400 }), 'the old credentials are over');
});

test('the same agreement again changes nothing', () => {
  const ice = agreed();
  asks(ice, HOME, { useCandidate: true });
  ice.agree({ local: { ...SETTINGS.local }, remote: { ...SETTINGS.remote } });
  ice.agree({ local: { ...SETTINGS.local }, remote: { ...SETTINGS.remote } });
  assert.equal(ice.peer?.address, HOME.address);
  assert.ok(asks(ice, HOME, { now: 10 }));
});

test('who checks from everywhere is known from twelve places at most, and keeps the one that counts', () => {
  const ice = agreed();
  asks(ice, HOME, { useCandidate: true });
  const ports = Array.from({ length: 100 }, (_, i) => 10_000 + i);
  for (const [i, port] of ports.entries()) asks(ice, { address: AWAY.address, port }, { now: i });
  const known = ports.filter(port => ice.knows(AWAY.address, port, 100));
  assert.deepEqual(known, ports.slice(-11));
  assert.ok(ice.knows(HOME.address, HOME.port, 100));
});
