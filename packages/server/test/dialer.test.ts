import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Deferred, defer, memoryLog, systemClock } from '@parley/base';
import { type FinishedCall, type Flow, runFlow, SipCall } from '@parley/call';
import { firstStartObjects } from '@parley/directory';
import { memoryDirectory } from '@parley/directory/memory';
import { chord, MediaThreads } from '@parley/media';
import { openPhone, type Phone, type Ringing, toneOver } from '@parley/phone';
import { createUserAgent, type Invitation, LocalAddress } from '@parley/sip';
import { createDialer } from '../src/house/dialer.ts';
import { referOutsideCalls } from '../src/house/refer.ts';
import { openTraces } from '../src/house/traces.ts';

/** A house whose calls are led by a flow, with the server's own dialer and traces, and phones around it. */
async function house(t: TestContext, flow: Flow) {
  const log = memoryLog();
  const directory = memoryDirectory(firstStartObjects());
  const local = new LocalAddress(systemClock);
  const media = new MediaThreads({
    count: 1,
    entry: new URL('../../media/test/echo-worker.ts', import.meta.url),
    address: '127.0.0.1',
    ports: { from: 29_510, to: 29_549 },
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
        transport: 'udp',
        certified: false,
      },
      openMedia: wanted => media.open(wanted),
      prompter: { sources: () => [] },
      dialer: dialer(callId),
      clock: systemClock,
      log,
    });
    const options = { clock: systemClock, log, maxCallMillis: 60_000 };
    runFlow(call, flow, options).then(finished.resolve, finished.reject);
  };
  const agent = createUserAgent({
    listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }],
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
    uri: `sip:desk@127.0.0.1:${port}`,
    port,
    log,
    traces,
    finished: finished.promise,
    async phone() {
      const from = 29_550 + 20 * phones.length;
      const phone = await openPhone({ ports: { from, to: from + 19 } });
      phones.push(phone);
      return phone;
    },
  };
}

test('a flow hands its caller on through a gateway: who calls is told, both talk, and the trace has both calls', async t => {
  let target = '';
  const { uri, traces, finished, phone } = await house(t, async (call, reached) => {
    await call.answer();
    const { kind } = await call.transfer(target, {
      manner: 'stay',
      identity: '<sip:5550123@127.0.0.1>',
      referredBy: '<sip:desk@127.0.0.1>',
    });
    reached({ kind: 'success', reason: kind });
  });
  const [ann, bob] = [await phone(), await phone()];
  target = `sip:bob@127.0.0.1:${bob.contact.port}`;
  const ringing = defer<Ringing>();
  bob.onRinging(ringing.resolve);
  const anns = await ann.call(uri);
  const ring = await ringing.promise;
  assert.equal(ring.request.header('p-asserted-identity'), '<sip:5550123@127.0.0.1>');
  assert.equal(ring.request.header('referred-by'), '<sip:desk@127.0.0.1>');
  const bobs = await ring.answer();
  const heard = bobs.hears(toneOver(700));
  await anns.say(chord([700], 600));
  await heard;
  await bobs.hangUp();
  await anns.ended;
  assert.equal((await finished).outcome.reason, 'transferred');
  const found = traces.operations.find(anns.callId);
  assert.ok(found.kind === 'found');
  assert.deepEqual(
    found.trace.legs.map(({ callId, called, outcome }) => [callId, called, outcome]),
    [[bobs.callId, 'bob', 'over']],
  );
  assert.ok(found.trace.legs[0].ladder[0].atMillis >= found.trace.ladder[0].atMillis);
});

test('nobody is called who is no gateway: the caller is still there, and the log says what to change', async t => {
  const { uri, log, finished, phone } = await house(t, async (call, reached) => {
    await call.answer();
    const { kind, status } = await call.transfer('sip:bob@192.0.2.77', { manner: 'stay' });
    reached({ kind: 'caller', reason: `${kind} ${status}` });
  });
  const anns = await (await phone()).call(uri);
  await anns.ended;
  assert.equal((await finished).outcome.reason, 'declined 403');
  const line = log.lines.find(({ event }) => event === 'call refused');
  assert.deepEqual([line?.fields.call, line?.fields.host], [anns.callId, '192.0.2.77']);
});
