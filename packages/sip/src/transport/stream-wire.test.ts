import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { SIP_BUDGETS } from '../message/index.ts';
import { StreamWire } from './stream-wire.ts';

/** A socket whose peer does not read: what is written stays. */
class Deaf extends Socket {
  override _write(): void {}
}

function wireOver(socket: Socket) {
  const told = { keepAlives: 0, messages: 0, lost: 0 };
  new StreamWire({
    socket,
    clock: new FakeClock(),
    budgets: SIP_BUDGETS,
    user: {
      listening: true,
      isTurn: () => true,
      heard: () => undefined,
      received: message => void (message ? told.messages++ : told.keepAlives++),
      lost: () => void told.lost++,
      closed: () => undefined,
    },
  });
  return told;
}

test('who pings without end and never reads does not fill our memory with pongs', () => {
  const socket = new Deaf();
  const told = wireOver(socket);
  for (let n = 0; n < 200; n++) socket.emit('data', Buffer.from('\r\n\r\n'.repeat(500)));
  assert.deepEqual(told, { keepAlives: 100_000, messages: 0, lost: 0 });
  assert.equal(socket.writableLength, 64);
});
