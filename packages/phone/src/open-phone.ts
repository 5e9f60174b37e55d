import { silentLog, systemClock } from '@parley/base';
import { createUserAgent, type Invitation } from '@parley/sip';
import { Dial } from './dial.ts';
import { MediaDesk } from './media-desk.ts';
import type { CallOptions, Dialling, Phone, PhoneOptions, Ringing } from './phone.ts';
import type { PhoneCall } from './phone-call.ts';
import { answering } from './ringing.ts';
import type { Switchboard } from './switchboard.ts';
import { onRefer, replaced } from './transfers.ts';

const PORTS = { from: 30_000, to: 32_767 };
/** Thousands of calls at once from one phone. */
const BUDGETS = { transactions: 100_000, dialogs: 50_000 };

/** Opens a telephone: SIP on one port, media in this thread. Rejects with `SIP_PORT_IN_USE`, `SIP_CANNOT_LISTEN`. */
export async function openPhone(options: PhoneOptions = {}): Promise<Phone> {
  const { address = '127.0.0.1', ports = PORTS, transport = 'udp', clock = systemClock, log = silentLog } = options;
  const { trunk, silenceEveryMillis } = options;
  let onRinging: ((ringing: Ringing) => void) | undefined;
  const invited = (invitation: Invitation) => {
    if (replaced(board, invitation)) return;
    if (onRinging) onRinging(answering(board, invitation));
    else invitation.reject({ status: 480 });
  };
  const agent = createUserAgent({
    listen: [{ transport, address, port: options.port ?? 0 }],
    clock,
    log,
    ...(options.tls && { tls: options.tls }),
    ...(options.timers && { timers: options.timers }),
    userAgent: 'Parley-Phone',
    budgets: BUDGETS,
    admit: () => undefined,
    onInvitation: invited,
    replaces: true,
    // Outside a call nobody tells a phone what to do.
    events: { onRefer: () => ({ status: 403 }) },
  });
  const [contact] = await agent.listen();
  const desk = new MediaDesk({ address, ports, clock, log, trunk, silenceEveryMillis });
  const board: Switchboard = {
    agent,
    contact,
    desk,
    clock,
    log,
    calls: new Set<PhoneCall>(),
    onRefer: (call, referral) => onRefer(board, call, referral),
  };
  const dial = (uri: string, call: CallOptions = {}): Promise<Dialling> => Dial.begin(board, uri, call);
  return {
    contact,
    lateness: desk.lateness,
    get ownLateness() {
      return desk.ownLateness;
    },
    get skippedMillis() {
      return desk.skippedMillis;
    },
    get calls() {
      return board.calls.size;
    },
    dial,
    call: async (uri, call) => (await dial(uri, call)).answered,
    onRinging(handler) {
      onRinging = handler;
    },
    clip: (samples, rate = 8000) => desk.add(samples, rate),
    async close() {
      await Promise.all([...board.calls].map(call => call.hangUp()));
      await agent.close();
      desk.close();
    },
  };
}
