import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { openPostgres } from '@parley/database/postgres';
import { type OwnEndpoint, openPhone, type Phone, recordToneOver } from '@parley/phone';
import { CallRefused, hostPort, type Peer } from '@parley/sip';
import { startPostgres, withoutPostgres } from '../packages/database/test/postgres-server.ts';
import { WebSocketPeer } from '../packages/sip/test/web-socket-peer.ts';
import { Caller } from './peers/caller.ts';
import { Guide, runCommands, runShell, startGuided } from './peers/guide.ts';
import { startKamailio } from './peers/kamailio.ts';
import { messageIsIn, sippLeavesMessage } from './peers/left-message.ts';
import { type Server, testFolder } from './peers/parley.ts';
import { freePort } from './peers/ports.ts';
import { programs } from './peers/programs.ts';
import { exchange, rawInvite, rawOptions } from './peers/raw-sip.ts';
import { seedDatabase } from './peers/seed.ts';
import { suiteScope } from './peers/suite-scope.ts';

/** What the guides call this server. */
const NAME = 'voicemail.example.org';

// Starting a server costs a second or two of a core.
suite('the guides', { concurrency: 6 }, () => {
  const scope = suiteScope();
  /** What the guide about TLS makes, and in the same way the certificates of the telephone system and of the SBC. */
  let certificates: string;

  before(async () => {
    certificates = testFolder(scope);
    const [authority] = new Guide('tls').blocks('sh');
    await runShell(authority, certificates);
    for (const name of ['pbx', 'sbc']) await runShell(renewed(authority, name), certificates);
  });

  /** A folder with those files in it, as /etc/parley is in the guides. */
  const folderOf = (t: TestContext) => {
    const folder = testFolder(t);
    cpSync(certificates, folder, { recursive: true });
    return folder;
  };
  const pem = (name: string) => readFileSync(join(certificates, name), 'utf8');
  const phoneAs = async (t: TestContext, name: 'pbx' | 'sbc'): Promise<Phone> => {
    const tls = { certificate: pem(`${name}.pem`), key: pem(`${name}.key`), authorities: [pem('authority.pem')] };
    const phone = await openPhone({ transport: 'tls', tls });
    t.after(() => phone.close());
    return phone;
  };

  test('tls.md: a call by TLS with an authority of one’s own; certificates are renewed while it goes on', {
    timeout: 60_000,
  }, async t => {
    const folder = folderOf(t);
    const guide = new Guide('tls');
    const server = await startGuided(t, { yaml: guide.blocks('yaml')[0], folder });
    await runCommands(server, guide.commands());
    const phone = await phoneAs(t, 'pbx');
    const caller = await Caller.calls(phone, NAME, '1001', { via: byTls(server) });
    await caller.hears('record.prompt');
    const fromTheSbc = await Caller.calls(await phoneAs(t, 'sbc'), NAME, '1001', { via: byTls(server) });
    await fromTheSbc.hangUp();
    await server.child.prints(/"gateway":"sbc".*"msg":"call came"/);

    const before = await shownBy(server);
    assert.equal(before, fingerprint(join(folder, 'voicemail.pem')));
    await runShell(renewed(guide.blocks('sh')[0], 'voicemail'), folder);
    server.child.process.kill('SIGHUP');
    await server.child.prints(/"msg":"configuration read again"/);
    const after = await shownBy(server);
    assert.notEqual(after, before);
    assert.equal(after, fingerprint(join(folder, 'voicemail.pem')));
    // The call that went on is ended over the connection that it came by.
    await caller.hangUp();
    assert.equal((await caller.call.ended).kind, 'local');
  });

  test('tls.md: a public certificate, with one between it and its root; the authorities of the system count', {
    timeout: 60_000,
  }, async t => {
    const folder = folderOf(t);
    await runShell(PUBLIC, folder);
    const [, yaml] = new Guide('tls').blocks('yaml');
    const env = { ...process.env, SSL_CERT_FILE: join(folder, 'authority.pem') };
    const server = await startGuided(t, { yaml, folder, env, seed: { gateway: { address: ['127.0.0.99'] } } });
    await runCommands(server, new Guide('tls').commands(0));
    // The phone knows the root alone: it believes what is sent along.
    const caller = await Caller.calls(await phoneAs(t, 'sbc'), NAME, '1001', { via: byTls(server) });
    await caller.hangUp();
    await server.child.prints(/"gateway":"sbc".*"msg":"call came"/);
    // What public authorities make is no certificate for somebody who calls.
    const serverOnly = { certificate: join(folder, 'fullchain.pem'), key: join(folder, 'privkey.pem') };
    await turnedAway(server, serverOnly);
    await server.child.prints(/extended key usage.*"msg":"sip peer refused"/);
  });

  test('tls.md: where certificates are required, whoever shows none is turned away, and a name lets in from anywhere', {
    timeout: 60_000,
  }, async t => {
    const guide = new Guide('tls');
    const seed = { gateway: { address: ['127.0.0.99'] } };
    const server = await startGuided(t, { yaml: guide.blocks('yaml')[2], folder: folderOf(t), seed });
    await runCommands(server, guide.commands(0));
    await turnedAway(server);
    await server.child.prints(/it shows no certificate, and clients must show one here/);
    const [sbc, pbx] = await Promise.all([phoneAs(t, 'sbc'), phoneAs(t, 'pbx')]);
    const caller = await Caller.calls(sbc, NAME, '1001', { via: byTls(server) });
    await caller.hangUp();
    await assert.rejects(Caller.calls(pbx, NAME, '1001', { via: byTls(server) }), isRefusedWith(403));
  });

  test('tls.md: pages of the named origins connect by WebSocket, others do not', { timeout: 60_000 }, async t => {
    const yaml = new Guide('tls').blocks('yaml')[3];
    const server = await startGuided(t, { yaml, folder: folderOf(t) });
    const [address, port] = server.at('wss').split(':');
    const page = (origin: string) => {
      const options = { origin, ca: pem('authority.pem'), servername: NAME, rejectUnauthorized: true };
      const peer = new WebSocketPeer({ transport: 'wss', address, port: Number(port) }, options);
      t.after(() => peer.web.terminate());
      return peer;
    };
    const ours = page('https://phone.example.org');
    await ours.send(rawOptions('page').replace('SIP/2.0/TCP 127.0.0.1:9', 'SIP/2.0/WSS page.invalid'));
    assert.match(await ours.message(1), /^SIP\/2\.0 200 /);
    const strange = page('https://elsewhere.example.org');
    await strange.opened();
    assert.equal(strange.status, 403);
  });

  test('srtp.md: a Secured plan takes encrypted calls and refuses the others, and says what to change', {
    timeout: 60_000,
  }, async t => {
    const guide = new Guide('srtp');
    const server = await startGuided(t, { yaml: new Guide('tls').blocks('yaml')[0], folder: folderOf(t) });
    await runCommands(server, guide.commands());
    // Nobody speaks the language of that plan here: the tone is what is heard.
    const sbc = await phoneAs(t, 'sbc');
    const caller = await Caller.calls(sbc, NAME, '1005', { via: byTls(server), security: 'required' });
    await caller.call.hears(recordToneOver);
    await caller.hangUp();
    await assert.rejects(Caller.calls(sbc, NAME, '1005', { via: byTls(server) }), isRefusedWith(488));
    await server.child.prints(/RTP\/SAVP/);
    // Elsewhere the caller decides.
    const pbx = await phoneAs(t, 'pbx');
    for (const security of ['required', 'none'] as const) {
      const call = await Caller.calls(pbx, NAME, '1001', { via: byTls(server), security });
      assert.equal(call.call.settings.security !== undefined, security === 'required');
      await call.hangUp();
    }
  });

  test('nat.md: what is sent has the outside address in it', { timeout: 60_000 }, async t => {
    const yaml = new Guide('nat').blocks('yaml')[0];
    const server = await startGuided(t, { yaml, folder: folderOf(t) });
    const invite = rawInvite({ number: '1001', callId: 'nat' });
    const answered = await exchange(server.tcp, invite, text => /SIP\/2\.0 200[\s\S]*m=audio/.test(text));
    assert.match(answered, /\r\nContact: <sip:[^>\r]*203\.0\.113\.7:/);
    assert.match(answered, /\r\nc=IN IP4 203\.0\.113\.7\r\n/);
    const port = Number(/m=audio (\d+)/.exec(answered)?.[1]);
    assert.ok(port >= 20_000 && port <= 20_999, `port ${port}`);
  });

  test('nat.md: with latching a caller is heard whose description names another place', {
    timeout: 60_000,
  }, async t => {
    const [, yaml] = new Guide('nat').blocks('yaml');
    const server = await startGuided(t, { yaml, folder: folderOf(t) });
    const phone = await openPhone();
    t.after(() => phone.close());
    // As a telephone does that does not know its outside address: where it says that it is, nobody is.
    const offer = ({ port }: OwnEndpoint) =>
      ['v=0', 'o=- 1 1 IN IP4 127.0.0.77', 's=-', 'c=IN IP4 127.0.0.77', 't=0 0', `m=audio ${port} RTP/AVP 0`, ''].join(
        '\r\n',
      );
    const caller = await Caller.calls(phone, server.udp, '1001', { offer });
    void caller.say(new Int16Array(8 * 500));
    await caller.hears('record.prompt');
    await caller.hangUp();
    assert.doesNotMatch(server.child.output(), /the caller is not heard/);
  });

  test('ipv6.md: signalling and sound by IPv6', { timeout: 60_000 }, async t => {
    const guide = new Guide('ipv6');
    const server = await startGuided(t, { yaml: guide.blocks('yaml')[0], folder: folderOf(t) });
    await runCommands(server, guide.commands());
    const port = server.udp.split(':')[1];
    const phone = await openPhone({ address: '::1' });
    t.after(() => phone.close());
    const caller = await Caller.calls(phone, `[::1]:${port}`, '1001');
    await caller.hears('record.prompt');
    assert.equal(caller.call.settings.remote.address, '::1');
    await caller.hangUp();
  });

  test('kamailio.md: a telephone does not take a call, the first server is dead: the second one takes the message', {
    timeout: 60_000,
  }, async t => {
    const found = programs(t, 'kamailio', 'sipp');
    if (!found) return;
    const guide = new Guide('kamailio');
    const folder = folderOf(t);
    const [dead, server, phone] = await Promise.all([
      freePort(),
      startGuided(t, { yaml: new Guide('pbx').blocks('yaml')[0], folder, seed: { dialPlan: { audioCodec: 'G711' } } }),
      openPhone(),
    ]);
    t.after(() => phone.close());
    phone.onRinging(ringing => ringing.reject({ status: 486 }));
    await runCommands(server, guide.commands());
    const routes = guide
      .blocks('kamailio')
      .join('\n')
      .replaceAll('192.0.2.20:5060', `127.0.0.1:${dead}`)
      .replaceAll('192.0.2.21:5060', server.udp);
    const ring = `route[NEW] { $du = "sip:${hostPort(phone.contact)}"; t_on_failure("UNANSWERED"); t_relay(); }`;
    const { address: target } = await startKamailio(t, {
      program: found.kamailio,
      folder: join(folder, 'kamailio'),
      routes: `${ring}\n${routes}`,
    });
    await sippLeavesMessage(t, { program: found.sipp, folder: join(folder, 'sipp'), target, number: '1001' });
    await messageIsIn(join(server.data, 'mail/parley.test/ann'));
    await server.child.prints(/"reason":"DivertNoAnswer","msg":"mailbox looked up"/);
  });

  test('database.md: a database made as it says, with a password, answers calls; the configuration comes back', {
    skip: withoutPostgres(),
    timeout: 60_000,
  }, async t => {
    const guide = new Guide('database');
    const folder = testFolder(t);
    const postgres = await startPostgres(t);
    await postgres.asSuperuser('drop role parley');
    const [made] = guide.blocks('sql');
    for (const statement of made.split(';').filter(each => each.trim() !== '')) await postgres.asSuperuser(statement);
    await postgres.requirePasswords();
    const password = /password '(.*?)'/.exec(made)?.[1] ?? '';
    writeFileSync(join(folder, 'database-password'), `${password}\n`, { mode: 0o600 });
    const yaml = guide.blocks('yaml')[0].replace('192.0.2.30', `127.0.0.1:${postgres.port}`);
    await seedDatabase(await openPostgres({ url: `postgres://parley@127.0.0.1:${postgres.port}/parley`, password }));
    const server = await startGuided(t, { yaml, folder, seed: {} });
    const file = (line: string) => line.replace('/var/backups', folder);
    const [exporting, importing] = guide.commands().map(file);
    await runCommands(server, [exporting]);
    await runCommands(server, ['parley mailbox set ann --display-name Nobody']);
    await runCommands(server, [importing.replace(' -WhatIf', ' -Confirm:$false')]);
    const { output } = await server.run('mailbox', 'show', 'ann');
    assert.match(output, /Ann Lee/);
    const phone = await openPhone();
    t.after(() => phone.close());
    const caller = await Caller.calls(phone, server.udp, '1001');
    await caller.hears('record.prompt');
    await caller.hangUp();
  });

  test('pbx.md: who calls from the address of the PBX is its gateway; codecs and session timers as configured', {
    timeout: 60_000,
  }, async t => {
    const guide = new Guide('pbx');
    const server = await startGuided(t, { yaml: guide.blocks('yaml')[0], folder: folderOf(t) });
    await runCommands(server, guide.commands());
    const pbx = await openPhone({ address: '127.0.0.2' });
    t.after(() => pbx.close());
    const diverted = ['Diversion', '<sip:1001@pbx>;reason=no-answer, <sip:1002@pbx>;reason=no-answer'] as const;
    const caller = await Caller.calls(pbx, server.udp, '1003', {
      offer: ['opus', 'PCMA', 'G722'],
      headers: [diverted],
    });
    // Opus is none of the codecs there, and of the others the caller's order counts.
    assert.equal(caller.call.settings.codec, 'PCMA');
    await caller.hangUp();
    await server.child.prints(/"gateway":"pbx".*"msg":"call came"/);
    // Of two diversions the last one, which stands first.
    await server.child.prints(/"explanation":\["Diversion \(topmost of 2\): 1001@/);
    const invite = rawInvite({ number: '1001', callId: 'timer' });
    const asks = invite.replace('Contact:', 'Supported: timer\r\nSession-Expires: 600\r\nContact:');
    const answered = await exchange(server.tcp, asks, text => /SIP\/2\.0 200[\s\S]*\r\n\r\n/.test(text));
    assert.match(answered, /\r\nSession-Expires: 600;refresher=ua[cs]\r\n/);
  });
});

const isRefusedWith = (status: number) => (error: unknown) => error instanceof CallRefused && error.status === status;

/** The lines of the guide that make a certificate, for another name or once more: all but the first, which makes the authority. */
function renewed(shell: string, name: string): string {
  return shell.split('\n').slice(1).join('\n').replaceAll('voicemail', name);
}

/** Its place, where it has to prove its name. */
function byTls(server: Server): Peer {
  const [address, port] = server.at('tls').split(':');
  return { transport: 'tls', address, port: Number(port), name: NAME };
}

/** As a public authority makes it: for servers only, by one that the root vouches for. */
const PUBLIC = `
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout between.key -out between.csr -subj "/CN=Between"
printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n' > between.ext
openssl x509 -req -in between.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 30 -extfile between.ext -out between.pem
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout privkey.pem -out public.csr -subj "/CN=${NAME}"
printf 'subjectAltName=DNS:${NAME}\nextendedKeyUsage=serverAuth\n' > public.ext
openssl x509 -req -in public.csr -CA between.pem -CAkey between.key -CAcreateserial -days 30 -extfile public.ext -out public.pem
cat public.pem between.pem > fullchain.pem
`;

/** Connects by TLS with that certificate, or none; resolves when the server has closed the connection. */
async function turnedAway(server: Server, shown?: { certificate: string; key: string }): Promise<void> {
  const [host, port] = server.at('tls').split(':');
  const own = shown && { cert: readFileSync(shown.certificate), key: readFileSync(shown.key) };
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false, ...own });
  // TLS 1.3 tells a client only after its handshake that it is not wanted.
  socket.on('error', () => undefined);
  await new Promise(resolve => void socket.once('close', resolve));
}

/** Fingerprint of the certificate that a server shows now. */
async function shownBy(server: Server): Promise<string> {
  const [host, port] = server.at('tls').split(':');
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
  try {
    return await new Promise((resolve, reject) => {
      socket.once('secureConnect', () => resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? 'none'));
      socket.once('error', reject);
    });
  } finally {
    socket.destroy();
  }
}

const fingerprint = (file: string) => new X509Certificate(readFileSync(file)).fingerprint256;
