import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import { Lab, PHONE, rtp, SETTINGS, tone } from '../../test/lab.ts';
import { REST_MILLIS } from './port-pairs.ts';

test('RTP is on an even port, RTCP above, each pair once; then there are no ports', async () => {
  const lab = new Lab({ ports: { from: 20_001, to: 20_009 } });
  for (let session = 1; session <= 5; session++) await lab.open(session);
  const ports = lab.of('opened').map(({ port }) => port);
  assert.deepEqual(ports.toSorted(), [20_002, 20_004, 20_006, 20_008]);
  assert.deepEqual(lab.of('no ports'), [{ on: 'no ports', session: 5 }]);
  assert.equal(lab.network.sockets, 8);
  assert.equal(lab.engine.sessions, 4);
});

test('a port that was closed rests before it is used again', async () => {
  const lab = new Lab({ ports: { from: 20_000, to: 20_001 } });
  await lab.open(1);
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  await lab.open(2);
  assert.equal(lab.of('no ports').length, 1);
  lab.tick(REST_MILLIS / 20);
  await lab.open(3);
  assert.equal(lab.of('opened').at(-1)?.session, 3);
});

test('a port that somebody else has is passed over, its partner given back', async () => {
  for (const refusals of [['EADDRINUSE'], ['', 'EADDRINUSE']]) {
    const lab = new Lab();
    lab.network.refusals.push(...refusals);
    await lab.open(1);
    assert.equal(lab.of('opened').length, 1);
    assert.equal(lab.network.sockets, 2);
  }
});

test('a range that others hold entirely, or a system without sockets: no ports, nothing left open', async () => {
  for (const refusals of [new Array(100).fill('EADDRINUSE'), ['EMFILE']]) {
    const lab = new Lab();
    lab.network.refusals.push(...refusals);
    await lab.open(1);
    assert.deepEqual(lab.events, [{ on: 'no ports', session: 1 }]);
    assert.equal(lab.network.sockets, 0);
    assert.equal(lab.engine.sessions, 0);
  }
});

test('a session that is closed while its ports are being bound gives them back', async () => {
  const lab = new Lab();
  lab.do({ do: 'open', session: 1 });
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  await settle();
  assert.deepEqual(
    lab.events.map(({ on }) => on),
    ['closed'],
  );
  assert.equal(lab.network.sockets, 0);
});

test('commands for a session that is no more are dropped', async () => {
  const lab = await Lab.started();
  lab.do({ do: 'close', session: 1 });
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  const before = lab.events.length;
  lab.play(1);
  lab.record();
  lab.do({ do: 'start', session: 1, settings: SETTINGS });
  for (const what of ['stop', 'close'] as const) lab.do({ do: what, session: 1, id: 1 });
  lab.tick(3);
  assert.equal(lab.events.length, before);
});

test('what throws in one session ends that session only', async () => {
  const sink = {
    audio() {
      throw new Error('a defect');
    },
    gap() {},
    end() {},
  };
  const lab = await Lab.started({}, { recorder: { open: () => sink, play: () => assert.fail() } });
  await lab.open(2);
  lab.do({ do: 'start', session: 2, settings: { ...SETTINGS, remote: { ...PHONE, port: 4100 } } });
  lab.port = lab.of('opened')[0].port;
  lab.record();
  lab.send(rtp(tone(20)));
  assert.deepEqual(lab.events.at(-1), { on: 'broken', session: 1 });
  const before = lab.network.undelivered.length;
  lab.tick(5);
  assert.deepEqual(
    lab.network.undelivered.slice(before).map(({ to }) => to.port),
    [4100, 4100, 4100, 4100, 4100],
  );
  assert.equal(lab.engine.sessions, 1);
  assert.equal(lab.network.sockets, 2);
  assert.ok(lab.log.lines.some(({ event }) => event === 'media session broken'));
});

test('closing the engine ends all sessions: recordings by hang-up, sockets closed', async () => {
  const lab = await Lab.started();
  await lab.open(2);
  lab.record();
  lab.engine.close();
  assert.equal(lab.of('recorded')[0].endedBy, 'hang-up');
  assert.equal(lab.of('closed').length, 2);
  assert.equal(lab.network.sockets, 0);
});

test('sessions are spread over the slots, and a slot ticks its own only', async () => {
  const lab = new Lab();
  for (let session = 1; session <= 10; session++) {
    await lab.open(session);
    lab.do({ do: 'start', session, settings: { ...SETTINGS, remote: { ...PHONE, port: 5000 + session } } });
  }
  const seen = [0, 1, 2, 3, 4].map(slot => {
    const before = lab.network.undelivered.length;
    lab.engine.tick(slot);
    return lab.network.undelivered.length - before;
  });
  assert.deepEqual(seen, [2, 2, 2, 2, 2]);
});

test('a session that is not started has no slot, counts for no load and ends at once', async () => {
  const lab = new Lab();
  for (const spare of [11, 12, 13]) await lab.open(spare);
  for (let session = 1; session <= 5; session++) {
    await lab.open(session);
    lab.do({ do: 'start', session, settings: { ...SETTINGS, remote: { ...PHONE, port: 5000 + session } } });
  }
  const sent = [0, 1, 2, 3, 4].map(slot => {
    const before = lab.network.undelivered.length;
    lab.engine.tick(slot);
    return lab.network.undelivered.length - before;
  });
  assert.deepEqual(sent, [1, 1, 1, 1, 1], 'those that speak are spread as if they were alone');
  lab.tick(50);
  assert.equal(lab.of('load')[0].sessions, 5);
  lab.do({ do: 'close', session: 12 });
  assert.deepEqual(
    lab.of('closed').map(({ session }) => session),
    [12],
  );
  assert.equal(lab.network.sockets, 14);
});

test('the load is told every half second', async () => {
  const lab = await Lab.started();
  for (const late of [0.1, 0.1, 7]) lab.engine.lateness.add(late);
  lab.tick(50);
  assert.deepEqual(lab.of('load'), [
    { on: 'load', sessions: 1, lateP75: 7, lateP99: 7, lateMax: 7 },
    { on: 'load', sessions: 1, lateP75: 0, lateP99: 0, lateMax: 0 },
  ]);
});

test('every session ends in the end: 200 calls one after the other leave nothing', async () => {
  const lab = new Lab({ ports: { from: 20_000, to: 29_999 } });
  for (let session = 1; session <= 200; session++) {
    await lab.open(session);
    lab.do({ do: 'start', session, settings: SETTINGS });
    lab.tick(2);
    lab.do({ do: 'close', session });
    lab.tick(3);
  }
  assert.equal(lab.of('closed').length, 200);
  assert.deepEqual([lab.engine.sessions, lab.network.sockets, lab.clock.timers], [0, 0, 0]);
});
