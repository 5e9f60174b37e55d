import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { settle } from '@parley/base/fake-clock';
import {
  createProxy,
  createRegistrar,
  DigestServer,
  ha1Of,
  MemoryBindings,
  parseMessage,
  type RequestOptions,
  type SipRequest,
  type UserAgent,
} from '../src/index.ts';
import { scene, sdp } from './scene.ts';

const PHONE = '10.0.0.2';
const REGISTRAR = { transport: 'udp', address: '10.0.0.3', port: 5060 } as const;
const ann = () => ({ user: 'ann', password: 'secret' });
const REGISTER: RequestOptions = { method: 'REGISTER', from: 'sip:ann@example.org', to: 'sip:ann@example.org' };
const DOMAIN = { uri: 'sip:example.org', via: REGISTRAR };
const isIdle = (agent: UserAgent) => Object.values(agent.counts()).every(count => count === 0);

/** A phone, a registrar that asks for a password, and the requests that the phone has sent. */
async function registering() {
  const stage = await scene();
  const { clock, network } = stage;
  const bindings = new MemoryBindings({ clock });
  const realm = 'example.org';
  const digest = new DigestServer({
    realm,
    clock,
    lookup: (user, _, algorithm) =>
      user === 'ann' ? ha1Of(algorithm, user, { realm, password: 'secret' }) : undefined,
  });
  const registrar = createRegistrar({ clock, log: silentLog, bindings, domains: [realm], digest });
  const route = () => ({ kind: 'answer', status: 404 }) as const;
  const proxy = createProxy({
    listen: [REGISTRAR],
    clock,
    log: silentLog,
    services: { REGISTER: registrar },
    route,
    openDatagramSocket: network.open,
  });
  await proxy.listen();
  const phone = await stage.another(PHONE, { credentials: ann });
  const sent = (): SipRequest[] =>
    network.sent
      .filter(({ from, text }) => from === `${PHONE}:5060` && !text.startsWith('SIP/2.0'))
      .flatMap(({ text }) => parseMessage(Buffer.from(text)))
      .filter(message => message.kind === 'request');
  return { ...stage, bindings, phone, sent };
}

test('a phone registers with its password, refreshes with one request, and takes its binding back', async () => {
  const { bindings, phone, sent } = await registering();
  const first = await phone.request(DOMAIN, { ...REGISTER, headers: [['Expires', '600']] });
  assert.equal(first.status, 200);
  assert.deepEqual(
    first.contacts.map(({ uriText, parameters }) => [uriText, parameters.get('expires')]),
    [[`sip:${PHONE}:5060`, '600']],
  );
  const again = { ...REGISTER, callId: first.callId, sequence: first.cseq.number + 1 };
  const second = await phone.request(DOMAIN, { ...again, headers: [['Expires', '300']] });
  assert.equal(second.status, 200);
  // Asked once for credentials, then shown with each request of that Call-ID.
  assert.deepEqual(
    sent().map(one => [one.callId === first.callId, one.cseq.number, one.values('authorization').length]),
    [
      [true, 1, 0],
      [true, 2, 1],
      [true, 3, 1],
    ],
  );
  const gone = await phone.request(DOMAIN, {
    ...again,
    sequence: second.cseq.number + 1,
    headers: [
      ['Contact', '*'],
      ['Expires', '0'],
    ],
  });
  assert.deepEqual([gone.status, gone.contacts.length], [200, 0]);
  assert.equal(sent().at(-1)?.values('contact').length, 1);
  assert.equal(bindings.size, 0);
});

test('a final answer is a value, whatever its class, and only REGISTER and NOTIFY say where we are', async () => {
  const { phone, sent } = await registering();
  const body = { type: 'text/plain', content: Buffer.from('Hello') };
  const answer = await phone.request(DOMAIN, { method: 'MESSAGE', from: '"Ann" <sip:ann@example.org>', body });
  assert.equal(answer.status, 404);
  const [message] = sent();
  assert.deepEqual(
    [message.from.display, message.from.parameters.has('tag'), message.to.uriText],
    ['Ann', true, DOMAIN.uri],
  );
  assert.deepEqual([message.contacts.length, message.header('content-type')], [0, 'text/plain']);
  assert.equal(Buffer.from(message.body).toString(), 'Hello');
});

test('no answer is 408, no way is 503, and nothing stays', async () => {
  const { agent, clock, network } = await scene();
  await network.peer('10.0.0.9');
  const options = { method: 'OPTIONS', from: 'sip:ann@10.0.0.1' };
  const silent = assert.rejects(agent.request({ uri: 'sip:bob@10.0.0.9' }, options), {
    name: 'CallRefused',
    status: 408,
  });
  await clock.run(32_000);
  await silent;
  const wayless = { transport: 'tcp', address: '10.0.0.9', port: 5060 } as const;
  await assert.rejects(agent.request({ uri: 'sip:bob@10.0.0.9', via: wayless }, options), { status: 503 });
  assert.ok(isIdle(agent));
});

test('a request that waits for its answer is settled when the user agent closes', async () => {
  const { agent, network } = await scene();
  await network.peer('10.0.0.9');
  const waiting = assert.rejects(agent.request({ uri: 'sip:bob@10.0.0.9' }, { method: 'OPTIONS', from: 'sip:a@b' }), {
    status: 503,
  });
  await settle();
  await agent.close();
  await waiting;
});

test('what cannot be read, and what belongs to a dialog, is not sent', async () => {
  const { agent, network } = await scene();
  const options = { method: 'OPTIONS', from: 'sip:ann@10.0.0.1' };
  await assert.rejects(agent.request({ uri: 'mail me' }, options), { code: 'SIP_MALFORMED' });
  await assert.rejects(agent.request({ uri: 'sip:a@b' }, { ...options, from: '<sip:' }), { code: 'SIP_MALFORMED' });
  for (const method of ['INVITE', 'ACK', 'BYE', 'CANCEL', 'PRACK', 'REFER', 'SUBSCRIBE', 'UPDATE'])
    await assert.rejects(agent.request({ uri: 'sip:a@b' }, { ...options, method }), { name: 'Bug' });
  assert.deepEqual(network.sent, []);
});

for (const [what, named] of [
  ['an address', 'sip:bob@10.0.0.9'],
  ['a name', 'sip:bob@phones.example.org'],
] as const)
  test(`what could break out of its line is thrown back at once on the way to ${what}, and nothing stays`, async () => {
    const { agent, network } = await scene();
    const from = 'sip:ann@10.0.0.1';
    const headers = [['Subject', 'Hello\r\nX-Evil: 1']] as const;
    assert.throws(() => agent.invite({ uri: named }, { from, headers }), { name: 'Bug' });
    assert.throws(() => agent.invite({ uri: named }, { from, body: { ...sdp('v=0'), type: 'a/b\r\nX: 1' } }), {
      name: 'Bug',
    });
    await assert.rejects(agent.request({ uri: named }, { method: 'OPTIONS', from, headers }), { name: 'Bug' });
    await assert.rejects(agent.request({ uri: named }, { method: 'OPTIONS X', from }), { name: 'Bug' });
    await settle();
    assert.deepEqual(network.sent, []);
    assert.ok(isIdle(agent));
  });

test('a mistake of the application is told as one of its own, and its caller gets 500', async () => {
  const stage = await scene({
    admit: () => {
      throw new Error('the directory of the application is broken');
    },
  });
  const phone = await stage.another(PHONE);
  const answer = await phone.request({ uri: 'sip:10.0.0.1' }, { method: 'OPTIONS', from: 'sip:ann@10.0.0.2' });
  assert.equal(answer.status, 500);
  const told = stage.lines
    .filter(({ level }) => level !== 'debug')
    .map(({ level, event, fields }) => [level, event, fields.rule]);
  assert.deepEqual(told, [
    ['error', 'sip message failed', undefined],
    ['info', 'sip request refused', 'failed here'],
  ]);
});
