import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { defer, silentLog, systemClock } from '@parley/base';
import { CallRefused, createUserAgent, type Invitation, type Peer, type UserAgent } from '@parley/sip';
import { type FinishedCall, type Flow, type Prompt, runFlow, SipCall } from '../src/index.ts';
import { FakeMedia } from './sip-call/fake-media.ts';
import { FakePrompter, OFFER, sdp } from './sip-call/rig.ts';

const HELLO: Prompt = [{ kind: 'prompt', id: 'hello' }];

/** A server that leads every call by a flow, and a phone, over UDP on loopback; only the media are played. */
async function scene(context: TestContext, flow: Flow) {
  const media = new FakeMedia();
  const transcript: string[] = [];
  const finished = defer<FinishedCall>();
  const lead = (invitation: Invitation) => {
    const call = new SipCall({
      invitation,
      facts: {
        callId: invitation.request.callId,
        startedAt: systemClock.wall(),
        caller: { name: '', user: '', host: '' },
        anonymous: false,
        dialled: '1001',
        called: [],
        explanation: [],
        gateway: 'loopback',
        transport: 'udp',
        certified: false,
      },
      openMedia: async () => media,
      prompter: new FakePrompter(),
      clock: systemClock,
      log: silentLog,
      transcript: line => transcript.push(line),
    });
    const options = { clock: systemClock, log: silentLog, maxCallMillis: 60_000 };
    runFlow(call, flow, options).then(finished.resolve, finished.reject);
  };
  const server = agent(lead);
  const phone = agent(() => {});
  context.after(() => Promise.all([server.close(), phone.close()]));
  const [at] = await server.listen();
  await phone.listen();
  return { media, transcript, finished: finished.promise, phone, at };
}

function agent(onInvitation: (invitation: Invitation) => void): UserAgent {
  const listen = [{ transport: 'udp', address: '127.0.0.1', port: 0 }] as const;
  return createUserAgent({ listen, clock: systemClock, log: silentLog, onInvitation, admit: () => undefined });
}

const dial = (phone: UserAgent, at: Peer, offer: string | undefined) =>
  phone.invite(
    { uri: `sip:1001@${at.address}:${at.port}` },
    {
      from: 'sip:bob@127.0.0.1',
      ...(offer === undefined ? {} : { body: { type: 'application/sdp', content: Buffer.from(offer) } }),
    },
  );

const greet: Flow = async call => {
  call.progress();
  await call.answer();
  // Nobody plays it out: it lasts until the call is over.
  await call.play(HELLO, { bargeIn: false });
};

test('the greeting waits for the ACK, the caller’s BYE ends the call', async context => {
  const { media, transcript, finished, phone, at } = await scene(context, greet);
  const { dialog, body } = await dial(phone, at, OFFER).answered;
  assert.match(Buffer.from(body?.content ?? []).toString(), /m=audio 40000 RTP\/AVP 8 101/);
  assert.equal(await dialog.info({ type: 'application/dtmf-relay', content: Buffer.from('Signal=5') }), 200);
  assert.deepEqual(media.pressed, ['5 250 ms']);
  const held = await dialog.reInvite({ type: 'application/sdp', content: Buffer.from(`${OFFER}a=sendonly\r\n`) });
  assert.match(Buffer.from(held?.content ?? []).toString(), /a=recvonly/);
  await dialog.bye();
  assert.equal((await finished).endedBy.by, 'bye');
  assert.deepEqual(transcript, ['rings', 'answers', 'plays hello', 'hears 5', 'caller hangs up']);
  assert.ok(media.closed);
});

test('a flow that is done says BYE', async context => {
  const { finished, phone, at } = await scene(context, call => call.answer());
  const { dialog } = await dial(phone, at, OFFER).answered;
  const gone = defer<void>();
  dialog.signal.addEventListener('abort', () => gone.resolve());
  if (!dialog.signal.aborted) await gone.promise;
  assert.equal(dialog.signal.reason.kind, 'bye');
  assert.match(dialog.signal.reason.reasons[0], /Q\.850;cause=16/);
  assert.equal((await finished).endedBy.by, 'local');
});

test('codecs that we do not speak get 488 and a Warning, over the wire', async context => {
  const { finished, phone, at } = await scene(context, greet);
  const refused = await dial(phone, at, sdp('m=audio 6000 RTP/AVP 18')).answered.catch((error: unknown) => error);
  assert.ok(refused instanceof CallRefused && refused.status === 488);
  assert.equal((await finished).endedBy.by, 'no codec');
});

test('CANCEL while it rings is a call given up', async context => {
  const ringing = defer<void>();
  const { finished, phone, at } = await scene(context, async call => {
    call.progress();
    await call.race({ forEver: signal => new Promise((_, reject) => signal.addEventListener('abort', reject)) });
  });
  const inviter = dial(phone, at, OFFER);
  inviter.onProgress(status => status === 180 && ringing.resolve());
  await ringing.promise;
  inviter.cancel('SIP;cause=200;text="Call completed elsewhere"');
  await inviter.answered.catch(() => 'cancelled');
  const { endedBy, outcome } = await finished;
  assert.equal(endedBy.by, 'cancel');
  assert.equal(endedBy.answeredElsewhere, true);
  assert.deepEqual(outcome, { kind: 'caller', reason: 'caller gave up' });
});
