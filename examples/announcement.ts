import { silentLog, systemClock } from '@parley/base';
import { chord, encodePcma, encodePcmu, MediaThreads, negotiateAnswer, parseSdp, printSdp } from '@parley/media';
import { createUserAgent, type Invitation } from '@parley/sip';
import { DOMAIN as address, credentialsFor, register, serverOf, userOf } from './settings.ts';

const [where, who] = process.argv.slice(2);
const server = serverOf(where);
const account = userOf(who);
const clock = systemClock;
const log = silentLog;
const entry = new URL('media-thread.ts', import.meta.url);
const threads = new MediaThreads({ count: 1, entry, address, ports: { from: 41_000, to: 41_099 }, clock, log });
await threads.start();

const tone = chord([440], 1000);
const [pcmu, pcma] = [new SharedArrayBuffer(tone.length), new SharedArrayBuffer(tone.length)];
encodePcmu(tone, new Uint8Array(pcmu));
encodePcma(tone, new Uint8Array(pcma));
const clip = threads.addClip({ pcmu, pcma });

/** Answers, says it, hangs up. Whoever hangs up before, ends it. */
async function announce(invitation: Invitation): Promise<void> {
  if (!invitation.offer) return invitation.reject({ status: 488 });
  const offer = parseSdp(invitation.offer.content);
  const session = await threads.open();
  try {
    const own = { address, port: session.port, codecs: ['PCMU', 'PCMA'], sessionId: '1', version: 1 } as const;
    const agreed = negotiateAnswer(offer, own);
    if (agreed.kind === 'refused')
      return invitation.reject({ status: agreed.status, headers: [['Warning', agreed.warning]] });
    session.start(agreed.settings);
    const sdp = { type: 'application/sdp', content: Buffer.from(printSdp(agreed.answer)) };
    const dialog = await invitation.answer(sdp);
    await session.play([{ kind: 'clip', clip }], { signal: dialog.signal });
    await dialog.bye();
  } finally {
    await session.close();
  }
}

const agent = createUserAgent({
  listen: [{ transport: 'udp', address, port: 0 }],
  clock,
  log,
  // Calls come by way of the registrar's proxy, which has asked for a password.
  admit: (_, { port }) => (port === server.port ? undefined : { status: 403 }),
  onInvitation: invitation => {
    announce(invitation).catch(failed => {
      console.error(failed);
      if (!invitation.signal.aborted) invitation.reject({ status: 500 });
    });
  },
  credentials: credentialsFor(server, account),
});
await agent.listen();
await register(agent, server, account.user);
console.log(`${account.user} is registered`);
