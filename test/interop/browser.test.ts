import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { makeAuthority } from '../peers/authority.ts';
import { heardPrompts } from '../peers/caller.ts';
import { servePage, startChromium } from '../peers/chromium.ts';
import { messageIsIn, SAID, SPEAK_MILLIS, saidAfterTheTone } from '../peers/left-message.ts';
import { startServer, testFolder } from '../peers/parley.ts';
import { programs } from '../peers/programs.ts';
import { seedData } from '../peers/seed.ts';
import { writeWavFile } from '../peers/sound.ts';
import { until } from '../peers/until.ts';

/** What a caller hears from the first word on. */
const GREETING = ['greeting.system', 'value.name', 'record.prompt', 'record.tone'];
/** The microphone begins before the call is answered. */
const AHEAD_MILLIS = 1000;

test('a page in Chromium calls over wss, hears the whole greeting, leaves a message, holds, and hangs up', {
  timeout: 120_000,
}, async t => {
  const found = programs(t, 'chromium');
  if (!found) return;
  const folder = testFolder(t);
  const origin = await servePage(t);
  const authority = await makeAuthority(folder);
  const { certificate, key } = await authority.issue('voicemail.parley.test', [['dns', 'localhost']]);
  const data = join(folder, 'data');
  await seedData(data, { dialPlan: { audioCodec: 'Pcm' }, mailboxes: { 2001: {} } });
  // Chromium gives a WebSocket up whose server asks for a certificate.
  const tls = { certificate, key };
  const { child, at } = await startServer(t, {
    data,
    config: {
      sip: { listen: ['wss:127.0.0.1:0'], websocketOrigins: [origin], tls },
      maildir: { root: join(folder, 'mail') },
    },
  });
  const wav = join(folder, 'said.wav');
  writeWavFile(wav, saidAfterTheTone(SAID, 48_000), 48_000);
  const phone = await startChromium(t, { program: found.chromium, origin, wav });
  await phone.call(`wss://localhost:${at('wss').split(':')[1]}`, 'sip:2001@localhost');
  await pause(AHEAD_MILLIS + SPEAK_MILLIS);
  const items = heardPrompts(await phone.heard()).map(({ item }) => item);
  assert.deepEqual(items, GREETING);
  const { codec, srtp } = await phone.statistics();
  assert.deepEqual([codec, srtp], ['audio/opus', 'SRTP_AES128_CM_HMAC_SHA1_80']);
  await phone.hold(true);
  await phone.hold(false);
  const before = (await phone.statistics()).packets;
  await until('media flow again', async () => (await phone.statistics()).packets > before + 5 || undefined);
  await phone.hangUp();
  await messageIsIn(join(folder, 'mail/parley.test/m2001'));
  await child.prints(/"msg":"call over"/);
  assert.match(child.output(), /"drop":"Graceful Hangup"/);
});
