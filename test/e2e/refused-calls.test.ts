import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { type Server, startServer, testFolder } from '../peers/parley.ts';
import { until } from '../peers/until.ts';

/** A peer on TCP that speaks text, from an address of its own. */
class Caller {
  readonly #socket: Socket;
  #heard = '';

  constructor(t: Pick<TestContext, 'after'>, server: Server, localAddress = '127.0.0.1') {
    const [host, port] = server.tcp.split(':');
    this.#socket = connect({ host, port: Number(port), localAddress });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => {
      this.#heard += text;
    });
    t.after(() => this.#socket.destroy());
  }

  say(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** Statuses of the answers to a call, the provisional ones left out. */
  finals(callId: string): number[] {
    return this.#heard
      .split(/(?=SIP\/2\.0 \d{3} )/)
      .filter(text => text.includes(`Call-ID: ${callId}\r\n`))
      .map(text => Number(text.slice(8, 11)))
      .filter(status => status >= 200);
  }

  final(callId: string, count = 1): Promise<number> {
    return until(`${count} answers to ${callId}`, () => this.finals(callId)[count - 1]);
  }
}

interface RequestText {
  readonly callId: string;
  readonly method?: string;
  readonly uri?: string;
  readonly branch?: string;
  readonly cseq?: string;
  readonly fromTag?: string;
  readonly toTag?: string;
  readonly extra?: readonly string[];
  readonly type?: string;
  readonly sdp?: string;
}

const sdp = (media: string, c = 'IN IP4 127.0.0.1') =>
  `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=${c}\r\nt=0 0\r\n${media}\r\n`;
const PCMU = sdp('m=audio 4000 RTP/AVP 0');

function requestText({ callId, method = 'INVITE', uri = 'sip:1001@127.0.0.1', ...rest }: RequestText): string {
  const { cseq = `1 ${method}`, extra = [], fromTag = 'f', toTag, type = 'application/sdp' } = rest;
  const body = rest.sdp ?? (method === 'INVITE' ? PCMU : '');
  const lines = [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK${rest.branch ?? callId}`,
    `From: <sip:5550123@127.0.0.1>;tag=${fromTag}`,
    `To: <${uri}>${toTag ? `;tag=${toTag}` : ''}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq}`,
    'Contact: <sip:raw@127.0.0.1:9;transport=tcp>',
    ...extra,
    ...(body && [`Content-Type: ${type}`]),
    `Content-Length: ${body.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

type Line = Readonly<Record<string, unknown>>;

/** The lines of the log about the refusal of a call: one, once it is there. */
async function refusalOf(server: Server, callId: string): Promise<Line> {
  const lines = () =>
    server.child
      .output()
      .split('\n')
      .filter(text => text.includes(`"${callId}"`) && /"msg":"(sip request|call) refused"/.test(text))
      .map((text): Line => JSON.parse(text));
  await until(`the line about ${callId}`, () => lines()[0]);
  const found = lines();
  assert.equal(found.length, 1, JSON.stringify(found));
  return found[0];
}

async function assertTold(
  server: Server,
  row: { callId: string; status: number; rule: string; change: RegExp; source?: string },
) {
  const { callId, status, rule, change, source = '127.0.0.1' } = row;
  const line = await refusalOf(server, callId);
  assert.deepEqual([line.status, line.rule, line.source], [status, rule, source]);
  assert.match(String(line.change), change);
  assert.ok(line.level === 'warn' || line.level === 'info', `${line.level} is not seen by default`);
  assert.equal(line.callId ?? line.call, callId);
}

const UNRELIABLE = 'reliable provisional responses required';

interface Row extends Omit<RequestText, 'callId'> {
  readonly name: string;
  readonly status: number;
  readonly rule: string;
  readonly change: RegExp;
  readonly source?: string;
}

/** Each way in which one request is refused as the server is set up at first. */
const ROWS: readonly Row[] = [
  { name: 'malformed', cseq: 'one INVITE', status: 400, rule: 'malformed', change: /grammar of SIP/ },
  {
    name: 'no address of the caller',
    extra: ['Contact: <sip:second@h>'],
    status: 400,
    rule: 'malformed',
    change: /sender/,
  },
  { name: 'method that is not done', method: 'REGISTER', status: 405, rule: 'method not allowed', change: /Allow/ },
  { name: 'method that nobody knows', method: 'CHAT', status: 501, rule: 'method unknown', change: /Allow/ },
  { name: 'no SDP', type: 'text/plain', status: 415, rule: 'body not understood', change: /application\/sdp/ },
  { name: 'no SDP wanted', extra: ['Accept: text/plain'], status: 406, rule: 'no acceptable answer', change: /Accept/ },
  { name: 'sips without TLS', uri: 'sips:1001@127.0.0.1', status: 416, rule: 'address not understood', change: /TLS/ },
  {
    name: 'extension',
    extra: ['Require: unheard-of'],
    status: 420,
    rule: 'extension not supported',
    change: /Unsupported/,
  },
  {
    name: 'session timer',
    extra: ['Supported: timer', 'Session-Expires: 60'],
    status: 422,
    rule: 'session timer too short',
    change: /Session-Expires/,
  },
  { name: 'unknown dialog', toTag: 'gone', status: 481, rule: 'no dialog', change: /over/ },
  { name: 'unknown call', method: 'BYE', toTag: 'gone', status: 481, rule: 'no dialog', change: /over/ },
  { name: 'unknown mailbox', uri: 'sip:4999@127.0.0.1', status: 404, rule: 'no mailbox', change: /parley mailbox set/ },
  { name: 'no codec', sdp: sdp('m=audio 4000 RTP/AVP 18'), status: 488, rule: 'session description', change: /PCMU/ },
  {
    name: 'encryption by TCP',
    sdp: sdp(`m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${'A'.repeat(40)}`),
    status: 488,
    rule: 'SRTP by TLS only',
    change: /call by TLS .*, or without SRTP/,
  },
  {
    name: 'IPv6 media',
    sdp: sdp('m=audio 4000 RTP/AVP 0', 'IN IP6 ::1'),
    status: 488,
    rule: 'session description',
    change: /rtp\.address6/,
  },
  {
    name: 'a name for an address',
    sdp: sdp('m=audio 4000 RTP/AVP 0', 'IN IP4 phone.example.org'),
    status: 488,
    rule: 'session description',
    change: /not a name$/,
  },
  { name: 'broken SDP', sdp: 'v=0\r\nm=audio\r\n', status: 400, rule: 'session description', change: /RFC 8866/ },
  {
    name: 'REFER outside a call',
    method: 'REFER',
    extra: ['Refer-To: <sip:5550199@192.0.2.1>'],
    status: 403,
    rule: 'REFER outside a call',
    change: /sender/,
  },
];

suite('a refused call says in one line of the log which rule refused it and what to change', () => {
  test('one request, one line', async t => {
    const server = await startServer(t, { data: testFolder(t), config: { log: { level: 'info', maskNumbers: true } } });
    const caller = new Caller(t, server);
    for (const [index, row] of ROWS.entries())
      await t.test(row.name, async () => {
        const callId = `row-${index}-x`;
        caller.say(requestText({ ...row, callId }));
        assert.equal(await caller.final(callId), row.status);
        await assertTold(server, { ...row, callId });
      });
    await t.test('the same request on two ways', async () => {
      caller.say(requestText({ callId: 'merged', branch: 'first' }));
      caller.say(requestText({ callId: 'merged', branch: 'second' }));
      await until('482', () => caller.finals('merged').find(status => status === 482));
      await assertTold(server, { callId: 'merged', status: 482, rule: 'merged', change: /one way/ });
    });
    await t.test('a Call-ID that another call has', async () => {
      caller.say(requestText({ callId: 'twice', branch: 'one' }));
      caller.say(requestText({ callId: 'twice', branch: 'two', fromTag: 'other', cseq: '7 INVITE' }));
      await until('482', () => caller.finals('twice').find(status => status === 482));
      await assertTold(server, { callId: 'twice', status: 482, rule: 'Call-ID in use', change: /its own/ });
    });
    await t.test('what the administrator has set', async () => {
      const set = async (...words: string[]) => {
        const { code, output } = await server.run(...words);
        assert.equal(code, 0, output);
      };
      const refused = async (callId: string, row: { status: number; rule: string; change: RegExp }) => {
        caller.say(requestText({ callId }));
        assert.equal(await caller.final(callId), row.status);
        await assertTold(server, { callId, ...row });
      };
      await set('huntgroup', 'delete', 'Default Hunt Group');
      await refused('led-nowhere', { status: 404, rule: 'no hunt group', change: /parley huntgroup create/ });
      const told = await server.child.prints(/^.*"call":"led-nowhere".*"msg":"call over".*$/m);
      const { explanation }: { explanation: string[] } = JSON.parse(told[0]);
      assert.deepEqual(explanation, [...new Set(explanation)], 'each thing that was looked at is told once');
      assert.match(explanation.at(-1) ?? '', /gateway loopback has no hunt group for /);
      await set('gateway', 'set', 'loopback', '--status', 'NoNewCalls');
      await refused('later', { status: 503, rule: 'gateway takes no new calls', change: /--status Enabled/ });
      await set('gateway', 'set', 'loopback', '--status', 'Disabled');
      await refused('disabled', { status: 403, rule: 'stranger', change: /Disabled/ });
      await set('gateway', 'set', 'loopback', '--status', 'Enabled', '--address', '127.0.0.1');
      const stranger = new Caller(t, server, '127.0.0.9');
      stranger.say(requestText({ callId: 'from-elsewhere' }));
      assert.equal(await stranger.final('from-elsewhere'), 403);
      await assertTold(server, {
        callId: 'from-elsewhere',
        status: 403,
        rule: 'stranger',
        change: /gateway create/,
        source: '127.0.0.9',
      });
    });
  });

  test('what this machine cannot or may not do at the moment', async t => {
    const server = await startServer(t, {
      data: testFolder(t),
      config: {
        log: { level: 'info' },
        sip: { reliableProvisional: 'required' },
        rtp: { address: '127.0.0.1', ports: '29500-29503', threads: 1 },
        limits: { calls: 3 },
      },
    });
    const caller = new Caller(t, server);
    const invite = (callId: string) => caller.say(requestText({ callId, extra: ['Supported: 100rel'] }));
    caller.say(requestText({ callId: 'unreliable' }));
    assert.equal(await caller.final('unreliable'), 421);
    await assertTold(server, { callId: 'unreliable', status: 421, rule: UNRELIABLE, change: /100rel/ });
    for (const callId of ['first', 'second']) {
      invite(callId);
      await server.child.prints(new RegExp(`"call":"${callId}","result":"found"`));
    }
    invite('third');
    assert.equal(await caller.final('third'), 503);
    await assertTold(server, { callId: 'third', status: 503, rule: 'no media port', change: /rtp\.ports/ });
    server.child.process.kill('SIGTERM');
    await server.child.prints(/told to stop/);
    invite('fourth');
    assert.equal(await caller.final('fourth'), 503);
    await assertTold(server, { callId: 'fourth', status: 503, rule: 'draining', change: /another/ });
  });
});
