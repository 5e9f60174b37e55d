import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseDeltaSeconds,
  parseEvent,
  parseRetryAfter,
  parseSubscriptionState,
  printEvent,
  printSubscriptionState,
  SipParseError,
  sameEvent,
} from './index.ts';

test('Event is a package with its templates, and an id', () => {
  const event = parseEvent(' presence.winfo ; id=a7 ; x="b c"');
  assert.deepEqual([event.package, event.id, event.parameters.get('x')], ['presence.winfo', 'a7', 'b c']);
  assert.equal(printEvent(event), 'presence.winfo;id=a7;x="b c"');
  assert.equal(parseEvent('refer').id, '');
});

test('two Events are the same by package and id alone, letter by letter', () => {
  const event = parseEvent('refer;id=1;x=2');
  for (const [text, same] of [
    ['refer;id=1', true],
    ['refer', false],
    ['refer;id=2', false],
    ['Refer;id=1', false],
  ] as const)
    assert.equal(sameEvent(event, parseEvent(text)), same, text);
});

test('an Event that is none is refused, and one of any length', () => {
  for (const text of ['', ';id=1', 'a b', 'a;id=1;id=2', 'a,b', `x${'y'.repeat(256)}`])
    assert.throws(() => parseEvent(text), SipParseError, text);
});

test('Subscription-State has state, reason and times', () => {
  assert.deepEqual(parseSubscriptionState('Active;Expires=3600;x=y'), {
    state: 'active',
    reason: '',
    expires: 3600,
    retryAfter: undefined,
  });
  const ended = { state: 'terminated', reason: 'probation', expires: undefined, retryAfter: 90 };
  assert.deepEqual(parseSubscriptionState('terminated ; reason=PROBATION;retry-after=90'), ended);
  assert.equal(printSubscriptionState(ended), 'terminated;reason=probation;retry-after=90');
  assert.throws(() => printSubscriptionState({ ...ended, reason: 'a\r\nb' }), /tokens/);
});

test('a Subscription-State that is none is refused', () => {
  for (const text of ['', 'active expires', 'active;expires=-1', 'active;expires=1s', 'active;expires='])
    assert.throws(() => parseSubscriptionState(text), SipParseError, text);
});

test('seconds are cut at 2**32 - 1; a comment after Retry-After is passed over', () => {
  assert.equal(parseDeltaSeconds(' 0600 ', 'Expires'), 600);
  assert.equal(parseDeltaSeconds('99999999999999999999', 'Expires'), 0xffff_ffff);
  assert.equal(parseRetryAfter('18000;duration=3600'), 18_000);
  assert.equal(parseRetryAfter('120 (I am in a meeting'), 120);
  for (const text of ['', '-1', '1.5', '0x10', '1 2', '9'.repeat(21), '1e3'])
    assert.throws(() => parseDeltaSeconds(text, 'Expires'), SipParseError, text);
});
