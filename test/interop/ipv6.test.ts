import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { openPhone } from '@parley/phone';
import { Caller } from '../peers/caller.ts';
import { type House, startHouse } from '../peers/house.ts';
import { messageIsIn, SAID, sippLeavesMessage } from '../peers/left-message.ts';
import { programs } from '../peers/programs.ts';
import { toneSequence } from '../peers/sound.ts';
import { suiteScope } from '../peers/suite-scope.ts';

suite('over IPv6, signalling and sound', { concurrency: true }, () => {
  const scope = suiteScope();
  let house: House;

  before(async () => {
    const config = { rtp: { address6: '::1' } };
    house = await startHouse(scope, { address: '::1', extensions: { Main: ['2001', '2002', '2003'] }, config });
  });

  for (const [transport, number] of [
    ['udp', '2001'],
    ['tcp', '2002'],
  ] as const)
    test(`SIPp leaves a message over ${transport}`, { timeout: 60_000 }, async t => {
      const found = programs(t, 'sipp');
      if (!found) return;
      const { server, mailbox } = house;
      const [target, folder] = [server.at(transport), join(house.folder, `sipp-${number}`)];
      assert.match(target, /^\[::1\]:/);
      await sippLeavesMessage(t, { program: found.sipp, folder, target, number, transport, address: '::1' });
      await messageIsIn(mailbox(number));
    });

  test('a telephone leaves a message over TLS, encrypted', { timeout: 60_000 }, async t => {
    const { server, authority, mailbox } = house;
    const own = await authority.issue('phone.parley.test');
    const [certificate, key, ca] = [own.certificate, own.key, authority.file].map(file => readFileSync(file, 'utf8'));
    const phone = await openPhone({ address: '::1', transport: 'tls', tls: { certificate, key, authorities: [ca] } });
    t.after(() => phone.close());
    const place = { transport: 'tls', address: '::1', port: Number(server.at('tls').split(':').at(-1)) } as const;
    const caller = await Caller.calls(phone, server.at('tls'), '2003', { via: place, security: 'required' });
    assert.equal(caller.call.settings.remote.address, '::1');
    await caller.hears('record.tone');
    await caller.say(toneSequence(SAID));
    await caller.hangUp();
    await messageIsIn(mailbox('2003'));
  });
});
