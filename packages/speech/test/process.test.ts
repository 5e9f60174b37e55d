import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { codeOf, type Log, memoryLog, silentLog, systemClock } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { voiceContract } from '../src/engines/contract.ts';
import { ProcessVoice, type ProcessVoiceOptions } from '../src/engines/process.ts';

const PROGRAM = join(import.meta.dirname, 'programs/voice.ts');

function open(options: Partial<ProcessVoiceOptions> = {}): ProcessVoice {
  return new ProcessVoice({
    name: 'test 1',
    languages: ['en-US'],
    command: [process.execPath, PROGRAM],
    clock: systemClock,
    ...options,
  });
}

voiceContract({ name: 'in a program of its own', open, sentences: { 'en-US': 'one two three' }, speaks: false });

test('the program is started by the first text, not before, at a lower priority, and ended by close', async () => {
  const voice = open();
  assert.equal(voice.pid, undefined);
  await voice.speak('hello', 'en-US');
  const pid = voice.pid!;
  const priority = getPriority(pid);
  await voice.close();
  assert.ok(priority > getPriority());
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  await assert.rejects(voice.speak('hello', 'en-US'), error => codeOf(error) === 'VOICE_CLOSED');
});

test('a program that dies in the middle of a text is started again and speaks it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-voice-'));
  const log = memoryLog();
  const voice = open({ log });
  try {
    await voice.speak('hello', 'en-US');
    const before = voice.pid;
    const { samples } = await voice.speak(`once:${join(folder, 'was-here')}`, 'en-US');
    assert.ok(samples.length > 0);
    assert.notEqual(voice.pid, before);
    assert.match(
      String(log.lines.find(line => line.event === 'voice program gone')?.fields.reason),
      /exit code 3.*out of words/,
    );
  } finally {
    await voice.close();
    await rm(folder, { recursive: true });
  }
});

test('a text that kills the program twice is given up, the next one is spoken', async () => {
  const voice = open();
  try {
    const [killer, next] = await Promise.allSettled([voice.speak('die', 'en-US'), voice.speak('hello', 'en-US')]);
    assert.equal(killer.status === 'rejected' && codeOf(killer.reason), 'VOICE_FAILED');
    assert.equal(next.status, 'fulfilled');
  } finally {
    await voice.close();
  }
});

test('an answer ends the growing of the pauses', async () => {
  const clock = new FakeClock();
  const log = memoryLog();
  const voice = open({ clock, log });
  try {
    for (let round = 0; round < 2; round++) {
      await voice.speak('hello', 'en-US');
      const dying = assert.rejects(voice.speak('die', 'en-US'), error => codeOf(error) === 'VOICE_FAILED');
      while (log.lines.filter(line => line.event === 'voice program gone').length < 2 * round + 1) await nextTurn();
      clock.advance(5000);
      await dying;
      clock.advance(5000);
    }
    const pauses = log.lines.filter(line => line.event === 'voice program gone').map(line => line.fields.restMillis);
    assert.deepEqual(pauses, [200, 400, 200, 400]);
  } finally {
    await voice.close();
  }
});

test('a program that talks nonsense is ended', async () => {
  const voice = open();
  try {
    await assert.rejects(voice.speak('babble', 'en-US'), /a header of/);
    assert.ok((await voice.speak('hello', 'en-US')).samples.length > 0);
  } finally {
    await voice.close();
  }
});

test('a program that hangs is ended after the time limit', async () => {
  const voice = open({ requestMillis: 300 });
  try {
    await assert.rejects(voice.speak('hang', 'en-US'), /no answer within 300 ms/);
  } finally {
    await voice.close();
  }
});

test('a program that cannot be started rests twice as long each time, then texts fail at once', async () => {
  const clock = new FakeClock();
  const rests = new EventEmitter();
  const log: Log = {
    ...silentLog,
    warn: (event, fields) => void rests.emit(event, fields?.restMillis),
    with: () => log,
  };
  const voice = open({ command: ['/nowhere/voice'], clock, log });
  for (const expected of [200, 400, 800, 1600, 3200]) {
    const gone = once(rests, 'voice program gone');
    const spoken = voice.speak('hello', 'en-US');
    const failed = assert.rejects(spoken, error => codeOf(error) === 'VOICE_FAILED');
    assert.deepEqual(await gone, [expected]);
    if (expected < 3200) clock.advance(expected);
    else await failed;
  }
  await assert.rejects(voice.speak('hello', 'en-US'), error => codeOf(error) === 'VOICE_RESTING');
  await voice.close();
});

test('a program that is not needed is ended, and started again when it is', async () => {
  const clock = new FakeClock();
  const voice = open({ clock, idleMillis: 1000 });
  await voice.speak('hello', 'en-US');
  const first = voice.pid;
  clock.advance(1000);
  const resting = voice.pid;
  await voice.speak('hello', 'en-US');
  const second = voice.pid;
  await voice.close();
  assert.equal(resting, undefined);
  assert.notEqual(second, first);
});

test('a text that is withdrawn while it waits is not spoken, and holds nobody up', async () => {
  const voice = open();
  try {
    const controller = new AbortController();
    const first = voice.speak('hello', 'en-US');
    const second = voice.speak('die', 'en-US', { signal: controller.signal });
    const third = voice.speak('hello', 'en-US');
    controller.abort(new Error('caller hung up'));
    await assert.rejects(second, /caller hung up/);
    await Promise.all([first, third]);
  } finally {
    await voice.close();
  }
});
