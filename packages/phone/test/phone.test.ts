import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chord, findTones } from '@parley/media';
import { heardItem, isSilent, openPhone, recordToneOver, silentFor, toneOver } from '@parley/phone';
import { CallRefused } from '@parley/sip';
import { twoPhones } from './two-phones.ts';

for (const transport of ['udp', 'tcp'] as const) {
  test(`what one phone says the other hears, whole and in time, and both ways at once (${transport})`, async t => {
    const { connect, ann } = await twoPhones(t, { transport });
    const { anns, bobs } = await connect();
    const both = [bobs.hears(toneOver(700)), anns.hears(toneOver(1500))];
    await Promise.all([anns.say(chord([700], 600)), bobs.say(chord([1500], 400))]);
    await Promise.all(both);
    const [heard] = findTones(bobs.heard(), 8000, [700, 1500]);
    assert.deepEqual(heard.frequencies, [700]);
    assert.ok(Math.abs(heard.endMillis - heard.startMillis - 600) <= 30, `${heard.startMillis} to ${heard.endMillis}`);
    await anns.hangUp();
    assert.equal((await anns.ended).kind, 'local');
    assert.equal((await bobs.ended).kind, 'bye');
    assert.equal(ann.calls, 0);
    const { packetsReceived, packetsLost, millis } = bobs.statistics;
    assert.equal(packetsLost, 0);
    assert.ok(Math.abs(packetsReceived * 20 - millis) < 100, `${packetsReceived} packets in ${millis} ms`);
  });
}

test('what is said later lies later on the timeline of what was heard', async t => {
  const { connect } = await twoPhones(t);
  const { anns, bobs } = await connect();
  // Not awaited one by one: they wait for one another without a gap.
  const said = [anns.pause(300), anns.say(chord([700], 200)), anns.pause(400), anns.say(chord([900], 200))];
  await Promise.all(said);
  await bobs.hears(toneOver(900, 150));
  const [first, second] = findTones(bobs.heard(), 8000, [700, 900]);
  assert.ok(Math.abs(first.startMillis - 300) < 100, `the first tone begins at ${first.startMillis} ms`);
  assert.ok(Math.abs(second.startMillis - first.endMillis - 400) < 40, `${second.startMillis - first.endMillis} ms`);
});

test('keys arrive in order, each once', async t => {
  const { connect } = await twoPhones(t);
  const { anns, bobs } = await connect();
  await anns.press('190*#');
  assert.equal(bobs.keys, '190*#');
});

test('INFO carries what it is given and tells its status', async t => {
  const { connect } = await twoPhones(t);
  const { anns } = await connect();
  assert.equal(await anns.info('application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n'), 415);
});

test('on hold the other side falls silent, afterwards it is heard again; media can move to other ports', async t => {
  const { connect } = await twoPhones(t);
  const { anns, bobs } = await connect();
  const port = () => bobs.settings.remote.port;
  await anns.hold();
  assert.equal(bobs.settings.direction, 'recvonly');
  assert.equal(anns.settings.direction, 'sendonly');
  const before = anns.statistics.packetsReceived;
  await bobs.press('1');
  assert.ok(anns.statistics.packetsReceived - before <= 2, 'packets came although the call was held');
  await anns.unhold();
  assert.equal(bobs.settings.direction, 'sendrecv');
  const old = port();
  await anns.move();
  assert.notEqual(port(), old);
  const heard = anns.hears(toneOver(1500, 150));
  await Promise.all([bobs.say(chord([1500], 200)), anns.say(chord([700], 200))]);
  await Promise.all([heard, bobs.hears(toneOver(700, 150))]);
});

test('a call can be cancelled while it rings, with a reason', async t => {
  const { ann, uri, rings } = await twoPhones(t);
  const ringing = rings();
  const dialling = await ann.dial(uri);
  const progress = new Promise<number>(resolve => dialling.onProgress(resolve));
  (await ringing).ring();
  assert.equal(await progress, 180);
  dialling.cancel('SIP;cause=200;text="Call completed elsewhere"');
  await assert.rejects(dialling.answered, (error: unknown) => error instanceof CallRefused && error.status === 487);
  const { kind, reasons } = await (await ringing).ended;
  assert.equal(kind, 'cancel');
  assert.deepEqual(reasons, ['SIP;cause=200;text="Call completed elsewhere"']);
});

test('a refusal carries its status; a call nobody takes is refused with 480', async t => {
  const { ann, uri, rings } = await twoPhones(t);
  await assert.rejects(ann.call(uri), { code: 'SIP_CALL_REFUSED', status: 480 });
  const ringing = rings();
  const calling = ann.call(uri, { offer: ({ address, port }) => g729(address, port) });
  const refused = assert.rejects(calling, { code: 'SIP_CALL_REFUSED', status: 488 });
  await assert.rejects((await ringing).answer(), { code: 'PHONE_NO_AGREEMENT' });
  await refused;
});

test('headers, From and To travel as they were given', async t => {
  const { ann, uri, rings } = await twoPhones(t);
  const ringing = rings();
  const dialling = await ann.dial('sip:1001@nowhere.invalid', {
    via: uri.slice(uri.indexOf('@') + 1).split(';')[0],
    from: '"Zoë" <sip:+15550100@pbx.example.com>',
    headers: [['Diversion', '<sip:1001@pbx.example.com>;reason=no-answer']],
  });
  const { request, reject } = await ringing;
  assert.equal(request.uri, 'sip:1001@nowhere.invalid');
  assert.match(request.header('From') ?? '', /^"Zoë" <sip:\+15550100@pbx\.example\.com>;tag=/);
  assert.equal(request.header('Diversion'), '<sip:1001@pbx.example.com>;reason=no-answer');
  reject({ status: 486 });
  await assert.rejects(dialling.answered, { status: 486 });
});

test('hearing ends in time, with the call, and with a test that says no', async t => {
  const { connect } = await twoPhones(t);
  const { anns, bobs } = await connect();
  await assert.rejects(
    anns.hears(() => undefined, { within: 50 }),
    { code: 'PHONE_NOT_HEARD', message: /within 50 ms/ },
  );
  await assert.rejects(
    anns.hears(() => false),
    { code: 'PHONE_NOT_HEARD', message: /never will be/ },
  );
  const waiting = assert.rejects(
    anns.hears(() => undefined),
    { message: /before the call was over/ },
  );
  await bobs.hangUp('Q.850;cause=16');
  await waiting;
  assert.deepEqual((await anns.ended).reasons, ['Q.850;cause=16']);
});

test('saying ends with the call', async t => {
  const { connect } = await twoPhones(t);
  const { anns, bobs } = await connect();
  const saying = anns.say(chord([700], 5000));
  await bobs.hangUp();
  await saying;
  await anns.say(chord([700], 5000));
});

test('without a free pair of ports no call is placed', async t => {
  const phone = await openPhone({ ports: { from: 28_200, to: 28_201 } });
  t.after(() => phone.close());
  // Port 9 (discard) answers nothing: the call goes on ringing while the next one is tried.
  await phone.dial('sip:x@127.0.0.1:9');
  await assert.rejects(phone.call('sip:x@127.0.0.1:9'), { code: 'PHONE_NO_PORTS' });
});

test('the predicates know a record tone, an item, silence after sound', () => {
  const tone = new Int16Array(8000);
  tone.set(chord([1000], 400), 800);
  assert.equal(recordToneOver(tone), true);
  assert.equal(recordToneOver(tone.subarray(0, 800 + 3200)), undefined, 'it is not over yet');
  assert.equal(recordToneOver(chord([1004], 100)), undefined, 'too short');
  assert.equal(silentFor(400)(tone), true);
  assert.equal(silentFor(700)(tone), undefined);
  assert.equal(silentFor(400)(new Int16Array(8000)), undefined, 'nothing was said yet');
  assert.ok(isSilent(new Int16Array(100)));
  const item = heardItem(
    samples => [samples.length],
    ([length], millis) => length === millis * 8,
  );
  assert.equal(item(tone), true);
});

function g729(address: string, port: number): string {
  return `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 18\r\n`;
}
