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
