import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readWavAt8k } from '@parley/media';
import { heardPrompts } from '../peers/caller.ts';
import { type House, startHouse } from '../peers/house.ts';
import { messageIsIn, SAID_WIDELY, SPEAK_MILLIS, saidAfterTheTone } from '../peers/left-message.ts';
import { startLinphone } from '../peers/linphone.ts';
import { programs } from '../peers/programs.ts';
import { writeWavFile } from '../peers/sound.ts';
import { suiteScope } from '../peers/suite-scope.ts';

/** What it proves to be; the dial plan "Safe" lets nobody in who does not. */
const NAME = 'linphone.parley.test';

suite('linphonec', { concurrency: true }, () => {
  const scope = suiteScope();
  let house: House;

  before(async () => {
    house = await startHouse(scope, {
      seed: { securePlans: { Safe: { voIPSecurity: 'Secured', gateways: [NAME] } } },
      extensions: { Main: ['2001'], Safe: ['3001'] },
    });
  });

  for (const [transport, extension] of [
    ['tcp', '2001'],
    ['tls', '3001'],
  ] as const)
    test(`leaves a message over ${transport} in its own choice of codec${transport === 'tls' ? ', encrypted' : ''}`, {
      timeout: 60_000,
    }, async t => {
      const found = programs(t, 'linphonec');
      if (!found) return;
      const { server, authority, mailbox } = house;
      const folder = join(house.folder, extension);
      const files = { wav: `${folder}.wav`, heard: `${folder}.heard.wav` };
      writeWavFile(files.wav, saidAfterTheTone(SAID_WIDELY, 16_000), 16_000);
      const phone = await startLinphone(t, {
        ...files,
        program: found.linphonec,
        folder,
        transport,
        ...(transport === 'tls' && { tls: { authority, own: await authority.issue(NAME) } }),
      });
      // By name: the address in a certificate is not compared by its TLS library.
      const port = server.at(transport).split(':')[1];
      phone.type(`call sip:${extension}@localhost:${port};transport=${transport}`);
      await phone.child.prints(/Call answered|connected/i);
      await pause(SPEAK_MILLIS + 300);
      phone.type('terminate');
      await messageIsIn(mailbox(extension), SAID_WIDELY);
      phone.type('quit');
      await phone.child.ended;
      const prompts = heardPrompts(readWavAt8k(readFileSync(files.heard))).map(({ item }) => item);
      assert.ok(prompts.includes('record.prompt'), `heard: ${prompts}`);
    });
});
