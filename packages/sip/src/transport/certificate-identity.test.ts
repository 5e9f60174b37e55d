import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proves } from './certificate-identity.ts';
import { altNamesOf } from './subject-alt-name.ts';

test('a subjectAltName is taken apart at the commas between names, never at those inside', () => {
  // The first three are printed by Node as its documentation of CVE-2021-44532 and CVE-2021-44533 says.
  const texts: readonly (readonly [string, readonly (readonly [string, string])[] | undefined])[] = [
    ['DNS:"evil.example\\u002c DNS:good.example"', [['DNS', 'evil.example, DNS:good.example']]],
    ['DNS:"good.example\\u0000.evil.example"', [['DNS', 'good.example\0.evil.example']]],
    ['URI:"http://example.com/?a=\\"b\\""', [['URI', 'http://example.com/?a="b"']]],
    [
      'URI:sip:example.org, DNS:a.example, IP Address:0:0:0:0:0:0:0:1',
      [
        ['URI', 'sip:example.org'],
        ['DNS', 'a.example'],
        ['IP Address', '0:0:0:0:0:0:0:1'],
      ],
    ],
    [
      'othername:<unsupported>, DNS:a.example',
      [
        ['othername', '<unsupported>'],
        ['DNS', 'a.example'],
      ],
    ],
    ['DNS:"evil.example, DNS:good.example"', [['DNS', 'evil.example, DNS:good.example']]],
    ['DNS:', [['DNS', '']]],
    ['', []],
    ['DNS:"never closed', undefined],
    ['DNS:"a"b, DNS:good.example', undefined],
    ['DNS:"\\x", DNS:good.example', undefined],
    ['no kind at all', undefined],
  ];
  for (const [text, expected] of texts)
    assert.deepEqual(
      altNamesOf(text)?.map(({ kind, value }) => [kind, value]),
      expected,
      text,
    );
});

test('names are compared whole, whatever their case; addresses only with addresses', () => {
  const identity = { domains: ['example.org'], addresses: ['192.0.2.1', '2001:db8::1'] };
  for (const name of ['example.org', 'EXAMPLE.org', 'example.org.', '192.0.2.1', '::ffff:192.0.2.1', '2001:DB8:0::1'])
    assert.ok(proves(identity, name), name);
  for (const name of [
    'sip.example.org',
    'org',
    '.example.org',
    '*.org',
    'example.org\0',
    '',
    '192.0.2.2',
    'example.org..',
  ])
    assert.ok(!proves(identity, name), name);
});
