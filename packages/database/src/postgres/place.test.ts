import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf } from './place.ts';

const refusal = (url: string, message: RegExp) =>
  assert.throws(() => placeOf(url), { code: 'DATABASE_URL_INVALID', message });

test('a URL in full, and what it shows of itself', () => {
  const place = placeOf('postgres://um:p%40ss@db.example.org:6432/um%20data?sslmode=require');
  assert.deepEqual(
    { ...place, tls: undefined },
    {
      host: 'db.example.org',
      port: 6432,
      user: 'um',
      password: 'p@ss',
      database: 'um data',
      shown: 'postgres://um@db.example.org:6432/um data',
      tls: undefined,
    },
  );
  assert.deepEqual(place.tls, {
    ca: undefined,
    cert: undefined,
    key: undefined,
    servername: 'db.example.org',
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
  });
});

test('another machine proves its name unless something else is said; this one need not', () => {
  const verified = (url: string) => {
    const { tls } = placeOf(url);
    return tls !== false && tls.rejectUnauthorized === true;
  };
  for (const host of ['db.example.org', '192.0.2.7', '[2001:db8::7]', '127.0.0.1.example.org'])
    assert.equal(verified(`postgres://um@${host}/um`), true, host);
  for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '[::1]'])
    assert.equal(placeOf(`postgres://um@${host}/um`).tls, false, host);
  assert.equal(placeOf('postgres://um@db.example.org/um?sslmode=disable').tls, false);
  assert.equal(verified('postgres://um@127.0.0.1/um?sslmode=verify-full'), true);
});

test('a Unix socket is a folder', () => {
  for (const url of ['postgres://um@/um?host=/run/postgresql', 'postgresql://um@localhost/um?host=%2Frun%2Fpostgresql'])
    assert.deepEqual(
      [placeOf(url).host, placeOf(url).tls, placeOf(url).shown],
      ['/run/postgresql', false, 'postgres://um@/run/postgresql/um'],
    );
});

test('what cannot be right is refused in one line that shows no password', () => {
  refusal('mysql://um@h/um', /is not of the form/);
  refusal('um', /is not of the form/);
  refusal('postgres://h/um', /names no user/);
  refusal('postgres://um@h/', /no database/);
  refusal('postgres://um:secret@h/um?options=-csearch_path=x', /the parameter "options"; allowed: host, sslmode/);
  refusal('postgres://um@h/um?sslmode=prefer', /sslmode="prefer"; allowed: disable, require, verify-full/);
  refusal('postgres://um@h/um?host=elsewhere', /no folder/);
  refusal('postgres://um@h/a%00b', /wrong escape/);
  refusal('postgres://um:%zz@h/um', /a password with a wrong escape$/);
  refusal('postgres://um@h/um?sslrootcert=/no/where.pem', /cannot be read.*where\.pem/);
});
