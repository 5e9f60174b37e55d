import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPhone } from '@parley/phone';
import { Caller } from '../peers/caller.ts';
import { attachDebugger } from '../peers/debugger.ts';
import { mailArrives } from '../peers/mailbox.ts';
import { startServer, testFolder } from '../peers/parley.ts';
import { seedData } from '../peers/seed.ts';
import { decodeAudio, heardTones, toneSequence } from '../peers/sound.ts';

const SAID = [400, 1050, 550, 400] as const;
/** Two seconds and a half: what a death may cost, and a second and a half more. */
const WORDS = toneSequence([...SAID, 1150]);

for (const [how, expression] of [
  ['ends by itself', 'process.exit(7)'],
  ['hangs', 'setImmediate(() => { for (;;); })'],
  ['throws what nobody catches', 'setImmediate(() => { throw new Error("killed by the test"); })'],
] as const)
  test(`a media thread that ${how}: its calls end, their recordings arrive, the next call is answered`, {
    timeout: 90_000,
  }, async t => {
    const data = join(testFolder(t), 'data');
    await seedData(data, { dialPlan: { audioCodec: 'G711', minRecordingDuration: 1 } });
    const env = { ...process.env, NODE_OPTIONS: '--inspect-port=0' };
    const server = await startServer(t, { data, env, config: { rtp: { address: '127.0.0.1', threads: 1 } } });
    const phone = await openPhone();
    t.after(() => phone.close());
    const callers = await Promise.all(['1001', '1002'].map(number => Caller.calls(phone, server.udp, number)));
    await Promise.all(
      callers.map(async caller => {
        await caller.press('#');
        await caller.hears('record.tone');
        await caller.say(WORDS);
      }),
    );
    const debug = await attachDebugger(server.child, 'media-worker');
    debug.inWorker(0, expression);
    await Promise.all(callers.map(caller => caller.isHungUp()));
    debug.close();
    for (const name of ['ann', 'bob']) {
      const [mail] = await mailArrives(join(data, 'mail/parley.test', name));
      assert.equal(mail.kind, 'voice-ca');
      assert.equal(mail.header('X-Parley-Interrupted'), 'yes');
      const [{ mimeType, content }] = mail.email.attachments;
      const sound = await decodeAudio(mimeType, new Uint8Array(content as ArrayBuffer));
      const tones = heardTones(sound).flatMap(tone => tone.frequencies);
      assert.ok(tones.length >= 3, `only the tones ${tones} arrived`);
      assert.deepEqual(tones, [...SAID, 1150].slice(0, tones.length));
    }

    const next = await Caller.calls(phone, server.udp, '1003');
    await next.press('#');
    await next.hears('record.tone');
    await next.say(WORDS);
    await next.press('#');
    await next.hearsBegin('after.menu');
    await next.press('1');
    await next.hears('message.sent');
    await next.isHungUp();
    const [mail] = await mailArrives(join(data, 'mail/parley.test/carol'));
    assert.equal(mail.header('X-Parley-Interrupted'), undefined);
    assert.equal((await fetch(`${server.health}/ready`)).status, 200);
  });
