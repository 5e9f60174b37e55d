import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLog, systemClock } from '@parley/base';
import { openSqlite } from '@parley/database/sqlite';
import { openOwnDirectory } from '@parley/directory/own';
import { type CallOptions, openPhone, type Phone } from '@parley/phone';
import { messageIsIn, saidAfterTheTone } from '../peers/left-message.ts';
import { startServer, testFolder } from '../peers/parley.ts';
import { seedData } from '../peers/seed.ts';

const SYSTEM = { who: 'system' };
const PILOT = '+33123455000';

/** A French E.164 plan beside the first one: calls for its pilot number are its own, and so are five mailboxes. */
async function seedNumbers(data: string): Promise<void> {
  await seedData(data);
  const database = await openSqlite({ file: join(data, 'parley.db') });
  const objects = await openOwnDirectory({ database, clock: systemClock, log: silentLog });
  try {
    const plan = {
      ...{ name: 'Numbers', uriType: 'E164', numberOfDigitsInExtension: 4, defaultLanguage: 'x-tones' },
      ...{ countryOrRegionCode: '33', nationalNumberPrefix: '0', internationalAccessCode: '00', audioCodec: 'Pcm' },
    };
    await objects.create('UMDialPlan', plan, SYSTEM);
    const group = { name: 'Numbers', umDialPlan: 'Numbers', umIPGateway: 'loopback', pilotIdentifier: [PILOT] };
    await objects.create('UMHuntGroup', group, SYSTEM);
    for (const extension of ['5001', '5002', '5003', '5004', '5005']) {
      const number = { extensions: [extension], sipResourceIdentifier: `+3312345${extension}` };
      const mailbox = { name: `n${extension}`, umMailboxPolicy: 'Numbers Default Policy', umEnabled: true, ...number };
      await objects.create('UMMailbox', { ...mailbox, mailAddress: `n${extension}@parley.test` }, SYSTEM);
    }
  } finally {
    await objects.close();
    await database.close();
  }
}

/** Ways in which telephone systems say who was called, each for the number that ends with that extension. */
const WAYS: readonly (readonly [extension: string, options: CallOptions])[] = [
  ['5001', { headers: [['Diversion', '<sip:+33123455001@pbx.example;user=phone>;reason=no-answer']] }],
  [
    '5002',
    { headers: [['History-Info', '<tel:+33-1-23-45-50-02>;index=1, <sip:vm@pbx.example;cause=486>;index=1.1;mp=1']] },
  ],
  ['5003', { headers: [['Diversion', '<sip:0123455003@pbx.example>;reason=user-busy']] }],
  ['5004', { headers: [['Diversion', '<sip:5004;phone-context=+3312345@pbx.example;user=phone>;reason=no-answer']] }],
  ['5005', { to: '<sip:5005@pbx.example>' }],
];

async function leaves(phone: Phone, uri: string, options: CallOptions): Promise<void> {
  const call = await phone.call(uri, { from: '<sip:5550123@pbx.example.com>', ...options });
  await call.say(saidAfterTheTone());
  await call.hangUp();
}

async function houseOf(t: TestContext) {
  const folder = testFolder(t);
  const data = join(folder, 'data');
  await seedNumbers(data);
  const mail = join(folder, 'mail');
  const server = await startServer(t, {
    data,
    config: { maildir: { root: mail } },
  });
  const phone = await openPhone();
  t.after(() => phone.close());
  return { server, phone, maildir: (extension: string) => join(mail, 'parley.test', `n${extension}`) };
}

test('an E.164 plan takes calls: by number in every form, by tel: URI, by phone-context, by extension', {
  timeout: 90_000,
}, async t => {
  const { server, phone, maildir } = await houseOf(t);
  await Promise.all(WAYS.map(([, options]) => leaves(phone, `sip:${PILOT}@${server.udp}`, options)));
  for (const [extension] of WAYS) await messageIsIn(maildir(extension));
  await assert.rejects(
    phone.call(`sip:${PILOT}@${server.udp}`, { headers: [['Diversion', '<sip:+33123459999@pbx.example>']] }),
    { status: 404 },
  );
});
