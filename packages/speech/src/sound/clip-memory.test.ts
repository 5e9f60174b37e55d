import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clip, encodeClip } from './clip.ts';
import { ClipMemory } from './clip-memory.ts';

/** A clip of 100 bytes, 50 in each law. */
const clip = (key: string): Promise<Clip> => encodeClip(key, { samples: new Int16Array(50), rate: 8000, wide: false });

function open(limitBytes: number): { memory: ClipMemory; dropped: string[] } {
  const dropped: string[] = [];
  return { memory: new ClipMemory({ limitBytes, onDropped: clip => dropped.push(clip.key) }), dropped };
}

test('what was not used for longest goes first, and whoever registered it is told', async () => {
  const { memory, dropped } = open(200);
  memory.put('a', await clip('a'));
  memory.put('b', await clip('b'));
  memory.get('a');
  memory.put('c', await clip('c'));
  assert.deepEqual(dropped, ['b']);
  assert.equal(memory.get('b'), undefined);
  assert.equal(memory.get('a')?.key, 'a');
  assert.deepEqual(memory.figures(), { kept: 0, passing: 2, passingBytes: 200 });
});

test('what is kept stays and is not counted', async () => {
  const { memory, dropped } = open(100);
  memory.keep('prompt', await clip('prompt'));
  for (const name of ['a', 'b', 'c']) memory.put(name, await clip(name));
  assert.equal(memory.get('prompt')?.key, 'prompt');
  assert.deepEqual(dropped, ['a', 'b']);
});

test('a clip larger than the limit is there for as long as it is the newest', async () => {
  const { memory } = open(10);
  memory.put('long', await clip('long'));
  assert.equal(memory.get('long')?.key, 'long');
  memory.put('next', await clip('next'));
  assert.equal(memory.get('long'), undefined);
});

test('replaced and dropped clips are counted out', async () => {
  const { memory, dropped } = open(1000);
  memory.put('a', await clip('first'));
  memory.put('a', await clip('second'));
  memory.put('a', memory.get('a')!);
  memory.drop('a');
  memory.drop('a');
  assert.deepEqual(dropped, ['first', 'second']);
  assert.deepEqual(memory.figures(), { kept: 0, passing: 0, passingBytes: 0 });
});

test('a sound that is held under two names is dropped with the second', async () => {
  const { memory, dropped } = open(1000);
  memory.keep('digit', await clip('one'));
  memory.put('number', await clip('one'));
  memory.drop('number');
  assert.deepEqual(dropped, []);
  memory.drop('digit');
  assert.deepEqual(dropped, ['one']);
});
