import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Subscriber, SubscriptionEnd } from '../src/index.ts';
import { agentAt, at, until } from './agents.ts';
import { headerOf } from './memory-network.ts';
import { requestText } from './messages.ts';
import { WebSocketPeer } from './web-socket-peer.ts';

const SERVER = '127.0.0.2';
const CLIENT = '127.0.0.3';
const INVALID = 'df7jal23ls0d.invalid';
const TYPE = 'application/simple-message-summary';
const lamp = (text: string) => ({ type: TYPE, content: Buffer.from(text) });

async function notifier(t: TestContext) {
  const subscribers: Subscriber[] = [];
  const onSubscribe = () => ({
    state: lamp('first'),
    taken: (subscriber: Subscriber) => void subscribers.push(subscriber),
  });
  const events = { packages: [{ name: 'message-summary', contentType: TYPE, onSubscribe }] };
  const { agent, bound } = await agentAt(t, [at('ws', SERVER)], { events, budgets: { notifyMillis: 1 } });
  return { agent, bound, subscribers };
}

const copied = (text: string) =>
  ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(name => `${name}: ${headerOf(text, name)}\r\n`).join('');
const okTo = (text: string) => `SIP/2.0 200 OK\r\n${copied(text)}Content-Length: 0\r\n\r\n`;
const subscribe = (cseq: number, toTag?: string) =>
  requestText({
    method: 'SUBSCRIBE',
    cseq,
    toTag,
    via: `Via: SIP/2.0/WS ${INVALID};branch=z9hG4bKs${cseq}`,
    contact: `<sip:ann@${INVALID};transport=ws>`,
    extra: ['Event: message-summary', 'Expires: 600'],
  });
const bodyOf = (text: string) => text.slice(text.indexOf('\r\n\r\n') + 4);

test('a browser that subscribes is told over its WebSocket, and over the next one after it has come back', async t => {
  const { bound, subscribers } = await notifier(t);
  const peer = new WebSocketPeer(bound[0]);
  t.after(() => peer.web.terminate());
  await peer.send(subscribe(1));
  const ok = await peer.message(1);
  assert.match(ok, /^SIP\/2\.0 200 /);
  const first = await peer.message(2);
  assert.match(first, new RegExp(`^NOTIFY sip:ann@${INVALID};transport=ws SIP/2\\.0\\r\\nVia: SIP/2\\.0/WS `));
  assert.equal(bodyOf(first), 'first');
  await peer.send(okTo(first));
  const back = new WebSocketPeer(bound[0]);
  t.after(() => back.web.terminate());
  await back.send(subscribe(2, /tag=(\S+)/.exec(headerOf(ok, 'To') ?? '')?.[1]));
  assert.match(await back.message(1), /^SIP\/2\.0 200 /);
  const again = await back.message(2);
  await back.send(okTo(again));
  peer.web.terminate();
  await until(() => subscribers.length === 1);
  subscribers[0].notify(lamp('second'));
  assert.equal(bodyOf(await back.message(3)), 'second');
});

test('two user agents over WebSocket: subscribed, told and ended on one connection', async t => {
  const { agent, bound, subscribers } = await notifier(t);
  const phone = await agentAt(t, [at('ws', CLIENT)], { events: {} });
  const target = { uri: `sip:ann@${SERVER}`, via: bound[0] };
  const options = { from: 'sip:ann@client.example', event: 'message-summary', accept: [TYPE] };
  const subscription = phone.agent.subscribe(target, options);
  const told: string[] = [];
  subscription.onNotify(({ body }) => told.push(String(body?.content)));
  await until(() => told.length === 1);
  subscribers[0].notify(lamp('second'));
  await until(() => told.length === 2);
  await subscription.unsubscribe();
  assert.deepEqual((subscription.signal.reason as SubscriptionEnd).kind, 'unsubscribed');
  assert.deepEqual(told, ['first', 'second', 'second']);
  assert.deepEqual([agent.counts().connections, phone.agent.counts().connections], [1, 1]);
});
