import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { seeded } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { agentAt, at, until } from './agents.ts';
import { Authority } from './certificates.ts';
import { headerOf } from './memory-network.ts';
import { runningTime } from './running-time.ts';
import { sdp } from './scene.ts';
import { TextStream } from './text-stream.ts';

const SEED = 20_261_121;
/** `PARLEY_DATAGRAMS=100000 node --test packages/sip/test/flood-live.test.ts` sends the whole flood. */
const DATAGRAMS = Number(process.env.PARLEY_DATAGRAMS ?? 5_000);
const ANSWER_MILLIS = 500;
const MOST = 100;

const options = (transport: string, address: string, id: string): string =>
  [
    `OPTIONS sip:${address} SIP/2.0`,
    `Via: SIP/2.0/${transport} 127.0.0.72;branch=z9hG4bK${id};rport`,
    'From: <sip:t@127.0.0.72>;tag=t',
    `To: <sip:${address}>`,
    `Call-ID: ${id}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');

/** Twice as many connections as there may be, each closed or held by the server; resolves with those that are held. */
async function crowd(t: TestContext, { address, port }: { address: string; port: number }): Promise<Set<Socket>> {
  const held = new Set<Socket>();
  t.after(() => {
    for (const socket of held) socket.destroy();
  });
  const refused: Promise<unknown>[] = [];
  for (let n = 0; n < 2 * MOST; n++) {
    const socket = connect({ host: address, port, localAddress: '127.0.0.66' });
    held.add(socket);
    // A refusal may be a reset.
    socket.on('error', () => undefined);
    socket.on('close', () => void held.delete(socket));
    if (n >= MOST) refused.push(once(socket, 'close'));
    await once(socket, 'connect');
  }
  await Promise.all(refused);
  return held;
}

for (const transport of ['tcp', 'tls'] as const)
  test(`${transport}: of ${2 * MOST} silent connections ${MOST} are held, until their time is over; others are served throughout`, {
    timeout: 60_000,
  }, async t => {
    const authority = await Authority.named('CN=flood');
    const tls = await authority.issue({ names: [['ip', '127.0.0.71']] });
    const clock = new FakeClock();
    const limits = { budgets: { connections: 2 * MOST, connectionsPerSource: MOST }, unlimited: () => false };
    const { agent, bound } = await agentAt(t, [at(transport, '127.0.0.71')], { clock, ...limits, tls });
    const [{ address, port }] = bound;
    const served = async (id: string) => {
      const stream = transport === 'tcp' ? TextStream.tcp(bound[0], '127.0.0.72') : TextStream.tls(bound[0]);
      stream.write(options(transport.toUpperCase(), address, id));
      const [answer] = await stream.heard();
      stream.socket.destroy();
      return answer;
    };
    const held = await crowd(t, { address, port });
    assert.equal(agent.counts().connections, MOST);
    assert.match(await served('full'), /^SIP\/2\.0 200 /);
    // One byte of a head each second keeps nobody here, whether it is the head of a message or of a handshake.
    for (let second = 0; second < 12; second++) {
      for (const socket of held) socket.write(second === 0 ? 'O' : 'x');
      clock.advance(1000);
    }
    await until(() => held.size === 0 && agent.counts().connections === 0);
    assert.equal(agent.counts().timers, 0);
    assert.match(await served('empty'), /^SIP\/2\.0 200 /);
  });

/** What is no message, in every way that the sender of a flood may think of. */
function garbage(random: () => number): () => Buffer {
  const whole = options('UDP', '127.0.0.71', 'x').replace('Via:', 'Via: SIP/2.0/UDP 127.0.0.66;branch=z9hG4bKf, ');
  const octets = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
  const kinds: readonly (() => Buffer)[] = [
    () => octets(Math.floor(random() * 200)),
    () => Buffer.from(whole.slice(0, Math.floor(random() * whole.length)), 'latin1'),
    () => Buffer.from(whole.replace('CSeq', octets(1).toString('latin1')), 'latin1'),
    () => Buffer.from(`INVITE ${'\r\n '.repeat(100)}`, 'latin1'),
    () => Buffer.from(whole.replace('Content-Length: 0', 'Content-Length: 99999'), 'latin1'),
    () => Buffer.alloc(1400, random() < 0.5 ? 0 : 0xff),
  ];
  return () => kinds[Math.floor(random() * kinds.length)]();
}

test(`${DATAGRAMS} datagrams of garbage (seed ${SEED}): the call goes on, a trusted peer is answered within ${ANSWER_MILLIS} ms, nothing is left`, {
  timeout: 120_000,
}, async t => {
  const { agent, bound, log } = await agentAt(t, [at('udp', '127.0.0.71')], {
    unlimited: ({ address }) => address !== '127.0.0.66',
    onInvitation: invitation => {
      invitation.answer(sdp('answer')).then(
        dialog => dialog.onInfo(() => 200),
        () => undefined,
      );
    },
  });
  const [{ address, port }] = bound;
  const phone = await agentAt(t, [at('udp', '127.0.0.73')]);
  const { dialog } = await phone.agent.invite(
    { uri: `sip:1@${address}:${port}` },
    { from: 'sip:p@127.0.0.73', body: sdp('offer') },
  ).answered;
  const attacker = createSocket('udp4');
  const trusted = createSocket('udp4');
  t.after(() => {
    attacker.close();
    trusted.close();
  });
  attacker.bind(0, '127.0.0.66');
  trusted.bind(0, '127.0.0.72');
  await Promise.all([once(attacker, 'listening'), once(trusted, 'listening')]);
  const next = garbage(seeded(SEED));
  const BATCH = 1000;
  for (let sent = 0; sent < DATAGRAMS; sent += BATCH) {
    for (let n = 0; n < BATCH; n++) {
      attacker.send(next(), port, address);
      if (n % 50 === 0) await new Promise(resolve => setImmediate(resolve));
    }
    trusted.send(options('UDP', address, `t${sent}`), port, address);
    const [answer] = (await once(trusted, 'message', { signal: runningTime(ANSWER_MILLIS) })) as [Buffer];
    assert.equal(headerOf(answer.toString(), 'Call-ID'), `t${sent}`);
    assert.equal(await dialog.info(sdp('info')), 200);
  }
  assert.ok(agent.refusals().malformed > DATAGRAMS / 10, JSON.stringify(agent.refusals()));
  assert.equal(agent.counts().dialogs, 1);
  assert.ok(log.lines.length < 100, `${log.lines.length} lines`);
  assert.deepEqual(
    log.lines.filter(({ level }) => level === 'error'),
    [],
  );
  await dialog.bye();
  await until(() => Object.values(agent.counts()).every(count => count === 0));
});
