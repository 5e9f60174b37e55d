import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FakeClock } from '@parley/base/fake-clock';
import type { Binding, Bindings } from '../src/index.ts';

/** What every implementation of `Bindings` is opened with. */
export interface BindingsUnderTest {
  readonly bindings: Bindings;
  readonly clock: FakeClock;
  /** Bindings that are kept, expired ones that nobody has asked for excepted. */
  size(): number | Promise<number>;
}

const made = (clock: FakeClock, uri: string, more: Partial<Binding> = {}): Binding => ({
  text: `<${uri}>`,
  uri,
  parametersText: ';x',
  q: 1000,
  callId: 'c1',
  cseq: 1,
  expiresAt: clock.wall() + 60_000,
  registeredAt: clock.wall(),
  path: [],
  source: { transport: 'udp', address: '10.0.0.2', port: 5060 },
  ...more,
});

/** What `Bindings` promises, for whatever keeps them. */
export function bindingsContract(name: string, open: () => Promise<BindingsUnderTest>): void {
  test(`${name}: keeps what was decided, whole and in order, for each address by itself`, async () => {
    const { bindings, clock, size } = await open();
    const two = [
      made(clock, 'sip:1', { path: ['<sip:p;lr>'], instance: 'urn:x:1', regId: 7, q: 250 }),
      made(clock, 'sip:2'),
    ];
    assert.deepEqual(await bindings.change('ann@x', () => two), two);
    await bindings.change('bob@x', () => [made(clock, 'sip:3')]);
    assert.deepEqual(await bindings.of('ann@x'), two);
    assert.deepEqual(
      (await bindings.of('bob@x')).map(({ uri }) => uri),
      ['sip:3'],
    );
    assert.deepEqual(await bindings.of('Ann@x'), []);
    assert.equal(await size(), 3);
    await bindings.change('ann@x', present => present.slice(1));
    assert.deepEqual(await bindings.of('ann@x'), two.slice(1));
    await bindings.change('ann@x', () => []);
    await bindings.change('bob@x', () => []);
    assert.equal(await size(), 0);
  });

  test(`${name}: the same array changes nothing, and neither does a decision that throws`, async () => {
    const { bindings, clock } = await open();
    await bindings.change('ann@x', () => [made(clock, 'sip:1')]);
    const before = await bindings.of('ann@x');
    assert.deepEqual(await bindings.change('ann@x', present => present), before);
    await assert.rejects(async () =>
      bindings.change('ann@x', () => {
        throw new Error('no');
      }),
    );
    assert.deepEqual(await bindings.of('ann@x'), before);
  });

  test(`${name}: nobody's change comes between the reading and the writing of another`, async () => {
    const { bindings, clock } = await open();
    const add = (uri: string) => bindings.change('ann@x', present => [...present, made(clock, uri)]);
    await Promise.all(Array.from({ length: 20 }, (_, at) => add(`sip:${at}`)));
    assert.equal((await bindings.of('ann@x')).length, 20);
  });

  test(`${name}: what has expired is gone, for everybody who asks, and leaves nothing behind`, async () => {
    const { bindings, clock, size } = await open();
    const brief = made(clock, 'sip:1', { expiresAt: clock.wall() + 10_000, instance: 'urn:x:1' });
    const long = made(clock, 'sip:2', { expiresAt: clock.wall() + 20_000, instance: 'urn:x:2' });
    await bindings.change('ann@x', () => [brief, long]);
    await clock.run(9_999);
    assert.equal((await bindings.of('ann@x')).length, 2);
    await clock.run(1);
    assert.deepEqual(await bindings.of('ann@x'), [long]);
    assert.deepEqual(await bindings.addressesOf('urn:x:1'), []);
    const seen: number[] = [];
    await bindings.change('ann@x', present => {
      seen.push(present.length);
      return present;
    });
    assert.ok(seen.every(count => count === 1));
    await clock.run(12_000);
    assert.deepEqual(await bindings.of('ann@x'), []);
    assert.equal(await size(), 0);
  });

  test(`${name}: a refresh puts the end off, a shorter time brings it near`, async () => {
    const { bindings, clock, size } = await open();
    const until = (seconds: number) => [made(clock, 'sip:1', { expiresAt: clock.wall() + seconds * 1000 })];
    await bindings.change('ann@x', () => until(10));
    await bindings.change('ann@x', () => until(100));
    await clock.run(50_000);
    assert.equal((await bindings.of('ann@x')).length, 1);
    await bindings.change('ann@x', () => until(5));
    await clock.run(7_000);
    assert.equal(await size(), 0);
  });

  test(`${name}: a device is found under every address that it is registered for`, async () => {
    const { bindings, clock } = await open();
    const device = () => [made(clock, 'sip:1', { instance: 'urn:x:1' })];
    for (const aor of ['ann@x', 'bob@x', 'eve@x']) await bindings.change(aor, device);
    assert.deepEqual([...(await bindings.addressesOf('urn:x:1'))].sort(), ['ann@x', 'bob@x', 'eve@x']);
    await bindings.change('bob@x', () => []);
    assert.deepEqual([...(await bindings.addressesOf('urn:x:1'))].sort(), ['ann@x', 'eve@x']);
    assert.deepEqual(await bindings.addressesOf('urn:x:2'), []);
  });
}
