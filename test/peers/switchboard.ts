import { readFileSync } from 'node:fs';
import { memoryLog, systemClock } from '@parley/base';
import {
  createProxy,
  createRegistrar,
  DigestServer,
  type DigestServerOptions,
  ha1Of,
  MemoryBindings,
  type Peer,
  type ProxyOptions,
  type ProxyTarget,
  type RegistrarOptions,
  type RouteDecision,
  type SipProxy,
  type SipRequest,
  type TransportName,
} from '@parley/sip';
import type { AuthorityFiles, CertificateFiles } from './authority.ts';
import { until } from './until.ts';

/** How a real telephone registers here, whatever program it is. */
export interface RegisteredPhoneOptions {
  readonly program: string;
  readonly folder: string;
  readonly user: string;
  /** "HOST:PORT" of its proxy. */
  readonly proxy: string;
  /** 'udp' when left out. */
  readonly transport?: 'udp' | 'tcp' | 'tls';
  /** Whom it believes, over 'tls'. */
  readonly authority?: AuthorityFiles;
  /** Takes every call at once; otherwise it rings until it is told. */
  readonly answers?: boolean;
}

/** Whose telephones these are. */
export const DOMAIN = 'phones.parley.test';
/** T1 and what is made of it (RFC 3261 table 4), milliseconds: what is left behind is left behind no longer than 6.4 s. */
const TIMERS = { T1: 100, T2: 800, T4: 1000 };

export interface SwitchboardOptions {
  /** Whose telephones; `DOMAIN` when left out. */
  readonly domain?: string;
  /** Speaks TLS with this certificate. */
  readonly own?: CertificateFiles;
  readonly algorithms?: DigestServerOptions['algorithms'];
  /** Whether callers are to say who they are; true when left out. */
  readonly asksCallers?: boolean;
  readonly registrar?: Partial<RegistrarOptions>;
  readonly proxy?: Partial<ProxyOptions>;
}

/** A registrar and a proxy made of what @parley/sip gives to anybody: whoever has a password registers and calls who has registered. */
export interface Switchboard {
  readonly proxy: SipProxy;
  readonly bindings: MemoryBindings;
  readonly lines: ReturnType<typeof memoryLog>['lines'];
  /** Where names lead that nobody registers, or "METHOD name"; '' is that of REGISTERs to another domain, which get a Path. */
  readonly others: Map<string, readonly ProxyTarget[]>;
  /** Asked for by requests that were routed: "METHOD user", in order. */
  readonly routed: string[];
  /** "127.0.0.1:PORT". */
  at(transport: TransportName): string;
  /** Waits until so many contacts of a user are kept. */
  has(user: string, count: number): Promise<void>;
  /** Waits until nothing is left of any call. */
  isQuiet(): Promise<void>;
}

/** The password of every user. */
export const passwordOf = (user: string): string => `secret-of-${user}`;

export async function startSwitchboard(
  t: { after(end: () => unknown): unknown },
  options: SwitchboardOptions = {},
): Promise<Switchboard> {
  const { domain = DOMAIN, own, algorithms = ['SHA-256', 'MD5'], asksCallers = true } = options;
  const clock = systemClock;
  const { lines, ...log } = memoryLog();
  const common = {
    realm: domain,
    clock,
    algorithms,
    lookup: (user: string, realm: string, algorithm: Parameters<typeof ha1Of>[0]) =>
      ha1Of(algorithm, user, { realm, password: passwordOf(user) }),
  };
  const bindings = new MemoryBindings({ clock });
  const digest = new DigestServer(common);
  const registrar = createRegistrar({
    clock,
    log,
    bindings,
    domains: [domain],
    digest,
    ...options.registrar,
  });
  const callers = new DigestServer({ ...common, asker: 'proxy' });
  const others = new Map<string, readonly ProxyTarget[]>();
  const routed: string[] = [];
  async function route(request: SipRequest, source: Peer): Promise<RouteDecision> {
    const { requestUri } = request;
    const user = requestUri.scheme === 'sip' ? requestUri.user : '';
    routed.push(`${request.method} ${user}`);
    const other = others.get(`${request.method} ${user}`) ?? others.get(user);
    if (other) return { kind: 'forward', targets: other, recurse: true, path: request.method === 'REGISTER' };
    const verdict = asksCallers ? await callers.check(request, source) : undefined;
    if (verdict?.kind === 'refused') return { kind: 'answer', ...verdict.refusal };
    const targets = await registrar.targets(requestUri);
    if (!targets) return { kind: 'answer', status: 404 };
    return targets.length > 0 ? { kind: 'forward', targets, recurse: true } : { kind: 'answer', status: 480 };
  }
  const listen = (['udp', 'tcp', ...(own ? ['tls'] : [])] as TransportName[]).map(transport => ({
    transport,
    address: '127.0.0.1',
    port: 0,
  }));
  const proxy = createProxy({
    listen,
    clock,
    log,
    timers: TIMERS,
    services: { REGISTER: registrar },
    route,
    locate: uri => registrar.targets(uri),
    ...(own && { tls: { certificate: readFileSync(own.certificate, 'utf8'), key: readFileSync(own.key, 'utf8') } }),
    ...options.proxy,
  });
  const bound = await proxy.listen();
  t.after(() => proxy.close());
  const of = (user: string) => bindings.of(`${user}@${domain}`);
  return {
    proxy,
    bindings,
    lines,
    others,
    routed,
    at(transport) {
      const found = bound.find(point => point.transport === transport);
      if (!found) throw new Error(`it does not listen on ${transport}`);
      return `${found.address}:${found.port}`;
    },
    has: (user, count) =>
      until(`${count} contacts of ${user}`, () => (of(user).length === count ? true : undefined)).then(() => undefined),
    isQuiet: () =>
      until(`nothing left: ${JSON.stringify(proxy.counts())}`, () => {
        const { transactions, contexts, answers } = proxy.counts();
        return transactions + contexts + answers === 0 ? true : undefined;
      }).then(() => undefined),
  };
}
