import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { DigestServer, parseMessage } from '../src/index.ts';
import { requestText } from './messages.ts';
import { PROXY, proxyScene } from './proxy-scene.ts';
import { SERVER, scene } from './scene.ts';

/** What an answer may be to who cannot be proved to be where he says: this much of what he sent. */
const MOST = 1.5;

const torture = new URL('./torture/', import.meta.url);
const messages = ['rfc4475', 'rfc5118'].flatMap(folder =>
  readdirSync(new URL(folder, torture)).map(name => readFileSync(new URL(`${folder}/${name}`, torture), 'latin1')),
);

const METHODS = ['INVITE', 'OPTIONS', 'REGISTER', 'SUBSCRIBE', 'MESSAGE', 'NOTHING', 'BYE', 'CANCEL'];
const SMALL = [
  'OPTIONS sip:a SIP/2.0\r\nv:SIP/2.0/UDP h\r\n\r\n',
  'A sip:a SIP/2.0\r\nv:SIP/2.0/UDP h;branch=z9hG4bK1\r\nf:<sip:a>;tag=1\r\nt:<sip:a>\r\ni:1\r\nCSeq:1 A\r\n\r\n',
  `INVITE sip:a SIP/2.0\r\n${'v:SIP/2.0/UDP h\r\n'.repeat(60)}\r\n`,
];

/** Answers in octets for each octet of the request, the worst of all. */
async function worst(requests: readonly string[], options: Parameters<typeof scene>[0]): Promise<number> {
  const { network } = await scene(options);
  const victim = await network.peer('203.0.113.9');
  let most = 0;
  for (const text of requests) {
    const octets = Buffer.byteLength((await victim.ask(text, SERVER)).join(''), 'latin1');
    most = Math.max(most, octets / text.length);
  }
  assert.ok(victim.heard.length > 0, 'something is answered');
  return most;
}

const unlimited = { unlimited: () => true };

test('who is not admitted gets no more than one and a half times what he sent, from one datagram, whatever it says', async () => {
  const refused = { ...unlimited, admit: () => ({ status: 403, reason: 'x'.repeat(300) }) };
  const valid = METHODS.map(method => requestText({ method, extra: ['Require: a, b, c', 'Accept: x/y'] }));
  assert.ok((await worst([...valid, ...messages, ...SMALL], refused)) <= MOST);
  const plain = { ...unlimited, admit: () => ({ status: 403 }) };
  assert.ok((await worst([...valid, ...messages, ...SMALL], plain)) <= MOST);
});

test('what is malformed is answered in the same measure, though everybody is admitted', async () => {
  const broken = METHODS.flatMap(method => [
    requestText({ method }).replace(/CSeq:.*\r\n/, ''),
    requestText({ method }).replace(/From:.*\r\n/, 'From: <<<\r\n'),
    requestText({ method }).replace(/Max-Forwards: \d+/, 'Max-Forwards: x'),
  ]);
  assert.ok((await worst([...broken, ...SMALL.slice(0, 1), ...SMALL.slice(2)], unlimited)) <= MOST);
});

test('who requires a hundred extensions hears of them in one header', async () => {
  const many = requestText({
    method: 'OPTIONS',
    extra: [`Require: ${'a,'.repeat(100)}b`, `Subject: ${'x'.repeat(400)}`],
  });
  assert.ok((await worst([many], unlimited)) <= MOST);
});

test('no list of what we can goes to who is not admitted', async () => {
  const { network } = await scene({ admit: () => ({ status: 403 }) });
  const victim = await network.peer('203.0.113.9');
  for (const method of METHODS) await victim.ask(requestText({ method }), SERVER);
  assert.ok(victim.heard.length > 0);
  for (const answer of victim.heard) assert.doesNotMatch(answer, /^(Allow|Accept|Supported|Allow-Events):/im);
});

/** As small as telephones send it, and with a few more octets each time. */
const registers = Array.from({ length: 40 }, (_, step) => {
  const lines = [
    'REGISTER sip:10.0.0.1 SIP/2.0',
    `v: SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK${step};rport`,
    'f: <sip:ann@10.0.0.1>;tag=456248',
    't: <sip:ann@10.0.0.1>',
    `i: 8438${step}`,
    'CSeq: 1 REGISTER',
    'm: <sip:ann@203.0.113.9>',
    'Max-Forwards: 70',
    `Subject: ${'x'.repeat(20 * step)}`,
    'l: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
});

const ALGORITHMS = ['SHA-512-256', 'SHA-256', 'MD5'] as const;

/** Which algorithms each challenge offers. */
const offered = (answer: string): string[] => Array.from(answer.matchAll(/algorithm=([\w-]+)/g), ([, name]) => name);

function assertProportionate(asked: readonly string[], answers: readonly (readonly string[])[]): void {
  const counts = asked.map((text, at) => {
    const [answer, ...more] = answers[at];
    assert.deepEqual(more, []);
    assert.match(answer, /^SIP\/2\.0 40[17] /);
    assert.ok(answer.length <= MOST * text.length, `${answer.length} octets for ${text.length}`);
    assert.equal(parseMessage(Buffer.from(answer, 'latin1')).callId, parseMessage(Buffer.from(text, 'latin1')).callId);
    const names = offered(answer);
    assert.deepEqual(names, ALGORITHMS.slice(0, names.length), 'the preferred ones stay');
    return names.length;
  });
  assert.deepEqual([...new Set(counts)].toSorted(), [1, 2, 3], 'all of them as soon as the request is long enough');
  assert.deepEqual(counts, counts.toSorted(), 'a longer request never gets less');
  const whole = answers.at(-1)?.[0] ?? '';
  assert.match(whole, /^SIP\/2\.0 40[17] \w/);
  assert.match(whole, /\r\nCall-ID: .*\r\n/);
  assert.match(whole, /\r\nServer: Parley\r\n/);
}

const wanting = (asker: 'server' | 'proxy', clock: FakeClock): DigestServer =>
  new DigestServer({ realm: 'example.com', clock, algorithms: ALGORITHMS, asker, lookup: () => undefined });

test('a challenge is in proportion to the request: without Server, short names, fewer algorithms; each small request gets one', async () => {
  const digest = wanting('server', new FakeClock());
  const { network } = await scene({
    ...unlimited,
    admit: (request, source) => {
      const verdict = digest.checkNow(request, source);
      return verdict.kind === 'refused' ? verdict.refusal : undefined;
    },
  });
  const phone = await network.peer('203.0.113.9');
  const answers: (readonly string[])[] = [];
  for (const text of registers) answers.push(await phone.ask(text, SERVER));
  assertProportionate(registers, answers);
});

test('a proxy that asks for credentials keeps the same measure', async () => {
  const digest = wanting('proxy', new FakeClock());
  const { network } = await proxyScene({
    admit: (request, source) => {
      const verdict = digest.checkNow(request, source);
      return verdict.kind === 'refused' ? verdict.refusal : undefined;
    },
  });
  const phone = await network.peer('203.0.113.9');
  const answers: (readonly string[])[] = [];
  for (const text of registers) answers.push(await phone.ask(text, PROXY));
  assertProportionate(registers, answers);
});
