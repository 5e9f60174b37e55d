import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { BaresipPhone, type BaresipPhoneOptions } from '../peers/baresip-phone.ts';
import { startLinphonePhone } from '../peers/linphone-phone.ts';
import { testFolder } from '../peers/parley.ts';
import { programs } from '../peers/programs.ts';
import { DOMAIN, startSwitchboard } from '../peers/switchboard.ts';
import { datagramTap, streamTap } from '../peers/tap.ts';
import { until } from '../peers/until.ts';

/** Seconds between the signs of life that telephones are asked for. */
const FLOW_TIMER = 1;
const PING = Buffer.from('\r\n\r\n');
const PONG = Buffer.from('\r\n');

/** What STUN says in its first octets (RFC 8489 section 5). */
const isBinding = (answer: boolean) => (bytes: Buffer) => bytes.readUInt16BE(0) === (answer ? 0x0101 : 0x0001);

const startPhone = async (
  t: TestContext,
  program: string,
  options: Omit<BaresipPhoneOptions, 'program' | 'folder'> & { readonly folder?: string },
) => {
  const { folder = join(testFolder(t), options.user) } = options;
  const phone = await BaresipPhone.starts(t, { ...options, program, folder });
  await phone.child.prints(/200 OK .*\d binding/);
  return phone;
};
const OUTBOUND = { account: ['sipnat=outbound'], config: ['module uuid.so'] };

suite('telephones behind a NAT (RFC 5626)', { concurrency: true }, () => {
  const scene = (t: TestContext) =>
    startSwitchboard(t, { algorithms: ['MD5'], registrar: { flowTimer: FLOW_TIMER, limits: { minExpires: 1 } } });

  test('by TCP: whose connection broke is not there, and is back in his own place', {
    timeout: 40_000,
  }, async t => {
    const found = programs(t, 'baresip');
    if (!found) return;
    const board = await scene(t);
    const tap = await streamTap(t, board.at('tcp'));
    const folder = join(testFolder(t), 'again');
    const annStarts = () =>
      startPhone(t, found.baresip, {
        user: 'ann',
        folder,
        proxy: tap.address,
        transport: 'tcp',
        answers: true,
        ...OUTBOUND,
      });
    const [ann, caller] = await Promise.all([
      annStarts(),
      startPhone(t, found.baresip, { user: 'caller', proxy: board.at('udp') }),
    ]);
    const bindings = () => board.bindings.of(`ann@${DOMAIN}`);
    const [first] = bindings();
    assert.equal(first.regId, 1);
    tap.cut();
    await until('the end of the flow', () => (board.proxy.counts().connections === 0 ? true : undefined));
    caller.tell('dial', `sip:ann@${DOMAIN}`);
    assert.match((await caller.happens('CALL_CLOSED')).param ?? '', /^480/);
    // It lost its power; its identity is in its folder.
    await ann.child.stop('SIGKILL');
    const again = await annStarts();
    const [second, ...others] = bindings();
    assert.deepEqual(
      [second.instance, second.regId, others],
      [first.instance, 1, []],
      'in the place of the first flow',
    );
    caller.tell('dial', `sip:ann@${DOMAIN}`);
    await caller.happens('CALL_ESTABLISHED');
    again.tell('hangup');
    await caller.happens('CALL_CLOSED', 2);
  });

  for (const transport of ['udp', 'tcp'] as const)
    test(`linphonec pings by ${transport}, and hears a pong where there is one`, { timeout: 40_000 }, async t => {
      const found = programs(t, 'linphonec');
      if (!found) return;
      const board = await scene(t);
      const tap = await (transport === 'udp' ? datagramTap : streamTap)(t, board.at(transport));
      const common = { program: found.linphonec, folder: join(testFolder(t), 'bob'), user: 'bob', transport };
      await startLinphonePhone(t, { ...common, proxy: tap.address, sip: ['keepalive_period=500', 'use_keepalive=1'] });
      await until('a ping', () => tap.up.find(bytes => bytes.equals(PING)));
      if (transport === 'tcp') await until('a pong', () => tap.down.find(bytes => bytes.equals(PONG)));
      else
        assert.equal(
          tap.down.length,
          2,
          'over UDP it is only to keep the way open: a challenge and a 200, nothing else',
        );
    });

  test('a call outlives the connection of linphonec: its GRUU leads to the next one', { timeout: 40_000 }, async t => {
    const found = programs(t, 'linphonec', 'baresip');
    if (!found) return;
    const board = await scene(t);
    const tap = await streamTap(t, board.at('tcp'));
    const common = { program: found.linphonec, folder: join(testFolder(t), 'bob'), user: 'bob', answers: true };
    const [ann, bob] = await Promise.all([
      startPhone(t, found.baresip, { user: 'ann', proxy: board.at('udp') }),
      startLinphonePhone(t, { ...common, transport: 'tcp', proxy: tap.address, sip: ['keepalive_period=500'] }),
    ]);
    ann.tell('dial', `sip:bob@${DOMAIN}`);
    await ann.happens('CALL_ESTABLISHED');
    const newest = () => board.bindings.of(`bob@${DOMAIN}`).reduce((a, b) => (b.registeredAt > a.registeredAt ? b : a));
    const { port } = newest().source;
    tap.cut();
    await until('another flow', () => (newest().source.port === port ? undefined : true));
    ann.tell('hangup');
    // Soon: without a BYE it would end because it hears nothing any more.
    await bob.child.prints(/Call 1 .*ended/, 5);
    await board.isQuiet();
  });

  test('by UDP: STUN is answered, and calls come and go by the address that he registered from', {
    timeout: 40_000,
  }, async t => {
    const found = programs(t, 'baresip');
    if (!found) return;
    const board = await scene(t);
    const tap = await datagramTap(t, board.at('udp'));
    const [ann, caller] = await Promise.all([
      startPhone(t, found.baresip, { user: 'ann', proxy: tap.address, answers: true, ...OUTBOUND }),
      startPhone(t, found.baresip, { user: 'caller', proxy: board.at('tcp'), transport: 'tcp' }),
    ]);
    await until('a keep-alive', () => tap.up.find(isBinding(false)));
    await until('its answer', () => tap.down.find(isBinding(true)));
    const through = tap.down.length;
    caller.tell('dial', `sip:ann@${DOMAIN}`);
    await caller.happens('CALL_ESTABLISHED');
    ann.tell('hangup');
    await caller.happens('CALL_CLOSED');
    assert.ok(tap.down.slice(through).some(bytes => bytes.toString('latin1').startsWith('INVITE ')));
  });
});
