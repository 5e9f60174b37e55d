import { randomBytes } from 'node:crypto';
import { Gate } from '../../protection/gate.ts';
import { Refusals } from '../../protection/refusals.ts';
import { DnsResolver } from '../../resolve/dns-resolver.ts';
import { Locator } from '../../resolve/locator.ts';
import { ResolverCache } from '../../resolve/resolver-cache.ts';
import { Ids } from '../../transaction/ids.ts';
import { defaultSipTimers } from '../../transaction/sip-timers.ts';
import { TransactionLayer } from '../../transaction/transaction-layer.ts';
import { openDatagramSocket } from '../../transport/datagram-socket.ts';
import { LocalAddress } from '../../transport/local-address.ts';
import { isLoopback } from '../../transport/loopback.ts';
import { TransportLayer } from '../../transport/transport-layer.ts';
import { CountedClock } from '../counted-clock.ts';
import { defaultBudgets } from '../default-budgets.ts';
import { speakingTo } from '../speaking-to.ts';
import { Loops } from './loops.ts';
import { OwnPlaces } from './own-places.ts';
import type { ProxyBudgets, ProxyOptions, SipProxy } from './proxy.ts';
import type { Ending, ProxyCore } from './proxy-core.ts';
import { ProxyReceiver } from './proxy-receiver.ts';
import { Seals } from './seals.ts';

/** Any address of a family, to ask whether it could be reached at all (RFC 5737, RFC 3849). */
const ANYWHERE = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;
const SECRET_OCTETS = 32;

/** Timer C is `ringMillis`: RFC 3261 section 16.6 step 11 wants more than three minutes. */
export const defaultProxyBudgets: ProxyBudgets = {
  ...defaultBudgets,
  ringMillis: 185_000,
  contexts: 20_000,
  targets: 30,
  breadth: 60,
  routeMillis: 10_000,
  answers: 200_000,
};

/** Makes a stateful, forking proxy (RFC 3261 section 16). Nothing is open before `listen`. */
export function createProxy(options: ProxyOptions): SipProxy {
  const { log } = options;
  const clock = new CountedClock(options.clock, log);
  const timers = { ...defaultSipTimers, ...options.timers };
  const budgets = { ...defaultProxyBudgets, ...options.budgets };
  const user = speakingTo(() => receiver);
  const unlimited = options.unlimited ?? (source => isLoopback(source.address));
  const resolver = options.resolver ?? new ResolverCache({ resolver: new DnsResolver({ clock }), clock });
  const ids = new Ids(options.random);
  const local = new LocalAddress(clock, options.advertise);
  const secret = options.secret ?? randomBytes(SECRET_OCTETS);
  const places = new OwnPlaces(local, options.names ?? []);
  const core: ProxyCore = {
    options,
    clock,
    log,
    timers,
    budgets,
    ids,
    transports: new TransportLayer({
      listen: options.listen,
      clock,
      log,
      budgets,
      unlimited,
      user,
      local,
      openDatagramSocket: options.openDatagramSocket ?? openDatagramSocket,
      tls: options.tls,
      webSocket: options.webSocket,
      keepAlive: options.keepAlive,
    }),
    transactions: new TransactionLayer({ clock, timers, user, passesOn: true }),
    locator: new Locator({
      resolver,
      clock,
      random: () => ids.fraction(),
      supports: (transport, family) =>
        core.transports.to({ transport, address: ANYWHERE[family], port: 1 }) !== undefined,
    }),
    refusals: new Refusals({ ...budgets, clock, log, unlimited }),
    gate: new Gate({ ...budgets, clock, unlimited }),
    places,
    seals: new Seals(secret),
    loops: new Loops(secret, ids, options.routesBy ?? []),
    isTrusted: options.isTrusted ?? (() => false),
    contexts: new Set<Ending>(),
    name: options.name ?? 'Parley',
  };
  const receiver = new ProxyReceiver(core);
  return {
    async listen() {
      const bound = await core.transports.listen();
      places.opened(bound);
      return bound;
    },
    counts: () => ({
      transactions: core.transactions.size,
      contexts: core.contexts.size,
      answers: receiver.services.size,
      connections: core.transports.connections,
      timers: clock.count,
    }),
    refusals: () => core.refusals.counts,
    renewTls: tls => core.transports.renewTls(tls),
    async close() {
      for (const context of [...core.contexts]) context.end();
      core.transactions.close();
      receiver.services.close();
      // A resolver that was given has an owner, who closes it.
      if (!options.resolver) resolver.close?.();
      await core.transports.close();
    },
  };
}
