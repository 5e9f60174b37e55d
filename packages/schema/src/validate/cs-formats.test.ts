import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CS_FORMATS, type CsTextFormat } from './cs-formats.ts';
import { allowedBy, canonical, misfit } from './format.ts';

/** What fits and what does not, from the patterns and the prose of the reference. */
const CASES: Readonly<Record<CsTextFormat, { readonly good: readonly string[]; readonly bad: readonly string[] }>> = {
  'policy scope': {
    good: ['global', 'site:Redmond', 'tag:ExRedmond', 'ExRedmond', 'Ex Redmond 2'],
    bad: ['Registrar:a.example.org', 'site:', 'tag:', 'a/b', 'a:b', ' x'],
  },
  'dial plan scope': {
    good: ['Registrar:a.example.org', 'PstnGateway:192.0.2.1', 'Sales'],
    bad: ['Registrar:', 'MediationServer:a.b'],
  },
  'trunk scope': {
    good: ['global', 'site:Redmond', 'PstnGateway:192.168.0.240'],
    bad: ['Sales', 'tag:Sales', 'Registrar:a.b'],
  },
  'site scope': { good: ['global', 'site:Redmond'], bad: ['Sales', 'PstnGateway:a.b'] },
  'media scope': { good: ['global', 'site:Redmond1', 'MediationServer:a.b'], bad: ['Sales', 'Registrar:a.b'] },
  'scoped name': {
    good: ['site:Redmond/Internal', 'global/Prefix All', 'Sales/1'],
    bad: ['Internal', '/x', 'a/', 'a/b:c'],
  },
  fqdn: { good: ['pool.example.org', '192.0.2.1'], bad: ['pool', 'pool..org', 'a_b.-c', ''] },
  destination: {
    good: ['ExUM.fabrikam.com', 'um', 'a-b_c.d'],
    bad: ['um.example.org.', 'a..b', 'ä.org', 'a b', `${'a'.repeat(256)}`],
  },
  destinations: {
    good: ['corp1.litwareinc.com', 'corp1.litwareinc.com, corp2.litwareinc.com', 'a,b'],
    bad: ['a,,b', 'a, ', 'a b'],
  },
  'sip address': {
    good: ['sip:exumaa1@fabrikam.com'],
    bad: ['exumaa1@fabrikam.com', 'sip:fabrikam.com', 'sips:a@b.c', 'sip:@b.c'],
  },
  'line uri': {
    good: ['tel:+14255550123', 'tel:+14255550100;ext=10001', 'TEL:1001'],
    bad: ['+14255550123', 'tel:', 'tel:+1 425', 'tel:+1;ext=', 'tel:+1;x=1'],
  },
  'display number': { good: ['+14255550101', '2065559876'], bad: ['0123', '+0123', '1 2', '', '+', 'tel:1'] },
  'unassigned number': {
    good: ['+14255550100', 'tel:+14255550100;ext=100', '1'.repeat(18)],
    bad: ['0100', '1'.repeat(19), '+1;ext=0', '+1;ext='],
  },
  'caller number': { good: ['+14255550100', '1;ext=20'], bad: ['01', '+1;ext=01', '1;ext='] },
  'simple name': {
    good: ['Redmond', 'a.b-c_d', 'Prefix All', 'Registrar_a.example.org'],
    bad: ['a+b', 'a(b)', 'a;b', 'a@b'],
  },
  'access prefix': { good: ['9', '*9#0'], bad: ['99999', '+', 'a', ''] },
  'number pattern': { good: ['^(\\d{11})$', '[0-9]{10}'], bad: ['^(\\d+)+$', '(?=a)'] },
  'number translation': { good: ['+$1', '+14255550100;ext=$1', `\${1}0`], bad: ['+ $1', 'ä', '"'] },
  'distinguished name': {
    good: ['ou=Finance,ou=North America,dc=litwareinc,dc=com', 'OU=a, DC=b'],
    bad: ['Finance', 'ou=', 'ou=a,', 'x=1', 'ou=a=b'],
  },
  'application server': {
    good: ['ApplicationServer:redmond.litwareinc.com', 'service:ApplicationServer:a.b'],
    bad: ['redmond.litwareinc.com', 'ApplicationServer:', 'Registrar:a.b'],
  },
  'gateway service': {
    good: ['PstnGateway:gw.example.org', 'service:pstngateway:192.0.2.1'],
    bad: ['gw.example.org', 'PstnGateway:'],
  },
  'https url': { good: ['https://auto.example.org/x'], bad: ['http://example.org', 'https://', 'javascript:1'] },
  'announcement target': {
    good: [
      'sip:kmyer@litwareinc.com',
      'sip:+14255551212@litwareinc.com;user=phone',
      'sip:kmyer@litwareinc.com;opaque=app:voicemail',
    ],
    bad: ['kmyer@litwareinc.com', 'sip:kmyer@litwareinc.com;maddr=192.0.2.1', 'tel:+1'],
  },
};

for (const [format, { good, bad }] of Object.entries(CASES)) {
  const of = Object.keys(CS_FORMATS).find((each): each is CsTextFormat => each === format);
  test(`${format}: what fits and what does not`, () => {
    assert.ok(of);
    for (const text of good) assert.equal(misfit(text, of), undefined, text);
    for (const text of bad) assert.notEqual(misfit(text, of), undefined, text);
    assert.ok(allowedBy(of).length > 0);
  });
}

test('the form in which a text is kept fits, and is kept as it is', () => {
  for (const [format, { good }] of Object.entries(CASES)) {
    const of = Object.keys(CS_FORMATS).find((each): each is CsTextFormat => each === format);
    for (const text of good) {
      const kept = canonical(text, of);
      assert.equal(misfit(kept, of), undefined, kept);
      assert.equal(canonical(kept, of), kept);
    }
  }
});

test('texts that mean the same are kept alike', () => {
  for (const [format, given, kept] of [
    ['destinations', 'a.b,c.d', 'a.b, c.d'],
    ['sip address', 'SIP:a@b.c', 'sip:a@b.c'],
    ['line uri', 'TEL:+1;EXT=2', 'tel:+1;ext=2'],
    ['distinguished name', 'OU=Finance, DC=a', 'ou=Finance,dc=a'],
    ['gateway service', 'service:pstngateway:a.b', 'PstnGateway:a.b'],
    ['fqdn', 'RedmondPool.litwareinc.com', 'redmondpool.litwareinc.com'],
    ['scoped name', 'global/Keep All', 'Global/Keep All'],
  ] as const)
    assert.equal(canonical(given, format), kept);
});

test('long texts are judged at once', () => {
  const started = performance.now();
  for (const format of Object.keys(CASES) as CsTextFormat[])
    for (const part of ['a.', 'ou=a,', '1', 'sip:a@', ';ext=1', '(', '\\d*']) misfit(part.repeat(20_000), format);
  assert.ok(performance.now() - started < 2000);
});
