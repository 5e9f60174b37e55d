import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HangUpCause } from '@parley/call';
import type { Refusal } from '@parley/sip';
import { refusedBy } from './answered-invitation.ts';

const warned = (code: number, text: string): Refusal => ({
  status: 488,
  headers: [
    ['Retry-After', '1'],
    ['Warning', `${code} parley "${text}"`],
  ],
});

/** How calls refuse (`SipCall.reject`, `Negotiation`, `SipLeg.leave`), and what is told of it. */
const ROWS: readonly (readonly [Refusal, HangUpCause | undefined, rule: string, change: RegExp])[] = [
  [{ status: 404 }, 'local', 'no mailbox', /parley mailbox set/],
  [
    warned(399, 'this dial plan is Secured: call by TLS'),
    'local',
    'VoIPSecurity of the dial plan',
    /^this dial plan is Secured: call by TLS$/,
  ],
  [warned(305, 'PCMU only'), 'no codec', 'session description', /^PCMU only; rtp\.codecs/],
  [
    warned(302, 'have security optional'),
    'no codec',
    'session description',
    /^have security optional; rtp\.srtp .*VoIPSecurity/,
  ],
  [warned(304, 'audio only'), 'no codec', 'session description', /^audio only$/],
  [{ status: 400, reason: 'Bad Session Description' }, 'no codec', 'session description', /RFC 8866/],
  [{ status: 503, headers: [['Retry-After', '10']] }, 'no media', 'no media port', /rtp\.ports/],
  [{ status: 503 }, 'drain', 'draining', /told to stop/],
  [{ status: 503 }, 'local', 'directory unavailable', /database/],
  [{ status: 480 }, 'local', 'not answered', /level error/],
  [{ status: 480 }, undefined, 'not answered', /level error/],
];

for (const [refusal, ended, rule, change] of ROWS)
  test(`${refusal.status} (${ended}) is told as: ${rule}`, () => {
    const told = refusedBy(refusal, ended);
    assert.equal(told.rule, rule);
    assert.match(told.change, change);
  });
