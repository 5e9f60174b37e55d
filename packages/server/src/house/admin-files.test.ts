import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../config/config.ts';
import { readOidc } from './admin-files.ts';

const oidcOf = (lines: readonly string[], at = (path: string) => path) =>
  readOidc(readConfig(['admin:', '  oidc:', ...lines.map(line => `    ${line}`)].join('\n'), 'test.yaml').admin, at);
const ISSUER = 'issuer: https://login.example.org';

test('a sign-in service is what the file says, with the secret of its client', t => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-oidc-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'secret'), 's3cret\n');
  const lines = [ISSUER, 'clientId: parley', 'clientSecretFile: secret', 'groupsClaim: groups'];
  const groups = 'groups: ["um-admins = UM Management", "um-admins = help desk", "ops=CsHelpDesk"]';
  assert.deepEqual(
    oidcOf([...lines, groups], path => join(folder, path)),
    {
      issuer: 'https://login.example.org',
      clientId: 'parley',
      clientSecret: 's3cret',
      groupsClaim: 'groups',
      groups: { 'um-admins': ['UM Management', 'Help Desk'], ops: ['CsHelpDesk'] },
    },
  );
});

test('without an issuer there is none; what cannot be is said', () => {
  assert.equal(oidcOf(['clientId: parley']), undefined);
  assert.throws(() => oidcOf([ISSUER]), /set admin\.oidc\.clientId/);
  assert.throws(
    () => oidcOf([ISSUER, 'clientId: parley', 'clientSecretFile: /nowhere/x']),
    /admin\.oidc\.clientSecretFile/,
  );
  assert.throws(
    () => oidcOf([ISSUER, 'clientId: parley', 'groups: ["a = Wizards"]']),
    /admin\.oidc\.groups: there is no role group "Wizards": it is one of Organization Management, /,
  );
});
