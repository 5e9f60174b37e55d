import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readWavAt8k } from '@parley/media';
import type { CertificateFiles } from '../peers/authority.ts';
import { startBaresip } from '../peers/baresip.ts';
import { heardPrompts } from '../peers/caller.ts';
import { type House, startHouse } from '../peers/house.ts';
import { messageIsIn, SAID, SAID_WIDELY, SPEAK_MILLIS, saidAfterTheTone } from '../peers/left-message.ts';
import { startLinphone } from '../peers/linphone.ts';
import { programs } from '../peers/programs.ts';
import { writeWavFile } from '../peers/sound.ts';
import { suiteScope } from '../peers/suite-scope.ts';

/** What phones prove to be; the dial plan "Safe" lets nobody in who does not. */
const NAME = 'phone.parley.test';

const calls = [
  { extension: '2001', transport: 'udp', codec: 'G722', keys: 'none' },
  { extension: '2002', transport: 'udp', codec: 'opus', keys: 'none' },
  { extension: '3001', transport: 'tls', codec: 'PCMU', keys: 'sdes' },
  { extension: '3002', transport: 'tls', codec: 'G722', keys: 'sdes' },
  { extension: '3003', transport: 'tls', codec: 'opus', keys: 'sdes' },
  { extension: '3006', transport: 'tls', codec: 'opus', keys: 'dtls' },
] as const;

suite('real telephones', { concurrency: true }, () => {
  const scope = suiteScope();
  let house: House;
  let own: CertificateFiles;

  before(async () => {
    house = await startHouse(scope, {
      seed: { securePlans: { Safe: { voIPSecurity: 'Secured', gateways: [NAME] } } },
      extensions: { Main: ['2001', '2002', '2003'], Safe: ['3001', '3002', '3003', '3004', '3005', '3006'] },
    });
    own = await house.authority.issue(NAME);
  });

  for (const { extension, transport, codec, keys } of calls)
    test(`baresip leaves a message over ${transport} in ${codec}, keys: ${keys}`, {
      timeout: 60_000,
    }, async t => {
      const found = programs(t, 'baresip');
      if (!found) return;
      const { server, authority, folder, mailbox } = house;
      const said = codec === 'PCMU' ? SAID : SAID_WIDELY;
      const phone = await startBaresip(t, {
        program: found.baresip,
        folder: join(folder, extension),
        say: rate => saidAfterTheTone(said, rate),
        target: `sip:${extension}@${server.at(transport)}`,
        codec,
        keys,
        ...(transport === 'tls' && { tls: { authority, own } }),
      });
      assert.deepEqual(
        heardPrompts(await phone.heard()).map(({ item }) => item),
        ['greeting.system', 'value.name', 'record.prompt', 'record.tone'],
      );
      await messageIsIn(mailbox(extension), said);
      const output = phone.child.output();
      assert.equal(output.includes('SRTP is Enabled'), keys === 'sdes');
      assert.equal(output.includes('DTLS-SRTP complete'), keys === 'dtls');
    });

  test('baresip is refused by a plan that wants encrypted media when it offers none', { timeout: 60_000 }, async t => {
    const found = programs(t, 'baresip');
    if (!found) return;
    const { server, authority, folder } = house;
    const phone = await startBaresip(t, {
      program: found.baresip,
      folder: join(folder, '3004'),
      say: rate => saidAfterTheTone(SAID, rate),
      target: `sip:3004@${server.at('tls')}`,
      tls: { authority, own },
    });
    await phone.child.prints(/488 Not Acceptable Here/);
    await server.child.prints(/"status":488,.*offer RTP\/SAVP with a=crypto/);
  });

  for (const [transport, extension] of [
    ['tcp', '2003'],
    ['tls', '3005'],
  ] as const)
    test(`linphonec leaves a message over ${transport} in its own choice of codec${transport === 'tls' ? ', encrypted' : ''}`, {
      timeout: 60_000,
    }, async t => {
      const found = programs(t, 'linphonec');
      if (!found) return;
      const { server, authority, mailbox } = house;
      const folder = join(house.folder, extension);
      const files = { wav: `${folder}.wav`, heard: `${folder}.heard.wav` };
      writeWavFile(files.wav, saidAfterTheTone(SAID_WIDELY, 16_000), 16_000);
      const tls = transport === 'tls' && { tls: { authority, own } };
      const phone = await startLinphone(t, { ...files, program: found.linphonec, folder, transport, ...tls });
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
