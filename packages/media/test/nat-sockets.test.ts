import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { silentLog, systemClock } from '@parley/base';
import { DgramSockets } from '../src/engine/dgram-sockets.ts';
import { MediaEngine } from '../src/engine/engine.ts';
import { MemoryRecorder } from '../src/engine/memory-recorder.ts';
import type { MediaEvent } from '../src/worker/protocol.ts';
import { HERE, rtp, tone } from './lab.ts';

/** A socket at an address of its own that counts what it gets. */
async function socketAt(address: string): Promise<{ socket: Socket; got: number[] }> {
  const socket = createSocket('udp4');
  const got: number[] = [];
  socket.on('message', bytes => got.push(bytes.length));
  socket.bind(0, address);
  await once(socket, 'listening');
  return { socket, got };
}

for (const latch of [true, undefined] as const)
  test(`over real sockets, ${latch ? 'with' : 'without'} the latch: what a stranger gets is nothing, whatever he sends`, async () => {
    const [phone, stranger] = [await socketAt('127.0.0.7'), await socketAt('127.0.0.66')];
    const opened = Promise.withResolvers<number>();
    const closed = Promise.withResolvers<Extract<MediaEvent, { on: 'closed' }>>();
    const engine = new MediaEngine({
      ...{
        sockets: new DgramSockets(),
        clock: systemClock,
        recorder: new MemoryRecorder(),
        log: silentLog,
        address: HERE,
      },
      ports: { from: 24_600, to: 24_699 },
      emit: event => {
        if (event.on === 'opened') opened.resolve(event.port);
        if (event.on === 'closed') closed.resolve(event);
      },
    });
    engine.handle({ do: 'open', session: 1 });
    const port = await opened.promise;
    const remote = { address: '127.0.0.5', port: 9 };
    const settings = {
      remote,
      remoteRtcp: { ...remote, port: 10 },
      codec: 'PCMU',
      payloadType: 0,
      direction: 'sendrecv',
    } as const;
    engine.handle({
      do: 'start',
      session: 1,
      settings: { ...settings, ...(latch && { latch, signallingAddress: '127.0.0.7' }) },
    });
    const send = (from: Socket, sequence: number) =>
      new Promise(done => from.send(rtp(tone(20), { sequence, timestamp: sequence * 160 }), port, HERE, done));
    for (let sequence = 0; sequence < 50; sequence++) {
      await send(stranger.socket, sequence);
      await send(phone.socket, sequence);
      // What was sent over loopback is there in the next turn of the event loop.
      await new Promise(setImmediate);
      engine.tick();
    }
    if (latch) while (phone.got.length === 0) await once(phone.socket, 'message');
    engine.handle({ do: 'close', session: 1 });
    for (let tick = 0; tick < 4; tick++) engine.tick();
    const { statistics } = await closed.promise;
    assert.equal(stranger.got.length, 0);
    assert.deepEqual([phone.got.length > 0, statistics.packetsReceived > 40], [latch === true, latch === true]);
    assert.ok(statistics.foreignPackets > 40);
    phone.socket.close();
    stranger.socket.close();
  });
