import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { defer, memoryLog, seeded, sleep, systemClock } from '@parley/base';
import {
  CallRefused,
  createUserAgent,
  type Dialog,
  type Invitation,
  type Peer,
  type TransportName,
  type UserAgent,
  type UserAgentOptions,
} from '../src/index.ts';
import { Authority } from './certificates.ts';
import { Cutter } from './cut-connections.ts';
import { sdp, textOf } from './scene.ts';

const SEED = 20_261_122;
/** Of each transport: `PARLEY_CUTS=200 node --test packages/sip/test/broken-connections.test.ts` is the long form. */
const CASES = Number(process.env.PARLEY_CUTS ?? 12);
const NOTHING = { transactions: 0, dialogs: 0 };
const QUICK = { T1: 20, T2: 80, T4: 100 };
const PATIENCE = 64 * QUICK.T1;
/** The answer to a call whose connection broke while it rang may have nobody to come to. */
const RINGS = { ringMillis: 1_500 };
/** Where most of the octets of a call through its connections are, handshakes included. */
const MOST_OCTETS = { tcp: 7_000, ws: 9_000, tls: 12_000 } as const;

/** What a test knows of one end. */
interface End {
  readonly agent: UserAgent;
  readonly dialogs: Dialog[];
  readonly promised: Promise<unknown>[];
}

async function end(options: UserAgentOptions): Promise<End & { bound: Peer }> {
  const agent = createUserAgent(options);
  const [bound] = await agent.listen();
  return { agent, bound, dialogs: [], promised: [] };
}

/** What may go wrong when a connection breaks: a refusal, or the end of the leg. */
const settled = async (work: Promise<unknown>, what: string): Promise<void> => {
  try {
    await work;
  } catch (thrown) {
    const isEnd = typeof thrown === 'object' && thrown !== null && 'kind' in thrown;
    assert.ok(thrown instanceof CallRefused || isEnd, `${what}: ${String(thrown)}`);
  }
};

/** One call whose connections break; what is left when it should be over. */
async function play(transport: 'tcp' | 'ws' | 'tls', random: () => number, tls: UserAgentOptions['tls']) {
  const log = memoryLog();
  const common = {
    clock: systemClock,
    log,
    timers: QUICK,
    admit: () => undefined,
    unlimited: () => true,
    tls,
    budgets: RINGS,
  };
  const cuts = Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
    Math.floor(random() * MOST_OCTETS[transport]),
  );
  const cutter = await Cutter.open(() => server.bound, cuts);
  const take = (invitation: Invitation) => {
    const answer = sdp(`re:${textOf(invitation.offer)}`);
    if (random() < 0.7) invitation.progress(answer);
    const answered = invitation.answer(answer).then(dialog => inCall(server, dialog, random));
    server.promised.push(settled(answered, 'answer'));
  };
  const server = await end({
    ...common,
    listen: [{ transport, address: '127.0.0.2', port: 0 }],
    advertise: `${cutter.address}:${cutter.port}`,
    onInvitation: take,
  });
  const phone = await end({
    ...common,
    listen: [{ transport, address: '127.0.0.3', port: 0 }],
    onInvitation: invitation => invitation.reject({ status: 486 }),
  });
  const via = { transport, address: cutter.address, port: cutter.port, name: 'cut.test' };
  const scheme = transport === 'tls' ? 'sips' : 'sip';
  const inviter = phone.agent.invite(
    { uri: `${scheme}:1001@${via.address}:${via.port};transport=${transport}`, via },
    { from: 'sip:ann@127.0.0.3', body: sdp('offer') },
  );
  await settled(
    inviter.answered.then(({ dialog, body }) => {
      assert.equal(textOf(body), 're:offer');
      inCall(phone, dialog, random);
    }),
    'call',
  );
  await Promise.all(phone.promised);
  for (const dialog of phone.dialogs) await dialog.bye();
  await sleep(systemClock, PATIENCE + 200);
  await Promise.all(server.promised);
  // A BYE goes twice: who loses it twice hears of the end by his session timer.
  const left = cutter.broken > 1 ? 0 : server.dialogs.filter(({ signal }) => !signal.aborted).length;
  for (const dialog of server.dialogs) await dialog.bye();
  await sleep(systemClock, PATIENCE + 200);
  const counts = [server, phone].map(({ agent }) => agent.counts());
  await Promise.all([server.agent.close(), phone.agent.close()]);
  await cutter.close();
  const errors = log.lines.filter(({ level }) => level === 'error');
  return { cuts, left, counts, errors, broken: cutter.broken, talked: phone.dialogs.length };
}

/** What an application does in a call. */
function inCall({ dialogs, promised }: End, dialog: Dialog, random: () => number): void {
  dialogs.push(dialog);
  dialog.onReInvite(offer => (offer ? { sdp: sdp(`re:${textOf(offer)}`) } : { status: 488 }));
  dialog.onInfo(() => 200);
  const offer = `o${random()}`;
  const move = random() < 0.5 ? dialog.reInvite(sdp(offer)) : dialog.update(sdp(offer));
  promised.push(
    settled(
      move.then(body => assert.equal(textOf(body), `re:${offer}`)),
      'offer',
    ),
    settled(dialog.info({ type: 'text/plain', content: Buffer.from('x') }), 'INFO'),
    settled(dialog.ping(), 'OPTIONS'),
  );
}

const certificates = async (): Promise<UserAgentOptions['tls']> => {
  const authority = await Authority.named('CN=authority');
  const { certificate, key } = await authority.issue({
    names: [
      ['dns', 'cut.test'],
      ['ip', '127.0.0.2'],
      ['ip', '127.0.0.3'],
      ['ip', '127.0.0.4'],
    ],
  });
  return { certificate, key, authorities: [authority.certificate], clientCertificates: 'requested' };
};

suite('connections break at any octet', { concurrency: true }, () => {
  for (const transport of ['tcp', 'ws', 'tls'] as const satisfies readonly TransportName[])
    test(`${CASES} calls by ${transport} leave nothing behind, at either end (seed ${SEED})`, async (t: TestContext) => {
      const tls = transport === 'tls' ? await certificates() : undefined;
      const random = seeded(SEED);
      const plays = await Promise.all(
        Array.from({ length: CASES }, () => play(transport, seeded(Math.floor(random() * 2 ** 31)), tls)),
      );
      let [broken, talked] = [0, 0];
      for (const { cuts, left, counts, errors, ...reach } of plays) {
        const where = `connections cut after ${cuts.join(', ')} octets`;
        assert.equal(left, 0, `who was called is in a call with nobody: ${where}`);
        for (const { transactions, dialogs } of counts) assert.deepEqual({ transactions, dialogs }, NOTHING, where);
        assert.deepEqual(errors, [], where);
        broken += reach.broken;
        talked += reach.talked;
      }
      t.diagnostic(`${broken} connections broke, ${talked} calls were answered`);
      assert.ok(broken >= CASES / 2 && talked > 0);
    });
});

for (const transport of ['ws', 'tls'] as const)
  test(`who has called by ${transport} can hang up after the connection broke: it is opened once more`, async t => {
    const tls = transport === 'tls' ? await certificates() : undefined;
    const common = { clock: systemClock, log: memoryLog(), timers: QUICK, admit: () => undefined, tls };
    const called = defer<Dialog>();
    const cutter = await Cutter.open(() => server.bound, []);
    const server = await end({
      ...common,
      listen: [{ transport, address: '127.0.0.2', port: 0 }],
      advertise: `${cutter.address}:${cutter.port}`,
      onInvitation: invitation => invitation.answer(sdp('answer')).then(called.resolve, called.reject),
    });
    const phone = await end({
      ...common,
      listen: [{ transport, address: '127.0.0.3', port: 0 }],
      onInvitation: invitation => invitation.reject({ status: 486 }),
    });
    t.after(() => Promise.all([server.agent.close(), phone.agent.close(), cutter.close()]));
    const via = { transport, address: cutter.address, port: cutter.port, name: 'cut.test' };
    const uri = `${transport === 'tls' ? 'sips' : 'sip'}:1001@${via.address}:${via.port};transport=${transport}`;
    const { dialog } = await phone.agent.invite({ uri, via }, { from: 'sip:ann@127.0.0.3', body: sdp('offer') })
      .answered;
    const { signal } = await called.promise;
    cutter.cut();
    while (phone.agent.counts().connections > 0) await new Promise(resolve => setImmediate(resolve));
    await dialog.bye();
    assert.equal(signal.reason?.kind, 'bye');
  });
