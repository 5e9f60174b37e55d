import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { WebSocketWire } from './web-socket-wire.ts';

/** A WebSocket without a network: frames are what the test emits. */
class Silent extends WebSocket {
  reads = true;

  constructor() {
    super('ws://127.0.0.1/', { createConnection: () => new Socket() });
  }

  override pause(): void {
    this.reads = false;
  }

  override resume(): void {
    this.reads = true;
  }
}

/** A wire over it that has turns only when `turn` gives one. */
function wireOver(web: Silent) {
  const told = { messages: 0, frames: 0 };
  let next: (() => void) | undefined;
  new WebSocketWire({
    web,
    socket: new Socket(),
    user: {
      listening: true,
      isTurn: goOn => {
        next = goOn;
        return false;
      },
      heard: () => void told.frames++,
      received: message => void (message && told.messages++),
      lost: () => undefined,
      closed: () => undefined,
    },
  });
  const turn = () => {
    const goOn = next;
    next = undefined;
    goOn?.();
    return goOn !== undefined;
  };
  return { told, turn };
}

const MESSAGE = Buffer.from('OPTIONS sip:a@b SIP/2.0\r\n\r\n');

for (const kind of ['ping', 'pong', 'message'])
  test(`${kind} after ${kind} of a stranger: each takes a turn, and nothing is read before all of them had theirs`, () => {
    const web = new Silent();
    const { told, turn } = wireOver(web);
    for (let n = 0; n < 1000; n++) web.emit(kind, MESSAGE);
    assert.deepEqual([told.frames, told.messages, web.reads], [1000, 0, false]);
    for (let n = 1; n < 1000; n++) assert.equal(turn(), true);
    assert.equal(web.reads, false);
    assert.equal(turn(), true);
    assert.equal(web.reads, true);
    assert.equal(told.messages, kind === 'message' ? 1000 : 0);
    assert.equal(turn(), false);
  });
