import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, UmWorld } from './um-world.ts';

/** A WAV file (RIFF, one `fmt ` chunk, one `data` chunk) of so many octets of silence. */
function wave(octets: number, { kind = 1, channels = 1, rate = 8000, bits = 16 } = {}): string {
  const file = Buffer.alloc(44 + octets);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + octets, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(kind, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE((rate * channels * bits) / 8, 28);
  file.writeUInt16LE((channels * bits) / 8, 32);
  file.writeUInt16LE(bits, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(octets, 40);
  return file.toString('base64');
}

async function withAttendant() {
  const world = await UmWorld.begin();
  await world.plan();
  await world.make('UMAutoAttendant', { name: 'Hello', umDialPlan: 'Main' });
  const put = (parameters: object) =>
    world.act('UMPrompt', 'import', undefined, {
      UMDialPlan: 'Main',
      PromptFileName: 'a.wav',
      PromptFileData: wave(320),
      ...parameters,
    });
  const take = async (parameters: object) =>
    (await world.act('UMPrompt', 'export', undefined, { PromptFileName: 'a.wav', ...parameters })).result;
  return { world, put, take };
}

const OF_ATTENDANT = { UMDialPlan: undefined, UMAutoAttendant: 'Hello' };

test('what is imported comes out again, and replaces what had its name', async () => {
  const { world, put, take } = await withAttendant();
  await put({});
  await put({ ...OF_ATTENDANT, PromptFileData: wave(640) });
  await put({ PromptFileData: [...Buffer.from(wave(160), 'base64')] });
  assert.deepEqual(await world.names('UMPrompt'), ['a.wav', 'a.wav']);
  const plan = await take({ UMDialPlan: 'Main' });
  assert.ok(typeof plan === 'object' && plan !== null && 'AudioData' in plan);
  assert.equal(plan.AudioData, wave(160));
  const attendant = await take(OF_ATTENDANT);
  assert.ok(typeof attendant === 'object' && attendant !== null && 'AudioData' in attendant);
  assert.equal(attendant.AudioData, wave(640));
  await assertRefused(take({ UMDialPlan: 'Main', PromptFileName: 'b.wav' }), 'PromptFileName', /was imported/);
});

test('it belongs to a plan or to an attendant, by a file name without a folder', async () => {
  const { put } = await withAttendant();
  await assertRefused(put({ UMAutoAttendant: 'Hello' }), 'UMDialPlan', /not both/);
  await assertRefused(put({ UMDialPlan: undefined }), 'UMDialPlan', /not both/);
  for (const name of ['a.mp3', 'a.wma', '../a.wav', 'b/a.wav', 'a.wav ', `${'a'.repeat(252)}.wav`])
    await assertRefused(put({ PromptFileName: name }), 'name', /name of a \.wav file|at most 255/);
});

test('only linear PCM of 16 bit, in one channel, at rates that are played', async () => {
  const { put } = await withAttendant();
  await put({ PromptFileData: wave(320, { rate: 16_000 }) });
  for (const format of [{ kind: 7 }, { channels: 2 }, { rate: 44_100 }, { bits: 8 }])
    await assertRefused(put({ PromptFileData: wave(320, format) }), 'audioData', /linear PCM/);
  const cut = Buffer.from(wave(320), 'base64').subarray(0, 30).toString('base64');
  await assertRefused(put({ PromptFileData: cut }), 'audioData', /no format or no sound/);
  await assertRefused(put({ PromptFileData: Buffer.from('ID3 music').toString('base64') }), 'audioData', /no WAV file/);
  await assertRefused(put({ PromptFileData: 'no base64!' }), 'audioData', /base64/);
  await assertRefused(put({ PromptFileData: [256] }), 'PromptFileData', /bytes of a WAV file/);
});

test('a prompt has 5 MiB at most, and history tells its length', async () => {
  const { world, put } = await withAttendant();
  await put({ PromptFileData: wave(5 * 1024 * 1024 - 44) });
  await assertRefused(put({ PromptFileData: wave(5 * 1024 * 1024) }), 'audioData', /at most|most/);
  const told = JSON.stringify(await world.objects.history('UMPrompt', 'a.wav', { who: 'test' }));
  assert.ok(told.length < 10_000, String(told.length));
});

test('prompts go with their attendant', async () => {
  const { world, put } = await withAttendant();
  await put(OF_ATTENDANT);
  await world.act('UMAutoAttendant', 'discard', 'Hello');
  assert.deepEqual(await world.names('UMPrompt'), []);
});
