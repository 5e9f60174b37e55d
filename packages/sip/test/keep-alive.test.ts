import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { agentAt, at, until } from './agents.ts';
import { headerOf } from './memory-network.ts';
import { requestText } from './messages.ts';

/** A server that hears text, and one agent with a connection to it whose INVITE has been refused. */
async function connected(t: TestContext, streamMillis: number) {
  const sockets: Socket[] = [];
  const heard: string[] = [];
  const server = createServer(socket => {
    sockets.push(socket.setEncoding('latin1'));
    socket.on('data', text => {
      heard.push(String(text));
      const fields = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(
        name => `${name}: ${headerOf(String(text), name)}\r\n`,
      );
      if (String(text).startsWith('INVITE'))
        socket.write(`SIP/2.0 486 No\r\n${fields.join('')}Content-Length: 0\r\n\r\n`);
    });
  });
  server.listen(0, '127.0.0.2');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const bound = server.address();
  assert.ok(bound && typeof bound === 'object');
  const clock = new FakeClock();
  const { agent } = await agentAt(t, [at('tcp', '127.0.0.3')], { clock, keepAlive: { streamMillis } });
  const via = at('tcp', '127.0.0.2', bound.port);
  const call = () => agent.invite({ uri: 'sip:1@a.example', via }, { from: 'sip:b@b.example' }).answered;
  await assert.rejects(call(), { status: 486 });
  await until(() => heard.some(text => text.startsWith('ACK')));
  heard.length = 0;
  const seconds = (count: number) => {
    for (let second = 0; second < count; second++) clock.advance(1000);
  };
  return { agent, heard, sockets, seconds, call };
}

test('connections that we opened are pinged; a pong keeps them, and is no half ping of the peer', async t => {
  const { agent, heard, sockets, seconds, call } = await connected(t, 20_000);
  for (let round = 1; round <= 3; round++) {
    seconds(20);
    await until(() => heard.length === round);
    assert.equal(heard[round - 1], '\r\n\r\n');
    // It has been read once a ping of the peer behind it is answered.
    sockets[0].write('\r\n\r\n\r\n');
    await until(() => heard.length > round);
    assert.equal(heard.pop(), '\r\n');
  }
  await assert.rejects(call(), { status: 486 });
  assert.equal(agent.counts().connections, 1);
});

test('without a pong in 10 s the connection is given up', async t => {
  const { agent, heard, seconds } = await connected(t, 20_000);
  seconds(21);
  await until(() => heard.length === 1);
  seconds(9);
  assert.equal(agent.counts().connections, 1);
  seconds(3);
  assert.equal(agent.counts().connections, 0);
});

test('nobody is pinged who was not said to answer', async t => {
  const { agent, heard, seconds } = await connected(t, 0);
  seconds(600);
  assert.deepEqual([heard, agent.counts().connections], [[], 1]);
});

for (const [address, mapped] of [
  ['127.0.0.2', '002000080001'],
  ['::1', '002000140002'],
])
  test(`phones that keep their way over UDP open by STUN hear from where they come, at ${address}, some times a second`, async t => {
    const clock = new FakeClock();
    const { agent, bound, log } = await agentAt(t, [at('udp', address)], { clock, unlimited: () => false });
    const phone = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    t.after(() => phone.close());
    const heard: Buffer[] = [];
    phone.on('message', bytes => heard.push(bytes));
    await once(phone.bind(0, address), 'listening');
    const keepAlive = Buffer.from('000100002112a442000102030405060708090a0b', 'hex');
    const send = () => phone.send(keepAlive, bound[0].port, address);
    send();
    await until(() => heard.length === 1);
    const [answer] = heard;
    assert.equal(answer.toString('hex', 8, 20), keepAlive.toString('hex', 8));
    assert.equal(answer.toString('hex', 20, 26), mapped);
    assert.equal(answer.readUInt16BE(26) ^ 0x2112, phone.address().port);
    for (let count = 0; count < 100; count++) send();
    // An OPTIONS is answered after all of them.
    phone.send(
      requestText({ method: 'OPTIONS', via: 'Via: SIP/2.0/UDP a;rport;branch=z9hG4bKk' }),
      bound[0].port,
      address,
    );
    await until(() => heard.at(-1)?.toString('latin1', 0, 7) === 'SIP/2.0');
    assert.equal(heard.length, 50 + 1);
    clock.advance(1000);
    send();
    await until(() => heard.length === 52);
    assert.equal(agent.refusals().malformed, 0);
    assert.deepEqual(log.lines, []);
  });
