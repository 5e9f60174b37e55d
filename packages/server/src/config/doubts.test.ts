import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';
import { doubts } from './doubts.ts';

const ROWS: readonly (readonly [yaml: string, doubt: RegExp | undefined])[] = [
  ['', undefined],
  ['rtp: { ports: 20000-20199 }', undefined],
  // The even port of a pair is the lower one.
  ['rtp: { ports: 20001-20200 }', /limits\.calls is 100, and rtp\.ports \(20001-20200\) are enough for 99/],
  ['{ rtp: { ports: 20000-20009 }, limits: { calls: 6 } }', /are enough for 5, .*Widen rtp\.ports/],
  ['{ sip: { advertise: 203.0.113.7 }, rtp: { advertise: 203.0.113.7 } }', undefined],
  ['sip: { advertise: "203.0.113.7:5070" }', /^sip\.advertise is 203\.0\.113\.7, .*Set rtp\.advertise/],
  ['rtp: { advertise: 203.0.113.7 }', /^rtp\.advertise is 203\.0\.113\.7, .*Set sip\.advertise/],
  // One of several addresses of this machine, and a name, which may be one.
  ['sip: { advertise: 192.0.2.20 }', undefined],
  ['rtp: { advertise: 192.0.2.20 }', undefined],
  ['sip: { advertise: voicemail.example.org }', undefined],
];

for (const [yaml, doubt] of ROWS)
  test(`${yaml || 'the defaults'}: ${doubt?.source ?? 'no doubt'}`, () => {
    const told = doubts(readConfig(yaml, 'parley.yaml'), address => address === '192.0.2.20');
    assert.equal(told.length, doubt ? 1 : 0, told.join('\n'));
    if (doubt) assert.match(told[0], doubt);
  });
