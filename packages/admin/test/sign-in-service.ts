import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

/** What the service says of somebody. */
export interface Account {
  readonly groups: readonly string[];
  readonly preferred_username?: string;
}

export interface SignInService extends AsyncDisposable {
  readonly issuer: string;
  readonly clientSecret: string;
  /** Whoever comes is this one; undefined: he presses "cancel". */
  somebody: string | undefined;
  readonly accounts: Map<string, Account>;
  /** Goes as a browser from an address of the service to the one that it sends back to; resolves with that. */
  visit(url: string): Promise<string>;
}

const CLIENT_SECRET = 'a secret between the two of them';

/** A real OpenID Connect provider on loopback, whose users do not have to type anything. */
export async function signInService(redirect: string): Promise<SignInService> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const accounts = new Map<string, Account>();
  const service: SignInService = {
    issuer,
    clientSecret: CLIENT_SECRET,
    somebody: undefined,
    accounts,
    visit: url => visit(url, redirect),
    [Symbol.asyncDispose]: () =>
      new Promise<void>(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'parley',
        client_secret: CLIENT_SECRET,
        redirect_uris: [redirect],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    cookies: { keys: ['test'] },
    claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'groups'],
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: async (_context, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...accounts.get(id), groups: [...(accounts.get(id)?.groups ?? [])] }),
    }),
    async loadExistingGrant(context) {
      const { client, session, params } = context.oidc;
      const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope(String(params?.scope));
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) {
      void answer(request, response);
      return;
    }
    const { somebody } = service;
    const result = somebody === undefined ? { error: 'access_denied' } : { login: { accountId: somebody } };
    void provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  });
  return service;
}

/** Follows redirects inside of the service, with its cookies. */
async function visit(url: string, redirect: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next = url;
  for (let hops = 0; hops < 10; hops++) {
    if (next.startsWith(redirect)) return next;
    const cookie = [...cookies].map(pair => pair.join('=')).join('; ');
    const response = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = set.split(';')[0].split('=', 2);
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${response.status} at ${next}: ${(await response.text()).slice(0, 500)}`);
    next = new URL(location, next).href;
  }
  throw new Error('goes round in circles');
}
