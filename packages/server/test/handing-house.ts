import type { TestContext } from 'node:test';
import { type Deferred, defer, memoryLog, systemClock } from '@parley/base';
import { type FinishedCall, type Flow, runFlow, SipCall } from '@parley/call';
import { firstStartObjects } from '@parley/directory';
import { memoryDirectory } from '@parley/directory/memory';
import { MediaThreads } from '@parley/media';
import { openPhone, type Phone, type PhoneOptions } from '@parley/phone';
import type { IPGateway } from '@parley/schema';
import { createUserAgent, type Invitation, LocalAddress, type Resolver, type TlsOptions } from '@parley/sip';
import { createDialer } from '../src/house/dialer.ts';
import { referOutsideCalls } from '../src/house/refer.ts';
import { openTraces } from '../src/house/traces.ts';

export interface HouseOptions {
  /** With it the house listens for SIP by TLS, and by nothing else. */
  readonly tls?: TlsOptions;
  readonly resolver?: Resolver;
  /** Of the 200 for media, for tests that run side by side. */
  readonly firstPort?: number;
  /** What is different of its gateway, which is this machine. */
  readonly gateway?: Partial<IPGateway>;
}

/** A house whose calls are led by a flow, with the server's own dialer and traces, and phones around it. */
export async function house(t: TestContext, flow: Flow, options: HouseOptions = {}) {
  const { firstPort = 29_510 } = options;
  const transport = options.tls ? 'tls' : 'udp';
  const log = memoryLog();
  const objects = firstStartObjects().map(entry =>
    entry.kind === 'UMIPGateway' ? { ...entry, object: { ...entry.object, ...options.gateway } } : entry,
  );
  const directory = memoryDirectory(objects);
  const local = new LocalAddress(systemClock);
  const media = new MediaThreads({
    count: 1,
    entry: new URL('../../media/test/echo-worker.ts', import.meta.url),
    address: '127.0.0.1',
    ports: { from: firstPort, to: firstPort + 39 },
    clock: systemClock,
    log,
  });
  await media.start();
  const traces = openTraces({ calls: 10, directory, telling: () => ({ maskNumbers: false }), clock: systemClock });
  const dialer = createDialer({
    userAgent: () => agent,
    directory,
    placed: traces.placed,
    localAddress: local,
    localAddress6: local,
    log,
  });
  const finished: Deferred<FinishedCall> = defer();
  const lead = (invitation: Invitation) => {
    const { callId } = invitation.request;
    const call = new SipCall({
      invitation,
      facts: {
        callId,
        startedAt: systemClock.wall(),
        caller: { name: 'Ann Lee', user: '5550123', host: '127.0.0.1' },
        anonymous: false,
        dialled: 'desk',
        called: [],
        explanation: [],
        gateway: 'loopback',
        transport,
        certified: false,
      },
      openMedia: wanted => media.open(wanted),
      prompter: { sources: () => [] },
      dialer: dialer(callId),
      clock: systemClock,
      log,
    });
    runFlow(call, flow, { clock: systemClock, log, maxCallMillis: 60_000 }).then(finished.resolve, finished.reject);
  };
  const agent = createUserAgent({
    listen: [{ transport, address: '127.0.0.1', port: 0 }],
    ...(options.tls && { tls: options.tls }),
    ...(options.resolver && { resolver: options.resolver }),
    clock: systemClock,
    log,
    admit: () => undefined,
    events: { onRefer: referOutsideCalls(log) },
    onTraffic: traces.onTraffic,
    onInvitation: lead,
  });
  const [{ port }] = await agent.listen();
  const phones: Phone[] = [];
  t.after(async () => {
    await Promise.all(phones.map(phone => phone.close()));
    await agent.close();
    await media.close();
  });
  return {
    uri: `sip:desk@127.0.0.1:${port};transport=${transport}`,
    port,
    log,
    traces,
    finished: finished.promise,
    async phone(own: PhoneOptions = {}) {
      const from = firstPort + 40 + 20 * phones.length;
      const phone = await openPhone({ ports: { from, to: from + 19 }, ...own });
      phones.push(phone);
      return phone;
    },
  };
}
