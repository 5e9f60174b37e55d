import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as passed } from 'node:timers/promises';
import { memoryLog, silentLog, systemClock } from '@parley/base';
import { openPhone, type Phone, type Ringing } from '@parley/phone';
import { createUserAgent } from '@parley/sip';
import { ConnectivityTest } from '../src/house/connectivity.ts';

const ASKED = { listenPort: 0, secured: false, mediaSecured: false, timeoutMillis: 20_000 };
/** One second of a tone of 440 Hz. */
const TONE = Int16Array.from({ length: 8000 }, (_, index) => 8000 * Math.sin((2 * Math.PI * 440 * index) / 8000));

function tester(
  t: TestContext,
  listening: readonly { transport: 'udp' | 'tcp'; address: string; port: number }[] = [],
) {
  const connectivity = new ConnectivityTest({ listening, tls: () => undefined, clock: systemClock, log: memoryLog() });
  t.after(() => connectivity.close());
  return connectivity;
}

async function farEnd(t: TestContext, onRinging: (ringing: Ringing) => void): Promise<Phone> {
  const phone = await openPhone();
  t.after(() => phone.close());
  phone.onRinging(onRinging);
  return phone;
}

const gatewayAt = ({ contact }: Pick<Phone, 'contact'>, status: 'Enabled' | 'Disabled' = 'Enabled') => ({
  name: 'pbx',
  address: ['127.0.0.0/8', contact.address],
  port: contact.port,
  status,
});

test('a gateway is called: how soon it answers, that sound comes, and the keys of both sides are told', async t => {
  const keys: string[] = [];
  const phone = await farEnd(t, async ringing => {
    assert.match(ringing.request.uri, /^sip:4001@/);
    assert.match(ringing.request.header('from') ?? '', /sip:5550123@/);
    ringing.ring();
    const call = await ringing.answer();
    void call.say(TONE);
    await call.press('9');
    await call.ended;
    keys.push(call.keys);
  });
  const outcome = await tester(t).run({
    ...ASKED,
    gateway: gatewayAt(phone),
    phone: '4001',
    from: '5550123',
    keys: { sequence: '12#', initialSilenceMillis: 50, gapsMillis: [50, 50] },
  });
  const { latencyMillis = -1, answerMillis = -1, packets = 0, ...rest } = outcome;
  assert.deepEqual(rest, { address: `udp:127.0.0.1:${phone.contact.port}`, receivedKeys: '9' });
  assert.ok(latencyMillis > 0 && answerMillis > 0 && packets > 10, JSON.stringify(outcome));
  while (keys.length === 0) await passed(10);
  assert.deepEqual(keys, ['12#']);
});

for (const host of ['127.0.0.1', 'localhost'])
  test(`an address elsewhere is called through the gateway ${host} all the same`, async t => {
    const asked: string[] = [];
    const phone = await farEnd(t, ringing => {
      asked.push(ringing.request.to.uriText);
      ringing.reject({ status: 404 });
    });
    const gateway = { ...gatewayAt(phone), address: [host] };
    const outcome = await tester(t).run({ ...ASKED, gateway, phone: 'ann@elsewhere.invalid' });
    assert.deepEqual(outcome.why, 'refused: 404 Not Found');
    assert.deepEqual(asked, ['sip:ann@elsewhere.invalid']);
  });

test('a refusal is told, and it is no silence', async t => {
  const phone = await farEnd(t, ringing => ringing.reject({ status: 486 }));
  const outcome = await tester(t).run({ ...ASKED, gateway: gatewayAt(phone), phone: '4001' });
  assert.equal(outcome.why, 'refused: 486 Busy Here');
  assert.ok((outcome.latencyMillis ?? -1) > 0);
  assert.equal(outcome.answerMillis, undefined);
});

test('an answered call without a sound has failed', async t => {
  const agent = createUserAgent({
    listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }],
    clock: systemClock,
    log: silentLog,
    admit: () => undefined,
    onInvitation: invitation =>
      void invitation.answer({
        type: 'application/sdp',
        content: Buffer.from(
          'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n',
        ),
      }),
  });
  t.after(() => agent.close());
  const [contact] = await agent.listen();
  const outcome = await tester(t).run({ ...ASKED, gateway: gatewayAt({ contact }), phone: '4001' });
  assert.match(outcome.why ?? '', /no sound came/);
});

test('who only rings is given up in time, and told so; two tests are not made at once', async t => {
  const { promise: given, resolve } = Promise.withResolvers<unknown>();
  const { promise: rang, resolve: rings } = Promise.withResolvers<void>();
  const phone = await farEnd(t, ringing => {
    ringing.ring();
    rings();
    void ringing.ended.then(resolve);
  });
  const connectivity = tester(t);
  const question = { ...ASKED, gateway: gatewayAt(phone), phone: '4001', timeoutMillis: 1500 };
  const first = connectivity.run(question);
  await rang;
  await assert.rejects(connectivity.run(question), { code: 'TEST_UNDER_WAY' });
  assert.equal((await first).why, 'no answer within 1.5 seconds');
  await given;
});

for (const transport of ['udp', 'tcp'] as const)
  test(`without a number to call a server is asked whether it is there, by ${transport}`, async t => {
    let status: number | undefined;
    const agent = createUserAgent({
      listen: [{ transport, address: '127.0.0.1', port: 0 }],
      clock: systemClock,
      log: silentLog,
      admit: () => (status === undefined ? undefined : { status }),
      onInvitation: () => assert.fail('nobody is called'),
    });
    t.after(() => agent.close());
    const [{ port }] = await agent.listen();
    const connectivity = tester(t, [{ transport, address: '0.0.0.0', port }]);
    const { latencyMillis = -1, ...rest } = await connectivity.run(ASKED);
    assert.deepEqual(rest, { address: `${transport}:127.0.0.1:${port}` });
    assert.ok(latencyMillis > 0);
    status = 503;
    assert.equal((await connectivity.run(ASKED)).why, 'refused: 503 Service Unavailable');
    status = 403;
    assert.match((await connectivity.run(ASKED)).why ?? '', /403 Forbidden: this machine is no gateway/);
  });

test('what cannot be tested is told without anything being sent', async t => {
  const phone = await farEnd(t, () => assert.fail('it is not called'));
  const connectivity = tester(t);
  const why = async (more: object) => (await connectivity.run({ ...ASKED, phone: '1', ...more })).why;
  assert.match((await why({ gateway: gatewayAt(phone, 'Disabled') })) ?? '', /disabled/);
  assert.match((await why({ gateway: { ...gatewayAt(phone), address: ['10.0.0.0/8'] } })) ?? '', /is a network/);
  assert.match((await why({})) ?? '', /does not listen for UDP or TCP/);
  assert.match((await why({ gateway: gatewayAt(phone), secured: true })) ?? '', /no certificate/);
});
