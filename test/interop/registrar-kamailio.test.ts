import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { BaresipPhone } from '../peers/baresip-phone.ts';
import { start } from '../peers/child.ts';
import { startKamailio } from '../peers/kamailio.ts';
import { startLinphonePhone } from '../peers/linphone-phone.ts';
import { testFolder } from '../peers/parley.ts';
import { freePort } from '../peers/ports.ts';
import { programs } from '../peers/programs.ts';
import { hangUpDuringGreeting, refused, runSipp } from '../peers/sipp.ts';
import { DOMAIN, passwordOf, startSwitchboard } from '../peers/switchboard.ts';
import { until } from '../peers/until.ts';

/** What is for our telephones goes to their registrar, their REGISTERs with a Path; what that has led here goes on. */
const edgeOf = (registrar: string) => `
route[NEW] {
  loose_route();
  if (is_method("REGISTER")) add_path();
  if ($rd == "${DOMAIN}") $du = "sip:${registrar}";
  t_relay();
}`;

/** A registrar that knows Path. */
const REGISTRAR = `
route[NEW] {
  loose_route();
  if (is_method("REGISTER")) { save("location"); exit; }
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
  t_relay();
}`;

suite('with Kamailio', { concurrency: true }, () => {
  test('Kamailio between telephones and our registrar: Path leads to them, Service-Route by it, dialogs both ways', {
    timeout: 40_000,
  }, async t => {
    const found = programs(t, 'kamailio', 'baresip', 'linphonec');
    if (!found) return;
    const folder = testFolder(t);
    const port = await freePort();
    const edge = await startKamailio(t, {
      program: found.kamailio,
      folder: join(folder, 'kamailio'),
      modules: ['path'],
      routes: edgeOf(`127.0.0.1:${port}`),
    });
    const board = await startSwitchboard(t, {
      algorithms: ['MD5'],
      registrar: { unknownPath: 'keep', serviceRoute: [`<sip:${edge.address};lr>`] },
      proxy: { listen: [{ transport: 'udp', address: '127.0.0.1', port }] },
    });
    const common = { proxy: edge.address };
    const [ann, bob] = await Promise.all([
      BaresipPhone.starts(t, { ...common, program: found.baresip, folder: join(folder, 'ann'), user: 'ann' }),
      startLinphonePhone(t, { ...common, program: found.linphonec, folder: join(folder, 'bob'), user: 'bob' }),
    ]);
    await board.has('ann', 1);
    for (const { path } of [...board.bindings.of(`ann@${DOMAIN}`), ...board.bindings.of(`bob@${DOMAIN}`)])
      assert.match(path.join(), new RegExp(`^<sip:${edge.address}.*;lr.*>$`));
    ann.tell('dial', `sip:bob@${DOMAIN}`);
    await ann.happens('CALL_RINGING');
    bob.type('answer');
    await ann.happens('CALL_ESTABLISHED');
    ann.tell('hold');
    await bob.child.prints(/Call 1 has been paused by/);
    bob.type('terminate');
    await ann.happens('CALL_CLOSED');
    bob.type(`call sip:ann@${DOMAIN}`);
    await ann.happens('CALL_INCOMING');
    ann.tell('accept');
    await bob.child.prints(/Call 2 .*connected/);
    ann.tell('hangup');
    await bob.child.prints(/Call 2 .*ended/);
    assert.match(ann.child.output(), new RegExp(`Record-Route: <sip:${edge.address}`));
    const said = readFileSync(join(folder, 'bob/linphone.log'), 'latin1');
    assert.match(
      said,
      new RegExp(`INVITE sip:ann@[\\s\\S]*?Route: <sip:${edge.address};lr>`),
      'what Service-Route says',
    );
    await board.isQuiet();
  });

  test('our proxy between a telephone and the registrar of Kamailio: our Path leads back by its connection', {
    timeout: 40_000,
  }, async t => {
    const found = programs(t, 'kamailio', 'baresip', 'sipp');
    if (!found) return;
    const folder = testFolder(t);
    const registrar = await startKamailio(t, {
      program: found.kamailio,
      folder: join(folder, 'kamailio'),
      modules: ['path', 'usrloc', 'registrar'],
      parameters: ['modparam("registrar", "use_path", 1)', 'modparam("registrar", "path_mode", 0)'],
      routes: REGISTRAR,
    });
    const board = await startSwitchboard(t, { domain: 'elsewhere.parley.test', asksCallers: false });
    const [address, port] = registrar.address.split(':');
    board.others.set('', [{ uri: `sip:${DOMAIN}`, via: { transport: 'udp', address, port: Number(port) } }]);
    const phone = await BaresipPhone.starts(t, {
      program: found.baresip,
      folder: join(folder, 'ann'),
      user: 'ann',
      proxy: board.at('tcp'),
      transport: 'tcp',
      answers: true,
    });
    await phone.child.prints(/200 OK .*\d binding/);
    const call = await runSipp(t, {
      program: found.sipp,
      folder: join(folder, 'sipp'),
      target: registrar.address,
      number: 'ann',
      transport: 'udp',
      scenario: hangUpDuringGreeting(200),
    });
    assert.equal(call.code, 0, call.output.slice(-3000));
    await phone.happens('CALL_CLOSED');
    assert.deepEqual(board.routed, ['REGISTER '], 'the call showed our seal');
    await board.isQuiet();
  });

  test('a call that Kamailio sends back to our proxy again and again is a loop', { timeout: 40_000 }, async t => {
    const found = programs(t, 'kamailio', 'sipp');
    if (!found) return;
    const folder = testFolder(t);
    const board = await startSwitchboard(t, { asksCallers: false });
    const back = await startKamailio(t, {
      program: found.kamailio,
      folder: join(folder, 'kamailio'),
      routes: `route[NEW] { $du = "sip:${board.at('udp')}"; t_relay(); }`,
    });
    board.others.set('round', [{ uri: `sip:round@${back.address}` }]);
    const call = await runSipp(t, {
      program: found.sipp,
      folder: join(folder, 'sipp'),
      target: board.at('udp'),
      number: 'round',
      transport: 'udp',
      scenario: refused(482),
    });
    assert.equal(call.code, 0, call.output.slice(-3000));
    assert.deepEqual(board.routed, ['INVITE round', 'INVITE round']);
    await board.isQuiet();
  });
});

suite('sipsak', { concurrency: true }, () => {
  /** It takes the domain for the address. */
  const domain = '127.0.0.1';

  test('registers for a second, and is forgotten after it', { timeout: 30_000 }, async t => {
    const found = programs(t, 'sipsak');
    if (!found) return;
    const board = await startSwitchboard(t, { domain, algorithms: ['MD5'], registrar: { limits: { minExpires: 1 } } });
    const who = ['-u', 'sak', '-a', passwordOf('sak'), '-s', `sip:sak@${board.at('udp')}`];
    const child = start(t, found.sipsak, ['-U', '-i', '-x', '1', '-v', ...who]);
    assert.equal(await child.ended, 0, child.output());
    assert.match(child.output(), /All usrloc tests completed successful/);
    await until('the end of the registration', () => (board.bindings.size === 0 ? true : undefined), 5);
    await board.isQuiet();
  });

  test('is told how long is not too brief', { timeout: 30_000 }, async t => {
    const found = programs(t, 'sipsak');
    if (!found) return;
    const board = await startSwitchboard(t, { domain, algorithms: ['MD5'] });
    const who = ['-u', 'sak', '-a', passwordOf('sak'), '-s', `sip:sak@${board.at('udp')}`];
    const child = start(t, found.sipsak, ['-U', '-i', '-x', '5', '-vv', ...who]);
    assert.notEqual(await child.ended, 0);
    assert.match(child.output(), /423 Interval Too Brief[\s\S]*Min-Expires: 60/);
    assert.equal(board.bindings.size, 0);
  });

  test('finds our proxy and the telephone behind it, hop by hop', { timeout: 30_000 }, async t => {
    const found = programs(t, 'sipsak', 'baresip');
    if (!found) return;
    const board = await startSwitchboard(t, { algorithms: ['MD5'], asksCallers: false });
    const phone = { program: found.baresip, folder: testFolder(t), user: 'ann', proxy: board.at('tcp') };
    await BaresipPhone.starts(t, { ...phone, transport: 'tcp' });
    await board.has('ann', 1);
    board.others.set(
      'ann',
      board.bindings.of(`ann@${DOMAIN}`).map(({ uri, source }) => ({ uri, flow: source })),
    );
    const child = start(t, found.sipsak, ['-T', '-vv', '-s', `sip:ann@${board.at('udp')}`]);
    assert.equal(await child.ended, 0, child.output());
    assert.match(child.output(), /set to 0\n.*483 Too Many Hops[\s\S]*set to 1\n.*200 OK/);
  });
});
