import assert from 'node:assert/strict';
import {
  parseDiversion,
  parseHistoryInfo,
  parseNameAddress,
  parseNameAddressList,
  parseReason,
  parseUri,
  parseVia,
  parseWarning,
  printNameAddress,
  printUri,
  SipParseError,
  splitList,
  uriEquals,
} from '@parley/sip';
import { parseChallenge } from '../../../packages/sip/src/auth/challenge.ts';
import { parseCredentials } from '../../../packages/sip/src/auth/credentials.ts';
import { parseMessageSummary } from '../../../packages/sip/src/events/message-summary.ts';
import { parseStatusFragment } from '../../../packages/sip/src/events/sipfrag.ts';
import { parseEvent } from '../../../packages/sip/src/message/event.ts';
import { parsePrivacy } from '../../../packages/sip/src/message/privacy.ts';
import { parseRAck, parseRSeq } from '../../../packages/sip/src/message/rack.ts';
import { parseReferTo } from '../../../packages/sip/src/message/refer-to.ts';
import { parseReferredBy } from '../../../packages/sip/src/message/referred-by.ts';
import { parseReplaces } from '../../../packages/sip/src/message/replaces.ts';
import { parseMinSe, parseSessionExpires } from '../../../packages/sip/src/message/session-expires.ts';
import { parseSubscriptionState } from '../../../packages/sip/src/message/subscription-state.ts';
import { type FuzzTarget, text } from '../target.ts';

const declared = (error: unknown) => error instanceof SipParseError;

const URIS = [
  'sip:alice:secret@[2001:db8::9:1]:5061;transport=tls;lr;maddr=239.1.1.1;ttl=15?Subject=a%20b&Route=%3Csip:x%3E',
  'sips:bob@example.com',
  'tel:+33-1-23-45-67-89;ext=12;isub=1;phone-context=+33',
  'sip:+15550100;phone-context=example.com@gw.example.com;user=phone',
  'urn:service:sos',
  'sip:%61lice@EXAMPLE.com;method=INVITE',
];

export const uri: FuzzTarget = {
  name: 'sip-uri',
  seeds: text(...URIS),
  dictionary: [
    'sip:',
    'sips:',
    'tel:',
    '@',
    ':5060',
    '[::1]',
    ';lr',
    ';transport=',
    '?',
    '&',
    '%41',
    '%',
    '=',
    'phone-context=',
  ],
  declared,
  run(bytes) {
    const parsed = parseUri(Buffer.from(bytes).toString('latin1'));
    const again = parseUri(printUri(parsed));
    assert.ok(uriEquals(parsed, again), 'a printed URI is the same URI');
    assert.ok(uriEquals(again, parsed));
    assert.equal(printUri(again), printUri(parsed));
  },
};

type Parser = (value: string) => unknown;

/** Every structured header whose value is read by a parser of its own. The first octet chooses which. */
const PARSERS: readonly (readonly [name: string, parse: Parser, seeds: readonly string[]])[] = [
  [
    'name-addr',
    value => {
      const parsed = parseNameAddress(value);
      const printed = printNameAddress(parsed);
      assert.equal(printNameAddress(parseNameAddress(printed)), printed);
    },
    ['"A \\"q\\" <b>" <sip:a@b;lr>;tag=1;x="y"', 'sip:a@b;tag=2', '<sip:a@b?x=y>'],
  ],
  ['name-addr list', parseNameAddressList, ['<sip:p1;lr>, "x, y" <sip:p2;lr>;a=b, <tel:1>']],
  [
    'via',
    parseVia,
    ['SIP / 2.0 / UDP first.example.com: 4000;ttl=16;maddr=224.2.0.1 ;branch=z9hG4bKa7c6', 'SIP/2.0/TCP [::1]'],
  ],
  ['diversion', parseDiversion, ['"Ann" <sip:1001@pbx>;reason="user-busy";counter=2;privacy=full', '<tel:1>']],
  ['history-info', parseHistoryInfo, ['<sip:a@b?Reason=SIP%3Bcause%3D486&Privacy=none>;index=1.2.3;rc=1.2']],
  ['reason', parseReason, ['SIP ;cause=200 ;text="Call completed elsewhere"', 'Q.850;cause=16']],
  ['warning', parseWarning, ['399 isi.edu:5060 "text \\" more"']],
  ['rack', parseRAck, ['776656 1 INVITE']],
  ['rseq', value => parseRSeq(value), ['1', '4294967295']],
  ['replaces', parseReplaces, ['425928@phone.example.org;to-tag=7743;from-tag=6472;early-only']],
  ['session-expires', parseSessionExpires, ['1800;refresher=uac']],
  ['min-se', value => parseMinSe(value), ['90']],
  ['event', parseEvent, ['message-summary;id=7', 'refer']],
  ['subscription-state', parseSubscriptionState, ['active;expires=60', 'terminated;reason=noresource;retry-after=5']],
  [
    'refer-to',
    parseReferTo,
    ['<sip:carol@example.org?Replaces=1%40h%3Bto-tag%3D2%3Bfrom-tag%3D3&Require=replaces>', 'tel:+331'],
  ],
  ['referred-by', parseReferredBy, ['<sip:r@ref.example;a=b>;cid="2UWQFN309shb3@ref.example"']],
  ['privacy', parsePrivacy, ['id;header;critical']],
  [
    'challenge',
    value => parseChallenge(value),
    ['Digest realm="a b", nonce="n\\"q", qop="auth,auth-int", algorithm=SHA-256, stale=FALSE, opaque=""'],
  ],
  [
    'credentials',
    value => parseCredentials(value),
    [
      'Digest username="ann", realm="r", nonce="n", uri="sip:r", response="0123456789abcdef0123456789abcdef", qop=auth, nc=00000001, cnonce="c", algorithm=MD5',
    ],
  ],
  [
    'message-summary',
    value => parseMessageSummary(Buffer.from(value, 'latin1')),
    ['Messages-Waiting: yes\r\nMessage-Account: sip:a@b\r\nVoice-Message: 2/8 (0/2)\r\n'],
  ],
  ['sipfrag', value => parseStatusFragment(Buffer.from(value, 'latin1')), ['SIP/2.0 603 Declined\r\nVia: x\r\n']],
  ['list', splitList, ['a, "b, \\" c", <sip:d,e>, (f, g)']],
];

export const headers: FuzzTarget = {
  name: 'sip-headers',
  seeds: PARSERS.flatMap(([, , seeds], i) => seeds.map(seed => Buffer.from(String.fromCharCode(i) + seed, 'latin1'))),
  dictionary: [
    '<sip:',
    '>',
    '"',
    '\\"',
    ';tag=',
    ';cause=',
    ';reason=',
    ';index=1',
    'SIP/2.0/',
    ', ',
    '=',
    '(',
    ')',
    '\\',
  ],
  declared,
  run(bytes) {
    const [, parse] = PARSERS[(bytes[0] ?? 0) % PARSERS.length];
    parse(Buffer.from(bytes.subarray(1)).toString('latin1'));
  },
};
