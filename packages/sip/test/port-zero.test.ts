import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import type { UserAgentOptions } from '../src/index.ts';
import { agentAt, at, until } from './agents.ts';
import { tagIn } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { sdp } from './scene.ts';

/** A server on real sockets, which answer other things than those of the memory do, and a stranger who sends it datagrams. */
async function scene(t: TestContext, options: Partial<UserAgentOptions> = {}) {
  const here = await agentAt(t, [at('udp', '127.0.0.2')], options);
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  const heard: string[] = [];
  socket.on('message', bytes => heard.push(bytes.toString('latin1')));
  await once(socket.bind(0, '127.0.0.3'), 'listening');
  const send = (text: string) => socket.send(text, here.bound[0].port, '127.0.0.2');
  return { ...here, heard, send };
}

const via = (port: string, branch: string) => `Via: SIP/2.0/UDP 127.0.0.3:${port};branch=z9hG4bK${branch}`;

test('who asks for answers to port 0 gets none, and no line of an error of ours', async t => {
  const { log, heard, send } = await scene(t);
  for (const method of ['OPTIONS', 'INVITE', 'BYE'])
    send(requestText({ method, callId: method, via: via('0', method) }));
  send(requestText({ method: 'OPTIONS', callId: 'last', via: via('0;rport', 'last') }));
  await until(() => heard.some(text => text.includes('Call-ID: last')));
  assert.equal(heard.length, 1);
  assert.deepEqual(
    log.lines.filter(({ level }) => level === 'error'),
    [],
  );
});

test('a call whose Contact names port 0 ends and leaves nothing', async t => {
  const ends: Promise<unknown>[] = [];
  const { agent, log, heard, send } = await scene(t, {
    onInvitation: invitation => void invitation.answer(sdp('answer')).then(dialog => ends.push(dialog.bye())),
  });
  const call = { callId: 'zero', contact: '<sip:x@127.0.0.3:0>' };
  send(requestText({ ...call, method: 'INVITE', body: SDP, via: via('1;rport', 'invite') }));
  await until(() => heard.some(text => text.startsWith('SIP/2.0 200')));
  const toTag = tagIn(heard.at(-1) ?? '', 'To');
  send(requestText({ ...call, method: 'ACK', toTag, via: via('1;rport', 'ack') }));
  await until(() => ends.length === 1);
  await Promise.allSettled(ends);
  await until(() => Object.values(agent.counts()).every(count => count === 0));
  assert.deepEqual(
    log.lines.filter(({ level }) => level === 'error'),
    [],
  );
});
