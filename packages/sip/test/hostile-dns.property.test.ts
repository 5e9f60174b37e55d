import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import fc from 'fast-check';
import { type Located, Locator, type NaptrRecord, parseUri, type Resolver, type SrvRecord } from '../src/index.ts';

const RUNS = { seed: 20_261_121, numRuns: 500 };

/** Numbers and names as no honest name server has them, among those that it has. */
const number = fc.oneof(fc.nat(65_535), fc.constantFrom(-1, 0, 1.5, 1e9, Number.NaN, Number.POSITIVE_INFINITY));
const name = fc.oneof(
  fc.constantFrom(
    'a.example',
    '_sip._udp.a.example',
    '192.0.2.7',
    '::1',
    '.',
    '',
    '*.a',
    'a b',
    'x'.repeat(300),
    '\r\n',
  ),
  fc.string({ maxLength: 20 }),
);
const naptr: fc.Arbitrary<NaptrRecord> = fc.record({
  order: number,
  preference: number,
  flags: fc.constantFrom('s', 'S', 'u', '', 'a'),
  service: fc.constantFrom('SIP+D2U', 'sips+d2t', 'SIP+D2T', 'SIPS+D2W', 'E2U+sip', ''),
  regexp: fc.constantFrom('', '!.*!sip:x@y!'),
  replacement: name,
});
const srv: fc.Arbitrary<SrvRecord> = fc.record({ priority: number, weight: number, port: number, name });
const address = fc.record({
  address: fc.oneof(name, fc.constantFrom('192.0.2.1', '2001:db8::1', '0.0.0.0', 'fe80::1%eth0')),
  ttl: number,
});
const many = <T>(one: fc.Arbitrary<T>) =>
  fc.oneof(fc.array(one, { maxLength: 4 }), fc.array(one, { minLength: 90, maxLength: 120 }));
/** An answer; no answer in time; or a failure. */
const said = <T>(one: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 6, arbitrary: many(one) },
    { weight: 1, arbitrary: fc.constantFrom('silence' as const, 'failure' as const) },
  );

const URIS = [
  'sip:a.example',
  'sips:a.example',
  'sip:a.example:5070',
  'sip:a.example;transport=tls',
  'sip:u@a.example;maddr=b.example',
];

function answering<T>(answer: readonly T[] | 'silence' | 'failure'): Promise<readonly T[]> {
  if (answer === 'silence') return new Promise(() => undefined);
  return answer === 'failure' ? Promise.reject(new Error('SERVFAIL')) : Promise.resolve(answer);
}

test(`whatever a name server says (seed ${RUNS.seed}), a look-up ends once, in time, with few targets that can be sent to`, async () => {
  let useful = 0;
  const property = fc.asyncProperty(
    fc.record({ uri: fc.constantFrom(...URIS), naptrs: said(naptr), srvs: said(srv), addresses: said(address) }),
    async ({ uri, naptrs, srvs, addresses }) => {
      const clock = new FakeClock();
      let asked = 0;
      const counted = <T>(answer: readonly T[] | 'silence' | 'failure') => {
        asked += 1;
        return answering(answer);
      };
      const resolver: Resolver = {
        naptr: () => counted(naptrs),
        srv: () => counted(srvs),
        addresses: () => counted(addresses),
      };
      const locator = new Locator({ resolver, clock, random: seeded(1), supports: () => true });
      const found: Located[] = [];
      locator.find(parseUri(uri), located => void found.push(located));
      await clock.run(10_000);
      assert.equal(found.length, 1);
      assert.equal(clock.timers, 0);
      assert.ok(asked <= 1 + 8 + 2 * 8, `${asked} questions`);
      const [targets] = found;
      if (targets instanceof Error) return;
      useful += 1;
      assert.ok(targets.length >= 1 && targets.length <= 16);
      for (const { peer } of targets) {
        assert.ok(isIP(peer.address) !== 0, peer.address);
        assert.ok(Number.isInteger(peer.port) && peer.port > 0 && peer.port <= 65_535);
        if (uri.startsWith('sips')) assert.ok(peer.transport === 'tls' || peer.transport === 'wss');
      }
    },
  );
  await fc.assert(property, RUNS);
  assert.ok(useful > RUNS.numRuns / 5, `only ${useful} found anything`);
});
