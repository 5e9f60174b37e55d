import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { before, type TestContext, test } from 'node:test';
import type { ConnectionOptions } from 'node:tls';
import type { Dialog, Invitation, Peer, TlsOptions } from '../src/index.ts';
import { agentAt, at, until } from './agents.ts';
import { Authority, type Issued } from './certificates.ts';
import { headerOf } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { sdp } from './scene.ts';
import { TextStream } from './text-stream.ts';

const SERVER = '127.0.0.2';
const GATEWAY = '127.0.0.3';
/** Longer than any answer takes, milliseconds. */
const LONGEST = 3000;

let server: Issued;

before(async () => {
  const authority = await Authority.named('CN=Our authority');
  server = await authority.issue({ names: [['url', 'sip:server.example']] });
});

const tls = (): TlsOptions => ({ ...server, authorities: [] });

/** The gateway's plain socket: what it hears, and how it speaks. */
async function plainSocket(t: TestContext) {
  const heard: string[] = [];
  const socket = createSocket('udp4').bind(0, GATEWAY);
  t.after(() => socket.close());
  socket.on('message', bytes => void heard.push(bytes.toString('latin1')));
  await once(socket, 'listening');
  const { port } = socket.address();
  const ask = async (text: string, to: Peer) => {
    const answered = once(socket, 'message', { signal: AbortSignal.timeout(LONGEST) });
    socket.send(text, to.port, to.address);
    const [bytes]: Buffer[] = await answered;
    return bytes.toString('latin1');
  };
  return { heard, port, ask };
}

const via = (transport: string, port: number, branch: string) =>
  `Via: SIP/2.0/${transport} ${GATEWAY}:${port};branch=z9hG4bK${branch}`;

/** A call by TLS whose INVITE says where our requests are to go; answered at `answer`. */
async function calledByTls(t: TestContext, lead: (plain: number) => { contact: string; extra?: readonly string[] }) {
  const dialogs: Dialog[] = [];
  const invitations: Invitation[] = [];
  const { agent, bound, log } = await agentAt(t, [at('tls', SERVER), at('udp', SERVER), at('tcp', SERVER)], {
    tls: tls(),
    onInvitation: invitation => void invitations.push(invitation),
  });
  const [secure, clear] = bound;
  const plain = await plainSocket(t);
  // Node's types leave out that its options go on to the socket below.
  const under: ConnectionOptions & { readonly localAddress: string } = { localAddress: GATEWAY };
  const stream = TextStream.tls(secure, under);
  t.after(() => stream.socket.destroy());
  const said = { method: 'INVITE', via: via('TLS', 5061, 'i'), ...lead(plain.port), body: SDP };
  stream.write(requestText(said));
  await until(() => invitations.length === 1);
  const answer = async () => {
    const answered = invitations[0].answer(sdp('v=0'));
    const accepted = (await stream.heard(2))[1];
    const toTag = /tag=(\S+)/.exec(headerOf(accepted, 'To') ?? '')?.[1] ?? '';
    stream.write(requestText({ method: 'ACK', via: via('TLS', 5061, 'a'), toTag }));
    dialogs.push(await answered);
    return { dialog: dialogs[0], toTag };
  };
  return { agent, stream, plain, clear, answer, invitation: invitations[0], lines: log.lines };
}

const AT_HOME = () => ({ contact: `<sip:gw@${GATEWAY}:5061;transport=tls>` });

for (const [name, lead] of [
  ['Contact', (port: number) => ({ contact: `<sip:gw@${GATEWAY}:${port}>` })],
  ['Contact by TCP', (port: number) => ({ contact: `<sip:gw@${GATEWAY}:${port};transport=tcp>` })],
  ['Record-Route', (port: number) => ({ ...AT_HOME(), extra: [`Record-Route: <sip:${GATEWAY}:${port};lr>`] })],
] as const)
  test(`a call by TLS whose ${name} leads to where everything is in clear: BYE goes by the connection of the call`, {
    timeout: LONGEST,
  }, async t => {
    const { answer, stream, plain } = await calledByTls(t, lead);
    const { dialog } = await answer();
    const ended = dialog.bye();
    const bye = (await stream.heard(3))[2];
    assert.match(bye, /BYE sip:/);
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(each => `${each}: ${headerOf(bye, each)}\r\n`).join('');
    stream.write(`SIP/2.0 200 OK\r\n${copied}Content-Length: 0\r\n\r\n`);
    await ended;
    assert.deepEqual(plain.heard, []);
  });

for (const method of ['BYE', 'INVITE', 'INFO', 'UPDATE'])
  test(`${method} in clear in a call that came by TLS, from the address of that call and with its tags: refused, and the call goes on`, {
    timeout: LONGEST,
  }, async t => {
    const { answer, plain, clear, lines } = await calledByTls(t, AT_HOME);
    const { dialog, toTag } = await answer();
    const said = {
      method,
      cseq: 2,
      toTag,
      via: via('UDP', plain.port, method),
      ...(method === 'INVITE' && { body: SDP }),
    };
    const contact = `<sip:gw@${GATEWAY}:${plain.port}>`;
    const refused = await plain.ask(requestText({ ...said, contact }), clear);
    assert.match(refused, /^SIP\/2\.0 403 /);
    assert.equal(dialog.signal.aborted, false);
    const told = lines.find(({ event }) => event === 'sip request refused');
    assert.equal(told?.fields.rule, 'in clear');
  });

test('CANCEL in clear of an INVITE that came by TLS: refused, and the call goes on', { timeout: LONGEST }, async t => {
  const { invitation, answer, plain, clear } = await calledByTls(t, AT_HOME);
  const cancel = requestText({ method: 'CANCEL', via: via('TLS', 5061, 'i') });
  // What it is answered goes to the port of its Via, where nobody listens here.
  const ping = requestText({ method: 'OPTIONS', callId: 'ping', via: via('UDP', plain.port, 'o') });
  await plain.ask(`${cancel}`.replace('CSeq', 'X: 1\r\nCSeq').replace(';branch', ';rport;branch'), clear);
  await plain.ask(ping, clear);
  assert.equal(invitation.signal.aborted, false);
  await answer();
});

test('an answer in clear to what we asked by TLS is none', { timeout: LONGEST }, async t => {
  const { answer, stream, plain, clear } = await calledByTls(t, AT_HOME);
  const { dialog } = await answer();
  let status: number | undefined;
  const asked = dialog.ping().then(final => {
    status = final;
  });
  const question = (await stream.heard(3))[2];
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq']
    .map(each => `${each}: ${headerOf(question, each)}\r\n`)
    .join('');
  const answerWith = (line: string) => `SIP/2.0 ${line}\r\n${copied}Content-Length: 0\r\n\r\n`;
  const socket = createSocket('udp4').bind(0, GATEWAY);
  t.after(() => socket.close());
  await once(socket, 'listening');
  socket.send(answerWith('481 Gone'), clear.port, clear.address);
  // Answered after it, on the same socket.
  await plain.ask(requestText({ method: 'OPTIONS', callId: 'ping', via: via('UDP', plain.port, 'p') }), clear);
  stream.write(answerWith('200 OK'));
  await asked;
  assert.equal(status, 200);
});
