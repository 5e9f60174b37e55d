import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { memoryLog, systemClock } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { firstStart } from '@parley/directory';
import { memoryObjects } from '@parley/directory/memory';
import { createUserAgent, parseMessage } from '@parley/sip';
import type { LoadFigures, Overload } from '../src/admission.ts';
import { createFrontDoor } from '../src/house/front-door.ts';

const SYSTEM = { who: 'system' };

const CALM: LoadFigures = {
  ready: true,
  draining: false,
  spoolTakes: true,
  waiting: 0,
  calls: 0,
  mediaStuck: false,
  lateMillis: 0,
  signallingMillis: 0,
  backlogSeconds: 0,
};
const LIMITS = {
  calls: 20,
  waiting: 2,
  lateMillis: 10,
  signallingMillis: 10,
  backlogSeconds: 10,
  retryAfterSeconds: 7,
};

/** A door on a real socket that asks these figures; what it tells, and what it counts. */
async function door(t: TestContext) {
  const objects = memoryObjects({ clock: new FakeClock(), languages: ['en-US'] });
  await firstStart(objects, { clock: new FakeClock(), timeZone: 'UTC' });
  const [{ object, etag }] = (await objects.list('UMIPGateway', {}, SYSTEM)).objects;
  await objects.change('UMIPGateway', object.id, { etag, patch: { address: ['127.0.0.1'] } }, SYSTEM);
  const { directory } = objects;
  const log = memoryLog();
  const counted: string[] = [];
  let figures = CALM;
  const agent = createUserAgent({
    listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }],
    clock: systemClock,
    log,
    admit: createFrontDoor({
      directory,
      figures: () => figures,
      limits: () => LIMITS,
      metrics: { refused: why => void counted.push(why) },
    }),
    unlimited: source => directory.gatewayFor(source) !== undefined,
    onInvitation: invitation => invitation.reject({ status: 486 }),
  });
  const [{ port }] = await agent.listen();
  t.after(() => agent.close());
  const told = () => log.lines.filter(({ event }) => event === 'sip request refused');
  const load = (changed: Partial<LoadFigures>) => {
    figures = { ...CALM, ...changed };
  };
  return {
    told,
    counted,
    load,
    ask: (callId: string, from?: string, extra?: string) => ask({ port, callId, from, extra }),
  };
}

interface Asking {
  readonly port: number;
  readonly callId: string;
  readonly from?: string;
  /** A header line. */
  readonly extra?: string;
}

/** The final answer to an INVITE, or to OPTIONS. */
async function ask({ port, callId, from = '127.0.0.1', extra }: Asking) {
  const socket = createSocket('udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  const method = callId.startsWith('ping') ? 'OPTIONS' : 'INVITE';
  const lines = [
    `${method} sip:1001@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP ${from};rport;branch=z9hG4bK${callId}`,
    'From: <sip:a@h>;tag=1',
    'To: <sip:1001@h>',
    `Call-ID: ${callId}`,
    `CSeq: 1 ${method}`,
    'Contact: <sip:a@127.0.0.1:9>',
    ...(extra === undefined ? [] : [extra]),
    'Content-Length: 0',
  ];
  const answer = new Promise<string>(resolve => {
    socket.on('message', bytes => {
      if (!bytes.toString().startsWith('SIP/2.0 1')) resolve(bytes.toString());
    });
  });
  socket.send(`${lines.join('\r\n')}\r\n\r\n`, port, '127.0.0.1');
  const text = await answer;
  socket.close();
  return text;
}

/** What is wrong, and the rule that turns calls away for it; `probe`: OPTIONS too. */
const LOADS: readonly (readonly [rule: Overload, figures: Partial<LoadFigures>, change: RegExp, probe: boolean])[] = [
  ['starting', { ready: false }, /moment/, false],
  ['draining', { draining: true }, /told to stop/, true],
  ['spool full', { spoolTakes: false }, /spool\.folder/, true],
  ['call limit', { calls: 20 }, /limits\.calls/, false],
  ['calls waiting', { waiting: 2 }, /limits\.waiting/, false],
  ['media stuck', { mediaStuck: true }, /replaced/, false],
  ['packets late', { calls: 10, lateMillis: 11 }, /limits\.lateMillis/, false],
  ['signalling late', { calls: 10, signallingMillis: 11 }, /limits\.signallingMillis/, false],
  ['encoding backlog', { backlogSeconds: 11 }, /limits\.backlogSeconds/, false],
];

for (const [rule, figures, change, probe] of LOADS)
  test(`${rule}: 503 with Retry-After and one line that says what to change`, async t => {
    const { load, ask: asks, told, counted } = await door(t);
    load(figures);
    const answer = await asks('turned-away');
    assert.match(answer, /^SIP\/2\.0 503 .*\r\nRetry-After: 7\r\n/s);
    assert.ok(answer.includes(`\r\nWarning: 399 parley "${rule}"\r\n`), 'whoever calls is told the rule too');
    const [{ level, fields }, ...others] = told();
    assert.equal(others.length, 0);
    assert.equal(level, 'warn');
    assert.deepEqual(
      [fields.rule, fields.status, fields.source, fields.callId, fields.method],
      [rule, 503, '127.0.0.1', 'turned-away', 'INVITE'],
    );
    assert.match(String(fields.change), change);
    assert.deepEqual(counted, [rule]);
    assert.match(await asks('ping'), probe ? /^SIP\/2\.0 503 / : /^SIP\/2\.0 200 /);
    load(CALM);
    assert.match(await asks('let-in'), /^SIP\/2\.0 486 /);
  });

test('a stranger is told of a few times, however often it calls; a call of a gateway never goes untold', async t => {
  const { ask: asks, told } = await door(t);
  for (let n = 0; n < 12; n++) assert.match(await asks(`stranger-${n}`, '127.0.0.9'), /^SIP\/2\.0 403 /);
  const lines = told();
  assert.equal(lines.length, 5);
  assert.ok(lines.every(({ fields }) => fields.rule === 'stranger' && fields.source === '127.0.0.9'));
  assert.match(String(lines[0].fields.change), /parley gateway create/);
  for (let n = 0; n < 12; n++)
    assert.match(await asks(`ours-${n}`, '127.0.0.1', 'Require: unheard-of'), /^SIP\/2\.0 420 /);
  const ours = told().slice(5);
  assert.deepEqual(
    ours.map(({ fields }) => [fields.callId, fields.detail]),
    Array.from({ length: 12 }, (_, n) => [`ours-${n}`, 'Unsupported: unheard-of']),
  );
});

test('of a stranger by TLS it is told which names its certificate proves, and what to write', () => {
  const { directory } = memoryObjects({ clock: new FakeClock(), languages: ['en-US'] });
  const enter = createFrontDoor({
    directory,
    figures: () => CALM,
    limits: () => LIMITS,
    metrics: { refused: () => undefined },
  });
  const head = [
    'Via: SIP/2.0/TLS h;branch=z9hG4bK1',
    'From: <sip:a@h>;tag=1',
    'To: <sip:b@h>',
    'Call-ID: 1',
    'CSeq: 1 OPTIONS',
  ];
  const request = parseMessage(
    Buffer.from(`OPTIONS sip:b@h SIP/2.0\r\n${head.join('\r\n')}\r\nMax-Forwards: 70\r\n\r\n`),
  );
  assert.ok(request.kind === 'request');
  const told = (certified?: readonly string[]) =>
    enter(request, { transport: 'tls', address: '192.0.2.9', port: 5061, ...(certified && { certified }) });
  assert.equal(told()?.rule, 'stranger');
  assert.match(told()?.change ?? '', /^It shows no certificate.*parley gateway create/);
  assert.match(told([])?.change ?? '', /^Its certificate proves no name: .*subjectAltName.*wildcards/);
  assert.match(
    told(['sbc.example.org', 'other.example.org'])?.change ?? '',
    /^Its certificate proves sbc\.example\.org, other\.example\.org, .*gateway create NAME --address sbc\.example\.org --port 5061/,
  );
});
