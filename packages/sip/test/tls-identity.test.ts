import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { before, type TestContext, test } from 'node:test';
import { createServer, type TlsOptions as NodeTlsOptions } from 'node:tls';
import type { TlsOptions } from '../src/index.ts';
import { agentAt, at } from './agents.ts';
import { Authority, FOR_CLIENTS, FOR_SERVERS, type Issued, selfSigned, type Wanted } from './certificates.ts';
import { headerOf } from './memory-network.ts';
import { requestText } from './messages.ts';
import { TextStream } from './text-stream.ts';

const SERVER = '127.0.0.2';
const CLIENT = '127.0.0.3';
const from = 'sip:ann@example.net';

let authority: Authority;
let strange: Authority;
let ours: Issued;

before(async () => {
  authority = await Authority.named('CN=Our authority');
  strange = await Authority.named('CN=Another authority');
  ours = await authority.issue({ names: [['url', 'sip:client.example']] });
});

const tls = (more: Partial<TlsOptions> = {}): TlsOptions => ({
  ...ours,
  authorities: [authority.certificate],
  ...more,
});

/** What 486 looks like to whoever sent `request`. */
function busy(request: string): string {
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(name => `${name}: ${headerOf(request, name)}`);
  return ['SIP/2.0 486 Busy Here', ...copied, 'Content-Length: 0', '', ''].join('\r\n');
}

async function listening(t: TestContext, server: Server): Promise<number> {
  server.listen(0, SERVER);
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A TLS server that answers 486 to whatever it gets, and counts that; it may be as weak as the peers of old. */
async function oldServer(t: TestContext, options: NodeTlsOptions) {
  const heard: string[] = [];
  const server = createServer({ ciphers: 'DEFAULT@SECLEVEL=0', ...options }, socket => {
    socket.setEncoding('latin1');
    socket.on('error', () => undefined);
    socket.on('data', text => {
      heard.push(String(text));
      if (String(text).startsWith('INVITE')) socket.write(busy(String(text)));
    });
  });
  return { heard, port: await listening(t, server) };
}

interface ServerRow {
  readonly title: string;
  readonly issue: () => Promise<Issued>;
  /** The domain that is called; undefined for the address itself. */
  readonly name?: string;
  /** What the log says; undefined when the server is believed. */
  readonly refused?: RegExp;
}

const by = (wanted: Wanted) => () => authority.issue(wanted);
const example = 'example.org';

const SERVERS: readonly ServerRow[] = [
  { title: 'SAN URI', issue: by({ names: [['url', 'sip:example.org']] }), name: example },
  { title: 'SAN URI, other case', issue: by({ names: [['url', 'SIP:EXAMPLE.Org']] }), name: 'Example.ORG' },
  { title: 'SAN URI with port', issue: by({ names: [['url', 'sip:example.org:5061;transport=tls']] }), name: example },
  {
    title: 'SAN URI hides SAN DNS',
    issue: by({
      names: [
        ['url', 'sip:other.example'],
        ['dns', example],
      ],
    }),
    name: example,
    refused: /for other\.example, not for example\.org/,
  },
  {
    title: 'SAN URI with user part is none, SAN DNS counts',
    issue: by({
      names: [
        ['url', 'sip:ann@other.example'],
        ['dns', example],
      ],
    }),
    name: example,
  },
  {
    title: 'SAN URI with user part alone',
    issue: by({ names: [['url', 'sip:ann@example.org']] }),
    name: example,
    refused: /for no name at all/,
  },
  {
    title: 'SAN URI of another scheme',
    issue: by({ names: [['url', 'sips:example.org']] }),
    name: example,
    refused: /for no name at all/,
  },
  { title: 'SAN DNS', issue: by({ names: [['dns', example]] }), name: example },
  { title: 'SAN DNS, upper case', issue: by({ names: [['dns', 'EXAMPLE.ORG']] }), name: example },
  { title: 'common name', issue: by({ subject: 'CN=example.org' }), name: example },
  {
    title: 'common name beside SAN DNS',
    issue: by({ subject: 'CN=example.org', names: [['dns', 'other.example']] }),
    name: example,
    refused: /for other\.example/,
  },
  {
    title: 'common name beside any SAN',
    issue: by({ subject: 'CN=example.org', names: [['ip', SERVER]] }),
    name: example,
    refused: /for 127\.0\.0\.2, not for/,
  },
  {
    title: 'wildcard',
    issue: by({ names: [['dns', '*.example.org']] }),
    name: 'sip.example.org',
    refused: /for no name at all/,
  },
  {
    title: 'wildcard in a URI',
    issue: by({ names: [['url', 'sip:*.example.org']] }),
    name: 'sip.example.org',
    refused: /for no name at all/,
  },
  {
    title: 'parent domain',
    issue: by({ names: [['dns', example]] }),
    name: 'sip.example.org',
    refused: /for example\.org, not for sip\.example\.org/,
  },
  {
    title: 'NUL in SAN DNS',
    issue: by({ names: [['dns', 'example.org\0.evil.example']] }),
    name: example,
    refused: /for no name at all/,
  },
  {
    title: 'NUL in the common name',
    issue: by({ subject: 'CN=example.org\0.evil.example' }),
    name: example,
    refused: /for no name at all/,
  },
  {
    title: 'comma in SAN DNS',
    issue: by({ names: [['dns', 'evil.example, DNS:example.org']] }),
    name: example,
    refused: /for no name at all/,
  },
  {
    title: 'comma in SAN URI',
    issue: by({ names: [['url', 'sip:evil.example, DNS:example.org']] }),
    name: example,
    refused: /for no name at all/,
  },
  { title: 'SAN IP for an address', issue: by({ names: [['ip', SERVER]] }) },
  {
    title: 'SAN IP of another address',
    issue: by({ names: [['ip', '127.0.0.9']] }),
    refused: /for 127\.0\.0\.9, not for 127\.0\.0\.2/,
  },
  { title: 'SAN DNS that looks like the address', issue: by({ names: [['dns', SERVER]] }), refused: /no name at all/ },
  {
    title: 'common name that looks like the address',
    issue: by({ subject: `CN=${SERVER}` }),
    refused: /no name at all/,
  },
  {
    title: 'expired',
    issue: by({ names: [['dns', example]], from: -9, until: -1 }),
    name: example,
    refused: /has expired/,
  },
  {
    title: 'not valid yet',
    issue: by({ names: [['dns', example]], from: 1 }),
    name: example,
    refused: /not valid yet/,
  },
  {
    title: 'another authority',
    issue: () => strange.issue({ names: [['dns', example]] }),
    name: example,
    refused: /nobody we trust/,
  },
  {
    title: 'self-signed',
    issue: () => selfSigned({ names: [['dns', example]] }),
    name: example,
    refused: /signed by itself/,
  },
  {
    title: 'only for TLS clients',
    issue: by({ names: [['dns', example]], usages: [FOR_CLIENTS] }),
    name: example,
    refused: /not made for this side of TLS/,
  },
  { title: 'only for TLS servers', issue: by({ names: [['dns', example]], usages: [FOR_SERVERS] }), name: example },
  {
    title: 'RSA of 1,024 bits',
    issue: by({ names: [['dns', example]], rsa: 1024 }),
    name: example,
    refused: /too weak|handshake failed/,
  },
];

for (const { title, issue, name, refused: expected } of SERVERS) {
  test(`server certificate: ${title}: ${expected ? 'refused, nothing is sent' : 'believed'}`, async t => {
    const { certificate, key } = await issue();
    const server = await oldServer(t, { cert: certificate, key });
    const { agent, refused } = await agentAt(t, [at('tls', CLIENT)], { tls: tls() });
    const via = { ...at('tls', SERVER, server.port), name };
    const outcome = agent.invite({ uri: `sip:1@${name ?? SERVER}`, via }, { from }).answered;
    await assert.rejects(outcome, { status: expected ? 503 : 486 });
    if (!expected) {
      assert.deepEqual(refused(), []);
      return;
    }
    assert.deepEqual(server.heard, []);
    const [line] = refused();
    assert.match(String(line.reason), expected);
    assert.equal(line.expected, name ?? SERVER);
    assert.equal(line.source, `${SERVER}:${server.port}`);
    assert.ok(String(line.change).length > 20);
  });
}

test('a signature with SHA-1 is refused', async t => {
  const old = await Authority.named('CN=Old authority', 'SHA-1');
  const { certificate, key } = await old.issue({ names: [['dns', example]] });
  const server = await oldServer(t, { cert: certificate, key });
  const { agent, refused } = await agentAt(t, [at('tls', CLIENT)], { tls: tls({ authorities: [old.certificate] }) });
  const via = { ...at('tls', SERVER, server.port), name: example };
  await assert.rejects(agent.invite({ uri: `sip:1@${example}`, via }, { from }).answered, { status: 503 });
  assert.match(String(refused()[0].reason), /too weak|handshake failed/);
  assert.deepEqual(server.heard, []);
});

test('a certificate that signs itself is believed when it is one of our authorities', async t => {
  const own = await selfSigned({ names: [['dns', example]] });
  const server = await oldServer(t, { cert: own.certificate, key: own.key });
  const { agent } = await agentAt(t, [at('tls', CLIENT)], { tls: tls({ authorities: [own.certificate] }) });
  const via = { ...at('tls', SERVER, server.port), name: example };
  await assert.rejects(agent.invite({ uri: `sip:1@${example}`, via }, { from }).answered, { status: 486 });
});

test('a server of TLS 1.1, one that speaks no TLS, and one that does not like our certificate are told apart', async t => {
  const { certificate: cert, key } = await authority.issue({ names: [['dns', example]] });
  const old = await oldServer(t, { cert, key, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' });
  const deaf = createTcpServer(socket => socket.on('error', () => undefined).end('SIP/2.0 400 Bad Request\r\n\r\n'));
  const picky = await oldServer(t, {
    cert,
    key,
    requestCert: true,
    rejectUnauthorized: true,
    ca: [strange.certificate],
  });
  const { agent, refused } = await agentAt(t, [at('tls', CLIENT)], { tls: tls() });
  // The last one closes after the handshake (TLS 1.3), and without a word: 503, not 408 once the transaction gave up.
  for (const port of [old.port, await listening(t, deaf), picky.port]) {
    const via = { ...at('tls', SERVER, port), name: example };
    await assert.rejects(agent.invite({ uri: `sip:1@${example}`, via }, { from }).answered, { status: 503 });
  }
  const [tooOld, notTls] = refused();
  assert.match(String(tooOld.reason), /no version of TLS that we speak/);
  assert.match(String(notTls.reason), /does not speak TLS/);
});

interface ClientRow {
  readonly title: string;
  /** Undefined: it has none. */
  readonly issue?: () => Promise<Issued>;
  /** Domains that are proved; a pattern when it is refused. */
  readonly expected: readonly string[] | undefined | RegExp;
}

const CLIENTS: Readonly<Record<'required' | 'requested' | 'none', readonly ClientRow[]>> = {
  required: [
    { title: 'SAN URI', issue: by({ names: [['url', 'sip:Gateway.example']] }), expected: ['gateway.example'] },
    {
      title: 'several SAN DNS',
      issue: by({
        names: [
          ['dns', 'a.example'],
          ['dns', '*.b.example'],
          ['dns', 'C.example'],
        ],
      }),
      expected: ['a.example', 'c.example'],
    },
    { title: 'a person', issue: by({ names: [['email', 'ann@example.org']] }), expected: [] },
    { title: 'none', expected: /shows no certificate/ },
    { title: 'another authority', issue: () => strange.issue(), expected: /nobody we trust/ },
    { title: 'self-signed', issue: () => selfSigned(), expected: /signed by itself/ },
    { title: 'expired', issue: by({ from: -9, until: -1 }), expected: /has expired/ },
    { title: 'not valid yet', issue: by({ from: 1 }), expected: /not valid yet/ },
    { title: 'only for TLS servers', issue: by({ usages: [FOR_SERVERS] }), expected: /not made for this side/ },
  ],
  requested: [
    { title: 'SAN DNS', issue: by({ names: [['dns', 'gateway.example']] }), expected: ['gateway.example'] },
    { title: 'none', expected: undefined },
    { title: 'another authority', issue: () => strange.issue(), expected: /nobody we trust/ },
  ],
  none: [{ title: 'SAN DNS', issue: by({ names: [['dns', 'gateway.example']] }), expected: undefined }],
};

for (const clientCertificates of ['required', 'requested', 'none'] as const)
  for (const { title, issue, expected } of CLIENTS[clientCertificates]) {
    const isRefused = expected instanceof RegExp;
    test(`client certificate ${clientCertificates}: ${title}: ${isRefused ? 'refused unheard' : 'let in'}`, async t => {
      const { admitted, bound, refused, agent } = await agentAt(t, [at('tls', SERVER)], {
        tls: tls({ clientCertificates }),
      });
      const shown = await issue?.();
      // All of it is under way before the server can have looked at the certificate.
      const stream = TextStream.tls(bound[0], { cert: shown?.certificate, key: shown?.key });
      t.after(() => stream.socket.destroy());
      stream.write(requestText({ method: 'OPTIONS', via: 'Via: SIP/2.0/TLS 127.0.0.1;branch=z9hG4bKc' }));
      const heard = await stream.heard(1);
      if (isRefused) {
        assert.deepEqual([heard, admitted], [[], []]);
        assert.match(String(refused()[0].reason), expected);
        assert.equal(agent.counts().connections, 0);
        return;
      }
      assert.deepEqual(
        admitted.map(({ source }) => source.certified),
        [expected],
      );
      assert.match(heard[0], /^SIP\/2\.0 200 /);
      assert.deepEqual(refused(), []);
    });
  }

test('clients of TLS 1.1, and those that speak SIP or HTTP in clear, are refused with a line each', async t => {
  const { bound, refused, admitted } = await agentAt(t, [at('tls', SERVER)], { tls: tls() });
  const old = TextStream.tls(bound[0], { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
  await old.closed();
  assert.equal(old.error, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  const clear = TextStream.tcp(bound[0]);
  clear.write(requestText({ method: 'OPTIONS' }));
  await clear.closed();
  const reasons = refused().map(({ reason }) => String(reason));
  assert.match(reasons[0], /no version of TLS that we speak/);
  assert.match(reasons[1], /does not speak TLS/);
  // The same again is no news.
  const again = TextStream.tcp(bound[0]);
  again.write(requestText({ method: 'OPTIONS' }));
  await again.closed();
  assert.equal(refused().length, 2);
  assert.deepEqual(admitted, []);
});

test('TLS 1.2 and 1.3 are spoken, with forward secrecy; a listen point may insist on 1.3', async t => {
  const both = await agentAt(t, [at('tls', SERVER)], { tls: tls() });
  for (const [maxVersion, cipher] of [
    ['TLSv1.2', /^ECDHE-.*(GCM|CHACHA20)/],
    ['TLSv1.3', /^TLS_/],
  ] as const) {
    const stream = TextStream.tls(both.bound[0], { maxVersion });
    stream.write(requestText({ method: 'OPTIONS' }));
    await stream.heard(1);
    const { getCipher, getProtocol } = stream.socket as import('node:tls').TLSSocket;
    assert.match(getCipher.call(stream.socket).name, cipher);
    assert.equal(getProtocol.call(stream.socket), maxVersion);
    stream.socket.destroy();
  }
  const weak = TextStream.tls(both.bound[0], { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' });
  await weak.closed();
  assert.match(String(both.refused().at(-1)?.reason), /no cipher in common/);
  const strict = await agentAt(t, [at('tls', SERVER)], { tls: tls({ oldestVersion: 'TLSv1.3' }) });
  const older = TextStream.tls(strict.bound[0], { maxVersion: 'TLSv1.2' });
  await older.closed();
  assert.match(String(strict.refused()[0].reason), /no version of TLS/);
});

test('TLS without certificate, with a broken one, or with the key of another is a clear error', async t => {
  await assert.rejects(agentAt(t, [at('tls', SERVER)]), { code: 'SIP_TLS_MISSING' });
  await assert.rejects(agentAt(t, [at('wss', SERVER)]), { code: 'SIP_TLS_MISSING' });
  const other = await authority.issue();
  for (const broken of [{ certificate: 'nonsense' }, { key: 'nonsense' }, { key: other.key }, { ciphers: 'NONE' }])
    await assert.rejects(agentAt(t, [at('tls', SERVER)], { tls: tls(broken) }), { code: 'SIP_TLS_INVALID' });
});
