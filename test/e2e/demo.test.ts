import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { strictCheck } from '@parley/mail';
import { start } from '../peers/child.ts';
import { parseMail } from '../peers/mailbox.ts';
import { decodeAudio } from '../peers/sound.ts';

const ROOT = join(import.meta.dirname, '../..');

test('the demo ends with 0 and says where the message and its sound are', { timeout: 90_000 }, async t => {
  const child = start(t, 'npm', ['run', '--silent', 'demo', '--', '--once'], { cwd: ROOT });
  const code = await child.ended;
  const output = child.output();
  const folder = /data folder: (\S+)/.exec(output)?.[1];
  assert.ok(folder, output);
  t.after(() => rm(folder, { recursive: true, force: true }));
  assert.equal(code, 0, output);
  assert.match(output, /call: plays record\.tone/);
  assert.match(output, /call: caller hangs up/);
  const pathOf = (what: string) => new RegExp(`^${what}: +(/.*)$`, 'm').exec(output)?.[1] ?? assert.fail(output);
  const message = pathOf('message');
  const sound = pathOf('audio');
  const raw = await readFile(message);
  assert.deepEqual(strictCheck(raw), []);
  const mail = await parseMail(raw);
  assert.match(output, new RegExp(`Subject: ${mail.email.subject}`.replace(/[()]/g, '\\$&')));
  const samples = await decodeAudio('audio/mpeg', await readFile(sound));
  const seconds = samples.length / 8000;
  assert.ok(seconds > 2, `the sound has ${seconds} s`);
  assert.ok(Math.abs(seconds - Number(mail.header('X-VoiceMessageDuration'))) < 0.6);
});
