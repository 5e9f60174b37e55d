import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import type { Resolver } from '../src/index.ts';
import { firstWords, headerOf, type RawPeer } from './memory-network.ts';
import { answer, assertNothingLeft, PROXY, proxyScene, rawCaller, replyText, to } from './proxy-scene.ts';

const PHONES = ['10.0.0.3', '10.0.0.4', '10.0.0.5'];
const uris = PHONES.map(address => `sip:bob@${address}`);

/** A caller and three phones, all by hand; new requests go to the phones that are told, at once. */
async function stageWithPhones(options: Parameters<typeof proxyScene>[0] = {}, count = 2) {
  const stage = await proxyScene(options);
  stage.route = () => to(...uris.slice(0, count));
  const caller = await rawCaller(stage);
  const phones: RawPeer[] = [];
  for (const address of PHONES) phones.push(await stage.network.peer(address));
  const ack = () => caller.say({ method: 'ACK', branch: 'z9hG4bKINVITE..1.', toTag: 'x' });
  return { stage, ...caller, phones, ack };
}

const newest = (phone: RawPeer) => firstWords(phone.heard.slice(-1))[0];
const cancelled = async (phone: RawPeer) => {
  await answer(phone, 'CANCEL', { status: 200 });
  await answer(phone, 'INVITE', { status: 487 });
};

test('provisional answers go back from every branch, 100 from none', async () => {
  const { stage, say, phones, peer } = await stageWithPhones();
  await say({ method: 'INVITE' });
  await answer(phones[0], 'INVITE', { status: 100 });
  await answer(phones[0], 'INVITE', { status: 180, toTag: 'a' });
  await answer(phones[1], 'INVITE', { status: 183, toTag: 'b' });
  assert.deepEqual(firstWords(peer.heard), ['100 Trying', '180 Whatever', '183 Whatever']);
  assert.deepEqual(
    peer.heard.map(text => text.split('\r\nVia:').length - 1),
    [1, 1, 1],
  );
  for (const phone of phones.slice(0, 2)) await answer(phone, 'INVITE', { status: 486 });
  await assertNothingLeft(stage);
});

test('nothing but 100 is said to a request that is no INVITE before its end (RFC 4320), whatever a branch says', async () => {
  const { stage, say, phones, peer } = await stageWithPhones({}, 1);
  await say({ method: 'INFO' });
  await answer(phones[0], 'INFO', { status: 183 });
  await answer(phones[0], 'INFO', { status: 200 });
  assert.deepEqual(firstWords(peer.heard), ['200 Whatever']);
  await assertNothingLeft(stage);
});

test('refusals are held until all have answered, and each gets its ACK from us', async () => {
  const { stage, say, phones, peer, ack } = await stageWithPhones();
  await say({ method: 'INVITE' });
  await answer(phones[0], 'INVITE', { status: 404, toTag: 'a', extra: ['X: of the first'] });
  assert.deepEqual(firstWords(peer.heard), ['100 Trying']);
  assert.equal(newest(phones[0]), 'ACK');
  await answer(phones[1], 'INVITE', { status: 486, toTag: 'b' });
  assert.deepEqual(firstWords(peer.heard), ['100 Trying', '404 Whatever']);
  assert.equal(headerOf(peer.heard[1], 'X'), 'of the first');
  await ack();
  assert.deepEqual(
    phones.map(({ heard }) => firstWords(heard)),
    [['INVITE', 'ACK'], ['INVITE', 'ACK'], []],
  );
  await assertNothingLeft(stage);
});

test('every 2xx goes back, the others are cancelled, copies of a 2xx too', async () => {
  const { stage, say, phones, peer } = await stageWithPhones();
  await say({ method: 'INVITE' });
  for (const phone of phones.slice(0, 2)) await answer(phone, 'INVITE', { status: 180 });
  await answer(phones[1], 'INVITE', { status: 200, toTag: 'b' });
  assert.deepEqual(firstWords(phones[0].heard), ['INVITE', 'CANCEL']);
  assert.equal(headerOf(phones[0].heard[1], 'Reason'), 'SIP;cause=200;text="Call completed elsewhere"');
  // The two have crossed.
  await answer(phones[0], 'INVITE', { status: 200, toTag: 'a' });
  await answer(phones[1], 'INVITE', { status: 200, toTag: 'b' });
  const finals = peer.heard.filter(text => text.startsWith('SIP/2.0 200'));
  assert.deepEqual(
    finals.map(text => /tag=(\w)$/.exec(headerOf(text, 'To') ?? '')?.[1]),
    ['b', 'a', 'b'],
  );
  await stage.clock.run(1000);
  assert.equal(peer.heard.length, 6, 'a 2xx is sent again by who made it');
  await assertNothingLeft(stage);
});

test('a 6xx ends it for all, but waits for them', async () => {
  const { stage, say, phones, peer, ack } = await stageWithPhones({}, 3);
  stage.route = () => ({ kind: 'forward', targets: [{ uri: uris[0] }, { uri: uris[1] }, { uri: uris[2], q: 0.5 }] });
  await say({ method: 'INVITE' });
  await answer(phones[1], 'INVITE', { status: 180 });
  await answer(phones[0], 'INVITE', { status: 603 });
  assert.equal(newest(phones[1]), 'CANCEL');
  assert.deepEqual(firstWords(peer.heard), ['100 Trying', '180 Whatever']);
  await cancelled(phones[1]);
  assert.deepEqual(firstWords(peer.heard).slice(2), ['603 Whatever']);
  assert.deepEqual(phones[2].heard, []);
  await ack();
  await assertNothingLeft(stage);
});

test('by preference: the next when all of the first have failed', async () => {
  const { stage, say, phones, peer } = await stageWithPhones();
  stage.route = () => ({
    kind: 'forward',
    targets: [{ uri: uris[2], q: 0.1 }, { uri: uris[0] }, { uri: uris[1] }, { uri: uris[0] }],
  });
  await say({ method: 'INFO' });
  assert.deepEqual(
    phones.map(({ heard }) => heard.length),
    [1, 1, 0],
  );
  await answer(phones[0], 'INFO', { status: 404 });
  assert.equal(phones[2].heard.length, 0);
  await answer(phones[1], 'INFO', { status: 404 });
  assert.equal(phones[2].heard.length, 1);
  await answer(phones[2], 'INFO', { status: 200 });
  assert.deepEqual(firstWords(peer.heard), ['200 Whatever']);
  await assertNothingLeft(stage);
});

test('CANCEL: answered by itself, goes to all that ring, waits for those that say nothing', async () => {
  const { stage, say, phones, peer, ack } = await stageWithPhones();
  await say({ method: 'INVITE' });
  await answer(phones[0], 'INVITE', { status: 180 });
  const extra = ['Reason: Q.850;cause=16'];
  assert.deepEqual(firstWords(await say({ method: 'CANCEL', branch: 'z9hG4bKINVITE..1.', extra })), ['200 OK']);
  assert.deepEqual(phones.map(newest), ['CANCEL', 'INVITE', undefined]);
  assert.equal(headerOf(phones[0].heard[1], 'Reason'), 'Q.850;cause=16');
  assert.equal(/branch=[^;]+/.exec(phones[0].heard[0])?.[0], /branch=[^;]+/.exec(phones[0].heard[1])?.[0]);
  await cancelled(phones[0]);
  await answer(phones[1], 'INVITE', { status: 100 });
  assert.equal(newest(phones[1]), 'CANCEL');
  assert.deepEqual(firstWords(peer.heard).slice(2), ['200 OK']);
  await cancelled(phones[1]);
  assert.deepEqual(firstWords(peer.heard).slice(3), ['487 Whatever']);
  await ack();
  const strange = await say({ method: 'CANCEL', branch: 'z9hG4bKother', cseq: 9 });
  assert.deepEqual(firstWords(strange), ['481 Call/Transaction Does Not Exist']);
  await assertNothingLeft(stage);
});

test('CANCEL that has its answer is not sent again', async () => {
  const { stage, say, phones } = await stageWithPhones({}, 1);
  await say({ method: 'INVITE' });
  await answer(phones[0], 'INVITE', { status: 180 });
  await say({ method: 'CANCEL', branch: 'z9hG4bKINVITE..1.' });
  await cancelled(phones[0]);
  await stage.clock.run(16_000);
  assert.deepEqual(firstWords(phones[0].heard), ['INVITE', 'CANCEL', 'ACK']);
  await assertNothingLeft(stage);
});

test('CANCEL while it is being decided where to go, and from somebody else', async () => {
  const { stage, say, phones, peer, ack } = await stageWithPhones();
  let decide: (decision: ReturnType<typeof to>) => void = () => undefined;
  stage.route = () => new Promise(resolve => (decide = resolve));
  await say({ method: 'INVITE' });
  const stranger = await rawCaller(stage, '10.0.0.66');
  const via = 'Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKINVITE..1.';
  await stranger.say({ method: 'CANCEL', via });
  assert.deepEqual(firstWords(stranger.peer.heard), ['481 Call/Transaction Does Not Exist']);
  await say({ method: 'CANCEL', via });
  assert.deepEqual(firstWords(peer.heard), ['100 Trying', '200 OK', '487 Request Terminated']);
  decide(to(uris[0]));
  await settle();
  assert.deepEqual(phones[0].heard, []);
  await ack();
  await assertNothingLeft(stage);
});

test('nobody answers: 408 for an INVITE, silence for anything else', async () => {
  const { stage, say, phones, peer, ack } = await stageWithPhones();
  await say({ method: 'INVITE' });
  await stage.clock.run(64 * 500);
  assert.deepEqual(firstWords(peer.heard), ['100 Trying', '408 Request Timeout']);
  assert.equal(phones[0].heard.length, 7);
  await ack();
  await say({ method: 'INFO', cseq: 2 });
  await stage.clock.run(64 * 500);
  assert.equal(peer.heard.length, 2);
  assert.equal(stage.proxy.counts().contexts, 0);
  await assertNothingLeft(stage);
});

test('timer C: whoever rings too long is cancelled, every 1xx but 100 begins it anew, then 408', async () => {
  const { stage, say, phones, peer } = await stageWithPhones({}, 1);
  await say({ method: 'INVITE' });
  await answer(phones[0], 'INVITE', { status: 180 });
  await stage.clock.run(184_000);
  await answer(phones[0], 'INVITE', { status: 180 });
  await stage.clock.run(184_000);
  await answer(phones[0], 'INVITE', { status: 100 });
  assert.equal(newest(phones[0]), 'INVITE');
  await stage.clock.run(1_000);
  assert.equal(newest(phones[0]), 'CANCEL');
  await cancelled(phones[0]);
  assert.deepEqual(firstWords(peer.heard).slice(-1), ['408 Request Timeout']);
  await assertNothingLeft(stage);
});

test('who is cancelled and never answers is given up after 64*T1', async () => {
  const { stage, say, phones, peer } = await stageWithPhones({}, 1);
  await say({ method: 'INVITE' });
  await answer(phones[0], 'INVITE', { status: 180 });
  await say({ method: 'CANCEL', branch: 'z9hG4bKINVITE..1.' });
  await stage.clock.run(31_999);
  assert.equal(newest(phones[0]), 'CANCEL');
  assert.deepEqual(firstWords(peer.heard).slice(2), ['200 OK']);
  await stage.clock.run(1);
  assert.deepEqual(firstWords(peer.heard).slice(3), ['487 Request Terminated']);
  await assertNothingLeft(stage);
});

test('challenges of all branches go back in one', async () => {
  const { stage, say, phones, peer } = await stageWithPhones();
  await say({ method: 'INFO' });
  await answer(phones[0], 'INFO', { status: 401, extra: ['WWW-Authenticate: Digest realm="a", nonce="1"'] });
  await answer(phones[1], 'INFO', { status: 407, extra: ['Proxy-Authenticate: Digest realm="b", nonce="2"'] });
  assert.deepEqual(firstWords(peer.heard), ['401 Whatever']);
  assert.equal(headerOf(peer.heard[0], 'WWW-Authenticate'), 'Digest realm="a", nonce="1"');
  assert.equal(headerOf(peer.heard[0], 'Proxy-Authenticate'), 'Digest realm="b", nonce="2"');
  await assertNothingLeft(stage);
});

const lookup: Resolver = {
  naptr: async () => [],
  srv: async name =>
    name === '_sip._udp.pool.example'
      ? PHONES.map((address, priority) => ({ priority, weight: 0, port: 5060, name: `${address}` }))
      : [],
  addresses: async () => [],
};

test('the servers of a name, one after the other: 503, silence, an answer; a 503 by the last is a 500', async () => {
  const { stage, say, phones, peer } = await stageWithPhones({ resolver: lookup });
  stage.route = () => to('sip:bob@pool.example');
  await say({ method: 'INVITE' });
  await answer(phones[0], 'INVITE', { status: 503, extra: ['Retry-After: 100'] });
  assert.deepEqual(
    phones.map(({ heard }) => heard.length),
    [2, 1, 0],
  );
  await stage.clock.run(64 * 500);
  assert.equal(newest(phones[2]), 'INVITE');
  await answer(phones[2], 'INVITE', { status: 503, extra: ['Retry-After: 100'] });
  const refusal = peer.heard.at(-1) ?? '';
  assert.deepEqual(
    [firstWords([refusal])[0], headerOf(refusal, 'Retry-After')],
    ['500 Server Internal Error', undefined],
  );
  const branches = phones.map(({ heard }) => /branch=[^;]+/.exec(heard[0])?.[0]);
  assert.equal(new Set(branches).size, 3, 'each try is a transaction of its own');
  await assertNothingLeft(stage);
});

test('no way at all is 500', async () => {
  const { stage, say } = await stageWithPhones({ resolver: lookup });
  stage.route = () => to('sip:bob@nowhere.example');
  assert.deepEqual(firstWords(await say({ method: 'INFO' })), ['500 Server Internal Error']);
  stage.route = () => ({
    kind: 'forward',
    targets: [{ uri: uris[0], via: { transport: 'tcp', address: '10.0.0.3', port: 1 } }],
  });
  assert.deepEqual(firstWords(await say({ method: 'INFO', cseq: 2 })), ['500 Server Internal Error']);
  await assertNothingLeft(stage);
});

test('redirections: passed back, or followed once, by preference and within the budget', async () => {
  const { stage, say, phones, peer } = await stageWithPhones({ budgets: { targets: 3 } });
  stage.route = () => to(uris[0]);
  const extra = [
    `Contact: <${uris[2]}>;q=0.1, <${uris[1]};x>`,
    `Contact: <${uris[0]}>, <${uris[1]};y>, <sip:z@x?h=1>, <tel:+1>`,
  ];
  await say({ method: 'INFO' });
  await answer(phones[0], 'INFO', { status: 302, extra });
  assert.deepEqual([firstWords(peer.heard), headerOf(peer.heard[0], 'Contact')], [['302 Whatever'], extra[0].slice(9)]);
  stage.route = () => ({ kind: 'forward', targets: [{ uri: uris[0] }], recurse: true });
  await say({ method: 'INFO', cseq: 2 });
  await answer(phones[0], 'INFO', { status: 302, extra });
  assert.deepEqual(
    phones.map(({ heard }) => heard.length),
    [2, 1, 0],
  );
  assert.ok(phones[1].heard[0].startsWith(`INFO ${uris[1]};x SIP/2.0`));
  await answer(phones[1], 'INFO', { status: 404 });
  await answer(phones[2], 'INFO', { status: 302, extra: ['Contact: <bad'] });
  assert.deepEqual(firstWords(peer.heard).slice(1), ['302 Whatever']);
  await assertNothingLeft(stage);
});

test('several ways to one device: the next one when one says 430, or nothing', async () => {
  const { stage, say, phones, peer } = await stageWithPhones();
  const [first, second, third] = uris.map(uri => ({ uri }));
  stage.route = () => ({ kind: 'forward', targets: [{ ...first, instead: [second, third] }] });
  await say({ method: 'INFO' });
  await answer(phones[0], 'INFO', { status: 430 });
  await stage.clock.run(64 * 500);
  await answer(phones[2], 'INFO', { status: 200 });
  assert.deepEqual(firstWords(peer.heard), ['200 Whatever']);
  await say({ method: 'INVITE', cseq: 2 });
  await answer(phones[0], 'INVITE', { status: 486 });
  assert.deepEqual(phones.slice(1).map(newest), ['INFO', 'INFO'], 'who has answered is there');
  stage.route = () => ({
    kind: 'forward',
    targets: [{ ...first, flow: { transport: 'tcp', address: '10.0.0.3', port: 9 }, flowOnly: true }],
  });
  assert.deepEqual(firstWords(await say({ method: 'INFO', cseq: 3 })), ['480 Temporarily Unavailable']);
  await assertNothingLeft(stage);
});

test("answers that are nobody's, or cannot be passed back, are dropped", async () => {
  const { stage, say, phones, peer } = await stageWithPhones({}, 1);
  await say({ method: 'INFO' });
  const whole = replyText(phones[0].heard[0], { status: 200 });
  const lines = whole.split('\r\n');
  const withoutCaller = lines.filter((line, at) => !line.startsWith('Via') || at === 1).join('\r\n');
  for (const broken of [
    withoutCaller,
    whole.replace(/branch=z9hG4bK/, 'branch=z9hG4bKx'),
    whole.replace(/To: /, 'To: <'),
  ])
    await phones[0].ask(broken, PROXY);
  assert.deepEqual(peer.heard, []);
  await phones[0].ask(whole, PROXY);
  assert.deepEqual(firstWords(peer.heard), ['200 Whatever']);
  await assertNothingLeft(stage);
});

test('closing ends what is under way', async () => {
  const { stage, say, phones } = await stageWithPhones();
  await say({ method: 'INVITE' });
  await answer(phones[0], 'INVITE', { status: 180 });
  await stage.close();
  assert.deepEqual([stage.proxy.counts().contexts, stage.clock.timers], [0, 0]);
});
