import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import { CallRefused } from '../src/index.ts';
import { firstWords, headerOf, type RawPeer } from './memory-network.ts';
import { NOTHING, SERVER, scene, sdp, textOf } from './scene.ts';

interface AnswerText {
  readonly status: number;
  readonly toTag?: string;
  readonly extra?: readonly string[];
  readonly body?: string;
  readonly contact?: string;
}

/** The text of an answer to a request that we sent. */
function answerText(request: string, { status, toTag, extra = [], body = '', contact }: AnswerText): string {
  const copied = ['Via', 'From', 'Call-ID', 'CSeq'].map(name => `${name}: ${headerOf(request, name)}`);
  const lines = [
    `SIP/2.0 ${status} Whatever`,
    ...copied,
    `To: ${headerOf(request, 'To')}${toTag ? `;tag=${toTag}` : ''}`,
    `Contact: ${contact ?? '<sip:bob@10.0.0.2:5060>'}`,
    ...extra,
    ...(body ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${body.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** An INVITE of ours to a peer who answers by hand. */
async function calling() {
  const stage = await scene();
  const peer = await stage.network.peer('10.0.0.2');
  const inviter = stage.agent.invite(
    { uri: 'sip:bob@10.0.0.2' },
    { from: 'sip:ann@10.0.0.1', body: sdp('offer'), headers: [['Subject', 'a test']] },
  );
  await settle();
  const [invite] = peer.heard;
  const answer = (parts: AnswerText) => peer.ask(answerText(invite, parts), SERVER);
  return { stage, peer, inviter, invite, answer };
}

/** Answers everything that the peer has heard and not answered, with 200. */
async function okayAll(peer: RawPeer, from: number): Promise<void> {
  for (const text of peer.heard.slice(from)) {
    if (text.startsWith('SIP/2.0') || text.startsWith('ACK')) continue;
    await peer.ask(answerText(text, { status: 200 }), SERVER);
  }
}

test('the INVITE has what 8.1.1 asks for', async () => {
  const { invite, inviter } = await calling();
  assert.match(
    invite,
    /^INVITE sip:bob@10\.0\.0\.2 SIP\/2\.0\r\nVia: SIP\/2\.0\/UDP 10\.0\.0\.1:5060;branch=z9hG4bK\w{24};rport\r\n/,
  );
  assert.match(headerOf(invite, 'From') ?? '', /^<sip:ann@10\.0\.0\.1>;tag=\w{16}$/);
  assert.equal(headerOf(invite, 'To'), '<sip:bob@10.0.0.2>');
  assert.equal(headerOf(invite, 'Max-Forwards'), '70');
  assert.equal(headerOf(invite, 'CSeq'), '1 INVITE');
  assert.equal(headerOf(invite, 'Call-ID'), inviter.callId);
  assert.equal(headerOf(invite, 'Contact'), '<sip:10.0.0.1:5060>');
  assert.equal(headerOf(invite, 'Subject'), 'a test');
  assert.equal(headerOf(invite, 'User-Agent'), 'Parley');
  assert.ok(invite.endsWith('\r\n\r\noffer'));
  inviter.cancel();
});

test('progress is told with its body, 100 is not', async () => {
  const { answer, inviter } = await calling();
  const heard: unknown[] = [];
  inviter.onProgress((status, body) => heard.push([status, textOf(body)]));
  await answer({ status: 100 });
  await answer({ status: 180, toTag: 'b' });
  await answer({ status: 183, toTag: 'b', body: 'early' });
  assert.deepEqual(heard, [
    [180, undefined],
    [183, 'early'],
  ]);
});

test('copies of a 200 get the ACK again, other forks an ACK and a BYE, and nothing is left of them', async () => {
  const { stage, peer, answer, inviter } = await calling();
  const first = { status: 200, toTag: 'one', body: 'answer' };
  assert.deepEqual(firstWords(await answer(first)), ['ACK']);
  const { dialog, body } = await inviter.answered;
  assert.equal(textOf(body), 'answer');
  assert.equal(dialog.remoteTag, 'one');
  assert.deepEqual(firstWords(await answer(first)), ['ACK']);
  const before = peer.heard.length;
  assert.deepEqual(firstWords(await answer({ status: 200, toTag: 'two' })), ['ACK', 'BYE']);
  assert.match(headerOf(peer.heard.at(-1) ?? '', 'To') ?? '', /;tag=two$/);
  assert.equal(headerOf(peer.heard.at(-1) ?? '', 'CSeq'), '2 BYE');
  await okayAll(peer, before);
  assert.deepEqual(firstWords(await answer({ status: 200, toTag: 'two' })), ['ACK']);
  assert.equal(dialog.signal.aborted, false);
  const from = peer.heard.length;
  void dialog.bye();
  await settle();
  await okayAll(peer, from);
  await stage.clock.run(40_000);
  assert.deepEqual(stage.agent.counts(), NOTHING);
});

test('the ACK and the BYE follow the route set, through a strict router too', async () => {
  const { stage, answer, inviter } = await calling();
  await stage.network.peer('10.0.0.20');
  await answer({ status: 200, toTag: 'b', extra: ['Record-Route: <sip:10.0.0.30;lr>, <sip:10.0.0.20>'] });
  const { dialog } = await inviter.answered;
  void dialog.bye();
  await settle();
  const ours = stage.network.sent.slice(-2);
  assert.deepEqual(
    ours.map(({ to }) => to),
    ['10.0.0.20:5060', '10.0.0.20:5060'],
  );
  for (const { text } of ours) {
    assert.match(text, /^(ACK|BYE) sip:10\.0\.0\.20 SIP\/2\.0\r\n/);
    assert.deepEqual(text.match(/^Route: .*$/gm), ['Route: <sip:10.0.0.30;lr>', 'Route: <sip:bob@10.0.0.2:5060>']);
  }
});

test('a redirection is a refusal that carries its Contact', async () => {
  const { answer, inviter } = await calling();
  await answer({ status: 302, toTag: 'b', contact: '<sip:other@10.0.0.5>' });
  const refused = await inviter.answered.then(
    () => assert.fail('answered'),
    (error: unknown) => error,
  );
  assert.ok(refused instanceof CallRefused && refused.status === 302);
  assert.deepEqual(
    refused.headers.find(([name]) => name === 'Contact'),
    ['Contact', '<sip:other@10.0.0.5>'],
  );
});

test('answers that cannot be read are dropped, a good one after them counts', async () => {
  const { answer, inviter } = await calling();
  assert.deepEqual(await answer({ status: 200, toTag: 'b', contact: '<<<' }), []);
  assert.deepEqual(await answer({ status: 200, toTag: 'b', extra: ['Record-Route: <sip:'] }), []);
  assert.deepEqual(firstWords(await answer({ status: 200, toTag: 'b' })), ['ACK']);
  assert.equal((await inviter.answered).body, undefined);
});

test('a 481 to a request of ours ends the call with BYE', async () => {
  const { peer, answer, inviter } = await calling();
  await answer({ status: 200, toTag: 'b' });
  const { dialog } = await inviter.answered;
  const before = peer.heard.length;
  const status = dialog.info({ type: 'application/dtmf-relay', content: Buffer.from('Signal=1') });
  await settle();
  await peer.ask(answerText(peer.heard[before], { status: 481 }), SERVER);
  assert.equal(await status, 481);
  assert.equal(dialog.signal.reason.kind, 'rejected');
  await settle();
  assert.deepEqual(firstWords(peer.heard.slice(before)), ['INFO', 'BYE']);
});

test('the target moves with the Contact of the 2xx to a re-INVITE', async () => {
  const { stage, peer, answer, inviter } = await calling();
  await answer({ status: 200, toTag: 'b' });
  const { dialog } = await inviter.answered;
  const moved = dialog.reInvite(sdp('hold'));
  await settle();
  await peer.ask(answerText(peer.heard.at(-1) ?? '', { status: 200, contact: '<sip:bob@10.0.0.2:5088>' }), SERVER);
  await moved;
  void dialog.bye();
  await settle();
  assert.match(stage.network.sent.at(-1)?.text ?? '', /^BYE sip:bob@10\.0\.0\.2:5088 /);
});

test('after 491 the caller tries again in 2.1 to 4 s, as owner of the Call-ID, and gives up after four tries', async () => {
  const { stage, peer, answer, inviter } = await calling();
  await answer({ status: 200, toTag: 'b' });
  const { dialog } = await inviter.answered;
  const outcome = assert.rejects(dialog.reInvite(sdp('hold')), { status: 491 });
  await settle();
  const waits: number[] = [];
  for (let count = 1; count <= 4; count++) {
    const refused = stage.clock.monotonic();
    const before = peer.heard.length;
    await peer.ask(answerText(peer.heard.at(-1) ?? '', { status: 491 }), SERVER);
    while (count < 4 && headerOf(peer.heard.at(-1) ?? '', 'CSeq') !== `${count + 2} INVITE`) await stage.clock.run(10);
    waits.push(stage.clock.monotonic() - refused);
    assert.equal(peer.heard.length, before + (count < 4 ? 2 : 1), 'the ACK, and the next try if there is one');
  }
  for (const wait of waits.slice(0, 3)) assert.ok(wait >= 2100 && wait <= 4000, `${wait}`);
  await outcome;
  assert.equal(dialog.signal.aborted, false);
});

test('a re-INVITE that gets a provisional answer only is given up, and nothing of it stays', async () => {
  const { stage, peer, answer, inviter } = await calling();
  await answer({ status: 200, toTag: 'b' });
  const { dialog } = await inviter.answered;
  const outcome = assert.rejects(dialog.reInvite(sdp('hold')), { status: 408 });
  await settle();
  await peer.ask(answerText(peer.heard.at(-1) ?? '', { status: 100 }), SERVER);
  await stage.clock.run(64_000);
  await outcome;
  await stage.clock.run(40_000);
  assert.deepEqual(stage.agent.counts(), NOTHING);
});

test('where nothing can be sent the call fails at once with 503', async () => {
  const stage = await scene();
  for (const uri of ['sip:bob@10.0.0.2;transport=tcp', 'sip:bob@[2001:db8::1]', 'tel:+331234', 'sips:bob@10.0.0.2']) {
    const inviter = stage.agent.invite({ uri }, { from: 'sip:ann@10.0.0.1' });
    await assert.rejects(inviter.answered, { code: 'SIP_CALL_REFUSED', status: 503 });
    assert.equal(inviter.signal.reason.kind, 'transport failed');
  }
  assert.throws(() => stage.agent.invite({ uri: 'nonsense' }, { from: 'sip:ann@10.0.0.1' }), { code: 'SIP_MALFORMED' });
  assert.deepEqual(stage.agent.counts(), NOTHING);
});
