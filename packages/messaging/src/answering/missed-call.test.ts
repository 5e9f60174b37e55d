import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answeredElsewhere } from './missed-call.ts';

test('a Reason that says completed elsewhere is found in every spelling', () => {
  for (const reason of [
    'SIP;cause=200',
    'SIP ;cause=200 ;text="Call completed elsewhere"',
    'sip;text="a;b,\\"c";CAUSE = 200',
    'Q.850;cause=16;text="x, y", SIP;cause=200',
  ])
    assert.ok(answeredElsewhere([reason]), reason);
  assert.ok(answeredElsewhere(['Q.850;cause=16', 'SIP;cause=200']));
});

test('every other Reason is not', () => {
  for (const reason of [
    '',
    'SIP',
    'SIP;cause=487',
    'SIP;cause=2000',
    'Q.850;cause=200',
    'SIP;text="cause=200"',
    'Q.850;text="SIP;cause=200"',
    'Q.850;text="x, SIP;cause=200',
  ])
    assert.ok(!answeredElsewhere([reason]), reason);
  assert.ok(!answeredElsewhere([]));
});

test('a hostile Reason costs no more than its length', () => {
  assert.ok(!answeredElsewhere([`SIP;${'x;,"\\'.repeat(20_000)}`]));
});
