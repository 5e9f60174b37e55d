import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asBuffer } from '@parley/base';
import type { Traffic } from '../src/index.ts';
import { agentAt, at } from './agents.ts';
import { requestText } from './messages.ts';
import { rawCall } from './raw-call.ts';
import { SERVER, scene, sdp } from './scene.ts';
import { TextStream } from './text-stream.ts';

/** What is heard, as text: who to or from, and the bytes. */
function listener() {
  const heard: string[] = [];
  const onTraffic = ({ direction, peer, bytes }: Traffic) =>
    void heard.push(`${direction} ${peer.address}:${peer.port} ${asBuffer(bytes).toString('latin1')}`);
  return { heard, onTraffic };
}

/** What a memory network carried, as the user agent at 10.0.0.1 has it. */
const carried = (sent: readonly { from: string; to: string; text: string }[]) =>
  sent.map(({ from, to, text }) => (from === '10.0.0.1:5060' ? `out ${to} ${text}` : `in ${from} ${text}`));

test('every message of a call is heard byte for byte, in its order, in and out, copies too', async () => {
  const { heard, onTraffic } = listener();
  const { stage, peer, dialog } = await rawCall([], { onTraffic });
  const invite = stage.network.sent[0].text;
  await peer.ask(invite, SERVER);
  void dialog.bye();
  await stage.clock.run(3000);
  assert.deepEqual(heard, carried(stage.network.sent));
  const times = (start: string) => heard.filter(line => line.startsWith(start)).length;
  assert.equal(times('in 10.0.0.2:5060 INVITE '), 2);
  assert.ok(times('out 10.0.0.2:5060 BYE ') > 1, 'sent again, because nobody answers');
});

test('requests that are refused without a transaction are heard, and what refuses them', async () => {
  const { heard, onTraffic } = listener();
  const stage = await scene({ onTraffic });
  stage.admit = () => ({ status: 403 });
  const peer = await stage.network.peer('10.0.0.2');
  await peer.ask(requestText({ method: 'INVITE' }), SERVER);
  await peer.ask('INVITE sip:x SIP/2.0\r\nCall-ID: broken\r\n\r\n', SERVER);
  assert.deepEqual(heard, carried(stage.network.sent));
  assert.ok(heard.some(line => line.startsWith('out 10.0.0.2:5060 SIP/2.0 403 ')));
  assert.ok(heard.some(line => line.includes('Call-ID: broken')));
});

test('what cannot be framed on a stream is heard with its bytes', async t => {
  const { heard, onTraffic } = listener();
  const { bound } = await agentAt(t, [at('tcp', '127.0.0.2')], { onTraffic });
  const peer = TextStream.tcp(bound[0]);
  const text = requestText({ method: 'INVITE' }).replace(/Content-Length: \d+/, 'Content-Length: many');
  peer.write(text);
  const [answer] = await peer.heard();
  assert.match(answer, /^SIP\/2\.0 400 /);
  assert.deepEqual(
    heard.map(line => line.replace(/^(\w+) \S+ /, '$1 ')),
    [`in ${text}`, `out ${answer}`],
  );
});

test('what is sent by the flow that a peer came by is heard', async () => {
  const { heard, onTraffic } = listener();
  const stage = await scene({ onTraffic });
  const peer = await stage.network.peer('10.0.0.2');
  stage.agent
    .invite(
      { uri: 'sip:bob@10.0.0.9', via: { transport: 'udp', address: peer.address, port: peer.port, flow: true } },
      { from: 'sip:ann@10.0.0.1', body: sdp('offer') },
    )
    .answered.catch(() => undefined);
  await stage.clock.run(100);
  assert.deepEqual(heard, carried(stage.network.sent));
  assert.ok(heard[0].startsWith('out 10.0.0.2:5060 INVITE sip:bob@10.0.0.9 '));
});
