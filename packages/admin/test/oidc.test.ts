import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccessHouse, withAccess } from './access-house.ts';
import { type SignInService, signInService } from './sign-in-service.ts';

const RETURN = '/v1/sign-in/oidc/callback';

/** Lends a door whose people are those of a real provider. */
async function withService(use: (house: AccessHouse, service: SignInService) => Promise<void>): Promise<void> {
  await using stack = new AsyncDisposableStack();
  let service: SignInService | undefined;
  await withAccess(
    async house => {
      assert.ok(service);
      await use(house, service);
    },
    async origin => {
      service = stack.use(await signInService(`${origin}${RETURN}`));
      return {
        issuer: service.issuer,
        clientId: 'parley',
        clientSecret: service.clientSecret,
        scope: 'profile groups',
        groupsClaim: 'groups',
        groups: { 'voice-team': ['um management', 'CsVoiceAdministrator'], desk: ['Help Desk'] },
      };
    },
  );
}

/** A browser that begins to sign in: where it is sent, and the cookie that it keeps. */
async function begin({ ask }: AccessHouse): Promise<{ url: string; cookie: string }> {
  const { status, headers, cookies } = await ask('/v1/sign-in/oidc');
  assert.equal(status, 302);
  assert.match(
    String(headers['set-cookie']),
    /^__Host-parley-oidc=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/,
  );
  return { url: String(headers.location), cookie: cookies };
}

async function signIn(house: AccessHouse, service: SignInService) {
  const { url, cookie } = await begin(house);
  const back = await service.visit(url);
  return { back, cookie, answer: await house.ask(back.slice(house.origin.length), { headers: { cookie } }) };
}

const sessionOf = (cookies: string) => cookies.split('; ').find(cookie => cookie.startsWith('__Host-parley=')) ?? '';

test('somebody whose groups at the provider mean something here is an administrator, and only as long as they do', () =>
  withService(async (house, service) => {
    service.somebody = '42';
    service.accounts.set('42', { groups: ['voice-team', 'chess-club'], preferred_username: 'Ann' });
    const { answer } = await signIn(house, service);
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.text, /http-equiv="refresh"/);
    const cookie = sessionOf(answer.cookies);
    const me = (await house.ask('/v1/me', { headers: { cookie } })).body;
    assert.deepEqual([me.name, me.how, me.groups], ['oidc\\ann', 'oidc', ['UM Management', 'CsVoiceAdministrator']]);
    service.accounts.set('42', { groups: ['desk'], preferred_username: 'ann' });
    assert.equal((await signIn(house, service)).answer.status, 200);
    assert.deepEqual((await house.ask('/v1/me', { headers: { cookie } })).body.groups, ['Help Desk']);
    service.accounts.set('42', { groups: ['chess-club'], preferred_username: 'ann' });
    const gone = (await signIn(house, service)).answer;
    assert.deepEqual([gone.status, gone.body.code], [401, 'SIGN_IN_REFUSED']);
    assert.equal((await house.ask('/v1/me', { headers: { cookie } })).status, 401, 'the old session is over too');
    assert.equal((await house.records.administrators.list()).length, 1);
  }));

test('an account that an administrator was given is that administrator, with the groups that he has here', () =>
  withService(async (house, service) => {
    await house.records.administrators.add({
      id: 'id-bob',
      name: 'bob',
      groups: ['Recipient Management'],
      scopes: ['OU:DC=x'],
      oidcSubject: `${service.issuer} 7`,
      disabled: false,
      failures: 0,
      lockedUntil: 0,
      createdAt: 0,
    });
    service.somebody = '7';
    service.accounts.set('7', { groups: ['voice-team'], preferred_username: 'root' });
    const { answer } = await signIn(house, service);
    const me = (await house.ask('/v1/me', { headers: { cookie: sessionOf(answer.cookies) } })).body;
    assert.deepEqual([me.name, me.groups, me.scopes], ['bob', ['Recipient Management'], ['OU:DC=x']]);
    await house.records.administrators.change('id-bob', { disabled: true });
    assert.equal((await signIn(house, service)).answer.status, 401);
  }));

test('two people of one name are two administrators, and none is a local one of that name', () =>
  withService(async (house, service) => {
    for (const id of ['1', '2']) {
      service.somebody = id;
      service.accounts.set(id, { groups: ['desk'], preferred_username: 'ann' });
      assert.equal((await signIn(house, service)).answer.status, 200);
    }
    const names = (await house.records.administrators.list()).map(({ name }) => name);
    assert.equal(names[0], 'oidc\\ann');
    assert.match(names[1], /^oidc\\ann-[0-9a-f]{8}$/);
  }));

test('an answer is taken once, from the browser that began, as it was given', () =>
  withService(async (house, service) => {
    service.somebody = '42';
    service.accounts.set('42', { groups: ['desk'] });
    const { back, cookie, answer } = await signIn(house, service);
    assert.equal(answer.status, 200, answer.text);
    const come = (url: string, given: string) =>
      house.ask(url.slice(house.origin.length), { headers: { cookie: given } });
    const isRefused = async (url: string, given: string, why: string) => {
      const { status, body, cookies } = await come(url, given);
      assert.deepEqual([status, body.code, sessionOf(cookies)], [401, 'SIGN_IN_REFUSED', ''], why);
    };
    await isRefused(back, cookie, 'a second time');
    const fresh = await begin(house);
    const url = await service.visit(fresh.url);
    await isRefused(url, '', 'without the cookie');
    await isRefused(url, (await begin(house)).cookie, 'with the cookie of another errand');
    const [state, nonce, verifier] = fresh.cookie.slice('__Host-parley-oidc='.length).split('.');
    const cookieOf = (...parts: (string | undefined)[]) => `__Host-parley-oidc=${parts.join('.')}`;
    await isRefused(url.replace(/state=[^&]+/, 'state=other'), fresh.cookie, 'another state');
    await isRefused(url.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.test'), fresh.cookie, 'another issuer (RFC 9207)');
    const second = await begin(house);
    const secondUrl = await service.visit(second.url);
    const [, otherNonce] = second.cookie.slice('__Host-parley-oidc='.length).split('.');
    assert.notEqual(nonce, otherNonce);
    await isRefused(url, cookieOf(state, otherNonce, verifier), 'another nonce');
    await isRefused(secondUrl, second.cookie.replace(/.{10}$/, 'xxxxxxxxxx'), 'another verifier (RFC 7636)');
    await isRefused(`${house.origin}${RETURN}`, fresh.cookie, 'with nothing');
    assert.ok(house.told.filter(({ outcome, how }) => outcome === 'refused' && how === 'oidc').length >= 8);
  }));

test('whoever presses cancel is told so, and a provider that is not there is our trouble, not his', () =>
  withService(async (house, service) => {
    service.somebody = undefined;
    const { answer } = await signIn(house, service);
    assert.deepEqual([answer.status, answer.body.code], [401, 'SIGN_IN_REFUSED']);
    await service[Symbol.asyncDispose]();
    service.somebody = '42';
    const back = `${RETURN}?code=x&state=y&iss=${encodeURIComponent(service.issuer)}`;
    const gone = await house.ask(back, { headers: { cookie: '__Host-parley-oidc=y.n.v' } });
    assert.deepEqual([gone.status, gone.body.code], [502, 'OIDC_UNREACHABLE'], gone.text);
    assert.equal(sessionOf(gone.cookies), '');
  }));
