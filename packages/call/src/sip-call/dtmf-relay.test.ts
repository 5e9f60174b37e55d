import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readInfo } from './dtmf-relay.ts';

const RELAY = 'application/dtmf-relay';
const read = (type: string | undefined, body: string) => readInfo(type, Buffer.from(body, 'latin1'));

test('keys in every spelling that phones use', () => {
  for (const [body, key, millis] of [
    ['Signal=5\r\nDuration=160\r\n', '5', 160],
    ['Signal=5\nDuration=160', '5', 160],
    ['Signal= #\r\nDuration= 200\r\n', '#', 200],
    ['signal=d\r\n', 'D', 250],
    ['Signal=10\r\nDuration=', '*', 250],
    ['Signal=11', '#', 250],
    ['Duration=1\r\nSignal=*', '*', 40],
    ['Signal=1\r\nDuration=99999999999999999999', '1', 5000],
  ] as const)
    assert.deepEqual(read(RELAY, body), { kind: 'key', key, millis }, body);
  assert.deepEqual(read('Application/DTMF-Relay; charset=x', 'Signal=7'), { kind: 'key', key: '7', millis: 250 });
  assert.deepEqual(read('application/dtmf', ' 8\r\n'), { kind: 'key', key: '8', millis: 250 });
});

test('a hook flash and an empty INFO are nothing to us', () => {
  for (const body of ['Signal=!', 'Signal=hf', 'Signal=16']) assert.deepEqual(read(RELAY, body), { kind: 'nothing' });
  assert.deepEqual(read(undefined, ''), { kind: 'nothing' });
});

test('what cannot be read is 400, what we do not know is 415', () => {
  for (const body of [
    '',
    'Signal',
    'Signal=',
    'Signal=E',
    'Signal=55',
    'Signal=5\nDuration=-1',
    'Signal=5\nDuration=1e3',
  ])
    assert.deepEqual(read(RELAY, body), { kind: 'refused', status: 400 }, body);
  assert.deepEqual(read(RELAY, `Signal=5\r\n${'x'.repeat(300)}`), { kind: 'refused', status: 400 });
  assert.deepEqual(read('application/dtmf', '99'), { kind: 'refused', status: 400 });
  assert.deepEqual(read('application/broadsoft', 'play tone'), { kind: 'refused', status: 415 });
  assert.deepEqual(read(undefined, 'Signal=5'), { kind: 'refused', status: 415 });
});

test('5,000 mutated bodies: a key of the telephone, nothing, or a status', () => {
  const valid = [...Buffer.from('Signal=5\r\nDuration=160\r\n')];
  const change = fc.record({ at: fc.nat(valid.length), remove: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4 }), changes => {
      const body = [...valid];
      for (const { at, remove, insert } of changes) body.splice(at, remove, ...insert);
      const reading = readInfo(RELAY, Uint8Array.from(body));
      if (reading.kind === 'key') {
        assert.match(reading.key, /^[0-9*#A-D]$/);
        assert.ok(reading.millis >= 40 && reading.millis <= 5000);
      } else if (reading.kind === 'refused') assert.equal(reading.status, 400);
    }),
    { numRuns: 5000, seed: 3261 },
  );
});
