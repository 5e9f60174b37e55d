import { type Clock, ParleyError } from '@parley/base';
import * as client from 'openid-client';

/** The organisation's own sign-in service, as it was registered there. */
export interface OidcOptions {
  /** "https://login.example.org"; plain http only on this machine itself. */
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined: a public client, proved by PKCE alone. */
  readonly clientSecret?: string;
  /** What is asked for beside "openid": "profile email groups". */
  readonly scope?: string;
  /** The claim that has a person's groups: "groups". */
  readonly groupsClaim?: string;
  /** Value of that claim -> role groups; whoever has none of them is nobody here. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** Id of the organisation that those people administer; undefined: the whole system. */
  readonly organization?: string;
}

/** Who the provider says it was. */
export interface Person {
  /** Issuer and subject, a blank between them: never given to another person (OpenID Connect Core 8). */
  readonly subject: string;
  /** What people call him; may change, may be anything. */
  readonly name: string;
  /** Values of the groups claim. */
  readonly groups: readonly string[];
}

/** What has to come back unchanged from the browser that went away. */
export interface Errand {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

const TIMEOUT_SECONDS = 10;
/** What the provider says of itself is asked for again after so long. */
const METADATA_MILLIS = 3_600_000;
const MOST_GROUPS = 1000;
const LOOPBACK = /^(?:localhost|127\.[0-9.]{5,11}|\[::1\])$/;

/** An OpenID Connect provider: the authorization code flow with PKCE, state and nonce (RFC 9700 2.1.1). */
export class OidcProvider {
  readonly #options: OidcOptions;
  readonly #redirect: string;
  readonly #clock: Clock;
  #known: { readonly at: number; readonly configuration: Promise<client.Configuration> } | undefined;

  /** `redirect`: the URL of ours that the provider sends the browser back to. */
  constructor(options: OidcOptions, redirect: string, clock: Clock) {
    this.#options = options;
    this.#redirect = redirect;
    this.#clock = clock;
  }

  /** Where to send the browser, and what it has to bring back. Rejects with `OIDC_UNREACHABLE`. */
  async errand(): Promise<{ readonly url: string; readonly errand: Errand }> {
    const configuration = await this.#configuration();
    const errand = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#redirect,
      scope: `openid ${this.#options.scope ?? 'profile email'}`,
      code_challenge: await client.calculatePKCECodeChallenge(errand.verifier),
      code_challenge_method: 'S256',
      state: errand.state,
      nonce: errand.nonce,
    });
    return { url: url.href, errand };
  }

  /** Who came back with `query`. Rejects with `OIDC_UNREACHABLE`, or with `SIGN_IN_REFUSED` whose cause says why. */
  async person(query: string, { state, nonce, verifier }: Errand): Promise<Person> {
    const configuration = await this.#configuration();
    const returned = new URL(this.#redirect);
    returned.search = query;
    try {
      const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
      const tokens = await client.authorizationCodeGrant(configuration, returned, checks);
      const claims = tokens.claims();
      if (!claims) throw new ParleyError('SIGN_IN_REFUSED', 'the provider sent no ID token');
      return this.#personOf(claims.iss, claims.sub, await this.#complete(configuration, tokens.access_token, claims));
    } catch (error) {
      throw isUnreachable(error) ? this.#unreachable(error) : refused(error);
    }
  }

  /** Groups may be told in the ID token, or only when they are asked for (OpenID Connect Core 5.4). */
  async #complete(
    configuration: client.Configuration,
    accessToken: string,
    claims: client.IDToken,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { groupsClaim } = this.#options;
    const isComplete = groupsClaim === undefined || Object.hasOwn(claims, groupsClaim);
    if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    return { ...claims, ...(await client.fetchUserInfo(configuration, accessToken, claims.sub)) };
  }

  #personOf(issuer: string, subject: string, claims: Readonly<Record<string, unknown>>): Person {
    const { groupsClaim } = this.#options;
    const groups = groupsClaim !== undefined && Object.hasOwn(claims, groupsClaim) ? claims[groupsClaim] : [];
    const all: readonly unknown[] = Array.isArray(groups) ? groups.slice(0, MOST_GROUPS) : [groups];
    const name = [claims.preferred_username, claims.email, subject].find(each => typeof each === 'string');
    return {
      subject: `${issuer} ${subject}`,
      name: typeof name === 'string' ? name : subject,
      groups: all.filter(each => typeof each === 'string'),
    };
  }

  async #configuration(): Promise<client.Configuration> {
    const now = this.#clock.monotonic();
    if (!this.#known || now - this.#known.at >= METADATA_MILLIS)
      this.#known = { at: now, configuration: this.#discover() };
    const known = this.#known;
    try {
      return await known.configuration;
    } catch (error) {
      // The next one asks again.
      if (this.#known === known) this.#known = undefined;
      throw this.#unreachable(error);
    }
  }

  #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#options;
    const url = new URL(issuer);
    const isHere = url.protocol === 'http:' && LOOPBACK.test(url.hostname);
    const proof = clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret);
    return client.discovery(url, clientId, {}, proof, {
      timeout: TIMEOUT_SECONDS,
      ...(isHere ? { execute: [client.allowInsecureRequests] } : {}),
    });
  }

  #unreachable(cause: unknown): ParleyError {
    const { issuer } = this.#options;
    return new ParleyError('OIDC_UNREACHABLE', `the sign-in service ${issuer} does not answer as it should`, { cause });
  }
}

/** `fetch` throws a `TypeError` when there is nobody, and a `TimeoutError` after a while. */
function isUnreachable(error: unknown): boolean {
  const cause = error instanceof client.ClientError ? error.cause : error;
  return cause instanceof TypeError || (cause instanceof DOMException && cause.name === 'TimeoutError');
}

function refused(cause: unknown): ParleyError {
  return new ParleyError('SIGN_IN_REFUSED', 'the sign-in service has not confirmed who you are: begin again', {
    cause,
  });
}
