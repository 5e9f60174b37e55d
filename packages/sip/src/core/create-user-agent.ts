import { DialogTable } from '../dialog/dialog-table.ts';
import { Ids } from '../transaction/ids.ts';
import { defaultSipTimers } from '../transaction/sip-timers.ts';
import { TransactionLayer, type TransactionUser } from '../transaction/transaction-layer.ts';
import { openDatagramSocket } from '../transport/datagram-socket.ts';
import { LocalAddress } from '../transport/local-address.ts';
import type { TransportUser } from '../transport/transport.ts';
import { TransportLayer } from '../transport/transport-layer.ts';
import { BASIC_METHODS, type Core } from './core.ts';
import { CountedClock } from './counted-clock.ts';
import { defaultBudgets } from './default-budgets.ts';
import type { Leg } from './leg.ts';
import { OutgoingInvite } from './outgoing-invite.ts';
import { Receiver } from './receiver.ts';
import type { UserAgent, UserAgentOptions } from './user-agent.ts';

/** Puts the four layers of RFC 3261 section 5 together. Nothing is open before `listen`. */
export function createUserAgent(options: UserAgentOptions): UserAgent {
  const { log } = options;
  const clock = new CountedClock(options.clock, log);
  const timers = { ...defaultSipTimers, ...options.timers };
  const budgets = { ...defaultBudgets, ...options.budgets };
  // Transports and transactions speak upwards to a receiver that needs them to answer: these two objects close the circle.
  const transportUser: TransportUser = {
    received: (message, from) => receiver.received(message, from),
    malformed: (thrown, from) => receiver.malformed(thrown, from),
  };
  const transactionUser: TransactionUser = {
    accepts: (request, channel) => receiver.accepts(request, channel),
    request: (request, transaction) => receiver.request(request, transaction),
    ack: ack => receiver.ack(ack),
  };
  const core: Core = {
    clock,
    log,
    timers,
    budgets,
    ids: new Ids(options.random),
    transports: new TransportLayer({
      listen: options.listen,
      clock,
      log,
      budgets,
      user: transportUser,
      local: new LocalAddress(clock, options.advertise),
      openDatagramSocket: options.openDatagramSocket ?? openDatagramSocket,
    }),
    transactions: new TransactionLayer({ clock, timers, user: transactionUser }),
    dialogs: new DialogTable(),
    legs: new Set<Leg>(),
    methods: new Set(BASIC_METHODS),
    extensions: new Set(),
    handlers: new Map(),
    name: options.userAgent ?? 'Parley',
  };
  const receiver = new Receiver(core, options);
  return {
    listen: () => core.transports.listen(),
    invite: (target, invite) => new OutgoingInvite(core, target, invite),
    counts: () => ({
      transactions: core.transactions.size,
      dialogs: core.dialogs.size,
      connections: core.transports.connections,
      timers: clock.count,
    }),
    async close() {
      for (const leg of [...core.legs]) leg.end({ kind: 'local', reasons: [] });
      core.transactions.close();
      await core.transports.close();
    },
  };
}
