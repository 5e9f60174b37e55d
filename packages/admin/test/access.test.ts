import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { cmdlets } from '@parley/schema';
import { type AccessHouse, withAccess } from './access-house.ts';
import { Authority } from './authority.ts';

const PASSWORD = 'seven grey owls at dusk';
const FIRST = { name: 'Ann', password: PASSWORD };

/** The secret of a fresh set-up link. */
async function linkSecret({ door, origin }: AccessHouse): Promise<string> {
  const link = (await door.setupLink()) ?? '';
  assert.ok(link.startsWith(`${origin}/setup#`), link);
  return link.slice(link.indexOf('#') + 1);
}

/** Makes the first administrator and signs her in. */
async function begin(house: AccessHouse): Promise<{ cookie: string; csrf: string }> {
  const made = await house.ask('/v1/setup', { method: 'POST', body: { ...FIRST, token: await linkSecret(house) } });
  assert.equal(made.status, 201, made.text);
  return { cookie: made.cookies, csrf: String(made.body.csrf) };
}

const run = (house: AccessHouse, name: string, parameters: object, headers: Record<string, string>) =>
  house.ask(`/v1/cmdlets/${name}`, { method: 'POST', headers, body: { parameters } });

test('the first start’s link makes the first administrator once, and nobody after that', () =>
  withAccess(async house => {
    const page = await house.ask('/setup');
    assert.equal(page.status, 200);
    assert.match(
      String(page.headers['content-security-policy']),
      /default-src 'none'; script-src 'sha256-[\w+/]{43}='/,
    );
    const unused = await linkSecret(house);
    const wrong = await house.ask('/v1/setup', { method: 'POST', body: { ...FIRST, token: 'wrong' } });
    assert.deepEqual([wrong.status, wrong.body.code], [401, 'SIGN_IN_REFUSED']);
    const weak = await house.ask('/v1/setup', {
      method: 'POST',
      body: { name: 'ann', password: 'short', token: unused },
    });
    assert.deepEqual([weak.status, weak.body.code], [422, 'OBJECT_INVALID']);
    await begin(house);
    const again = await house.ask('/v1/setup', { method: 'POST', body: { ...FIRST, name: 'eve', token: unused } });
    assert.equal(again.status, 401);
    assert.equal(await house.door.setupLink(), undefined);
    const { groups } = (await house.records.administrators.byName('ann')) ?? {};
    assert.deepEqual(groups, ['Organization Management', 'CsAdministrator']);
    assert.deepEqual(
      house.told.map(({ who, cmdlet, outcome }) => [who, cmdlet, outcome]),
      [
        ['(unknown)', 'set-up', 'refused'],
        ['ann', 'set-up', 'done'],
        ['ann', 'sign-in', 'done'],
        ['(unknown)', 'set-up', 'refused'],
      ],
    );
  }));

test('without a sign-in nothing is told but how to sign in', () =>
  withAccess(async house => {
    for (const path of ['/v1/me', '/v1/schema', '/v1/cmdlets', '/v1/mailboxes', '/v1/status', '/v1/spool']) {
      const { status, body } = await house.ask(path);
      assert.deepEqual([status, body.code], [401, 'UNAUTHENTICATED'], path);
    }
    assert.deepEqual((await house.ask('/v1/sign-in')).body, { ways: ['password'] });
  }));

test('no cmdlet at all is run for nobody, and none tells him more than that', () =>
  withAccess(async house => {
    const refusals = new Set<string>();
    for (const { name } of cmdlets) {
      const { status, body } = await run(house, name, { Identity: 'x' }, {});
      refusals.add(`${status} ${body.code} ${body.detail}`);
    }
    assert.deepEqual(
      [...refusals],
      ['401 UNAUTHENTICATED show an API token, a session or a client certificate of an administrator'],
    );
    assert.equal((await run(house, 'Get-Nothing', {}, {})).status, 401);
  }));

test('a session is a cookie that no page of another site can use', () =>
  withAccess(async house => {
    await begin(house);
    const signedIn = await house.ask('/v1/sessions', { method: 'POST', body: { name: 'ANN', password: PASSWORD } });
    assert.equal(signedIn.status, 201);
    assert.match(
      String(signedIn.headers['set-cookie']),
      /^__Host-parley=p\.[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    );
    const cookie = signedIn.cookies;
    const csrf = String(signedIn.body.csrf);
    const me = await house.ask('/v1/me', { headers: { cookie } });
    assert.deepEqual([me.status, me.body.name, me.body.how, me.body.csrf], [200, 'ann', 'password', csrf]);
    assert.ok(Array.isArray(me.body.cmdlets) && me.body.cmdlets.includes('Set-UMDialPlan'));
    const foreign = await run(house, 'Get-RoleGroup', {}, { cookie });
    assert.deepEqual([foreign.status, foreign.body.code], [403, 'ORIGIN_REFUSED']);
    assert.equal((await run(house, 'Get-RoleGroup', {}, { cookie, 'x-parley-csrf': 'guess' })).status, 403);
    assert.equal((await run(house, 'Get-RoleGroup', {}, { cookie, 'x-parley-csrf': csrf })).status, 200);
    const out = await house.ask('/v1/sessions', { method: 'DELETE', headers: { cookie, 'x-parley-csrf': csrf } });
    assert.deepEqual([out.status, out.cookies], [204, '__Host-parley=']);
    assert.equal((await house.ask('/v1/me', { headers: { cookie } })).status, 401);
    assert.ok(house.told.some(({ who, cmdlet }) => who === 'ann' && cmdlet === 'sign-out'));
  }));

test('nobody is signed in by a page of another site', () =>
  withAccess(async house => {
    await begin(house);
    const foreign: readonly Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.test' },
      { origin: 'null' },
    ];
    for (const headers of foreign)
      for (const path of ['/v1/sessions', '/v1/setup']) {
        const body = { name: 'ann', password: PASSWORD, token: 'x' };
        const refused = await house.ask(path, { method: 'POST', headers, body });
        assert.deepEqual([refused.status, refused.body.code], [403, 'ORIGIN_REFUSED'], JSON.stringify(headers));
      }
    const body = { name: 'ann', password: PASSWORD };
    const ours = { origin: house.origin, 'sec-fetch-site': 'same-origin' };
    assert.equal((await house.ask('/v1/sessions', { method: 'POST', headers: ours, body })).status, 201);
  }));

test('a wrong name, a wrong password and a stranger hear the same; after too many they wait', () =>
  withAccess(async house => {
    await begin(house);
    const answers: string[] = [];
    for (const [name, password] of [
      ['ann', 'eight grey owls at dusk'],
      ['bob', PASSWORD],
      ['__proto__', PASSWORD],
      ["ann' or '1'='1", PASSWORD],
    ]) {
      const { status, body } = await house.ask('/v1/sessions', { method: 'POST', body: { name, password } });
      answers.push(JSON.stringify([status, body.code, body.detail]));
    }
    assert.equal(new Set(answers).size, 1);
    assert.match(answers[0], /^\[401,"SIGN_IN_REFUSED"/);
    let status = 0;
    for (let i = 0; i < 20 && status !== 429; i++)
      ({ status } = await house.ask('/v1/sessions', { method: 'POST', body: { name: 'bob', password: PASSWORD } }));
    assert.equal(status, 429);
  }));

test('what is no name and password is refused before anything is computed', () =>
  withAccess(async house => {
    for (const body of [
      {},
      { name: 'ann' },
      { name: ['ann'], password: PASSWORD },
      { name: 'ann', password: { a: 1 } },
      'ann',
      null,
    ]) {
      const { status, body: answer } = await house.ask('/v1/sessions', { method: 'POST', body });
      assert.deepEqual([status, answer.code], [400, 'REQUEST_INVALID'], JSON.stringify(body));
    }
    const long = await house.ask('/v1/sessions', {
      method: 'POST',
      body: { name: 'ann', password: 'x'.repeat(10_000) },
    });
    assert.deepEqual([long.status, long.body.code], [413, 'REQUEST_TOO_LARGE']);
  }));

test('a new password is one’s own affair, and ends one’s other sessions', () =>
  withAccess(async house => {
    const { cookie, csrf } = await begin(house);
    const other = (await house.ask('/v1/sessions', { method: 'POST', body: FIRST })).cookies;
    const headers = { cookie, 'x-parley-csrf': csrf };
    const change = (old: string, password: string) =>
      house.ask('/v1/me/password', { method: 'POST', headers, body: { old, password } });
    assert.equal((await change('not the password', 'nine red foxes at dawn')).status, 401);
    assert.equal((await change(PASSWORD, 'short')).status, 422);
    assert.equal((await change(PASSWORD, 'nine red foxes at dawn')).status, 204);
    assert.equal((await house.ask('/v1/me', { headers: { cookie } })).status, 200);
    assert.equal((await house.ask('/v1/me', { headers: { cookie: other } })).status, 401);
    assert.equal((await house.ask('/v1/sessions', { method: 'POST', body: FIRST })).status, 401);
  }));

test('a token works without cookie and word, within its scope, and not once it is removed', () =>
  withAccess(async house => {
    const { cookie, csrf } = await begin(house);
    const headers = { cookie, 'x-parley-csrf': csrf };
    const made = await run(house, 'New-AdminToken', { Name: 'inventory', Scopes: ['cmdlet:Get-RoleGroup'] }, headers);
    assert.equal(made.status, 200, made.text);
    const { Secret, Identity } = propertiesOf(made.body);
    const bearer = { authorization: `Bearer ${Secret}` };
    assert.equal((await run(house, 'Get-RoleGroup', {}, bearer)).status, 200);
    const beyond = await run(house, 'Get-Administrator', {}, bearer);
    assert.deepEqual([beyond.status, beyond.body.code], [403, 'FORBIDDEN']);
    assert.equal((await house.ask('/v1/me', { headers: bearer })).body.name, 'ann (token inventory)');
    assert.equal(house.told.filter(({ how }) => how === 'token').length, 1, 'once, not with every request');
    assert.equal((await run(house, 'Remove-AdminToken', { Identity }, headers)).status, 200);
    assert.equal((await house.ask('/v1/me', { headers: bearer })).status, 401);
    // A token that is wrong is not made up for by a session that is right.
    assert.equal((await house.ask('/v1/me', { headers: { ...bearer, cookie } })).status, 401);
    for (const authorization of [
      'Bearer',
      'Bearer x y',
      `Basic ${btoa(`ann:${PASSWORD}`)}`,
      `Bearer ${'x'.repeat(5000)}`,
    ])
      assert.equal((await house.ask('/v1/me', { headers: { authorization } })).status, 401, authorization.slice(0, 20));
  }));

test('a client certificate is whoever it was given to, when its authority is ours and it is not over', () =>
  withAccess(async house => {
    const { cookie, csrf } = await begin(house);
    const headers = { cookie, 'x-parley-csrf': csrf };
    const { authority, ask } = house;
    const email = [{ type: 'email', value: 'Bob@contoso.com' }] as const;
    const bob = await authority.issue('CN=Bob', email);
    const cem = await authority.issue('CN=Cem,O=Contoso');
    const fingerprint = new X509Certificate(cem.certificate).fingerprint256;
    for (const [name, certificate] of [
      ['bob', 'email:bob@contoso.com'],
      ['cem', fingerprint],
    ]) {
      const parameters = { Name: name, Groups: ['Help Desk'], Certificate: certificate };
      assert.equal((await run(house, 'New-Administrator', parameters, headers)).status, 200);
    }
    const who = async (as: typeof bob) => {
      const { status, body } = await ask('/v1/me', { as });
      return status === 200 ? `${body.name} ${body.how}` : status;
    };
    assert.equal(await who(bob), 'bob certificate');
    assert.equal(await who(cem), 'cem certificate');
    const forbidden = await ask('/v1/cmdlets/Get-Administrator', { method: 'POST', body: { parameters: {} }, as: bob });
    assert.deepEqual([forbidden.status, forbidden.body.code], [403, 'FORBIDDEN']);
    const stranger = await Authority.named('CN=Authority of the test');
    assert.equal(await who(await stranger.issue('CN=Bob', email)), 401, 'another authority of the same name');
    assert.equal(await who(await authority.issue('CN=Bob', email, -1)), 401, 'over');
    assert.equal(
      await who(await authority.issue('CN=Bob', [{ type: 'dns', value: 'bob@contoso.com' }])),
      401,
      'another kind of name',
    );
    assert.equal(await who(await authority.issue('CN=Eve')), 401, 'nobody');
    // One that shows two administrators is neither.
    const both = await authority.issue('CN=Both', [...email, { type: 'dns', value: 'both.contoso.com' }]);
    assert.equal(await who(both), 'bob certificate');
    await run(house, 'New-Administrator', { Name: 'dan', Certificate: 'dns:both.contoso.com' }, headers);
    assert.equal(await who(both), 401);
    await run(house, 'Set-Administrator', { Identity: 'bob', Disabled: true }, headers);
    assert.equal(await who(bob), 401);
  }));

function propertiesOf(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const [object] = Array.isArray(body.objects) ? body.objects : [];
  return object.properties;
}
