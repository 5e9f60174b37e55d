import { silentLog, systemClock } from '@parley/base';
import { completeOffer, MediaThreads, makeOffer, parseSdp, printSdp } from '@parley/media';
import { createUserAgent } from '@parley/sip';
import { DOMAIN as address, credentialsFor, register, serverOf, userOf } from './settings.ts';

const [where, who, called, file = 'heard.wav'] = process.argv.slice(2);
const server = serverOf(where);
const account = userOf(who);
const clock = systemClock;
const log = silentLog;
const entry = new URL('media-thread.ts', import.meta.url);
const threads = new MediaThreads({ count: 1, entry, address, ports: { from: 41_100, to: 41_199 }, clock, log });
await threads.start();
const phone = createUserAgent({
  listen: [{ transport: 'udp', address, port: 0 }],
  clock,
  log,
  admit: () => undefined,
  onInvitation: invitation => invitation.reject({ status: 486 }),
  credentials: credentialsFor(server, account),
});
await phone.listen();
await register(phone, server, account.user);

const session = await threads.open();
const offer = makeOffer({ address, port: session.port, codecs: ['PCMU', 'PCMA'], sessionId: '1', version: 1 });
const call = phone.invite(
  { uri: `sip:${called}@${address}`, via: server },
  { from: `sip:${account.user}@${address}`, body: { type: 'application/sdp', content: Buffer.from(printSdp(offer)) } },
);
const { dialog, body } = await call.answered;
const agreed = completeOffer(offer, parseSdp(body?.content ?? ''));
if (agreed.kind === 'agreed') {
  session.start(agreed.settings);
  const into = { draft: file, take: 1 };
  const { signal } = dialog;
  const { millis } = await session.record({ into, maxMillis: 60_000, idleMillis: 0, endKeys: '', signal });
  console.log(`${millis} ms are in ${file}`);
} else console.log(agreed.warning);
await dialog.bye();
console.log(await session.close());
await phone.close();
await threads.close();
