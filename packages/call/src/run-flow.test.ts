import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog, sleep } from '@parley/base';
import { caller, FakeCall, type FakeCallOptions } from './fake/index.ts';
import { type Call, type Flow, type HangUpCause, outcomeOf, type Prompt, runFlow } from './index.ts';

const say = (id: string): Prompt => [{ kind: 'prompt', id }];

async function run(flow: Flow, options: FakeCallOptions & { maxCallMillis?: number } = {}) {
  const call = new FakeCall(options);
  const log = memoryLog();
  const { clock } = call;
  const running = runFlow(call, flow, {
    clock,
    log,
    maxCallMillis: options.maxCallMillis ?? 60_000,
    apology: say('sorry'),
  });
  await clock.run(0);
  return { finished: await running, call, log };
}

const greet: Flow = async call => {
  await call.answer();
  await call.play(say('hello'));
};

test('a flow that ends without hanging up is hung up on', async () => {
  const { finished, call } = await run(greet);
  assert.deepEqual(call.transcript, ['answers', 'plays hello', 'hangs up']);
  assert.deepEqual(finished.outcome, { kind: 'success', reason: 'finished' });
  assert.equal(finished.endedBy.by, 'local');
  assert.equal(finished.durationMillis, 2000);
  assert.equal(call.clock.timers, 0);
});

test('a flow that never answered has its caller refused', async () => {
  const { call } = await run(async () => {});
  assert.deepEqual(call.transcript, ['rejects 480']);
});

test('the caller’s hang-up is the outcome, unless something was reached before', async () => {
  const script = [caller.hangUp({ during: 'hello' })];
  const early = await run(greet, { script });
  assert.deepEqual(early.finished.outcome, { kind: 'caller', reason: 'caller hung up' });
  const late = await run(
    async (call, reached) => {
      reached({ kind: 'success', reason: 'done' });
      await greet(call, reached);
    },
    { script },
  );
  assert.deepEqual(late.finished.outcome, { kind: 'success', reason: 'done' });
});

test('a flow that fails is ours: logged, apologised for, hung up, never thrown on', async () => {
  const { finished, call, log } = await run(async flowCall => {
    await flowCall.answer();
    throw new TypeError('boom');
  });
  assert.deepEqual(finished.outcome, { kind: 'ours', reason: 'flow failed' });
  assert.deepEqual(call.transcript, ['answers', 'plays sorry', 'hangs up']);
  const [line] = log.lines;
  assert.equal(line.event, 'flow failed');
  assert.equal(line.fields.error, 'boom');
});

test('failing before the answer and hanging up in the apology are survived', async () => {
  const before = await run(async () => {
    throw new Error('boom');
  });
  assert.deepEqual(before.call.transcript, ['rejects 480']);
  const script = [caller.hangUp({ during: 'sorry' })];
  const during = await run(
    async call => {
      await call.answer();
      throw new Error('boom');
    },
    { script },
  );
  assert.equal(during.finished.outcome.kind, 'ours');
  assert.equal(during.finished.endedBy.by, 'bye');
});

test('MaxCallDuration ends the call wherever the flow is', async () => {
  const { finished, call } = await run(
    async flowCall => {
      await flowCall.answer();
      for (;;) await flowCall.play(say('music'));
    },
    { maxCallMillis: 5000 },
  );
  assert.equal(finished.endedBy.by, 'too long');
  assert.deepEqual(call.transcript.slice(-2), ['plays music', 'ends: too long']);
  assert.equal(call.clock.timers, 0);
});

test('drain ends a call that waits for a back end', async () => {
  const call = new FakeCall();
  const log = memoryLog();
  const flow = async (flowCall: Call) => {
    await flowCall.answer();
    await sleep(call.clock, 1e9, flowCall.signal);
  };
  const running = runFlow(call, flow, { clock: call.clock, log, maxCallMillis: 1e9 });
  await call.clock.run(10);
  call.end('drain');
  assert.deepEqual((await running).outcome, { kind: 'ours', reason: 'server is stopping' });
});

test('every cause has an outcome', () => {
  const kinds: Record<HangUpCause, string> = {
    bye: 'caller',
    cancel: 'caller',
    'too long': 'caller',
    'no ack': 'upstream',
    'no codec': 'upstream',
    'media silent': 'upstream',
    'transport failed': 'upstream',
    'no media': 'ours',
    'media failed': 'ours',
    drain: 'ours',
    transferred: 'success',
    local: 'success',
  };
  for (const [cause, kind] of Object.entries(kinds)) assert.equal(outcomeOf(cause as HangUpCause).kind, kind, cause);
});
