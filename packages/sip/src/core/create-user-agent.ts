import { DigestClient } from '../auth/digest-client.ts';
import { DialogTable } from '../dialog/dialog-table.ts';
import { eventful, installEvents } from '../events/install-events.ts';
import { OutgoingSubscription } from '../events/outgoing-subscription.ts';
import { referOutside } from '../events/send-refer.ts';
import { SubscriptionTable } from '../events/subscription-table.ts';
import { notifyUnsolicited } from '../events/unsolicited.ts';
import { Gate } from '../protection/gate.ts';
import { Refusals } from '../protection/refusals.ts';
import { DnsResolver } from '../resolve/dns-resolver.ts';
import { Locator } from '../resolve/locator.ts';
import { ResolverCache } from '../resolve/resolver-cache.ts';
import { Ids } from '../transaction/ids.ts';
import { defaultSipTimers } from '../transaction/sip-timers.ts';
import { TransactionLayer } from '../transaction/transaction-layer.ts';
import { openDatagramSocket } from '../transport/datagram-socket.ts';
import { LocalAddress } from '../transport/local-address.ts';
import { isLoopback } from '../transport/loopback.ts';
import { TransportLayer } from '../transport/transport-layer.ts';
import { Admission } from './admission.ts';
import type { Core } from './core.ts';
import { CountedClock } from './counted-clock.ts';
import { defaultBudgets } from './default-budgets.ts';
import { extensionsOf, invitePolicyOf, methodsOf } from './invite-policy.ts';
import type { Leg } from './leg.ts';
import { OutgoingInvite } from './outgoing-invite.ts';
import { requestOutside } from './outgoing-request.ts';
import { Receiver } from './receiver.ts';
import { speakingTo } from './speaking-to.ts';
import type { UserAgent, UserAgentOptions } from './user-agent.ts';

/** Any address of a family, to ask whether it could be reached at all (RFC 5737, RFC 3849). */
const ANYWHERE = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;

/** Puts the four layers of RFC 3261 section 5 together. Nothing is open before `listen`. */
export function createUserAgent(options: UserAgentOptions): UserAgent {
  const { log } = options;
  const clock = new CountedClock(options.clock, log);
  const timers = { ...defaultSipTimers, ...options.timers };
  const budgets = { ...defaultBudgets, ...options.budgets };
  const invites = invitePolicyOf(options);
  const user = speakingTo(() => receiver);
  const unlimited = options.unlimited ?? (source => isLoopback(source.address));
  const resolver = options.resolver ?? new ResolverCache({ resolver: new DnsResolver({ clock }), clock });
  const ids = new Ids(options.random);
  const { credentials } = options;
  const core: Core = {
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
      local: new LocalAddress(clock, options.advertise),
      openDatagramSocket: options.openDatagramSocket ?? openDatagramSocket,
      tls: options.tls,
      webSocket: options.webSocket,
      keepAlive: options.keepAlive,
      ...(options.onTraffic && { onTraffic: options.onTraffic }),
    }),
    transactions: new TransactionLayer({ clock, timers, user }),
    locator: new Locator({
      resolver,
      clock,
      random: () => ids.fraction(),
      supports: (transport, family) =>
        core.transports.to({ transport, address: ANYWHERE[family], port: 1 }) !== undefined,
    }),
    digest: credentials && new DigestClient({ credentials, clock, cnonce: () => ids.callId() }),
    refusals: new Refusals({ ...budgets, clock, log, unlimited }),
    dialogs: new DialogTable(),
    subscriptions: new SubscriptionTable(budgets),
    legs: new Set<Leg>(),
    methods: methodsOf(invites),
    extensions: extensionsOf(invites),
    invites,
    handlers: new Map(),
    dialogHandlers: new Map(),
    eventPackages: new Set(),
    name: options.userAgent ?? 'Parley',
  };
  if (options.events) installEvents(core, options.events);
  const receiver = new Receiver(core, {
    onInvitation: invitation => options.onInvitation(invitation),
    admission: new Admission(core, options, new Gate({ ...budgets, clock, unlimited })),
  });
  return {
    listen: () => core.transports.listen(),
    invite: (target, invite) => new OutgoingInvite(core, target, invite),
    subscribe: (target, subscribe) => new OutgoingSubscription(eventful(core), target, subscribe),
    refer: (target, refer) => referOutside(eventful(core), target, refer),
    notify: async (target, notify) => notifyUnsolicited(core, target, notify),
    request: async (target, request) => requestOutside(core, target, request),
    renewTls: tls => core.transports.renewTls(tls),
    counts: () => ({
      transactions: core.transactions.size,
      dialogs: core.dialogs.size,
      connections: core.transports.connections,
      timers: clock.count,
      subscriptions: core.subscriptions.size,
    }),
    refusals: () => core.refusals.counts,
    async close() {
      for (const leg of [...core.legs]) leg.end({ kind: 'local', reasons: [] });
      core.subscriptions.close();
      core.transactions.close();
      // A resolver that was given has an owner, who closes it.
      if (!options.resolver) resolver.close?.();
      await core.transports.close();
    },
  };
}
