import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, suite, type TestContext, test } from 'node:test';
import { openPhone } from '@parley/phone';
import { Caller } from '../peers/caller.ts';
import { type House, startHouse } from '../peers/house.ts';
import { type KamailioOptions, startKamailio } from '../peers/kamailio.ts';
import { messageIsIn, SAID, sippLeavesMessage } from '../peers/left-message.ts';
import { freePort } from '../peers/ports.ts';
import { programs } from '../peers/programs.ts';
import { startRtpengine } from '../peers/rtpengine.ts';
import { refused, runSipp } from '../peers/sipp.ts';
import { toneSequence } from '../peers/sound.ts';
import { suiteScope } from '../peers/suite-scope.ts';

/** What the proxy proves to be, where it proves anything. */
const NAME = 'proxy.parley.test';
/** The one before encrypted sound. */
const SECRET_NAME = 'secret-proxy.parley.test';

/** Two servers, the first preferred; the next one when it refuses or does not answer. */
const failover = (first: string, second: string) => `
route[NEW] {
  $avp(next) = "sip:${second}";
  $du = "sip:${first}";
  t_on_failure("OTHER");
  t_set_fr(2000, 1000);
  t_relay();
}
failure_route[OTHER] {
  if (t_is_canceled()) exit;
  if (t_branch_timeout() || t_check_status("503")) {
    $du = $avp(next);
    t_relay();
  }
}`;

/** Every call to that server, its sound through rtpengine: `towards` the server and `back` to the caller. */
const throughRtpengine = (server: string, { towards = '', back = '' } = {}) => `
route[NEW] {
  rtpengine_manage("replace-origin replace-session-connection ${towards}");
  t_on_reply("ANSWERED");
  $du = "sip:${server}";
  t_relay();
}
onreply_route[ANSWERED] {
  if (has_body("application/sdp")) rtpengine_manage("replace-origin replace-session-connection ${back}");
}
route[INDIALOG] { if (is_method("BYE")) rtpengine_manage(); }`;

suite('behind Kamailio', { concurrency: true }, () => {
  const scope = suiteScope();
  let house: House;
  /** Another one. */
  let other: House;
  /** One that knows nobody by address. */
  let safe: House;

  before(async () => {
    [house, other, safe] = await Promise.all([
      startHouse(scope, { extensions: { Main: ['2001', '2002', '2003', '2005', '2006'] } }),
      startHouse(scope, { extensions: { Main: ['2004', '2005'] } }),
      startHouse(scope, {
        seed: {
          gateway: { address: ['127.0.0.99'] },
          securePlans: {
            Safe: { voIPSecurity: 'SIPSecured', gateways: [NAME] },
            Secret: { voIPSecurity: 'Secured', gateways: [SECRET_NAME] },
          },
        },
        extensions: { Safe: ['3001'], Secret: ['4001'] },
      }),
    ]);
  });

  const proxyOf = (t: TestContext, name: string, options: Omit<KamailioOptions, 'folder'>) =>
    startKamailio(t, { ...options, folder: join(house.folder, `kamailio-${name}`) });
  const callThrough = (
    t: TestContext,
    {
      proxy,
      number,
      sipp,
      transport = 'udp',
    }: { proxy: string; number: string; sipp: string; transport?: 'udp' | 'tcp' },
  ) => {
    const folder = join(house.folder, `sipp-${number}`);
    return sippLeavesMessage(t, { program: sipp, folder, target: proxy, number, transport });
  };

  for (const [transport, number] of [
    ['udp', '2001'],
    ['tcp', '2002'],
  ] as const)
    test(`Kamailio in front, in the way of the whole call, over ${transport}`, { timeout: 60_000 }, async t => {
      const found = programs(t, 'sipp', 'kamailio');
      if (!found) return;
      const { address: proxy } = await proxyOf(t, transport, {
        program: found.kamailio,
        routes: `route[NEW] { $du = "sip:${house.server[transport]};transport=${transport}"; t_relay(); }`,
      });
      await callThrough(t, { proxy, number, sipp: found.sipp, transport });
      await messageIsIn(house.mailbox(number));
      // ACK and BYE came by the recorded route: otherwise the call would not have ended by the caller.
      await house.server.child.prints(new RegExp(`"drop":"Graceful Hangup".*: ${number}@.*"msg":"call over"`));
    });

  test('Kamailio takes the next server when the first is dead, and when it drains', { timeout: 90_000 }, async t => {
    const found = programs(t, 'sipp', 'kamailio');
    if (!found) return;
    const { kamailio: program, sipp } = found;
    const draining = other.server;
    const dead = `127.0.0.1:${await freePort()}`;
    const [pastTheDead, pastTheDraining] = await Promise.all([
      proxyOf(t, 'dead', { program, routes: failover(dead, house.server.udp) }),
      proxyOf(t, 'draining', { program, routes: failover(draining.udp, house.server.udp) }),
    ]);
    const first = callThrough(t, { proxy: pastTheDead.address, number: '2003', sipp });
    // While it drains, its own calls go on; new ones get 503 and find the other.
    const last = callThrough(t, { proxy: pastTheDraining.address, number: '2004', sipp });
    await draining.child.prints(/"msg":"call came"/);
    const ended = draining.child.stop('SIGTERM');
    await draining.child.prints(/"msg":"told to stop/);
    await Promise.all([first, last, callThrough(t, { proxy: pastTheDraining.address, number: '2005', sipp })]);
    for (const number of ['2003', '2005']) await messageIsIn(house.mailbox(number));
    await messageIsIn(other.mailbox('2004'));
    assert.equal(await ended, 0);
  });

  test('rtpengine between the caller and the server carries the media both ways', { timeout: 60_000 }, async t => {
    const found = programs(t, 'sipp', 'kamailio', 'rtpengine');
    if (!found) return;
    const media = await startRtpengine(t, {
      program: found.rtpengine,
      ports: 40_000,
      folder: join(house.folder, 'rtpengine'),
    });
    const { address: proxy } = await proxyOf(t, 'rtpengine', {
      program: found.kamailio,
      modules: ['rtpengine'],
      parameters: [`modparam("rtpengine", "rtpengine_sock", "udp:${media.control}")`],
      routes: throughRtpengine(house.server.udp),
    });
    await callThrough(t, { proxy, number: '2006', sipp: found.sipp });
    await messageIsIn(house.mailbox('2006'));
  });

  test('Kamailio leads calls to a secured plan by TLS, and is known by its certificate', {
    timeout: 60_000,
  }, async t => {
    const found = programs(t, 'sipp', 'kamailio');
    if (!found) return;
    const { authority, server, mailbox } = safe;
    const { address: proxy } = await proxyOf(t, 'tls', {
      program: found.kamailio,
      tls: { authority, own: await authority.issue(NAME) },
      routes: `route[NEW] { $du = "sip:${server.at('tls')};transport=tls"; t_relay(); }`,
    });
    await callThrough(t, { proxy, number: '3001', sipp: found.sipp });
    await messageIsIn(mailbox('3001'));
    await server.child.prints(/"gateway":"Safe gateway".*"dialled":"3001","transport":"tls","msg":"call came"/);
    await server.child.prints(/"drop":"Graceful Hangup".*: 3001@.*"msg":"call over"/);
  });

  test('Kamailio without a certificate is a stranger, and the log says so', { timeout: 60_000 }, async t => {
    const found = programs(t, 'sipp', 'kamailio');
    if (!found) return;
    const { authority, server } = safe;
    const { address: proxy } = await proxyOf(t, 'nameless', {
      program: found.kamailio,
      tls: { authority, own: await authority.issue('nameless.parley.test'), nameless: true },
      routes: `route[NEW] { $du = "sip:${server.at('tls')};transport=tls"; t_relay(); }`,
    });
    const folder = join(safe.folder, 'sipp-nameless');
    const scenario = refused(403);
    const call = await runSipp(t, {
      program: found.sipp,
      folder,
      target: proxy,
      number: '3001',
      transport: 'udp',
      scenario,
    });
    assert.equal(call.code, 0, call.output);
    await server.child.prints(/"rule":"stranger".*"transport":"tls".*a name that its certificate proves/);
  });

  test('rtpengine encrypts what a plain caller says, and decrypts what he hears, for a plan that wants it', {
    timeout: 60_000,
  }, async t => {
    const found = programs(t, 'kamailio', 'rtpengine');
    if (!found) return;
    const { authority, server, mailbox } = safe;
    const media = await startRtpengine(t, {
      program: found.rtpengine,
      ports: 40_500,
      folder: join(safe.folder, 'rtpengine'),
    });
    const { address: proxy } = await proxyOf(t, 'srtp', {
      program: found.kamailio,
      modules: ['rtpengine'],
      parameters: [`modparam("rtpengine", "rtpengine_sock", "udp:${media.control}")`],
      tls: { authority, own: await authority.issue(SECRET_NAME) },
      routes: throughRtpengine(`${server.at('tls')};transport=tls`, { towards: 'RTP/SAVP', back: 'RTP/AVP' }),
    });
    const phone = await openPhone();
    t.after(() => phone.close());
    const caller = await Caller.calls(phone, proxy, '4001');
    await caller.hears('record.tone');
    await caller.say(toneSequence(SAID));
    await caller.hangUp();
    await messageIsIn(mailbox('4001'));
  });
});
