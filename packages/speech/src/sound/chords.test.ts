import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { decodePcma, decodePcmu, NarrowG722Decoder } from '@parley/media';
import { PromptBook } from '../book/prompt-book.ts';
import { chordOf, heardItems, MOST_CHORDS } from './chords.ts';
import { encodeClip } from './clip.ts';

const book = await PromptBook.load(join(import.meta.dirname, '../../../../prompts'), { log: silentLog });

function joined(pieces: readonly Int16Array[]): Int16Array {
  return Int16Array.from(pieces.flatMap(piece => [...piece]));
}

const heard = (samples: Int16Array) => heardItems(book, 'x-tones', samples).map(({ item }) => item);

test('every item of the test language is heard as itself, in both laws and in G.722', async () => {
  const items = book.fixedParts('x-tones').flatMap(part => (part.kind === 'chord' ? [part] : []));
  assert.ok(items.length > 40);
  const all = joined(items.map(({ number }) => chordOf(number)));
  const clip = await encodeClip('all', { samples: all, rate: 8000, wide: true });
  const samples = new Int16Array(clip.audio.pcmu.byteLength);
  decodePcmu(new Uint8Array(clip.audio.pcmu), samples);
  assert.deepEqual(
    heard(samples),
    items.map(({ item }) => item),
  );
  decodePcma(new Uint8Array(clip.audio.pcma), samples);
  assert.deepEqual(
    heard(samples),
    items.map(({ item }) => item),
  );
  assert.ok(clip.audio.g722);
  new NarrowG722Decoder().decode(new Uint8Array(clip.audio.g722), samples);
  assert.deepEqual(
    heard(samples),
    items.map(({ item }) => item),
  );
});

test('the same item twice is heard twice', () => {
  assert.deepEqual(heard(joined([chordOf(1), chordOf(1), chordOf(1)])), ['digit.1', 'digit.1', 'digit.1']);
});

test('from item 110 on there are two chords for one item', () => {
  assert.deepEqual(heard(joined([chordOf(109), chordOf(110), chordOf(0), chordOf(500), chordOf(MOST_CHORDS - 1)])), [
    '?109',
    '?110',
    'digit.0',
    '?500',
    `?${MOST_CHORDS - 1}`,
  ]);
});

test('silence and a plain tone are no items', () => {
  const tone = Int16Array.from({ length: 4000 }, (_, i) => 8000 * Math.sin((2 * Math.PI * 1000 * i) / 8000));
  assert.deepEqual(heard(joined([new Int16Array(4000), tone])), []);
});
