import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { defer, seeded, silentLog, systemClock } from '@parley/base';
import { settle } from '@parley/base/fake-clock';
import {
  type CallRefused,
  createUserAgent,
  DnsResolver,
  type Invitation,
  type Peer,
  type Refusal,
  type Resolver,
  ResolverCache,
  type SrvRecord,
  type UserAgent,
  type UserAgentOptions,
} from '../src/index.ts';
import { DnsServer } from './dns-server.ts';
import { firstWords, headerOf } from './memory-network.ts';
import { scene, sdp } from './scene.ts';

const FROM = 'sip:ann@10.0.0.5';
const OFFER = sdp('the offer');
const TARGET = { uri: 'sip:1001@example.org' };

/** example.org is served by 10.0.0.7 and, when that fails, 10.0.0.8. */
const twoServers: Resolver = {
  naptr: async () => [],
  srv: async name =>
    name === '_sip._udp.example.org'
      ? [7, 8].map((host): SrvRecord => ({ priority: host, weight: 0, port: 5060, name: `h${host}.example.org` }))
      : [],
  addresses: async (name, family) => (family === 4 ? [{ address: `10.0.0.${name.slice(1, 2)}`, ttl: 60 }] : []),
};

/** Rejects when the call ends before the ACK: what is looked at here is where the INVITE went. */
const answering = (invitation: Invitation) => void invitation.answer(OFFER).catch(() => undefined);

/** Nothing is held any more: no transaction, no dialog, no timer. */
const isIdle = (agent: UserAgent) => Object.values(agent.counts()).every(count => count === 0);

test('a server that is silent for 64*T1 is followed by the next one: the same request in another transaction', async () => {
  const stage = await scene();
  const phone = await stage.another('10.0.0.5', { resolver: twoServers });
  const dead = await stage.network.peer('10.0.0.7');
  await stage.another('10.0.0.8', { onInvitation: answering });
  const { answered } = phone.invite(TARGET, { from: FROM, body: OFFER });
  await stage.clock.run(31_999);
  assert.ok(!stage.network.sent.some(({ to }) => to === '10.0.0.8:5060'));
  await stage.clock.run(2);
  const { dialog } = await answered;
  const next = stage.network.sent.filter(({ to, text }) => to === '10.0.0.8:5060' && text.startsWith('INVITE'));
  assert.equal(next.length, 1);
  for (const name of ['Call-ID', 'CSeq', 'From', 'To'])
    assert.equal(headerOf(next[0].text, name), headerOf(dead.heard[0], name), name);
  assert.notEqual(headerOf(next[0].text, 'Via'), headerOf(dead.heard[0], 'Via'));
  assert.match(next[0].text, /^INVITE sip:1001@example\.org SIP/);
  // What failed is not tried again at once.
  const before = dead.heard.length;
  const second = await phone.invite(TARGET, { from: FROM, body: OFFER }).answered;
  assert.equal(dead.heard.length, before);
  await Promise.all([dialog.bye(), second.dialog.bye(), stage.clock.run(40_000)]);
  assert.ok(isIdle(phone));
  // After its time it is tried again.
  await stage.clock.run(30_000);
  phone.invite(TARGET, { from: FROM, body: OFFER });
  await settle();
  assert.equal(dead.heard.length, before + 1);
});

test('503 means the next server, for as long as Retry-After says; the last one’s 503 is the answer', async () => {
  const stage = await scene();
  const phone = await stage.another('10.0.0.5', { resolver: twoServers });
  const heard: string[] = [];
  const refusing = (status: number, headers: Refusal['headers'] = []): Partial<UserAgentOptions> => ({
    onInvitation: invitation => {
      heard.push(String(status));
      invitation.reject({ status, headers });
    },
  });
  await stage.another('10.0.0.7', refusing(503, [['Retry-After', '120']]));
  const last = await stage.another('10.0.0.8', refusing(486));
  const refusal = (call: { answered: Promise<unknown> }) =>
    call.answered.then(
      () => 0,
      (error: CallRefused) => error.status,
    );
  assert.equal(await refusal(phone.invite(TARGET, { from: FROM })), 486);
  assert.equal(await refusal(phone.invite(TARGET, { from: FROM })), 486);
  assert.deepEqual(heard, ['503', '486', '486']);
  // Each 503 was acknowledged in its own transaction.
  assert.equal(stage.network.sent.filter(({ to, text }) => to === '10.0.0.7:5060' && text.startsWith('ACK')).length, 1);
  await stage.clock.run(120_000);
  assert.equal(await refusal(phone.invite(TARGET, { from: FROM })), 486);
  assert.deepEqual(heard.slice(3), ['503', '486']);
  await last.close();
  await stage.another('10.0.0.8', refusing(503));
  assert.equal(await refusal(phone.invite(TARGET, { from: FROM })), 503);
});

test('a call that is cancelled while its server is looked up, or fails, is not tried elsewhere', async () => {
  const stage = await scene();
  const waiting = defer<readonly SrvRecord[]>();
  const phone = await stage.another('10.0.0.5', { resolver: { ...twoServers, srv: () => waiting.promise } });
  const early = phone.invite(TARGET, { from: FROM });
  early.cancel();
  waiting.resolve([]);
  await assert.rejects(early.answered);
  assert.deepEqual(stage.network.sent, []);
  const other = await stage.another('10.0.0.6', { resolver: twoServers });
  const late = other.invite(TARGET, { from: FROM });
  await settle();
  late.cancel();
  const outcome = assert.rejects(late.answered);
  await stage.clock.run(100_000);
  await outcome;
  assert.ok(stage.network.sent.every(({ to }) => to === '10.0.0.7:5060'));
  assert.ok(isIdle(phone) && isIdle(other));
});

test('a CANCEL goes to the server that is tried now, not before it has answered', async () => {
  const stage = await scene();
  const phone = await stage.another('10.0.0.5', { resolver: twoServers });
  const first = await stage.network.peer('10.0.0.7');
  const second = await stage.network.peer('10.0.0.8');
  const call = phone.invite(TARGET, { from: FROM });
  const outcome = assert.rejects(call.answered);
  await settle();
  const reply = (request: string, status: string) =>
    request
      .replace(/^INVITE.*\r\n/, `SIP/2.0 ${status}\r\n`)
      .replace(/(\r\nTo: [^\r]*)/, '$1;tag=x')
      .replace(/\r\nContent-Type.*/, '');
  const to = { address: '10.0.0.5', port: 5060 };
  await first.ask(reply(first.heard[0], '180 Ringing'), to);
  await first.ask(reply(first.heard[0], '503 Service Unavailable'), to);
  assert.deepEqual(firstWords(second.heard), ['INVITE']);
  call.cancel();
  await settle();
  assert.deepEqual(firstWords(second.heard), ['INVITE'], 'the 180 of the first server allows no CANCEL at the second');
  await second.ask(reply(second.heard[0], '100 Trying'), to);
  assert.deepEqual(firstWords(second.heard), ['INVITE', 'CANCEL']);
  assert.deepEqual(firstWords(first.heard), ['INVITE', 'ACK']);
  await stage.clock.run(100_000);
  await outcome;
  assert.ok(isIdle(phone));
});

test('nobody there at all: the last failure is told', async () => {
  const stage = await scene();
  const phone = await stage.another('10.0.0.5', { resolver: twoServers });
  const { answered } = phone.invite(TARGET, { from: FROM });
  const outcome = assert.rejects(answered, { status: 408 });
  await stage.clock.run(64_001);
  await outcome;
  const nowhere = await stage.another('10.0.0.6', { resolver: { ...twoServers, addresses: async () => [] } });
  await assert.rejects(nowhere.invite(TARGET, { from: FROM }).answered, {
    status: 503,
    message: /Nothing was found for example\.org/,
  });
});

async function open(t: TestContext, listen: readonly Peer[], options: Partial<UserAgentOptions> = {}) {
  const agent = createUserAgent({
    listen,
    clock: systemClock,
    log: silentLog,
    random: seeded(1),
    admit: () => undefined,
    onInvitation: answering,
    ...options,
  });
  t.after(() => agent.close());
  return { agent, bound: await agent.listen() };
}

test('by real name servers and sockets: SRV to a port, and a call that lives', async t => {
  const dns = await DnsServer.open();
  t.after(() => dns.close());
  const { bound } = await open(t, [{ transport: 'udp', address: '127.0.0.3', port: 0 }]);
  const resolver = new ResolverCache({
    resolver: new DnsResolver({ clock: systemClock, servers: [dns.address] }),
    clock: systemClock,
  });
  dns.zone.set('example.org', [
    { type: 'NAPTR', order: 1, preference: 1, service: 'SIP+D2U', replacement: '_sip._udp.example.org' },
  ]);
  dns.zone.set('_sip._udp.example.org', [
    { type: 'SRV', priority: 1, weight: 1, port: bound[0].port, host: 'h.example.org' },
  ]);
  dns.zone.set('h.example.org', [{ type: 'A', address: '127.0.0.3' }]);
  const { agent } = await open(t, [{ transport: 'udp', address: '127.0.0.2', port: 0 }], { resolver });
  const { dialog } = await agent.invite(TARGET, { from: FROM, body: OFFER }).answered;
  await dialog.bye();
  assert.deepEqual(dns.asked, ['NAPTR example.org', 'SRV _sip._udp.example.org', 'A h.example.org']);
});

const LARGE = sdp(`v=0\r\n${'a=x:0123456789012345678901234567890123456789\r\n'.repeat(30)}`);
const BOTH = (address: string): readonly Peer[] => [
  { transport: 'tcp', address, port: 0 },
  { transport: 'udp', address, port: 0 },
];

test('a request above 1,300 octets goes by TCP where nobody asked for UDP (RFC 3261 18.1.1)', async t => {
  const { bound } = await open(t, [{ transport: 'tcp', address: '127.0.0.4', port: 0 }]);
  const { port } = bound[0];
  await open(t, [{ transport: 'udp', address: '127.0.0.4', port }]);
  const { agent } = await open(t, BOTH('127.0.0.2'));
  const sentBy = async (uri: string, body: typeof OFFER) => {
    const { dialog } = await agent.invite({ uri }, { from: FROM, body }).answered;
    const target = dialog.remoteTarget;
    await dialog.bye();
    return target.includes('transport=tcp') ? 'tcp' : 'udp';
  };
  assert.equal(await sentBy(`sip:a@127.0.0.4:${port}`, OFFER), 'udp');
  assert.equal(await sentBy(`sip:a@127.0.0.4:${port}`, LARGE), 'tcp');
  assert.equal(await sentBy(`sip:a@127.0.0.4:${port};transport=udp`, LARGE), 'udp');
});

test('and by UDP where TCP is refused', async t => {
  const came: string[] = [];
  const { bound } = await open(t, [{ transport: 'udp', address: '127.0.0.5', port: 0 }], {
    onInvitation: invitation => {
      came.push(invitation.source.transport);
      assert.equal(invitation.offer?.content.length, LARGE.content.length);
      answering(invitation);
    },
  });
  const { agent } = await open(t, BOTH('127.0.0.2'));
  const { dialog } = await agent.invite({ uri: `sip:a@127.0.0.5:${bound[0].port}` }, { from: FROM, body: LARGE })
    .answered;
  await dialog.bye();
  assert.deepEqual(came, ['udp']);
});
