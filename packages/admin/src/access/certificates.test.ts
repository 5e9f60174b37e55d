import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificateKey, shownBy } from './certificates.ts';

const FINGERPRINT = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0').toUpperCase()).join(':');
const HEX = FINGERPRINT.replaceAll(':', '').toLowerCase();
const certificate = (subject: string, subjectAltName?: string) => ({
  fingerprint256: FINGERPRINT,
  subject,
  subjectAltName,
});

test('a certificate stands for its fingerprint, its subject and each of its names', () => {
  assert.deepEqual(
    shownBy(certificate('O=Contoso\nCN=Ann', 'email:Ann@contoso.com, DNS:ann.contoso.com, URI:sip:ann@contoso.com')),
    [
      `sha256:${HEX}`,
      'subject:o=contoso,cn=ann',
      'email:ann@contoso.com',
      'dns:ann.contoso.com',
      'uri:sip:ann@contoso.com',
    ],
  );
  assert.deepEqual(shownBy(certificate('')), [`sha256:${HEX}`]);
});

test('a name that tries to be two is nobody’s', () => {
  // CVE-2021-44532: Node writes what is ambiguous in quotes.
  for (const names of [
    'URI:"http://x/, email:ann@contoso.com"',
    'email:"a\\", email:ann@contoso.com"',
    'othername:<unsupported>, IP Address:192.0.2.1, DirName:CN=ann',
    'email:',
    Array.from({ length: 33 }, () => 'email:ann@contoso.com').join(', '),
    `email:${'x'.repeat(9000)}`,
  ])
    assert.deepEqual(shownBy(certificate('', names)), [`sha256:${HEX}`], names.slice(0, 40));
});

test('administrators write a fingerprint as their tools show it, or a name', () => {
  for (const [written, key] of [
    [FINGERPRINT, `sha256:${HEX}`],
    [`SHA256:${FINGERPRINT}`, `sha256:${HEX}`],
    [HEX, `sha256:${HEX}`],
    ['email:Ann@Contoso.com', 'email:ann@contoso.com'],
    ['subject:O=Contoso,CN=Ann', 'subject:o=contoso,cn=ann'],
    ['sha256:12', undefined],
    ['sha256:', undefined],
    ['ann', undefined],
    ['email:', undefined],
    ['ip:192.0.2.1', undefined],
  ] as const)
    assert.equal(certificateKey(written), key, written);
});
