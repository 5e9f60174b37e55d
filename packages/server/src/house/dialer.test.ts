import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog } from '@parley/base';
import { firstStartObjects } from '@parley/directory';
import { memoryDirectory } from '@parley/directory/memory';
import type { IPGateway } from '@parley/schema';
import { CallRefused, type InviteOptions, type Inviter, type InviteTarget, SipParseError } from '@parley/sip';
import { createDialer } from './dialer.ts';

const PLAIN = false;
const BODY = { type: 'application/sdp', content: new Uint8Array() };
const FROM = 'sip:5550123@127.0.0.1';

/** A dialer of a house with one gateway, over a user agent that only writes down what it was asked for. */
function setUp(gateway: Partial<IPGateway> = {}) {
  const asked: (readonly [InviteTarget, InviteOptions])[] = [];
  const legs: string[] = [];
  const log = memoryLog();
  const inviter: Inviter = {
    callId: 'leg',
    signal: new AbortController().signal,
    answered: new Promise(() => undefined),
    onProgress: () => undefined,
    cancel: () => undefined,
  };
  const objects = firstStartObjects().map(entry =>
    entry.kind === 'UMIPGateway'
      ? {
          ...entry,
          object: { ...entry.object, address: ['192.0.2.0/24', '2001:db8::/32', 'gw.example.org'], ...gateway },
        }
      : entry,
  );
  const local = {
    towards: (peer: { address: string }) => ({ transport: 'udp', address: `to ${peer.address}`, port: 1 }) as const,
  };
  const dialer = createDialer({
    userAgent: () => ({
      invite(target, options) {
        asked.push([target, options]);
        return inviter;
      },
    }),
    directory: memoryDirectory(objects),
    placed: (leg, call) => void legs.push(`${leg} for ${call}`),
    localAddress: local,
    localAddress6: local,
    log,
  })('call');
  return { dialer, asked, legs, lines: log.lines, inviter };
}

/** What is called, the way it takes (undefined: where the URI says), the gateway's port, and the URI, when it is not the target. */
const ALLOWED: readonly (readonly [target: string, via: string | undefined, port: number, uri?: string])[] = [
  ['sip:bob@192.0.2.7', '192.0.2.7:5070', 5070],
  ['sip:bob@[2001:db8::7]', '2001:db8::7:5060', 5060],
  ['sip:bob@192.0.2.7:5080', undefined, 5070],
  ['sip:bob@192.0.2.7;transport=tcp', undefined, 5070],
  ['sips:bob@192.0.2.7', undefined, 5070],
  ['sip:bob@192.0.2.7', undefined, 0],
  // What the DNS says holds where nobody has said anything.
  ['sip:bob@GW.example.org', undefined, 5060],
  ['sip:bob@gw.example.org', undefined, 0],
  ['sip:bob@gw.example.org', undefined, 5070, 'sip:bob@gw.example.org:5070'],
  ['sip:bob@gw.example.org', undefined, 5061, 'sip:bob@gw.example.org:5061;transport=tls'],
  ['sip:bob@gw.example.org:5080', undefined, 5061],
  ['sip:bob@gw.example.org;transport=tcp', undefined, 5061],
  ['sips:bob@gw.example.org', undefined, 5061],
];

for (const [target, via, port, uri = target] of ALLOWED)
  test(`${target} is called through the gateway with port ${port}`, () => {
    const { dialer, asked, legs } = setUp({ port });
    dialer.place(target, { from: FROM, secured: PLAIN, body: BODY });
    const [[{ uri: called, via: way }]] = asked;
    assert.deepEqual([called, way && `${way.address}:${way.port}`], [uri, via]);
    assert.deepEqual(legs, ['leg for call']);
  });

/** What is called when it has to go by TLS, the gateway's port, and the URI that is called; undefined: none. */
const SECURED: readonly (readonly [target: string, port: number, uri: string | undefined])[] = [
  ['sip:bob@gw.example.org', 5061, 'sip:bob@gw.example.org:5061;transport=tls'],
  ['sip:bob@gw.example.org', 5060, 'sip:bob@gw.example.org;transport=tls'],
  ['sip:bob@gw.example.org:5080;user=phone', 5061, 'sip:bob@gw.example.org:5080;user=phone;transport=tls'],
  ['sip:bob@192.0.2.7', 5070, 'sip:bob@192.0.2.7;transport=tls'],
  ['sip:bob@[2001:db8::7]', 5061, 'sip:bob@[2001:db8::7]:5061;transport=tls'],
  ['sips:bob@gw.example.org', 5061, 'sips:bob@gw.example.org'],
  ['sips:bob@gw.example.org;transport=tcp', 5061, 'sips:bob@gw.example.org;transport=tcp'],
  ['sip:bob@gw.example.org;transport=TLS', 5061, 'sip:bob@gw.example.org;transport=TLS'],
  ['sip:bob@gw.example.org;transport=wss', 5061, 'sip:bob@gw.example.org;transport=wss'],
  ['sip:bob@gw.example.org;transport=udp', 5061, undefined],
  ['sip:bob@gw.example.org;transport=tcp', 5061, undefined],
  ['sip:bob@192.0.2.7;transport=ws', 5061, undefined],
  ['sips:bob@gw.example.org;transport=udp', 5061, undefined],
];

for (const [target, port, uri] of SECURED)
  test(`${target} is ${uri ? 'called by TLS' : 'not called'} for a secured dial plan, through the gateway with port ${port}`, async () => {
    const { dialer, asked, lines } = setUp({ port });
    const inviter = dialer.place(target, { from: FROM, secured: true, body: BODY });
    assert.deepEqual(
      asked.map(([way]) => way),
      uri ? [{ uri }] : [],
    );
    if (uri) return;
    await assert.rejects(inviter.answered, error => error instanceof CallRefused && error.status === 403);
    assert.equal(lines[0].fields.rule, 'VoIPSecurity of the dial plan');
    assert.match(String(lines[0].fields.change), /sips: or with transport=tls/);
  });

const REFUSED: readonly (readonly [target: string, change: RegExp, gateway?: Partial<IPGateway>])[] = [
  ['sip:bob@198.51.100.1', /parley gateway create NAME --address 198\.51\.100\.1/],
  ['sip:bob@other.example.org', /other\.example\.org/],
  ['sip:bob@192.0.2.7;maddr=198.51.100.1', /maddr/],
  ['tel:+15550123', /gateway behind the @/],
  ['sip:bob@192.0.2.7', /--status Enabled/, { status: 'NoNewCalls' }],
  ['sip:bob@192.0.2.7', /gateway create/, { status: 'Disabled' }],
];

for (const [target, change, gateway] of REFUSED)
  test(`${target} is not called (${gateway?.status ?? 'no gateway'}): 403, and one line in the log`, async () => {
    const { dialer, asked, legs, lines } = setUp(gateway);
    const inviter = dialer.place(target, { from: FROM, secured: PLAIN, body: BODY });
    assert.equal(inviter.signal.aborted, true);
    await assert.rejects(inviter.answered, error => error instanceof CallRefused && error.status === 403);
    inviter.cancel();
    assert.deepEqual([asked, legs], [[], []]);
    const [{ event, level, fields }, ...others] = lines;
    assert.deepEqual([event, level, fields.call, others.length], ['call refused', 'warn', 'call', 0]);
    assert.match(String(fields.change), change);
  });

test('who calls, in whose name, and whose place it takes goes with it', () => {
  const { dialer, asked } = setUp();
  const replaces = 'other@call;to-tag=a;from-tag=b';
  const inviter = dialer.place('sip:bob@192.0.2.7', {
    from: FROM,
    secured: PLAIN,
    body: BODY,
    identity: '<sip:ann@127.0.0.1>',
    referredBy: '<sip:desk@127.0.0.1>',
    replaces,
  });
  assert.equal(inviter.callId, 'leg');
  const [[, options]] = asked;
  assert.deepEqual(
    [options.from, options.body, options.identity, options.headers],
    [FROM, BODY, ['<sip:ann@127.0.0.1>'], [['Referred-By', '<sip:desk@127.0.0.1>']]],
  );
  assert.deepEqual(
    [options.replaces?.callId, options.replaces?.toTag, options.replaces?.fromTag],
    ['other@call', 'a', 'b'],
  );
});

test('what cannot be read is said at once', () => {
  const { dialer } = setUp();
  assert.throws(() => dialer.place('no address', { from: FROM, secured: PLAIN, body: BODY }), SipParseError);
});
