import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { codeOf } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { OidcProvider } from './oidc-provider.ts';

const unreachable = (error: unknown) => codeOf(error) === 'OIDC_UNREACHABLE';
const ours = 'https://127.0.0.1:1/v1/sign-in/oidc/callback';
const ERRAND = { state: 's', nonce: 'n', verifier: 'v' };

/** A service that answers everything in one way; resolves with its issuer. */
async function answering(status: number, body: string, use: (issuer: string, asked: () => number) => Promise<void>) {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    await use(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, () => asked);
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
}

test('a service that is not there, breaks, or says nonsense is unreachable, and is asked again the next time', async () => {
  for (const [status, body] of [
    [500, '{}'],
    [200, 'no JSON'],
    [200, '{"issuer":"https://evil.test"}'],
  ] as const)
    await answering(status, body, async (issuer, asked) => {
      const provider = new OidcProvider({ issuer, clientId: 'parley' }, ours, new FakeClock());
      await assert.rejects(provider.errand(), unreachable);
      await assert.rejects(provider.person('?code=x&state=s', ERRAND), unreachable);
      assert.equal(asked(), 2);
    });
  const nobody = new OidcProvider({ issuer: 'http://127.0.0.1:9', clientId: 'parley' }, ours, new FakeClock());
  await assert.rejects(nobody.errand(), unreachable);
});

test('plain http is taken from this machine only', async () => {
  const provider = new OidcProvider({ issuer: 'http://192.0.2.1', clientId: 'parley' }, ours, new FakeClock());
  await assert.rejects(provider.errand(), unreachable);
});

test('what the service says of itself is remembered for an hour', async () => {
  const metadata = (issuer: string) =>
    JSON.stringify({ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` });
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    response.writeHead(200, { 'content-type': 'application/json' }).end(metadata(`http://${request.headers.host}`));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const clock = new FakeClock();
  const issuer = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const provider = new OidcProvider({ issuer, clientId: 'parley' }, ours, clock);
  try {
    const [one, two] = await Promise.all([provider.errand(), provider.errand()]);
    assert.equal(asked, 1);
    assert.notEqual(one.errand.state, two.errand.state);
    const url = new URL(one.url);
    assert.equal(url.searchParams.get('code_challenge_method'), 'S256');
    assert.equal(url.searchParams.get('redirect_uri'), ours);
    assert.equal(url.searchParams.get('nonce'), one.errand.nonce);
    clock.advance(3_600_000);
    await provider.errand();
    assert.equal(asked, 2);
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
});
