import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { before, type TestContext, test } from 'node:test';
import type { Dialog, Invitation, TlsOptions, TransportName } from '../src/index.ts';
import { agentAt, at, until } from './agents.ts';
import { Authority, type Issued } from './certificates.ts';
import { headerOf } from './memory-network.ts';
import { requestText } from './messages.ts';
import { sdp, textOf } from './scene.ts';
import { TextStream } from './text-stream.ts';

let issued: Issued;
let tls: TlsOptions;

before(async () => {
  const authority = await Authority.named('CN=Our authority');
  issued = await authority.issue({ names: [['ip', '::1']] });
  tls = { ...issued, authorities: [authority.certificate] };
});

/** Sends one datagram and returns the answer. */
async function asked(
  t: TestContext,
  text: string,
  { address, port }: { address: string; port: number },
): Promise<string> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  t.after(() => socket.close());
  socket.send(text, port, address);
  const [answer] = await once(socket, 'message');
  return String(answer);
}

for (const transport of ['udp', 'tcp', 'tls', 'ws'] as const satisfies readonly TransportName[])
  test(`a whole call over IPv6 and ${transport.toUpperCase()}, addresses in brackets everywhere`, async t => {
    const called: Dialog[] = [];
    const invitations: Invitation[] = [];
    const callee = await agentAt(t, [at(transport, '::1')], {
      tls,
      onInvitation: async invitation => {
        invitations.push(invitation);
        called.push(await invitation.answer(sdp('answer')));
      },
    });
    const caller = await agentAt(t, [at(transport, '::1')], { tls });
    const { port } = callee.bound[0];
    const uri = `sip:1001@[::1]:${port}${transport === 'udp' ? '' : `;transport=${transport}`}`;
    const { dialog, body } = await caller.agent.invite({ uri }, { from: 'sip:ann@[::1]', body: sdp('offer') }).answered;
    assert.equal(textOf(body), 'answer');
    await until(() => called.length > 0);
    const { request, source } = invitations[0];
    assert.equal(source.address, '::1');
    assert.match(request.header('via') ?? '', new RegExp(`^SIP/2\\.0/${transport.toUpperCase()} \\[::1\\]:\\d+;`));
    assert.match(request.header('via') ?? '', /;rport=\d+/);
    assert.match(request.header('via') ?? '', /;received=::1(;|$)/);
    assert.match(request.header('contact') ?? '', /^<sip:\[::1\]:\d+(;transport=(tcp|tls|ws))?>$/);
    assert.match(dialog.remoteTarget, new RegExp(`^sip:\\[::1\\]:${port}`));
    dialog.onReInvite(() => ({ sdp: sdp('again') }));
    assert.equal(textOf(await called[0].reInvite(sdp('hold'))), 'again');
    await Promise.all([once(called[0].signal, 'abort'), dialog.bye()]);
  });

test('RFC 5118 4.5: received has no brackets, whatever the sender wrote there himself', async t => {
  const { bound } = await agentAt(t, [at('udp', '::1')]);
  for (const mine of ['', ';received=[2001:db8::9:255]', ';received=2001:db8::9:255']) {
    const via = `Via: SIP/2.0/UDP [2001:db8::9:1]:5060;branch=z9hG4bKr;rport${mine}`;
    const answer = await asked(t, requestText({ method: 'OPTIONS', via }), bound[0]);
    assert.match(headerOf(answer, 'Via') ?? '', /^SIP\/2\.0\/UDP \[2001:db8::9:1\]:5060;branch=z9hG4bKr;/);
    assert.match(headerOf(answer, 'Via') ?? '', /;received=::1(;|$)/);
  }
});

test('zones have no place in messages', async t => {
  const { bound, admitted } = await agentAt(t, [at('udp', '::1')]);
  const invite = (more: Partial<Parameters<typeof requestText>[0]>) =>
    asked(
      t,
      requestText({ method: 'INVITE', via: 'Via: SIP/2.0/UDP [::1]:5060;branch=z9hG4bKz;rport', ...more }),
      bound[0],
    );
  assert.match(await invite({ uri: 'sip:1@[fe80::1%25lo]' }), /^SIP\/2\.0 400 /);
  assert.match(await invite({ uri: 'sip:1@[fe80::1%lo]' }), /^SIP\/2\.0 400 /);
  assert.match(await invite({ contact: '<sip:1@[fe80::1%lo]>' }), /^SIP\/2\.0 400 /);
  assert.deepEqual(admitted, []);
});

test('a listener on :: takes IPv6 only, so nobody comes in by an address that no list has', async t => {
  for (const transport of ['udp', 'tcp', 'tls', 'ws'] as const) {
    const six = await agentAt(t, [at(transport, '::')], { tls });
    const { port } = six.bound[0];
    // With both families on one socket the port would be taken already.
    const four = await agentAt(t, [at(transport, '127.0.0.2', port)], { tls });
    assert.equal(four.bound[0].port, port);
    if (transport === 'udp') {
      const answer = await asked(
        t,
        requestText({ method: 'OPTIONS', via: 'Via: SIP/2.0/UDP h;branch=z9hG4bKv;rport' }),
        {
          address: '::1',
          port,
        },
      );
      assert.match(answer, /^SIP\/2\.0 200 /);
      assert.equal(six.admitted[0].source.address, '::1');
    } else {
      const socket = connect({ host: '127.0.0.3', port });
      const [error] = await once(socket, 'error').catch((thrown: unknown) => [thrown]);
      assert.equal((error as NodeJS.ErrnoException).code, 'ECONNREFUSED');
    }
  }
});

test('an IPv4 address by any other name is that address: for listening, for sending, for connections', async t => {
  const { bound, agent, admitted } = await agentAt(t, [at('tcp', '::ffff:127.0.0.2'), at('udp', '::FFFF:7f00:2')]);
  assert.deepEqual(
    bound.map(({ address }) => address),
    ['127.0.0.2', '127.0.0.2'],
  );
  const caller = await agentAt(t, [at('tcp', '127.0.0.3')]);
  const via = at('tcp', '::ffff:127.0.0.2', bound[0].port);
  const call = (to: typeof via) =>
    caller.agent.invite({ uri: 'sip:1@server.example', via: to }, { from: 'sip:ann@a.example' }).answered;
  await assert.rejects(call(via), { status: 486 });
  await assert.rejects(call(at('tcp', '127.0.0.2', bound[0].port)), { status: 486 });
  assert.equal(agent.counts().connections, 1);
  assert.deepEqual([...new Set(admitted.map(({ source }) => source.address))], ['127.0.0.3']);
});

test('a wildcard listen point of IPv6 calls itself by the address that its peer can reach', async t => {
  const { bound } = await agentAt(t, [at('tcp', '::')], { onInvitation: invitation => invitation.ring() });
  const stream = TextStream.tcp({ ...bound[0], address: '::1' });
  t.after(() => stream.socket.destroy());
  stream.write(requestText({ method: 'INVITE', via: 'Via: SIP/2.0/TCP [::1];branch=z9hG4bKw' }));
  const [, ringing] = await stream.heard(2);
  assert.equal(headerOf(ringing, 'Contact'), `<sip:[::1]:${bound[0].port};transport=tcp>`);
});
