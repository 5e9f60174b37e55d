import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOfPin, isPin } from './pin-hash.ts';
import { generatedPin, isUsedBefore, type PinRules, weaknessOf } from './pin-rules.ts';

const rules = (policy: Partial<PinRules['policy']> = {}, extensions: readonly string[] = ['36697']): PinRules => ({
  policy: { minPINLength: 4, allowCommonPatterns: false, pinHistoryCount: 5, ...policy },
  extensions,
});
const isWeak = (pin: string, at = rules()) => weaknessOf(pin, at) !== undefined;

test('digits in a row, one digit repeated and the end of the extension are refused', () => {
  for (const pin of ['1234', '65432', '1111', '11111', '6697', '36697', '0123456789', '98765'])
    assert.equal(isWeak(pin), true, pin);
  for (const pin of ['1235', '2468', '1212', '9012', '669', '3669', '7135'])
    assert.equal(isWeak(pin), pin.length < 4, pin);
});

test('common patterns may be allowed, the end of the extension never', () => {
  const lax = rules({ allowCommonPatterns: true });
  for (const pin of ['1234', '65432', '1111']) assert.equal(isWeak(pin, lax), false, pin);
  assert.equal(isWeak('6697', lax), true);
});

test('the length is that of the policy, at most 24, and nothing but digits', () => {
  const six = rules({ minPINLength: 6 });
  assert.equal(isWeak('13579', six), true);
  assert.equal(isWeak('135790', six), false);
  assert.equal(isWeak('1357'.repeat(6)), false);
  assert.equal(isWeak(`${'1357'.repeat(6)}1`), true);
  for (const pin of ['', '13a7', '13 57', '١٣٥٧', '-1357', '1357\n'])
    assert.equal(isWeak(pin), true, JSON.stringify(pin));
});

test('a generated PIN is as long as the policy wants, passes the rules, and is drawn again when it does not', () => {
  for (const minPINLength of [4, 6, 24]) {
    const pin = generatedPin(rules({ minPINLength }));
    assert.equal(pin.length, minPINLength);
    assert.equal(isWeak(pin, rules({ minPINLength })), false);
  }
  const drawn = [1, 2, 3, 4, 6, 6, 9, 7, 1, 3, 5, 7];
  assert.equal(
    generatedPin(rules(), () => drawn.shift() ?? 0),
    '1357',
  );
  assert.throws(() => generatedPin(rules(), () => 1), /no PIN/);
});

test('a PIN is kept salted and hashed, and only itself fits', async () => {
  const [one, other] = [await hashOfPin('481516'), await hashOfPin('481516')];
  assert.notEqual(one, other);
  assert.match(one, /^\$argon2id\$v=19\$m=8192,t=2,p=1\$/);
  assert.doesNotMatch(one, /481516/);
  assert.equal(await isPin('481516', one), true);
  assert.equal(await isPin('481517', one), false);
  await assert.rejects(isPin('481516', '481516'), /no form that is known/);
});

test('the present PIN and those before it may not be used again, as many as the policy remembers', async () => {
  const [present, second, third] = [await hashOfPin('1357'), await hashOfPin('2468'), await hashOfPin('9713')];
  const kept = { hash: present, former: [second, third] };
  const used = (pin: string, pinHistoryCount: number) => isUsedBefore(pin, kept, rules({ pinHistoryCount }));
  assert.deepEqual(
    [await used('1357', 1), await used('2468', 1), await used('2468', 2), await used('9713', 2), await used('9713', 3)],
    [true, false, true, false, true],
  );
});
