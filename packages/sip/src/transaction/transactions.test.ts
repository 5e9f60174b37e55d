import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { buildRequest, buildResponse, parseMessage, printMessage } from '../message/index.ts';
import type { SipRequest } from '../message/message.ts';
import type { Peer } from '../transport/peer.ts';
import type { Channel, Sent } from '../transport/transport.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { defaultSipTimers } from './sip-timers.ts';
import { TransactionLayer } from './transaction-layer.ts';

/** A channel that writes down when it sent what, in milliseconds. */
class Wire implements Channel {
  readonly peer: Peer = { transport: 'udp', address: '192.0.2.9', port: 5060 };
  readonly local: Peer = { transport: 'udp', address: '192.0.2.1', port: 5060 };
  readonly reliable: boolean;
  readonly log: [number, string][] = [];
  breaks = false;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock, reliable: boolean) {
    this.#clock = clock;
    this.reliable = reliable;
  }

  send(bytes: Uint8Array, sent: Sent): void {
    const text = Buffer.from(bytes).toString();
    const word = text.startsWith('SIP/2.0') ? text.slice(8, 11) : text.slice(0, text.indexOf(' '));
    this.log.push([this.#clock.monotonic(), word]);
    sent(this.breaks ? new Error('unreachable') : null);
  }

  replyPath(): Channel {
    return this;
  }
}

function stage(reliable = false) {
  const clock = new FakeClock();
  const wire = new Wire(clock, reliable);
  const requests: ServerTransaction[] = [];
  const heard: string[] = [];
  const layer = new TransactionLayer({
    clock,
    timers: defaultSipTimers,
    user: {
      accepts: () => true,
      request: (_, transaction) => requests.push(transaction),
      ack: ack => heard.push(`ACK ${ack.cseq.number}`),
    },
  });
  const user = {
    response: (response: { status: number }) => void heard.push(String(response.status)),
    failed: (why: string) => void heard.push(why),
  };
  return { clock, wire, layer, requests, heard, user };
}

const request = (method: string, branch = 'z9hG4bKa', toTag = '', cseq = method): SipRequest =>
  buildRequest({
    method,
    uri: 'sip:1@192.0.2.9',
    headers: [
      ['Via', `SIP/2.0/UDP 192.0.2.1;branch=${branch}`],
      ['From', '<sip:2@192.0.2.1>;tag=f'],
      ['To', `<sip:1@192.0.2.9>${toTag && `;tag=${toTag}`}`],
      ['Call-ID', 'c'],
      ['CSeq', `1 ${cseq}`],
    ],
  });

const response = (to: SipRequest, status: number) => {
  const parsed = parseMessage(printMessage(buildResponse(to, { status, toTag: 't' })));
  if (parsed.kind !== 'response') throw new Error('a response was expected');
  return parsed;
};

const respond = (transaction: ServerTransaction, to: SipRequest, status: number) =>
  transaction.respond(status, printMessage(buildResponse(to, { status, toTag: 't' })), 't');

const times = (wire: Wire, word: string) => wire.log.filter(([, one]) => one === word).map(([at]) => at);

function assertEmpty({ layer, clock }: { layer: TransactionLayer; clock: FakeClock }): void {
  assert.equal(layer.size, 0);
  assert.equal(clock.timers, 0);
}

test('a request without an answer: E doubles up to T2, F ends it (17.1.2)', () => {
  const here = stage();
  here.layer.send(request('OPTIONS'), here.wire, here.user);
  here.clock.advance(31_999);
  assert.deepEqual(here.heard, []);
  here.clock.advance(1);
  assert.deepEqual(
    times(here.wire, 'OPTIONS'),
    [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500],
  );
  assert.deepEqual(here.heard, ['timeout']);
  assertEmpty(here);
});

test('a provisional answer slows a request down to T2 and does not stop timer F (17.1.2.2)', () => {
  const here = stage();
  const options = request('OPTIONS');
  here.layer.send(options, here.wire, here.user);
  here.clock.advance(600);
  here.layer.receiveResponse(response(options, 100), here.wire.peer);
  here.clock.advance(32_000);
  assert.deepEqual(times(here.wire, 'OPTIONS'), [0, 500, 1500, 5500, 9500, 13_500, 17_500, 21_500, 25_500, 29_500]);
  assert.deepEqual(here.heard, ['100', 'timeout']);
  assertEmpty(here);
});

test('a final answer is passed up once; copies of it are swallowed for T4 over UDP, not at all over TCP', () => {
  for (const reliable of [false, true]) {
    const here = stage(reliable);
    const options = request('OPTIONS');
    here.layer.send(options, here.wire, here.user);
    here.layer.receiveResponse(response(options, 200), here.wire.peer);
    here.layer.receiveResponse(response(options, 200), here.wire.peer);
    assert.deepEqual(here.heard, ['200']);
    assert.equal(here.layer.size, reliable ? 0 : 1);
    here.clock.advance(5000);
    assertEmpty(here);
  }
});

test('over TCP nothing is sent twice, and the patience is the same', () => {
  for (const method of ['INVITE', 'OPTIONS']) {
    const here = stage(true);
    here.layer.send(request(method), here.wire, here.user);
    here.clock.advance(32_000);
    assert.deepEqual(times(here.wire, method), [0]);
    assert.deepEqual(here.heard, ['timeout']);
    assertEmpty(here);
  }
});

test('an INVITE that is refused: each copy of the refusal gets the ACK again, for 64*T1 (17.1.1)', () => {
  const here = stage();
  const invite = request('INVITE');
  here.layer.send(invite, here.wire, here.user);
  here.layer.receiveResponse(response(invite, 180), here.wire.peer);
  here.layer.receiveResponse(response(invite, 486), here.wire.peer);
  here.clock.advance(500);
  here.layer.receiveResponse(response(invite, 486), here.wire.peer);
  assert.deepEqual(times(here.wire, 'ACK'), [0, 500]);
  assert.deepEqual(here.heard, ['180', '486']);
  here.clock.advance(31_500);
  assertEmpty(here);
});

test('every 2xx to an INVITE is passed up for 64*T1: forks and copies (RFC 6026 7.2)', () => {
  const here = stage();
  const invite = request('INVITE');
  here.layer.send(invite, here.wire, here.user);
  for (const wait of [0, 500, 31_000]) {
    here.clock.advance(wait);
    here.layer.receiveResponse(response(invite, 200), here.wire.peer);
  }
  here.layer.receiveResponse(response(invite, 486), here.wire.peer);
  assert.deepEqual(here.heard, ['200', '200', '200']);
  here.clock.advance(500);
  assertEmpty(here);
  here.layer.receiveResponse(response(invite, 200), here.wire.peer);
  assert.equal(here.heard.length, 3);
});

test('a request that cannot be sent is reported at once', () => {
  for (const method of ['INVITE', 'OPTIONS']) {
    const here = stage();
    here.wire.breaks = true;
    here.layer.send(request(method), here.wire, here.user);
    assert.deepEqual(here.heard, ['transport error']);
    assertEmpty(here);
  }
});

test('answers that match nothing are dropped: another branch, another method, a second Via', () => {
  const here = stage();
  const options = request('OPTIONS');
  here.layer.send(options, here.wire, here.user);
  here.layer.receiveResponse(response(request('OPTIONS', 'z9hG4bKb'), 200), here.wire.peer);
  here.layer.receiveResponse(response(request('OPTIONS', 'z9hG4bKa', '', 'INVITE'), 200), here.wire.peer);
  const twoVias = buildRequest({
    ...options,
    headers: [...options.headers, ['Via', 'SIP/2.0/UDP 192.0.2.3;branch=z9hG4bKc']],
  });
  here.layer.receiveResponse(response(twoVias, 200), here.wire.peer);
  assert.deepEqual(here.heard, []);
});

test('a refusal of an INVITE is repeated by G up to T2 until H, or until the ACK and then T4 (17.2.1)', () => {
  const here = stage();
  const invite = request('INVITE');
  here.layer.receiveRequest(invite, here.wire);
  respond(here.requests[0], invite, 486);
  here.clock.advance(32_000);
  assert.deepEqual(times(here.wire, '486'), [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
  assertEmpty(here);
  here.layer.receiveRequest(invite, here.wire);
  respond(here.requests[1], invite, 486);
  here.layer.receiveRequest(request('ACK', 'z9hG4bKa', 't'), here.wire);
  assert.equal(here.requests[1].state, 'confirmed');
  here.clock.advance(4999);
  assert.equal(here.layer.size, 1);
  here.clock.advance(1);
  assertEmpty(here);
  assert.deepEqual(here.heard, []);
});

test('after a 2xx, copies of the INVITE are swallowed and ACKs with its branch go up, for 64*T1 (RFC 6026 7.1)', () => {
  const here = stage();
  const invite = request('INVITE');
  here.layer.receiveRequest(invite, here.wire);
  respond(here.requests[0], invite, 200);
  here.layer.receiveRequest(invite, here.wire);
  respond(here.requests[0], invite, 486);
  here.layer.receiveRequest(request('ACK', 'z9hG4bKa', 't'), here.wire);
  here.layer.receiveRequest(request('ACK', 'z9hG4bKother', 't'), here.wire);
  assert.deepEqual(here.wire.log, [[0, '200']]);
  assert.deepEqual(here.heard, ['ACK 1', 'ACK 1']);
  assert.equal(here.requests.length, 1);
  here.clock.advance(32_000);
  assertEmpty(here);
});

test('copies of another request get its answer again for 64*T1 over UDP; before the answer they are swallowed (17.2.2)', () => {
  for (const reliable of [false, true]) {
    const here = stage(reliable);
    const bye = request('BYE');
    here.layer.receiveRequest(bye, here.wire);
    here.layer.receiveRequest(bye, here.wire);
    assert.deepEqual(here.wire.log, []);
    respond(here.requests[0], bye, 200);
    respond(here.requests[0], bye, 481);
    if (!reliable) here.layer.receiveRequest(bye, here.wire);
    assert.deepEqual(times(here.wire, '200').length, reliable ? 1 : 2);
    assert.equal(here.requests.length, 1);
    here.clock.advance(reliable ? 0 : 32_000);
    assertEmpty(here);
  }
});

test('requests are told apart by branch, sent-by and method (17.2.3), and a CANCEL finds its INVITE', () => {
  const here = stage();
  const elsewhere = buildRequest({
    ...request('INVITE'),
    headers: [['Via', 'SIP/2.0/UDP 192.0.2.77;branch=z9hG4bKa'], ...request('INVITE').headers.slice(1)],
  });
  for (const one of [request('INVITE'), elsewhere, request('INVITE', 'z9hG4bKb'), request('BYE')])
    here.layer.receiveRequest(one, here.wire);
  assert.equal(here.requests.length, 4);
  assert.equal(here.layer.inviteOf(request('CANCEL')), here.requests[0]);
  assert.equal(here.layer.inviteOf(request('CANCEL', 'z9hG4bKb')), here.requests[2]);
  assert.equal(here.layer.inviteOf(request('CANCEL', 'z9hG4bKc')), undefined);
});
