import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { defer, silentLog, systemClock } from '@parley/base';
import type { RequiredEncryption } from '@parley/call';
import { chord } from '@parley/media';
import { type Ringing, toneOver } from '@parley/phone';
import { createUserAgent, type Resolver, type TlsOptions } from '@parley/sip';
import { type HouseOptions, house } from '../../packages/server/test/handing-house.ts';
import { Authority } from '../../packages/sip/test/certificates.ts';

const GATEWAY = 'gw.example.org';
/** Where the gateway is, and nobody else. */
const AT = '127.0.0.61';

/** The DNS of the test: the gateway has an address and no services. */
const RESOLVER: Resolver = {
  naptr: async () => [],
  srv: async () => [],
  addresses: async (name, family) => (name === GATEWAY && family === 4 ? [{ address: AT, ttl: 60 }] : []),
};

/** Everybody here is vouched for by one authority. */
async function certified(): Promise<TlsOptions> {
  const authority = await Authority.named('CN=Test Authority');
  const names = [
    ['dns', GATEWAY],
    ['ip', '127.0.0.1'],
  ] as const;
  return { ...(await authority.issue({ names })), authorities: [authority.certificate] };
}

/** A house by TLS, whose calls are handed on to `target.uri`. */
async function scene(t: TestContext, required: RequiredEncryption, options: HouseOptions = {}) {
  const tls = await certified();
  const target = { uri: '' };
  const made = await house(
    t,
    async (call, reached) => {
      call.requireEncryption(required);
      await call.answer();
      const { kind, status } = await call.transfer(target.uri, { manner: 'stay' });
      reached({ kind: 'success', reason: `${kind} ${status}` });
    },
    { tls, resolver: RESOLVER, firstPort: 29_410, ...options },
  );
  const ann = await made.phone({ transport: 'tls', tls });
  const call = () => ann.call(made.uri, { security: required === 'media' ? 'required' : 'none' });
  return { ...made, tls, target, call };
}

for (const [required, profile] of [
  ['signalling', 'RTP/AVP'],
  ['media', 'RTP/SAVP'],
] as const)
  test(`a call whose ${required} must be encrypted is handed on by TLS with ${profile}, to a name at the port of its gateway`, async t => {
    const gateway = { address: ['127.0.0.0/8', GATEWAY], port: 5061 };
    const { target, tls, call, phone, finished } = await scene(t, required, { gateway });
    const bob = await phone({ transport: 'tls', tls, address: AT, port: 5061 });
    const ringing = defer<Ringing>();
    bob.onRinging(ringing.resolve);
    target.uri = `sip:bob@${GATEWAY}`;
    const anns = await call();
    const ring = await ringing.promise;
    assert.match(ring.request.header('via') ?? '', /^SIP\/2\.0\/TLS /);
    const offer = Buffer.from(ring.request.body).toString();
    assert.ok(offer.includes(` ${profile} `), offer);
    assert.equal(/^a=crypto:/m.test(offer), required === 'media');
    const bobs = await ring.answer();
    const heard = bobs.hears(toneOver(700));
    await anns.say(chord([700], 600));
    await heard;
    await bobs.hangUp();
    await anns.ended;
    assert.equal((await finished).outcome.reason, 'transferred 200');
  });

test('a third party that answers in clear is hung up on with the reason, and the caller is still there', async t => {
  const { target, tls, call, finished, log } = await scene(t, 'media');
  const gone = defer<readonly string[]>();
  const bob = createUserAgent({
    listen: [{ transport: 'tls', address: '127.0.0.1', port: 0 }],
    tls,
    clock: systemClock,
    log: silentLog,
    admit: () => undefined,
    onInvitation: invitation => {
      const lines = [
        'v=0',
        'o=- 1 1 IN IP4 127.0.0.1',
        's=-',
        'c=IN IP4 127.0.0.1',
        't=0 0',
        'm=audio 29598 RTP/AVP 0',
      ];
      const content = Buffer.from(`${lines.join('\r\n')}\r\n`);
      invitation.signal.addEventListener('abort', () => gone.resolve(invitation.signal.reason.reasons), { once: true });
      invitation.answer({ type: 'application/sdp', content }).catch(gone.reject);
    },
  });
  const [{ port }] = await bob.listen();
  t.after(() => bob.close());
  target.uri = `sip:bob@127.0.0.1:${port}`;
  const anns = await call();
  const [reason] = await gone.promise;
  assert.match(reason, /^Q\.850;cause=88;text="[^"]*encrypted/);
  // It was our flow that ended the call then, because it had nothing more to do.
  assert.equal((await anns.ended).kind, 'bye');
  assert.equal((await finished).outcome.reason, 'refused 488');
  const line = log.lines.find(({ event }) => event === 'the call that we placed was not taken');
  assert.deepEqual([line?.fields.status, line?.fields.encrypted], [488, 'signalling and media']);
});

test('where TLS does not lead nobody is called, and the log says why', async t => {
  const { target, call, phone, finished, log } = await scene(t, 'signalling');
  const bob = await phone();
  bob.onRinging(() => assert.fail('he was called'));
  target.uri = `sip:bob@127.0.0.1:${bob.contact.port}`;
  await (await call()).ended;
  assert.equal((await finished).outcome.reason, 'refused 503');
  const line = log.lines.find(({ event }) => event === 'the call that we placed was not taken');
  assert.match(String(line?.fields.reason), /ECONNREFUSED/);
});

test('an address that names another transport than TLS is refused before anybody is called', async t => {
  const { target, call, finished, log } = await scene(t, 'media');
  target.uri = 'sip:bob@127.0.0.1;transport=udp';
  await (await call()).ended;
  assert.equal((await finished).outcome.reason, 'declined 403');
  const line = log.lines.find(({ event }) => event === 'call refused');
  assert.equal(line?.fields.rule, 'VoIPSecurity of the dial plan');
});
