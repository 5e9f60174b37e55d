import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { readConfig } from '../../packages/server/src/config/config.ts';
import { readDoorTls, readOtherDoor } from '../../packages/server/src/house/admin-files.ts';
import { doubtsAbout, readTlsFiles } from '../../packages/server/src/house/tls-files.ts';
import { Authority, type Wanted } from '../../packages/sip/test/certificates.ts';

const NOW = Date.now();

suite('the files of sip.tls', () => {
  let folder: string;
  let authority: Authority;
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
  const read = (tls: Readonly<Record<string, string>>) => {
    const { sip } = readConfig(JSON.stringify({ sip: { listen: ['tls:127.0.0.1:0'], tls } }), 'x');
    return readTlsFiles(sip, path => join(folder, path));
  };
  /** The line about files that cannot be used. */
  const line = (tls: Readonly<Record<string, string>>) => {
    try {
      read(tls);
    } catch (error) {
      return (error as Error).message;
    }
    return 'taken';
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-tls-files-'));
    authority = await Authority.named('CN=Authority of the test');
    write('ca.pem', authority.certificate);
    for (const name of ['own', 'other']) {
      const issued = await authority.issue({ subject: `CN=${name}`, names: [['dns', `${name}.example.org`]] });
      write(`${name}.pem`, issued.certificate);
      write(`${name}.key`, issued.key);
    }
    write('empty.pem', '\n');
    write('broken.pem', '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n');
    write('text.pem', 'certificate goes here\n');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
    write('locked.key', privateKey.export(locked).toString());
  });
  after(() => rmSync(folder, { recursive: true }));

  test('are taken when each is what it should be, a chain included', () => {
    assert.equal(line({ certificate: 'own.pem', key: 'own.key', authorities: 'ca.pem' }), 'taken');
    assert.equal(line({ certificate: 'own.pem', key: 'own.key' }), 'taken');
    assert.match(line({}), /sip\.listen has tls:127\.0\.0\.1:0, which needs a certificate: set sip\.tls\.certificate/);
    assert.match(line({ key: 'own.key' }), /belong together/);
  });

  const own = { certificate: 'own.pem', key: 'own.key' };
  const ROWS: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    [
      'the key of another',
      { ...own, key: 'other.key' },
      /^sip\.tls\.key: .*other\.key is not the key .*own\.pem.*CN=own/,
    ],
    ['a key for a certificate', { ...own, certificate: 'own.key' }, /^sip\.tls\.certificate: .*it holds: PRIVATE KEY/],
    [
      'a certificate for a key',
      { ...own, key: 'own.pem' },
      /^sip\.tls\.key: .*no private key \(it holds: CERTIFICATE\)/,
    ],
    [
      'a key with a passphrase',
      { ...own, key: 'locked.key' },
      /^sip\.tls\.key: .*passphrase.*openssl pkey -in .*locked\.key/,
    ],
    ['no file', { ...own, key: 'nowhere.key' }, /^sip\.tls\.key: cannot read .*nowhere\.key/],
    ['an empty file', { ...own, certificate: 'empty.pem' }, /^sip\.tls\.certificate: .*it is empty/],
    ['a broken certificate', { ...own, certificate: 'broken.pem' }, /^sip\.tls\.certificate: .*number 1/],
    // Nobody would be believed, and nothing would say why.
    [
      'authorities that are a key',
      { ...own, authorities: 'own.key' },
      /^sip\.tls\.authorities: .*own\.key holds no cert/,
    ],
    ['authorities that are nothing', { ...own, authorities: 'empty.pem' }, /^sip\.tls\.authorities: .*it is empty/],
    ['authorities that are no PEM', { ...own, authorities: 'text.pem' }, /^sip\.tls\.authorities: .*it is not PEM/],
  ];
  for (const [name, tls, told] of ROWS)
    test(`${name}: one line names the key and the file`, () => assert.match(line(tls), told));

  test('the door of the administrators is read as carefully', () => {
    const door = (key: string) => {
      const { admin } = readConfig(
        JSON.stringify({ admin: { listen: '127.0.0.1:0', certificate: 'own.pem', key, clientAuthorities: 'ca.pem' } }),
        'x',
      );
      return readDoorTls(admin, path => join(folder, path));
    };
    assert.equal(door('own.key')?.clientAuthorities, authority.certificate);
    assert.throws(
      () => door('other.key'),
      /^ParleyError: admin\.key: .*other\.key is not the key .*admin\.certificate/,
    );
    const config = { admin: { url: 'https://a', tokenFile: 'text.pem', authorities: 'empty.pem' } };
    const { admin } = readConfig(JSON.stringify(config), 'x');
    assert.throws(() => readOtherDoor(admin, path => join(folder, path)), /admin\.authorities: .*it is empty/);
  });

  test('of a certificate that peers will not believe that is said', async () => {
    const doubts = async (wanted: Wanted) => doubtsAbout(await authority.issue(wanted), NOW);
    assert.deepEqual(await doubts({ names: [['dns', 'a.example.org']] }), []);
    assert.match(
      (await doubts({ names: [['dns', 'a.example.org']], from: -9, until: -1 })).join(),
      /^it expired on .*SIGHUP/,
    );
    const soon = { names: [['dns', 'a.example.org']], until: 13 } as const;
    assert.match((await doubts(soon)).join(), /^it expires on .*: renew it before that, then SIGHUP$/);
    assert.deepEqual(await doubts({ ...soon, until: 15 }), []);
    assert.match((await doubts({ ...soon, from: 20, until: 40 })).join(), /^it is valid from /);
    assert.match((await doubts({ names: [['dns', '*.example.org']] })).join(), /^it proves no name: .*wildcards/);
  });
});
