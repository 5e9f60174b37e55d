import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { DigestServer, ha1Of, type RegistrarOptions } from '../src/index.ts';
import { credentialsFor, DOMAIN, registrarScene, valuesOf } from './registrar-scene.ts';

const OTHER = 'example.com';
const PASSWORD = 'correct horse';

/** What somebody gets who has proved to be `user` of a realm and registers an address. */
async function registering(
  user: string,
  aor: string,
  { realm, domains }: { realm: string } & Pick<RegistrarOptions, 'domains'>,
) {
  const digest = new DigestServer({
    realm,
    clock: new FakeClock(),
    lookup: (name, _, algorithm) => (name === user ? ha1Of(algorithm, user, { realm, password: PASSWORD }) : undefined),
  });
  const { register, bindings } = registrarScene({ digest, domains });
  const said = { from: `sip:${aor}`, to: `sip:${aor}`, contact: '<sip:phone@10.0.0.2>' };
  const [challenge] = valuesOf(await register(said), 'WWW-Authenticate');
  const extra = [credentialsFor(challenge, { user, password: PASSWORD })];
  const { status } = await register({ ...said, extra, cseq: 2 });
  return { status, kept: bindings.size };
}

const both = [DOMAIN, OTHER];
const ONE = { status: 200, kept: 1 };
const NONE = { status: 403, kept: 0 };

test('of two domains with one realm, a name without domain is that of the realm only: ann here does not take the calls of ann there', async () => {
  assert.deepEqual(await registering('ann', `ann@${OTHER}`, { realm: DOMAIN, domains: both }), NONE);
  assert.deepEqual(await registering('ann', `ann@${DOMAIN}`, { realm: DOMAIN, domains: both }), ONE);
  assert.deepEqual(await registering('ann', `ann@${DOMAIN}`, { realm: 'Telephones', domains: both }), NONE);
});

test('a name with its domain is good for that address, whatever the realm', async () => {
  assert.deepEqual(await registering(`ann@${OTHER}`, `ann@${OTHER}`, { realm: DOMAIN, domains: both }), ONE);
  assert.deepEqual(await registering(`ann@${DOMAIN}`, `ann@${OTHER}`, { realm: DOMAIN, domains: both }), NONE);
});

test('where there is one domain, a name can only be of that one, whatever the realm is called', async () => {
  assert.deepEqual(await registering('ann', `ann@${DOMAIN}`, { realm: 'Telephones', domains: [DOMAIN] }), ONE);
  assert.deepEqual(await registering('bob', `ann@${DOMAIN}`, { realm: 'Telephones', domains: [DOMAIN] }), NONE);
});
