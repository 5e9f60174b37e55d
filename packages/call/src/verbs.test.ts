import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '@parley/base';
import { settle } from '@parley/base/fake-clock';
import { caller, FakeCall } from './fake/index.ts';
import { type AskOptions, HungUp, type Prompt } from './index.ts';

const say = (id: string): Prompt => [{ kind: 'prompt', id }];

async function answered(script: readonly ReturnType<typeof caller.press>[]): Promise<FakeCall> {
  const call = new FakeCall({ script });
  await call.answer();
  call.transcript.length = 0;
  return call;
}

const MENU = { prompt: say('menu'), keys: { '1': 'one', '2': 'two' }, invalid: say('invalid'), silent: say('silent') };

test('a menu gives the meaning of a key', async () => {
  const call = await answered([caller.press('2')]);
  assert.equal(await call.menu(MENU), 'two');
  assert.deepEqual(call.transcript, ['plays menu', 'hears 2']);
});

test('a menu forgives silences and wrong keys, but not for ever', async () => {
  const call = await answered([caller.keepQuiet(), caller.press('9'), caller.press('1')]);
  assert.equal(await call.menu(MENU), 'one');
  assert.deepEqual(call.transcript, [
    ...['plays menu', 'hears nothing', 'plays silent'],
    ...['plays menu', 'hears 9', 'plays invalid', 'plays menu', 'hears 1'],
  ]);
  const stubborn = await answered([caller.press('9'), caller.press('8')]);
  assert.equal(await stubborn.menu({ ...MENU, tries: 2 }), 'gave up');
  assert.deepEqual(stubborn.transcript, ['plays menu', 'hears 9', 'plays invalid', 'plays menu', 'hears 8']);
});

test('a key that only looks like one of the table means nothing', async () => {
  const call = await answered([caller.press('A')]);
  assert.equal(await call.menu({ prompt: say('menu'), keys: { '1': 'x' }, tries: 1 }), 'gave up');
});

test('digits: ended by the end key, by their number, by a pause', async () => {
  const options: AskOptions = { prompts: [say('first'), say('again')], atLeast: 3, atMost: 4 };
  assert.equal(await (await answered([caller.press('123#')])).ask(options), '123');
  assert.equal(await (await answered([caller.press('1234')])).ask(options), '1234');
  assert.equal(await (await answered([caller.press('123'), caller.keepQuiet()])).ask(options), '123');
});

test('the end key behind the last digit is not left for the next menu', async () => {
  const call = await answered([caller.press('1234#', { during: 'first' }), caller.press('1')]);
  assert.equal(await call.ask({ prompts: [say('first')], atLeast: 4, atMost: 4 }), '1234');
  assert.equal(await call.menu({ ...MENU, keys: { '#': 'hash', '1': 'one' } }), 'one');
});

test('too few digits are asked for again in other words, until it gives up', async () => {
  const call = await answered([caller.press('1#'), caller.press('2#')]);
  const asked = await call.ask({ prompts: [say('first'), say('again')], atLeast: 3, atMost: 4, tries: 3 });
  assert.equal(asked, 'gave up');
  assert.deepEqual(call.transcript, [
    ...['plays first', 'hears 1', 'hears #', 'plays again', 'hears 2', 'hears #'],
    ...['plays again', 'hears nothing'],
  ]);
});

test('a race: the first to settle wins, the others are told to stop', async () => {
  const call = await answered([]);
  const stopped: string[] = [];
  const waits = (name: string, millis: number) => async (signal: AbortSignal) => {
    signal.addEventListener('abort', () => stopped.push(name));
    await sleep(call.clock, millis, signal);
    return name;
  };
  const winner = call.race({ slow: waits('slow', 50), quick: waits('quick', 20) });
  await call.clock.run(20);
  assert.equal(await winner, 'quick');
  await settle();
  assert.deepEqual(stopped, ['slow', 'quick']);
  assert.equal(call.clock.timers, 0);
});

test('a race ends with its call', async () => {
  const call = await answered([]);
  const lost = call.race({ never: signal => sleep(call.clock, 1e6, signal) });
  call.end('drain');
  await assert.rejects(lost, (error: unknown) => error instanceof HungUp && error.by === 'drain');
  assert.equal(call.clock.timers, 0);
});

test('a transfer ends as its script says; a call that was handed on is over', async () => {
  const call = await answered([caller.transfer('busy'), caller.hangUp({ during: 'transfer' })]);
  assert.deepEqual(await call.transfer('sip:bob@example.com', { manner: 'refer' }), { kind: 'busy', status: 486 });
  await assert.rejects(
    call.transfer('sip:bob@example.com', { manner: 'stay', music: say('music') }),
    (error: unknown) => error instanceof HungUp && error.by === 'bye',
  );
  assert.deepEqual(call.transcript, ['transfers to sip:bob@example.com -> busy', 'plays music', 'caller hangs up']);
  const gone = await answered([]);
  assert.equal((await gone.transfer('sip:bob@example.com', { manner: 'attended' })).kind, 'transferred');
  await assert.rejects(
    gone.play(say('more')),
    (error: unknown) => error instanceof HungUp && error.by === 'transferred',
  );
});

test('a bridge ends as its script says, and the call goes on', async () => {
  const [call, other] = [await answered([caller.leaveBridge('*'), caller.leaveBridge()]), await answered([])];
  assert.deepEqual(await call.bridge(other, { announcement: say('recorded') }), { endedBy: 'key', key: '*' });
  assert.deepEqual(await call.bridge(other), { endedBy: 'other' });
  assert.deepEqual(call.transcript, [
    'plays recorded',
    `talks with ${other.id} -> leaves by *`,
    `talks with ${other.id} -> is left`,
  ]);
  assert.deepEqual(call.rest, []);
});
