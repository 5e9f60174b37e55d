import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Refusal } from '@parley/sip';
import { type Circumstances, refusedBy } from './refused-by.ts';

const warned = (code: number, text: string): Refusal => ({
  status: 488,
  headers: [
    ['Retry-After', '1'],
    ['Warning', `${code} parley "${text}"`],
  ],
});

const MAIN = { voIPSecurity: 'Unsecured', numberOfDigitsInExtension: 4 } as const;
const usual = { ended: 'local', dialPlan: MAIN, byTls: true, srtp: 'whenOffered' } as const satisfies Circumstances;
const noCodec = { ...usual, ended: 'no codec' } as const satisfies Circumstances;
const secured = { ...noCodec, dialPlan: { ...MAIN, voIPSecurity: 'Secured' } } as const satisfies Circumstances;

/** How calls refuse (`SipCall.reject`, `Negotiation`, `SipLeg.leave`), and what is told of it. */
const ROWS: readonly (readonly [Refusal, Circumstances, rule: string, change: RegExp])[] = [
  [{ status: 404 }, usual, 'no mailbox', /have 4 digits.*parley mailbox set.*another dial plan.*huntgroup create/],
  [{ status: 404 }, { ...usual, dialPlan: undefined }, 'no hunt group', /^Lead the gateway .*parley huntgroup create/],
  [
    warned(399, 'this dial plan is Secured: call by TLS'),
    usual,
    'VoIPSecurity of the dial plan',
    /^this dial plan is Secured: call by TLS$/,
  ],
  [warned(305, 'PCMU only'), noCodec, 'session description', /^PCMU only; rtp\.codecs/],
  [warned(301, 'media over IPv4 only'), noCodec, 'session description', /^media over IPv4 only; rtp\.address6/],
  // Sockets for IPv6 would not help.
  [warned(301, 'not a name'), noCodec, 'session description', /^not a name$/],
  [warned(302, 'offer SAVP'), secured, 'VoIPSecurity of the dial plan', /^offer SAVP; .*--voip-security SIPSecured/],
  // It does encrypt, in a way that cannot be taken: to take calls without it is no remedy.
  [warned(306, 'no line'), secured, 'session description', /^no line$/],
  [warned(306, 'no ufrag; ICE is needed with DTLS'), secured, 'session description', /ICE .*; .*by SDES .*a=crypto/],
  [warned(302, 'offer AVP'), { ...noCodec, byTls: false }, 'SRTP by TLS only', /^offer AVP; .*call by TLS/],
  [warned(302, 'offer AVP'), { ...noCodec, srtp: 'byDialPlan' }, 'rtp.srtp', /^offer AVP; .*set whenOffered/],
  [warned(306, 'no line'), noCodec, 'session description', /^no line$/],
  [warned(304, 'audio only'), noCodec, 'session description', /^audio only$/],
  [{ status: 400, reason: 'Bad Session Description' }, noCodec, 'session description', /RFC 8866/],
  [{ status: 503, headers: [['Retry-After', '10']] }, { ...usual, ended: 'no media' }, 'no media port', /rtp\.ports/],
  [{ status: 503 }, { ...usual, ended: 'drain' }, 'draining', /told to stop/],
  [{ status: 503 }, usual, 'directory unavailable', /database/],
  [{ status: 480 }, usual, 'not answered', /level error/],
  [{ status: 480 }, { ...usual, ended: undefined }, 'not answered', /level error/],
];

for (const [refusal, circumstances, rule, change] of ROWS)
  test(`${refusal.status} (${circumstances.ended}), told as: ${rule}, ${change.source}`, () => {
    const told = refusedBy(refusal, circumstances);
    assert.equal(told.rule, rule);
    assert.match(told.change, change);
  });
