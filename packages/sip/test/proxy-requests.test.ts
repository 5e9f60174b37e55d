import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import { firstWords, headerOf } from './memory-network.ts';
import { requestText } from './messages.ts';
import { answer, assertNothingLeft, PROXY, proxyScene, rawCaller, to } from './proxy-scene.ts';

const BOB = 'sip:bob@10.0.0.3';

/** A proxy, a caller and a phone at 10.0.0.3, both by hand. */
async function stageWithPhone(options: Parameters<typeof proxyScene>[0] = {}) {
  const stage = await proxyScene(options);
  const caller = await rawCaller(stage);
  const phone = await stage.network.peer('10.0.0.3');
  return { stage, ...caller, phone };
}

const valuesOf = (text: string, name: string) =>
  text
    .split('\r\n')
    .filter(line => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    .map(line => line.slice(name.length + 1).trim());

test('what a proxy does not know passes as it came: unknown headers, order, spelling, folding, octets, body', async () => {
  const { stage, peer, phone } = await stageWithPhone();
  const odd = [
    'x-ODD : a ,b',
    '  \tfolded',
    's: caf\xe9 \xff',
    'Contact:<sip:a@x>;broken=',
    'm: <bad',
    'Date: whenever',
  ];
  const body = 'anything\0at all\r\n';
  const head = requestText({ method: 'FOO', uri: BOB, contact: null, extra: odd, body, type: 'x/y' });
  assert.deepEqual(firstWords(await peer.ask(head, PROXY)), []);
  const lines = phone.heard[0].split('\r\n');
  const [, via, , ...sent] = head.split('\r\n');
  assert.equal(lines[0], `FOO ${BOB} SIP/2.0`);
  assert.match(lines[1], /^Via: SIP\/2\.0\/UDP 10\.0\.0\.1:5060;branch=z9hG4bK[0-9a-f]{24}\.[\w-]{16};rport$/);
  assert.deepEqual(lines.slice(2), [
    via,
    'Max-Forwards: 69',
    ...sent.slice(0, -4),
    'Content-Length: 17',
    'Max-Breadth: 60',
    '',
    body.slice(0, -2),
    '',
  ]);
  await answer(phone, 'FOO', { status: 200, reason: 'Sch\xf6n', extra: ['x-ODD : a ,b', '  \tfolded', 'm: <bad'] });
  const [reply] = peer.heard;
  assert.ok(reply.startsWith(`SIP/2.0 200 Sch\xf6n\r\n${via}\r\n`), reply);
  assert.ok(reply.includes('\r\nx-ODD : a ,b\r\n  \tfolded\r\nm: <bad\r\n'));
  await assertNothingLeft(stage);
});

test('received and rport go into the Via of who sent it, and its own lies out of it', async () => {
  const { stage, peer, phone } = await stageWithPhone();
  const via =
    'Via: SIP/2.0/UDP elsewhere.example:99;rport;received=6.6.6.6;branch=z9hG4bK1, SIP/2.0/TCP  more ;branch=z9hG4bK2';
  await peer.ask(requestText({ method: 'INFO', uri: BOB, via }), PROXY);
  assert.equal(
    valuesOf(phone.heard[0], 'Via')[1],
    'SIP/2.0/UDP elsewhere.example:99;rport=5060;received=10.0.0.2;branch=z9hG4bK1, SIP/2.0/TCP  more ;branch=z9hG4bK2',
  );
  await answer(phone, 'INFO', { status: 200 });
  assert.deepEqual(firstWords(peer.heard), ['200 Whatever']);
  await assertNothingLeft(stage);
});

test('a number of hops: counted, added where it is missing, 483 at none', async () => {
  const { say, phone, stage } = await stageWithPhone();
  assert.deepEqual(firstWords(await say({ method: 'INFO', maxForwards: 0 })), ['483 Too Many Hops']);
  await say({ method: 'INFO', maxForwards: 1, cseq: 2 });
  assert.equal(headerOf(phone.heard[0], 'Max-Forwards'), '0');
  const without = requestText({ method: 'INFO', uri: BOB, cseq: 3 }).replace(/Max-Forwards: \d+\r\n/, '');
  await stage.network.peer('10.0.0.9').then(other => other.ask(without, PROXY));
  assert.equal(headerOf(phone.heard[1], 'Max-Forwards'), '69');
  const bad = requestText({ method: 'INFO', uri: BOB, cseq: 4 }).replace('Max-Forwards: 70', 'Max-Forwards: 256');
  assert.deepEqual(firstWords(await stage.network.peer('10.0.0.8').then(other => other.ask(bad, PROXY))), [
    '400 Max-Forwards: expected one number from 0 to 255',
  ]);
});

test('what cannot be passed on: unknown schemes, what proxies are required to know, broken requests', async () => {
  const { say, stage, phone } = await stageWithPhone({ extensions: ['known'] });
  assert.deepEqual(firstWords(await say({ method: 'INFO', uri: 'urn:x:1' })), ['416 Unsupported URI Scheme']);
  const [refusal] = await say({ method: 'INFO', extra: ['Proxy-Require: KNOWN, foo', 'Proxy-Require: bar'], cseq: 2 });
  assert.deepEqual([firstWords([refusal])[0], valuesOf(refusal, 'Unsupported')], ['420 Bad Extension', ['foo', 'bar']]);
  const broken = ['To: nonsense', 'From: <sip:x', 'Call-ID: a b', 'CSeq: 1 BYE', 'Route: <sip'];
  for (const [at, line] of broken.entries()) {
    const name = line.slice(0, line.indexOf(':'));
    const text = requestText({ method: 'INFO', uri: BOB, cseq: 10 + at, extra: name === 'Route' ? [line] : [] });
    const replaced = name === 'Route' ? text : text.replace(new RegExp(`\r\n${name}: [^\r]*`), `\r\n${line}`);
    const heard = await stage.network.peer(`10.1.0.${at + 1}`).then(other => other.ask(replaced, PROXY));
    assert.ok(heard[0]?.startsWith(`SIP/2.0 400 ${name}: `), heard[0]);
  }
  assert.equal(stage.proxy.refusals().malformed, broken.length);
  assert.deepEqual(phone.heard, []);
  await assertNothingLeft(stage);
});

test('a loop is found by its mark, a spiral goes on', async () => {
  const { stage, say, phone, peer } = await stageWithPhone({ routesBy: ['Diversion'] });
  stage.route = () => to('sip:bob@10.0.0.1');
  assert.deepEqual(firstWords(await say({ method: 'INVITE' })), ['100 Trying', '482 Loop Detected']);
  assert.equal(stage.routed.length, 2, 'bob@10.0.0.3, then bob@10.0.0.1, and that again');
  await say({ method: 'ACK', branch: 'z9hG4bKINVITE..1.', toTag: 'x' });
  stage.route = request => to(request.header('diversion') ? BOB : 'sip:bob@10.0.0.1');
  // Another element sends it back with a header that the routing looks at.
  await say({ method: 'INFO', cseq: 2 });
  const back =
    stage.network.sent.findLast(({ text, to: there }) => text.startsWith('INFO') && there === '10.0.0.1:5060')?.text ??
    '';
  assert.deepEqual(phone.heard, []);
  const other = await stage.network.peer('10.0.0.7');
  const returned = (line: string) =>
    back.replace('\r\n', `\r\nVia: SIP/2.0/UDP 10.0.0.7:5060;branch=z9hG4bK${line.length}\r\n${line}`);
  assert.deepEqual(firstWords(await other.ask(returned(''), PROXY)), ['482 Loop Detected']);
  await other.ask(returned('Diversion: <sip:a@x>\r\n'), PROXY);
  assert.deepEqual(firstWords(phone.heard), ['INFO']);
  await answer(phone, 'INFO', { status: 200 });
  assert.ok(peer.heard.length > 0);
  await assertNothingLeft(stage);
});

test('Max-Breadth: shared by those who are asked at once, the others wait; 440 when there is none', async () => {
  const { stage, say, phone } = await stageWithPhone();
  const second = await stage.network.peer('10.0.0.4');
  const third = await stage.network.peer('10.0.0.5');
  stage.route = () => to(BOB, 'sip:bob@10.0.0.4', 'sip:bob@10.0.0.5');
  assert.deepEqual(firstWords(await say({ method: 'INFO', extra: ['Max-Breadth: 0'] })), ['440 Max-Breadth Exceeded']);
  await say({ method: 'INFO', cseq: 2, extra: ['Max-Breadth: 2'] });
  assert.deepEqual(
    [phone, second, third].map(({ heard }) => headerOf(heard[0] ?? '', 'Max-Breadth')),
    ['1', '1', undefined],
  );
  await answer(phone, 'INFO', { status: 404 });
  await answer(second, 'INFO', { status: 404 });
  assert.equal(headerOf(third.heard[0], 'Max-Breadth'), '2');
  await answer(third, 'INFO', { status: 404 });
  await say({ method: 'INFO', cseq: 3, extra: ['Max-Breadth: 4000000000'] });
  assert.deepEqual(
    [phone, second, third].map(({ heard }) => headerOf(heard.at(-1) ?? '', 'Max-Breadth')),
    ['20', '20', '20'],
  );
});

test('Route: values that mean us go, by address or name; others are followed; the Request-URI stays', async () => {
  const { stage, say, phone } = await stageWithPhone({ names: ['proxy.example'] });
  const hop = await stage.network.peer('10.0.0.6');
  const own = '<sip:10.0.0.1;lr>, <sip:proxy.example;lr>, <sip:x@10.0.0.1:5060;transport=udp;lr>';
  await say({ method: 'INFO', extra: [`Route: ${own}, <sip:10.0.0.6;lr>,<sip:far;lr>`] });
  assert.deepEqual(
    [firstWords(hop.heard), valuesOf(hop.heard[0], 'Route')],
    [['INFO'], ['<sip:10.0.0.6;lr>,<sip:far;lr>']],
  );
  for (const [at, foreign] of [
    '<sip:10.0.0.1:5061;lr>',
    '<sip:10.0.0.1;transport=tcp;lr>',
    '<sip:proxy.example:99;lr>',
  ].entries()) {
    await say({ method: 'INFO', cseq: 2 + at, extra: [`Route: ${foreign}`] });
    assert.deepEqual(stage.routed.at(-1)?.values('route'), [foreign]);
  }
  await say({ method: 'INFO', cseq: 9, extra: ['Route: <sip:proxy.example;lr>'] });
  assert.deepEqual([firstWords(phone.heard), valuesOf(phone.heard[0], 'Route')], [['INFO'], []]);
});

test('strict routers: one before us is undone, one after us gets what it expects', async () => {
  const { stage, say } = await stageWithPhone();
  const hop = await stage.network.peer('10.0.0.6');
  await say({ method: 'INFO', uri: 'sip:10.0.0.1;lr', extra: ['Route: <sip:10.0.0.6;lr>, <sip:end@far;x>'] });
  assert.equal(stage.routed[0].uri, 'sip:end@far;x');
  assert.deepEqual(
    [hop.heard[0].split(' ')[1], valuesOf(hop.heard[0], 'Route')],
    ['sip:end@far;x', ['<sip:10.0.0.6;lr>']],
  );
  await say({ method: 'INFO', cseq: 2, uri: 'sip:end@far', extra: ['Route: <sip:10.0.0.6;y>, <sip:next;lr>'] });
  assert.deepEqual(
    [hop.heard[1].split(' ')[1], valuesOf(hop.heard[1], 'Route')],
    ['sip:10.0.0.6;y', ['<sip:next;lr>', '<sip:end@far>']],
  );
});

test('a maddr that means us has done its work', async () => {
  const { stage, say } = await stageWithPhone();
  await say({ method: 'INFO', uri: 'sip:bob@far:5060;maddr=10.0.0.1;transport=udp;x' });
  await say({ method: 'INFO', cseq: 2, uri: 'sip:bob@far;maddr=10.0.0.9' });
  assert.deepEqual(
    stage.routed.map(({ uri }) => uri),
    ['sip:bob@far;x', 'sip:bob@far;maddr=10.0.0.9'],
  );
});

test('a dialog shows by the seal of its Route that it came through here; the seal of another does not count', async () => {
  const { stage, say, phone } = await stageWithPhone();
  await say({ method: 'INVITE' });
  await answer(phone, 'INVITE', { status: 200 });
  const [route] = valuesOf(phone.heard[0], 'Record-Route');
  assert.match(route, /^<sip:d~[\w-]{16}@10\.0\.0\.1:5060;lr>$/);
  const inside = { toTag: 'callee', extra: [`Route: ${route}`] };
  await say({ method: 'ACK', ...inside });
  await say({ method: 'BYE', cseq: 2, ...inside });
  assert.deepEqual(firstWords(phone.heard), ['INVITE', 'ACK', 'BYE']);
  assert.equal(stage.routed.length, 1);
  await say({ method: 'ACK', callId: 'other', ...inside });
  await say({ method: 'BYE', callId: 'other', cseq: 2, ...inside });
  assert.deepEqual(firstWords(phone.heard), ['INVITE', 'ACK', 'BYE', 'BYE']);
  assert.equal(stage.routed.length, 2, 'it was asked for, like any other');
  await say({ method: 'ACK', cseq: 3, callId: 'third' });
  assert.equal(phone.heard.length, 4, 'an ACK without a seal goes nowhere');
  await answer(phone, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('the seal of a dialog is good inside of it only: a new request with its Call-ID is asked for like any other', async () => {
  const admitted: string[] = [];
  const { stage, say, phone } = await stageWithPhone({ admit: ({ method }) => void admitted.push(method) });
  await say({ method: 'INVITE' });
  await answer(phone, 'INVITE', { status: 200 });
  const [route] = valuesOf(phone.heard[0], 'Record-Route');
  stage.route = () => ({ kind: 'answer', status: 403 });
  for (const [at, method] of ['INVITE', 'MESSAGE'].entries()) {
    const heard = await say({ method, cseq: 2 + at, uri: 'sip:gold@10.0.0.3', extra: [`Route: ${route}`] });
    assert.deepEqual(firstWords(heard).slice(-1), ['403 Forbidden']);
  }
  assert.deepEqual([firstWords(phone.heard), admitted], [['INVITE'], ['INVITE', 'INVITE', 'MESSAGE']]);
  await assertNothingLeft(stage);
});

test('who is not trusted says nothing that only the trusted may, and hears nothing private', async () => {
  const trusted = new Set<string>();
  const { stage, say, phone, peer } = await stageWithPhone({ isTrusted: ({ address }) => trusted.has(address) });
  const said = [
    'P-Asserted-Identity: <sip:ann@x>',
    'Remote-Party-ID: <sip:ann@x>',
    'P-Preferred-Identity: <sip:pref@x>',
    'P-Charging-Vector: icid-value=1',
    'Privacy: id',
  ];
  const heard = () =>
    phone.heard
      .at(-1)
      ?.split('\r\n')
      .filter(line => /^P-|^Rem|^Priv/.test(line));
  await say({ method: 'INFO', extra: said });
  assert.deepEqual(heard(), ['Privacy: id']);
  assert.deepEqual(stage.routed[0].values('p-preferred-identity'), ['<sip:pref@x>']);
  assert.equal(stage.routed[0].header('p-asserted-identity'), undefined);
  trusted.add('10.0.0.2');
  await say({ method: 'INFO', cseq: 2, extra: said });
  assert.deepEqual(heard(), ['Privacy: id'], 'the phone is not trusted');
  await say({ method: 'INFO', cseq: 3, extra: said.slice(0, 4) });
  assert.deepEqual(heard(), said.slice(0, 2), 'it is not private');
  await say({ method: 'INFO', cseq: 31, extra: ['Privacy: user', ...said] });
  assert.deepEqual(heard(), ['Privacy: user', 'Privacy: id'], 'what is asked for in a second line is asked for too');
  trusted.add('10.0.0.3');
  await say({ method: 'INFO', cseq: 4, extra: said });
  assert.deepEqual(heard(), [said[0], said[1], said[3], said[4]]);
  const extra = ['P-Asserted-Identity: <sip:bob@x>', 'Privacy: id'];
  await answer(phone, 'INFO', { status: 200, extra });
  assert.ok(peer.heard.at(-1)?.includes('P-Asserted-Identity'));
  trusted.clear();
  trusted.add('10.0.0.3');
  await say({ method: 'INFO', cseq: 5 });
  await answer(phone, 'INFO', { status: 200, extra });
  assert.ok(!peer.heard.at(-1)?.includes('P-Asserted-Identity'), 'the caller is not trusted');
  stage.route = () => ({ kind: 'forward', targets: [{ uri: BOB }], identity: ['"Ann" <sip:ann@home>'] });
  await say({ method: 'INFO', cseq: 6, extra: said.slice(0, 4) });
  assert.deepEqual(heard(), ['P-Asserted-Identity: "Ann" <sip:ann@home>']);
});

test('answers, redirections and failures of the routing', async () => {
  const { stage, say, phone, peer } = await stageWithPhone();
  stage.route = () => ({ kind: 'answer', status: 403, reason: 'Not You', headers: [['Warning', '399 x "y"']] });
  const [trying, refusal] = await say({ method: 'INVITE' });
  assert.deepEqual(firstWords([trying, refusal]), ['100 Trying', '403 Not You']);
  assert.equal(headerOf(refusal, 'Warning'), '399 x "y"');
  await say({ method: 'ACK', branch: 'z9hG4bKINVITE..1.', toTag: 'x' });
  stage.route = async () => ({ kind: 'redirect', contacts: [{ uri: 'sip:a@b', q: 0.5 }, { uri: 'sip:c@d' }] });
  const [moved] = await say({ method: 'INFO', cseq: 2 });
  assert.deepEqual(
    [firstWords([moved])[0], valuesOf(moved, 'Contact')],
    ['302 Moved Temporarily', ['<sip:a@b>;q=0.500', '<sip:c@d>']],
  );
  stage.route = () => to();
  assert.deepEqual(firstWords(await say({ method: 'INFO', cseq: 3 })), ['480 Temporarily Unavailable']);
  stage.route = () => to('sip:a b', 'nonsense');
  assert.deepEqual(firstWords(await say({ method: 'INFO', cseq: 4 })), ['480 Temporarily Unavailable']);
  stage.route = () => Promise.reject(new Error('no'));
  assert.deepEqual(firstWords(await say({ method: 'INFO', cseq: 5 })), ['500 Server Internal Error']);
  stage.route = () => {
    throw new Error('no');
  };
  assert.deepEqual(firstWords(await say({ method: 'INFO', cseq: 6 })), ['500 Server Internal Error']);
  let decide: (decision: ReturnType<typeof to>) => void = () => undefined;
  stage.route = () => new Promise(resolve => (decide = resolve));
  await say({ method: 'INFO', cseq: 7 });
  await stage.clock.run(10_000);
  assert.deepEqual(firstWords(peer.heard).slice(-1), ['500 Server Internal Error']);
  decide(to(BOB));
  await settle();
  assert.deepEqual(phone.heard, []);
  await assertNothingLeft(stage, 3);
});

test('a refusal is one line, with the Call-ID and the words of the application', async () => {
  const words = { rule: 'barred', change: 'Ask the house.' };
  const { say, stage } = await stageWithPhone({ admit: () => ({ status: 403, ...words }) });
  await say({ method: 'INVITE', callId: 'c1' });
  await say({ method: 'INVITE', callId: 'c2', extra: ['Max-Forwards: none'] });
  const lines = stage.lines.filter(({ event }) => event === 'sip request refused').map(({ fields }) => fields);
  assert.deepEqual(
    lines.map(({ rule, change, callId }) => [rule, callId, change]),
    [
      ['barred', 'c1', 'Ask the house.'],
      ['malformed', 'c2', lines[1].change],
    ],
  );
});

test('budgets: requests on their way, transactions, a source, admission, overload', async () => {
  const { say, stage } = await stageWithPhone({ budgets: { contexts: 1 } });
  await say({ method: 'INVITE' });
  const [full] = await say({ method: 'INVITE', cseq: 2, callId: 'b' });
  assert.deepEqual(firstWords([full]), ['503 Service Unavailable']);
  assert.ok(Number(headerOf(full, 'Retry-After')) >= 10);
  assert.equal(stage.proxy.refusals()['tables full'], 1);
  const many = await stageWithPhone({
    budgets: { transactionsPerSource: 1, requestsPerSecond: 4 },
    unlimited: () => false,
  });
  await many.say({ method: 'INFO' });
  for (let cseq = 2; cseq < 7; cseq++) await many.say({ method: 'INFO', cseq });
  const { 'too many transactions': transactions, 'too many requests': requests } = many.stage.proxy.refusals();
  assert.deepEqual([transactions, requests], [3, 2]);
  const closed = await stageWithPhone({ admit: () => ({ status: 403 }) });
  assert.deepEqual(firstWords(await closed.say({ method: 'INFO' })), ['403 Forbidden']);
  const busy = await stageWithPhone({ overload: () => ({ retryAfterSeconds: 30 }) });
  assert.deepEqual(firstWords(await busy.say({ method: 'INFO' })), ['503 Service Unavailable']);
});
