import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findTones, readWavAt8k } from '@parley/media';
import { start } from './peers/child.ts';
import { ROOT } from './peers/documents.ts';
import { testFolder } from './peers/parley.ts';
import { freePort } from './peers/ports.ts';

test('a telephone registers, calls an announcement by way of a registrar, and writes down what it hears', async t => {
  const file = join(testFolder(t), 'heard.wav');
  const server = `127.0.0.1:${await freePort()}`;
  const run = (name: string, ...words: readonly string[]) =>
    start(t, process.execPath, [join(ROOT, 'examples', name), server, ...words]);
  await run('registrar.ts', 'tone:secret', 'ann:secret').prints(/registrar at/);
  await run('announcement.ts', 'tone:secret').prints(/tone is registered/);
  assert.notEqual(await run('telephone.ts', 'eve:guess', 'tone', file).ended, 0, 'nobody registers without a password');
  const telephone = run('telephone.ts', 'ann:secret', 'tone', file);
  assert.equal(await telephone.ended, 0, telephone.output());
  const [heard, ...more] = findTones(readWavAt8k(readFileSync(file)), 8000, [440, 600]);
  assert.deepEqual([heard?.frequencies, more], [[440], []]);
  const millis = heard.endMillis - heard.startMillis;
  assert.ok(millis > 900 && millis < 1100, `${millis} ms`);
});
