import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defer, silentLog, systemClock } from '@parley/base';
import { chord } from '@parley/media';
import { type Ringing, toneOver } from '@parley/phone';
import { createUserAgent } from '@parley/sip';
import { house } from './handing-house.ts';

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

test('who takes no keys as events gets them by INFO when a call is handed on to them', async t => {
  let target = '';
  const { uri, finished, phone } = await house(t, async call => {
    await call.answer();
    await call.transfer(target, { manner: 'stay' });
  });
  const keys: string[] = [];
  const all = defer<void>();
  const bob = createUserAgent({
    listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }],
    clock: systemClock,
    log: silentLog,
    admit: () => undefined,
    onInvitation: invitation => {
      const lines = [
        'v=0',
        'o=- 1 1 IN IP4 127.0.0.1',
        's=-',
        'c=IN IP4 127.0.0.1',
        't=0 0',
        'm=audio 29598 RTP/AVP 0',
      ];
      const content = Buffer.from(`${lines.join('\r\n')}\r\n`);
      invitation.answer({ type: 'application/sdp', content }).then(
        dialog =>
          dialog.onInfo(request => {
            keys.push(Buffer.from(request.body).toString().split('\r\n')[0]);
            if (keys.length === 2) all.resolve();
            return 200;
          }),
        all.reject,
      );
    },
  });
  const [{ port }] = await bob.listen();
  t.after(() => bob.close());
  target = `sip:bob@127.0.0.1:${port}`;
  const anns = await (await phone()).call(uri);
  await anns.press('5#');
  await all.promise;
  assert.deepEqual(keys, ['Signal=5', 'Signal=#']);
  await anns.hangUp();
  assert.equal((await finished).endedBy.by, 'bye');
});
