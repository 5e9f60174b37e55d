import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, suite, type TestContext, test } from 'node:test';
import { silentLog, systemClock } from '@parley/base';
import {
  createUserAgent,
  MESSAGE_SUMMARY,
  MESSAGE_SUMMARY_TYPE,
  printMessageSummary,
  type Subscriber,
} from '@parley/sip';
import { type AuthorityFiles, makeAuthority } from '../peers/authority.ts';
import { BaresipPhone, type BaresipPhoneOptions } from '../peers/baresip-phone.ts';
import { type LinphonePhoneOptions, startLinphonePhone } from '../peers/linphone-phone.ts';
import { testFolder } from '../peers/parley.ts';
import { freePort, isHeld } from '../peers/ports.ts';
import { programs } from '../peers/programs.ts';
import { runSipp, startSipp } from '../peers/sipp.ts';
import { ANSWERS, registersAndCalls, userLine } from '../peers/sipp-register.ts';
import { suiteScope } from '../peers/suite-scope.ts';
import { DOMAIN, type Switchboard, startSwitchboard } from '../peers/switchboard.ts';
import { until } from '../peers/until.ts';

type Transport = 'udp' | 'tcp' | 'tls';
type Common = 'user' | 'transport' | 'answers';

suite('telephones at a registrar and a proxy of this library', { concurrency: true }, () => {
  const scope = suiteScope();
  let folder: string;
  let authority: AuthorityFiles;
  /** Asks for SHA-256 first. */
  let modern: Switchboard;
  /** For baresip, which gives up at any challenge but MD5. */
  let old: Switchboard;

  before(async () => {
    folder = testFolder(scope);
    authority = await makeAuthority(folder);
    const own = await authority.issue('proxy.parley.test', [
      ['ip', '127.0.0.1'],
      ['dns', 'localhost'],
    ]);
    const proxy = { names: ['localhost'] };
    [modern, old] = await Promise.all([
      startSwitchboard(scope, { own, proxy }),
      startSwitchboard(scope, { own, proxy, algorithms: ['MD5'] }),
    ]);
  });

  const baresip = async (t: TestContext, options: Pick<BaresipPhoneOptions, Common | 'account' | 'config'>) => {
    const found = programs(t, 'baresip');
    if (!found) throw new Error('no baresip');
    const phone = await BaresipPhone.starts(t, {
      program: found.baresip,
      folder: join(folder, `${options.user}-${options.transport}-baresip`),
      proxy: old.at(options.transport ?? 'udp'),
      authority,
      ...options,
    });
    // It may be done before anybody listens to its control port.
    await phone.child.prints(/200 OK .*\d binding/);
    return phone;
  };

  const linphone = async (
    t: TestContext,
    { at = old, ...options }: Pick<LinphonePhoneOptions, Common | 'sip'> & { at?: Switchboard },
  ) => {
    const found = programs(t, 'linphonec');
    if (!found) throw new Error('no linphonec');
    const { user, transport = 'udp' } = options;
    // By name: the address in a certificate is not compared by its TLS library.
    const proxy = at.at(transport).replace('127.0.0.1', 'localhost');
    return await startLinphonePhone(t, {
      program: found.linphonec,
      folder: join(folder, `${user}-${transport}-linphone`),
      proxy,
      authority,
      ...options,
    });
  };

  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    test(`baresip proves who it is by MD5, registers over ${transport} and takes that back`, {
      timeout: 30_000,
    }, async t => {
      if (!programs(t, 'baresip')) return;
      const user = `br-${transport}`;
      const phone = await baresip(t, { user, transport });
      const [binding, ...others] = old.bindings.of(`${user}@${DOMAIN}`);
      assert.deepEqual([binding.source.transport, others], [transport, []]);
      phone.tell('quit');
      await old.has(user, 0);
    });

    test(`linphonec proves who it is by SHA-256, registers over ${transport}, gets a GRUU, and takes that back`, {
      timeout: 30_000,
    }, async t => {
      if (!programs(t, 'linphonec')) return;
      const user = `lr-${transport}`;
      const phone = await linphone(t, { user, transport, at: modern });
      const [{ source, instance }] = modern.bindings.of(`${user}@${DOMAIN}`);
      assert.equal(source.transport, transport);
      assert.match(instance ?? '', /^urn:uuid:/);
      phone.type('unregister');
      await modern.has(user, 0);
    });
  }

  /** Each pair of transports that differ in who keeps a flow, and the same on both sides. */
  const pairs: readonly (readonly [Transport, Transport])[] = [
    ['udp', 'udp'],
    ['tcp', 'udp'],
    ['udp', 'tls'],
    ['tls', 'tcp'],
  ];
  for (const [ours, theirs] of pairs)
    test(`baresip by ${ours} and linphonec by ${theirs} call each other, hold and end calls from both sides`, {
      timeout: 40_000,
    }, async t => {
      if (!programs(t, 'baresip', 'linphonec')) return;
      const [ann, bob] = [`ann-${ours}-${theirs}`, `bob-${ours}-${theirs}`];
      const [annPhone, bobPhone] = await Promise.all([
        baresip(t, { user: ann, transport: ours }),
        linphone(t, { user: bob, transport: theirs }),
      ]);
      annPhone.tell('dial', `sip:${bob}@${DOMAIN}`);
      await annPhone.happens('CALL_RINGING');
      bobPhone.type('answer');
      await annPhone.happens('CALL_ESTABLISHED');
      await bobPhone.child.prints(/Call 1 .*connected/);
      annPhone.tell('hold');
      await bobPhone.child.prints(/Call 1 has been paused by/);
      annPhone.tell('resume');
      await bobPhone.child.prints(/paused by[\s\S]*Media streams established/);
      bobPhone.type('pause');
      await bobPhone.child.prints(/Call 1 .* is now paused/);
      bobPhone.type('resume');
      await bobPhone.child.prints(/is now paused[\s\S]*Media streams established/);
      bobPhone.type('terminate');
      await annPhone.happens('CALL_CLOSED');
      bobPhone.type(`call sip:${ann}@${DOMAIN}`);
      await annPhone.happens('CALL_INCOMING');
      annPhone.tell('accept');
      await annPhone.happens('CALL_ESTABLISHED', 2);
      await bobPhone.child.prints(/Call 2 .*connected/);
      annPhone.tell('hangup');
      await bobPhone.child.prints(/Call 2 .*ended/);
    });

  test('two phones of one user ring, one is answered, and the other hears that it was elsewhere', {
    timeout: 40_000,
  }, async t => {
    if (!programs(t, 'baresip', 'linphonec')) return;
    const [caller, first, second] = await Promise.all([
      baresip(t, { user: 'fork-caller', transport: 'tcp' }),
      baresip(t, { user: 'fork', transport: 'udp' }),
      linphone(t, { user: 'fork', transport: 'tls' }),
    ]);
    caller.tell('dial', `sip:fork@${DOMAIN}`);
    await Promise.all([first.happens('CALL_INCOMING'), second.child.prints(/incoming call/)]);
    second.type('answer');
    await caller.happens('CALL_ESTABLISHED');
    await first.happens('CALL_CLOSED');
    assert.match(first.child.output(), /Reason: SIP;cause=200;text="Call completed elsewhere"/);
    caller.tell('hangup');
    await second.child.prints(/Call 1 .*ended/);
    // And the other one.
    caller.tell('dial', `sip:fork@${DOMAIN}`);
    await Promise.all([first.happens('CALL_INCOMING', 2), second.child.prints(/assigned id 2/)]);
    first.tell('accept');
    await caller.happens('CALL_ESTABLISHED', 2);
    await second.child.prints(/Call 2 .*ended/);
    first.tell('hangup');
    await caller.happens('CALL_CLOSED', 2);
  });

  test('a caller who changes his mind stops what rings; who is busy says so', { timeout: 40_000 }, async t => {
    if (!programs(t, 'baresip', 'linphonec')) return;
    const [caller, called] = await Promise.all([
      baresip(t, { user: 'cancel-caller', transport: 'udp' }),
      linphone(t, { user: 'cancel', transport: 'tcp' }),
    ]);
    caller.tell('dial', `sip:cancel@${DOMAIN}`);
    await caller.happens('CALL_RINGING');
    caller.tell('hangup');
    await called.child.prints(/Call 1 .*ended/);
    caller.tell('dial', `sip:cancel@${DOMAIN}`);
    await caller.happens('CALL_RINGING', 2);
    called.type('terminate');
    const { param } = await caller.happens('CALL_CLOSED', 2);
    assert.match(param ?? '', /^(603|486)/);
    caller.tell('dial', `sip:nobody@${DOMAIN}`);
    assert.match((await caller.happens('CALL_CLOSED', 3)).param ?? '', /^480/);
  });

  test('each of two phones hands a call over to a third by REFER through the proxy', { timeout: 40_000 }, async t => {
    if (!programs(t, 'baresip', 'linphonec')) return;
    const [ann, bob, carl] = await Promise.all([
      baresip(t, { user: 'refer-ann', transport: 'tcp' }),
      linphone(t, { user: 'refer-bob', transport: 'udp' }),
      baresip(t, { user: 'refer-carl', transport: 'udp', answers: true }),
    ]);
    ann.tell('dial', `sip:refer-bob@${DOMAIN}`);
    await ann.happens('CALL_RINGING');
    bob.type('answer');
    await ann.happens('CALL_ESTABLISHED');
    ann.tell('transfer', `sip:refer-carl@${DOMAIN}`);
    await carl.happens('CALL_ESTABLISHED');
    await ann.happens('CALL_CLOSED');
    assert.match(ann.child.output(), /NOTIFY sip:[\s\S]*SIP\/2.0 200/i);
    carl.tell('hangup');
    await bob.child.prints(/Call 2 .*ended/);
    ann.tell('dial', `sip:refer-bob@${DOMAIN}`);
    await ann.happens('CALL_RINGING', 2);
    bob.type('answer');
    await ann.happens('CALL_ESTABLISHED', 2);
    bob.type(`transfer 3 sip:refer-carl@${DOMAIN}`);
    await carl.happens('CALL_ESTABLISHED', 2);
    carl.tell('hangup');
    await carl.happens('CALL_CLOSED', 2);
  });

  test('the lamp of a phone is lit through the proxy, by the connection that it subscribed from', {
    timeout: 40_000,
  }, async t => {
    if (!programs(t, 'baresip')) return;
    const subscribers: Subscriber[] = [];
    const letters = (count: number) =>
      printMessageSummary({ waiting: count > 0, classes: new Map([['voice-message', { unread: count, read: 0 }]]) });
    const mailbox = createUserAgent({
      listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }],
      clock: systemClock,
      log: silentLog,
      admit: () => undefined,
      onInvitation: invitation => invitation.reject({ status: 404 }),
      events: {
        packages: [
          {
            name: MESSAGE_SUMMARY,
            contentType: MESSAGE_SUMMARY_TYPE,
            onSubscribe: () => ({ state: letters(0), taken: one => void subscribers.push(one) }),
          },
        ],
      },
    });
    const [{ port }] = await mailbox.listen();
    t.after(() => mailbox.close());
    old.others.set('SUBSCRIBE lamp', [{ uri: `sip:lamp@127.0.0.1:${port}` }]);
    const phone = await baresip(t, {
      user: 'lamp',
      transport: 'tls',
      account: ['mwi=yes'],
      config: ['module mwi.so'],
    });
    await phone.child.prints(/Messages-Waiting: no/);
    subscribers[0].notify(letters(2));
    await phone.child.prints(/Messages-Waiting: yes[\s\S]*Voice-Message: 2\/0/);
    phone.tell('quit');
    await until('the end of the subscription', () => (subscribers[0].signal.aborted ? true : undefined));
    assert.equal(subscribers[0].signal.reason.kind, 'unsubscribed');
    // It is forgotten once the phone, or nobody for long enough, has answered the last NOTIFY.
    await until('nothing left of it', () => (mailbox.counts().subscriptions === 0 ? true : undefined));
  });

  test('linphonec sends a call away by 302, and the proxy follows', { timeout: 40_000 }, async t => {
    if (!programs(t, 'baresip', 'linphonec')) return;
    const [caller, away, there] = await Promise.all([
      baresip(t, { user: 'moved-caller', transport: 'tcp' }),
      linphone(t, { user: 'moved', transport: 'udp' }),
      baresip(t, { user: 'moved-to', transport: 'udp', answers: true }),
    ]);
    caller.tell('dial', `sip:moved@${DOMAIN}`);
    await caller.happens('CALL_RINGING');
    away.type(`redirect all sip:moved-to@${DOMAIN}`);
    await caller.happens('CALL_ESTABLISHED');
    await there.happens('CALL_ESTABLISHED');
    caller.tell('hangup');
    await there.happens('CALL_CLOSED');
  });
});

suite('in bulk', { concurrency: true }, () => {
  const scope = suiteScope();
  let folder: string;
  before(() => {
    folder = testFolder(scope);
  });

  for (const [transport, address, calls] of [
    ['udp', '127.0.0.1', 200],
    ['tcp', '127.0.0.1', 200],
    ['udp', '::1', 50],
    ['tcp', '::1', 50],
  ] as const)
    test(`SIPp registers, calls another SIPp by ${transport} at ${address} and goes, ${calls} times, and nothing is left`, {
      timeout: 40_000,
    }, async t => {
      const found = programs(t, 'sipp');
      if (!found) return;
      const listen = [address, '127.0.0.1'].map(each => ({ transport: 'udp' as const, address: each, port: 0 }));
      const board = await startSwitchboard(t, {
        algorithms: ['MD5'],
        asksCallers: false,
        proxy: address === '::1' ? { listen: [...listen.slice(1), listen[0], { ...listen[0], transport: 'tcp' }] } : {},
      });
      const common = { program: found.sipp, target: board.at('udp'), number: 'all', calls };
      const port = await freePort(address);
      const host = address === '::1' ? `[${address}]` : address;
      const run = `${transport}-${address.length}`;
      const answering = { folder: join(folder, `uas-${run}`), address, port, transport, scenario: ANSWERS };
      const answerer = await startSipp(t, {
        ...common,
        ...answering,
        target: address === '::1' ? '[::1]:5060' : common.target,
      });
      await until('the other SIPp', () => (isHeld(port) ? true : undefined));
      const { code, output } = await runSipp(t, {
        ...common,
        folder: join(folder, `uac-${run}`),
        // By UDP: whoever has registered over a connection is called by it, and SIPp takes no calls there.
        transport: 'udp',
        scenario: registersAndCalls(),
        users: Array.from({ length: calls }, (_, i) => userLine(`user${i}`, `${host}:${port}`, transport)),
        rate: 50,
        authUri: DOMAIN,
      });
      assert.equal(code, 0, `${output.slice(-4000)}\n${answerer.output().slice(-4000)}`);
      assert.equal(await answerer.ended, 0, answerer.output().slice(-3000));
      assert.equal(board.bindings.size, 0);
      assert.equal(board.routed.length, calls);
      await board.isQuiet();
      assert.deepEqual(
        board.lines.filter(({ level }) => level === 'error' || level === 'warn'),
        [],
      );
    });
});
