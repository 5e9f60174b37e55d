import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRequest, buildResponse } from '../message/index.ts';
import type { RawHeader } from '../message/message.ts';
import { DialogState } from './dialog-state.ts';

const invite = (extra: readonly RawHeader[] = [], contact = '<sip:ann@192.0.2.1:5070>') =>
  buildRequest({
    method: 'INVITE',
    uri: 'sip:bob@example.org',
    headers: [
      ['Via', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa'],
      ['From', '"Ann" <sip:ann@example.org>;tag=ann1'],
      ['To', '<sip:bob@example.org>'],
      ['Call-ID', 'call'],
      ['CSeq', '7 INVITE'],
      ['Contact', contact],
      ...extra,
    ],
  });

const route = (...uris: string[]): RawHeader[] => uris.map(uri => ['Record-Route', `<${uri}>`]);
const answered = (extra: readonly RawHeader[]) =>
  buildResponse(invite(), { status: 200, toTag: 'bob1', headers: [['Contact', '<sip:bob@192.0.2.9>'], ...extra] });

test('the called side keeps the route set in order, the calling side the other way round (12.1)', () => {
  const uas = DialogState.ofServer(invite(route('sip:p1;lr', 'sip:p2;lr')), 'bob1');
  assert.deepEqual(uas.routing().routes, ['<sip:p1;lr>', '<sip:p2;lr>']);
  assert.equal(uas.routing().uri, 'sip:ann@192.0.2.1:5070');
  const uac = DialogState.ofClient(invite(), answered(route('sip:p1;lr', 'sip:p2;lr')));
  assert.deepEqual(uac.routing().routes, ['<sip:p2;lr>', '<sip:p1;lr>']);
  assert.equal(uac.routing().uri, 'sip:bob@192.0.2.9');
});

test('without a route set the next hop is the remote target', () => {
  const { uri, routes, nextHop } = DialogState.ofServer(invite(), 'bob1').routing();
  assert.deepEqual([uri, routes], ['sip:ann@192.0.2.1:5070', []]);
  assert.ok('named' in nextHop && nextHop.named.scheme === 'sip');
  assert.deepEqual([nextHop.named.host, nextHop.named.port, nextHop.home], ['192.0.2.1', 5070, undefined]);
});

test('a strict router gets itself as Request-URI and the target as last route (12.2.1.1)', () => {
  const { uri, routes, nextHop } = DialogState.ofServer(invite(route('sip:strict', 'sip:p2;lr')), 'bob1').routing();
  assert.equal(uri, 'sip:strict');
  assert.deepEqual(routes, ['<sip:p2;lr>', '<sip:ann@192.0.2.1:5070>']);
  assert.ok('named' in nextHop && nextHop.named.scheme === 'sip' && nextHop.named.host === 'strict');
});

test('requests of ours carry our own end in From, with our tag, and the next number', () => {
  const uas = DialogState.ofServer(invite(), 'bob1');
  assert.deepEqual(uas.headers('BYE', uas.nextSequence(), []), [
    ['Max-Forwards', '70'],
    ['From', '<sip:bob@example.org>;tag=bob1'],
    ['To', '"Ann" <sip:ann@example.org>;tag=ann1'],
    ['Call-ID', 'call'],
    ['CSeq', '1 BYE'],
  ]);
  const uac = DialogState.ofClient(invite(), answered([]));
  assert.equal(uac.nextSequence(), 8);
});

test('numbers of the other side may jump, not fall; those of the calling side start anywhere (12.2.2)', () => {
  const uas = DialogState.ofServer(invite(), 'bob1');
  assert.deepEqual(
    [7, 9, 8, 9, 100].map(number => uas.inOrder(number)),
    [true, true, false, true, true],
  );
  const uac = DialogState.ofClient(invite(), answered([]));
  assert.deepEqual(
    [500, 499].map(number => uac.inOrder(number)),
    [true, false],
  );
});

test('the target moves with a Contact that can be used, and stays without one', () => {
  const uas = DialogState.ofServer(invite(), 'bob1');
  const moved = (contact: RawHeader[]) =>
    uas.refreshTarget(buildRequest({ method: 'INVITE', uri: 'sip:bob@example.org', headers: contact }));
  for (const contact of [[], [['Contact', '*']], [['Contact', '<tel:+33123>']]] as RawHeader[][]) {
    moved(contact);
    assert.equal(uas.routing().uri, 'sip:ann@192.0.2.1:5070');
  }
  moved([['Contact', '<sip:ann@192.0.2.5>']]);
  assert.equal(uas.routing().uri, 'sip:ann@192.0.2.5');
});

test('a caller who is reachable by its own connection only: requests go by the flow, and move with it', () => {
  const browser = '<sip:a@df7jal23ls0d.invalid;transport=ws>';
  const flow = { transport: 'wss', address: '192.0.2.9', port: 40_000 } as const;
  const uas = DialogState.ofServer(invite([], browser), 'bob1', flow);
  assert.deepEqual(uas.routing().nextHop, { ...flow, flow: true });
  const moved = { ...flow, port: 40_001 };
  uas.refreshTarget(invite([], browser), moved);
  assert.deepEqual(uas.routing().nextHop, { ...moved, flow: true });
  uas.refreshTarget(invite([], '<sip:a@192.0.2.1;transport=tcp>'));
  const { nextHop } = uas.routing();
  assert.ok('named' in nextHop && nextHop.named.scheme === 'sip' && nextHop.named.host === '192.0.2.1');
  assert.ok('named' in DialogState.ofServer(invite(), 'bob1', flow).routing().nextHop);
});
