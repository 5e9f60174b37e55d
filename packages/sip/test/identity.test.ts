import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallRefused, type InviteOptions, type Peer, type UserAgentOptions } from '../src/index.ts';
import { headerOf } from './memory-network.ts';
import { rawCallee, rawCaller } from './raw-call.ts';

const nobody: Partial<UserAgentOptions> = { isTrusted: () => false };
const SAYS = [
  'P-Asserted-Identity: <sip:boss@example.org>, <tel:+15550100>',
  'p-asserted-identity : "Boss"',
  ' <sip:boss@example.org>',
  'P-PREFERRED-IDENTITY: <sip:boss@example.org>',
  'Privacy:',
  '\tid',
  'privacy: none',
  'Remote-Party-ID: <sip:boss@example.org>;party=calling',
  'X-Other: stays',
  'Diversion: <sip:1@x>',
];

test('from outside the trust domain nobody sees identities and privacy, in whatever form they are written', async () => {
  const asked: (string | undefined)[] = [];
  const { invitation } = await rawCaller(SAYS, {
    ...nobody,
    admit: request => void asked.push(request.header('p-asserted-identity')),
  });
  assert.deepEqual(asked, [undefined]);
  const names = invitation.request.headers.map(([name]) => name.toLowerCase().trim());
  for (const gone of ['p-asserted-identity', 'p-preferred-identity', 'privacy', 'remote-party-id'])
    assert.ok(!names.includes(gone), gone);
  assert.equal(invitation.request.header('x-other'), 'stays');
  assert.equal(invitation.request.header('diversion'), '<sip:1@x>');
  assert.equal(invitation.request.cseq.method, 'INVITE');
  assert.ok(invitation.offer);
});

test('from inside they stay, all of them', async () => {
  const { invitation } = await rawCaller(SAYS);
  assert.equal(invitation.request.values('p-asserted-identity').length, 3);
  assert.deepEqual(invitation.request.values('privacy'), ['id', 'none']);
});

test('trust is asked for by peer', async () => {
  const peers: Peer[] = [];
  await rawCaller([], {
    isTrusted: peer => {
      peers.push(peer);
      return true;
    },
  });
  assert.deepEqual(peers, [{ transport: 'udp', address: '10.0.0.2', port: 5060 }]);
});

test('answers from outside are treated alike', async () => {
  const extra = ['P-Asserted-Identity: <sip:boss@example.org>'];
  for (const [trust, expected] of [
    [{}, true],
    [nobody, false],
  ] as const) {
    const { answer, inviter } = await rawCallee({}, trust);
    await answer({ status: 486, toTag: 'x', extra });
    const refused = await inviter.answered.then(
      () => assert.fail('answered'),
      (thrown: unknown) => thrown,
    );
    assert.ok(refused instanceof CallRefused);
    assert.equal(
      refused.headers.some(([name]) => name === 'P-Asserted-Identity'),
      expected,
    );
  }
});

const identity = ['"Ann" <sip:ann@10.0.0.1>', 'tel:+15550100'];

interface Case {
  readonly name: string;
  readonly options: Partial<InviteOptions>;
  readonly trusted: boolean;
  readonly asserted: boolean;
  readonly privacy: string | undefined;
  readonly anonymous: boolean;
}

const cases: readonly Case[] = [
  { name: 'trusted, no privacy', options: {}, trusted: true, asserted: true, privacy: undefined, anonymous: false },
  { name: 'trusted, id', options: { privacy: ['id'] }, trusted: true, asserted: true, privacy: 'id', anonymous: false },
  {
    name: 'trusted, user',
    options: { privacy: ['user', 'id'] },
    trusted: true,
    asserted: true,
    privacy: 'user;id',
    anonymous: true,
  },
  { name: 'outside, no privacy', options: {}, trusted: false, asserted: true, privacy: undefined, anonymous: false },
  {
    name: 'outside, none',
    options: { privacy: ['none'] },
    trusted: false,
    asserted: true,
    privacy: 'none',
    anonymous: false,
  },
  {
    name: 'outside, id',
    options: { privacy: ['id'] },
    trusted: false,
    asserted: false,
    privacy: undefined,
    anonymous: false,
  },
  {
    name: 'outside, header',
    options: { privacy: ['id', 'header', 'critical'] },
    trusted: false,
    asserted: false,
    privacy: 'critical',
    anonymous: true,
  },
];

for (const { name, options, trusted, asserted, privacy, anonymous } of cases)
  test(`our INVITE: ${name}`, async () => {
    const { invite, inviter } = await rawCallee({ identity, ...options }, { isTrusted: () => trusted });
    const said = invite.match(/^P-Asserted-Identity: .*$/gm) ?? [];
    const both = ['P-Asserted-Identity: "Ann" <sip:ann@10.0.0.1>', 'P-Asserted-Identity: <tel:+15550100>'];
    assert.deepEqual(said, asserted ? both : []);
    assert.equal(headerOf(invite, 'Privacy'), privacy);
    const from = headerOf(invite, 'From') ?? '';
    assert.match(
      from,
      anonymous ? /^"Anonymous" <sip:anonymous@anonymous\.invalid>;tag=\w+$/ : /^<sip:ann@10\.0\.0\.1>;tag=/,
    );
    inviter.cancel();
  });

test('an identity that cannot be read is an error at once', async () => {
  await assert.rejects(rawCallee({ identity: ['"broken'] }), { code: 'SIP_MALFORMED' });
});
