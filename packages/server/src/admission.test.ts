import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admitCall, admitProbe, type LoadFigures } from './admission.ts';

const limits = { calls: 20, waiting: 3, lateMillis: 15, signallingMillis: 100, backlogSeconds: 100 };
const idle: LoadFigures = {
  ready: true,
  draining: false,
  spoolTakes: true,
  calls: 0,
  mediaStuck: false,
  lateMillis: 0,
  signallingMillis: 0,
  waiting: 0,
  backlogSeconds: 0,
};

test('each limit refuses calls at its own edge', () => {
  assert.equal(admitCall(idle, limits), undefined);
  assert.equal(
    admitCall({ ...idle, calls: 19, lateMillis: 15, signallingMillis: 100, backlogSeconds: 100 }, limits),
    undefined,
  );
  assert.equal(admitCall({ ...idle, calls: 20 }, limits), 'call limit');
  assert.equal(admitCall({ ...idle, calls: 10, lateMillis: 15.1 }, limits), 'packets late');
  assert.equal(admitCall({ ...idle, calls: 10, signallingMillis: 101 }, limits), 'signalling late');
  assert.equal(admitCall({ ...idle, mediaStuck: true }, limits), 'media stuck');
  assert.equal(admitCall({ ...idle, waiting: 2 }, limits), undefined);
  assert.equal(admitCall({ ...idle, waiting: 3 }, limits), 'calls waiting');
  assert.equal(admitCall({ ...idle, backlogSeconds: 101 }, limits), 'encoding backlog');
  assert.equal(admitCall({ ...idle, ready: false }, limits), 'starting');
});

test('a few calls are let in however late everything is: it is not they who make it late', () => {
  assert.equal(admitCall({ ...idle, calls: 9, lateMillis: 500, signallingMillis: 900 }, limits), undefined);
  assert.equal(admitCall({ ...idle, calls: 9, backlogSeconds: 101 }, limits), 'encoding backlog');
});

test('full is not dead: OPTIONS is refused only while draining or unable to record', () => {
  assert.equal(
    admitProbe({ ...idle, calls: 99, lateMillis: 99, signallingMillis: 999, backlogSeconds: 999 }),
    undefined,
  );
  assert.equal(admitProbe({ ...idle, draining: true }), 'draining');
  assert.equal(admitProbe({ ...idle, spoolTakes: false }), 'spool full');
});
