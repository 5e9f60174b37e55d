import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstWords, headerOf, tagIn } from './memory-network.ts';
import { type RequestText, requestText, SDP } from './messages.ts';
import { ALLOW, NOTHING, type Scene, SERVER, scene } from './scene.ts';

interface Case {
  readonly name: string;
  readonly request: RequestText;
  readonly answer: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Requests that get an answer without costing any state. */
const stateless: readonly Case[] = [
  {
    name: 'OPTIONS',
    request: { method: 'OPTIONS' },
    answer: '200 OK',
    headers: { Allow: ALLOW, Accept: 'application/sdp', Supported: '100rel, timer', Server: 'Parley' },
  },
  { name: 'OPTIONS at its last hop', request: { method: 'OPTIONS', maxForwards: 0 }, answer: '200 OK' },
  {
    name: 'a method that we know and do not do',
    request: { method: 'REGISTER' },
    answer: '405 Method Not Allowed',
    headers: { Allow: ALLOW },
  },
  {
    name: 'a method that nobody knows',
    request: { method: 'DANCE' },
    answer: '501 Not Implemented',
    headers: { Allow: ALLOW },
  },
  { name: 'a method in lower case', request: { method: 'invite' }, answer: '501 Not Implemented' },
  {
    name: 'a URI scheme that we do not know',
    request: { method: 'OPTIONS', uri: 'unknown:1001' },
    answer: '416 Unsupported URI Scheme',
  },
  {
    name: 'sips without TLS',
    request: { method: 'INVITE', uri: 'sips:1001@10.0.0.1' },
    answer: '416 Unsupported URI Scheme',
  },
  {
    name: 'Require',
    request: { method: 'INVITE', extra: ['Require: 100rel, resource-priority, timer'] },
    answer: '420 Bad Extension',
    headers: { Unsupported: 'resource-priority' },
  },
  {
    name: 'Require on OPTIONS',
    request: { method: 'OPTIONS', extra: ['Require: x'] },
    answer: '420 Bad Extension',
    headers: { Unsupported: 'x' },
  },
  {
    name: 'a body that is no SDP',
    request: { method: 'INVITE', body: 'hello', type: 'text/plain' },
    answer: '415 Unsupported Media Type',
    headers: { Accept: 'application/sdp' },
  },
  {
    name: 'an encoded body',
    request: { method: 'INVITE', body: SDP, extra: ['Content-Encoding: gzip'] },
    answer: '415 Unsupported Media Type',
    headers: { 'Accept-Encoding': 'identity' },
  },
  {
    name: 'a multipart body with a part that must be understood and is not',
    request: {
      method: 'INVITE',
      body: `--b\r\nContent-Type: application/sdp\r\n\r\n${SDP}\r\n--b\r\nContent-Type: x/y\r\n\r\nx\r\n--b--`,
      type: 'multipart/mixed;boundary=b',
    },
    answer: '415 Unsupported Media Type',
  },
  {
    name: 'a broken multipart body',
    request: { method: 'INVITE', body: '--x', type: 'multipart/mixed;boundary=x' },
    answer: '415 Unsupported Media Type',
  },
  {
    name: 'an INVITE without Contact',
    request: { method: 'INVITE', contact: null },
    answer: '400 Contact: exactly one SIP URI is needed',
  },
  {
    name: 'an INVITE with Contact: *',
    request: { method: 'INVITE', contact: '*' },
    answer: '400 Contact: exactly one SIP URI is needed',
  },
  { name: 'a BYE outside any dialog', request: { method: 'BYE' }, answer: '481 Call/Transaction Does Not Exist' },
  { name: 'an INFO outside any dialog', request: { method: 'INFO' }, answer: '481 Call/Transaction Does Not Exist' },
  {
    name: 'a BYE for a dialog that is not ours',
    request: { method: 'BYE', toTag: 'stranger' },
    answer: '481 Call/Transaction Does Not Exist',
  },
  {
    name: 'a re-INVITE for a dialog that is not ours',
    request: { method: 'INVITE', toTag: 'stranger' },
    answer: '481 Call/Transaction Does Not Exist',
  },
  { name: 'a CANCEL of nothing', request: { method: 'CANCEL' }, answer: '481 Call/Transaction Does Not Exist' },
];

for (const { name, request, answer, headers = {} } of stateless) {
  test(`${name}: ${answer}, and nothing is remembered`, async () => {
    const stage = await scene();
    const peer = await stage.network.peer('10.0.0.2');
    const text = requestText({ branch: 'z9hG4bKsame', ...request });
    const [first, ...more] = await peer.ask(text, SERVER);
    assert.deepEqual(firstWords([first, ...more]), [answer]);
    for (const [header, value] of Object.entries(headers)) assert.equal(headerOf(first, header), value, header);
    assert.deepEqual(stage.agent.counts(), NOTHING);
    assert.equal(stage.invitations.length, 0);
    // A retransmission gets the same answer, tag included (RFC 3261 8.2.7).
    assert.deepEqual(await peer.ask(text, SERVER), [first]);
  });
}

test('malformed requests get 400 with the reason, as many in a second as the budget says, and ACK never any', async () => {
  const stage = await scene({ budgets: { malformedAnswersPerSecond: 3 } });
  const peer = await stage.network.peer('10.0.0.2');
  const broken = requestText({ method: 'INVITE' }).replace(/From:.*\r\n/, '');
  const [answer] = await peer.ask(broken, SERVER);
  assert.deepEqual(firstWords([answer]), ['400 From: missing']);
  assert.equal(headerOf(answer, 'Call-ID'), 'call1');
  assert.deepEqual(await peer.ask(requestText({ method: 'ACK' }).replace(/From:.*\r\n/, ''), SERVER), []);
  assert.deepEqual(firstWords(await peer.ask(requestText({ method: 'BYE', cseqMethod: 'INFO' }), SERVER)), [
    '400 CSeq: its method is not that of the request',
  ]);
  assert.equal((await peer.ask(broken, SERVER)).length, 1);
  assert.equal((await peer.ask(broken, SERVER)).length, 0);
  await stage.clock.run(1000);
  assert.equal((await peer.ask(broken, SERVER)).length, 1);
  assert.equal((await peer.ask('SIP/2.0 200 OK\r\nVia: nonsense\r\n\r\n', SERVER)).length, 0);
  assert.equal((await peer.ask('\r\n\r\n', SERVER)).length, 0);
  assert.equal((await peer.ask('no SIP at all, only noise\r\n\r\n', SERVER)).length, 0);
  assert.equal(
    (await peer.ask(requestText({ method: 'OPTIONS' }).replace('SIP/2.0\r', 'SIP/7.0\r'), SERVER)).length,
    1,
  );
  assert.deepEqual(stage.agent.counts(), NOTHING);
});

test('admission comes first and costs nothing: a refusal with its headers, OPTIONS asked as well, ACK not', async () => {
  const stage = await scene();
  const asked: string[] = [];
  stage.admit = request => {
    asked.push(request.method);
    return request.method === 'OPTIONS' ? undefined : { status: 503, headers: [['Retry-After', '7']] };
  };
  const peer = await stage.network.peer('10.0.0.2');
  const [full] = await peer.ask(requestText({ method: 'INVITE' }), SERVER);
  assert.deepEqual(firstWords([full]), ['503 Service Unavailable']);
  assert.equal(headerOf(full, 'Retry-After'), '7');
  assert.deepEqual(firstWords(await peer.ask(requestText({ method: 'OPTIONS' }), SERVER)), ['200 OK']);
  assert.deepEqual(await peer.ask(requestText({ method: 'ACK', toTag: 'x' }), SERVER), []);
  assert.deepEqual(firstWords(await peer.ask(requestText({ method: 'BYE', toTag: 'x' }), SERVER)), [
    '503 Service Unavailable',
  ]);
  assert.deepEqual(asked, ['INVITE', 'OPTIONS', 'BYE']);
  assert.deepEqual(stage.agent.counts(), NOTHING);
});

/** Who refuses, and with what. */
const REFUSING: Readonly<Record<string, (stage: Scene) => void>> = {
  '403 of the application': stage => {
    stage.admit = () => ({ status: 403 });
  },
  '503 of the application': stage => {
    stage.admit = () => ({ status: 503, headers: [['Retry-After', '7']] });
  },
  '401 of the application': stage => {
    stage.admit = () => ({ status: 401, headers: [['WWW-Authenticate', 'Digest realm="r", nonce="n"']] });
  },
  '503 of an overloaded core': () => undefined,
};

for (const [name, refuse] of Object.entries(REFUSING))
  test(`${name}: each copy gets the same octets, the ACK is swallowed, another call another tag, nothing stays`, async () => {
    const isCore = name.endsWith('core');
    const stage = await scene(isCore ? { overload: () => ({ retryAfterSeconds: 600 }) } : {});
    refuse(stage);
    const peer = await stage.network.peer('10.0.0.2');
    const invite = requestText({ method: 'INVITE', branch: 'z9hG4bKone', callId: 'one' });
    const [first] = await peer.ask(invite, SERVER);
    assert.equal(firstWords([first])[0].slice(0, 3), name.slice(0, 3));
    await stage.clock.run(500);
    assert.deepEqual(await peer.ask(invite, SERVER), [first]);
    const toTag = tagIn(first, 'To');
    assert.match(toTag, /^[0-9a-f]{16}$/);
    const heard = peer.heard.length;
    const ack = requestText({ method: 'ACK', branch: 'z9hG4bKone', callId: 'one', toTag });
    assert.deepEqual(await peer.ask(ack, SERVER), []);
    await stage.clock.run(32_000);
    assert.equal(peer.heard.length, heard, 'nothing is repeated: there is nothing to repeat it');
    const [other] = await peer.ask(requestText({ method: 'INVITE', branch: 'z9hG4bKtwo', callId: 'two' }), SERVER);
    assert.notEqual(tagIn(other, 'To'), toTag);
    assert.equal(stage.invitations.length, 0);
    assert.deepEqual(stage.agent.counts(), NOTHING);
    const refused = Object.values(stage.agent.refusals()).reduce((sum, count) => sum + count, 0);
    assert.equal(refused, 3, 'each copy is counted, the ACK is not');
  });

test('a full transaction table answers 503 with Retry-After and recovers', async () => {
  const stage = await scene({ budgets: { transactions: 2 } });
  stage.onInvitation = invitation => invitation.reject({ status: 486 });
  const peer = await stage.network.peer('10.0.0.2');
  const invite = (callId: string) => peer.ask(requestText({ method: 'INVITE', callId }), SERVER);
  for (const callId of ['a', 'b']) assert.deepEqual(firstWords(await invite(callId)), ['100 Trying', '486 Busy Here']);
  const [full] = await invite('c');
  assert.deepEqual(firstWords([full]), ['503 Service Unavailable']);
  assert.ok(Number(headerOf(full, 'Retry-After')) > 0);
  assert.equal(stage.agent.counts().transactions, 2);
  await stage.clock.run(32_000);
  assert.deepEqual(firstWords(await invite('d')), ['100 Trying', '486 Busy Here']);
});

test('a full dialog table answers 503', async () => {
  const stage = await scene({ budgets: { dialogs: 1 } });
  stage.onInvitation = invitation => invitation.ring();
  const peer = await stage.network.peer('10.0.0.2');
  await peer.ask(requestText({ method: 'INVITE', callId: 'a' }), SERVER);
  assert.deepEqual(firstWords(await peer.ask(requestText({ method: 'INVITE', callId: 'b' }), SERVER)), [
    '503 Service Unavailable',
  ]);
});

test('retransmissions of an INVITE get the newest answer again and reach nobody; a merged copy gets 482', async () => {
  const stage = await scene();
  stage.onInvitation = invitation => invitation.ring();
  const peer = await stage.network.peer('10.0.0.2');
  const invite = requestText({ method: 'INVITE', branch: 'z9hG4bKone' });
  assert.deepEqual(firstWords(await peer.ask(invite, SERVER)), ['100 Trying', '180 Ringing']);
  assert.deepEqual(firstWords(await peer.ask(invite, SERVER)), ['180 Ringing']);
  assert.equal(stage.invitations.length, 1);
  const other = requestText({ method: 'INVITE', branch: 'z9hG4bKtwo' });
  assert.deepEqual(firstWords(await peer.ask(other, SERVER)), ['482 Merged Request']);
  // Once the first one is refused, the same request on another way may be a proxy's next try.
  stage.invitations[0].reject({ status: 486 });
  assert.deepEqual(firstWords(await peer.ask(other, SERVER)), ['486 Busy Here', '100 Trying', '180 Ringing']);
});

test('a refusal is repeated over UDP until its ACK, which nobody else gets to see', async () => {
  const stage = await scene();
  stage.onInvitation = invitation => invitation.reject({ status: 486 });
  const peer = await stage.network.peer('10.0.0.2');
  const [, busy] = await peer.ask(requestText({ method: 'INVITE', branch: 'z9hG4bKone' }), SERVER);
  await stage.clock.run(500 + 1000 + 2000);
  assert.deepEqual(firstWords(peer.heard), ['100 Trying', ...Array.from({ length: 4 }, () => '486 Busy Here')]);
  await peer.ask(requestText({ method: 'ACK', branch: 'z9hG4bKone', toTag: tagIn(busy, 'To') }), SERVER);
  await stage.clock.run(5000);
  assert.equal(peer.heard.length, 5);
  assert.deepEqual(stage.agent.counts(), NOTHING);
});

test('peers of RFC 2543 without branches: their transactions are told apart, their ACKs find the right one', async () => {
  const stage = await scene();
  stage.onInvitation = invitation => invitation.reject({ status: 486 });
  const peer = await stage.network.peer('10.0.0.2');
  const via = 'Via: SIP/2.0/UDP 10.0.0.2:5060';
  const one = requestText({ method: 'INVITE', via, callId: 'one' });
  const two = requestText({ method: 'INVITE', via, callId: 'two' });
  const [, busy] = await peer.ask(one, SERVER);
  await peer.ask(two, SERVER);
  assert.equal(stage.invitations.length, 2);
  assert.deepEqual(firstWords(await peer.ask(one, SERVER)), ['486 Busy Here']);
  await peer.ask(requestText({ method: 'ACK', via, callId: 'one', toTag: 'not ours' }), SERVER);
  peer.heard.length = 0;
  await stage.clock.run(500);
  assert.deepEqual(
    peer.heard.map(text => headerOf(text, 'Call-ID')),
    ['one', 'two'],
  );
  await peer.ask(requestText({ method: 'ACK', via, callId: 'one', toTag: tagIn(busy, 'To') }), SERVER);
  peer.heard.length = 0;
  await stage.clock.run(1000);
  assert.deepEqual(
    peer.heard.map(text => headerOf(text, 'Call-ID')),
    ['two'],
  );
});

test('answers go by rport when it is asked for, to the port of sent-by otherwise, and say where the request came from', async () => {
  const stage = await scene();
  const behindNat = await stage.network.peer('10.0.0.2', 31_000);
  const options = { method: 'OPTIONS' };
  const asking = requestText({
    ...options,
    via: 'Via: SIP/2.0/UDP 192.168.1.5:5060;branch=z9hG4bKa;rport;received=1.1.1.1',
  });
  const [answer] = await behindNat.ask(asking, SERVER);
  assert.equal(headerOf(answer, 'Via'), 'SIP/2.0/UDP 192.168.1.5:5060;branch=z9hG4bKa;rport=31000;received=10.0.0.2');
  const plain = requestText({ ...options, via: 'Via: SIP/2.0/UDP 192.168.1.5:5066;branch=z9hG4bKb;maddr=10.0.0.66' });
  assert.deepEqual(await behindNat.ask(plain, SERVER), []);
  assert.equal(stage.network.sent.at(-1)?.to, '10.0.0.2:5066');
});

test('an advertised name stands in Contact', async () => {
  const stage = await scene({ advertise: 'pbx.example.org:15060' });
  stage.onInvitation = invitation => invitation.ring();
  const peer = await stage.network.peer('10.0.0.2');
  const [, ringing] = await peer.ask(requestText({ method: 'INVITE' }), SERVER);
  assert.equal(headerOf(ringing, 'Contact'), '<sip:pbx.example.org:15060>');
});
