import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { adminSocket, createAdmin } from '@parley/admin';
import { AdminRefused, connectAdmin } from '@parley/admin/client';
import { silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { memoryCallRecords, memoryObjects } from '@parley/directory/memory';
import { withAdmin } from './running-admin.ts';

interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: { readonly [key: string]: unknown };
}

/** One request as a hostile or careless client would send it. */
function raw(
  dataFolder: string,
  path: string,
  options: { method?: string; headers?: object; body?: string } = {},
): Promise<Raw> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: adminSocket(dataFolder), path, method, agent: false, headers: { ...headers } });
    asked.once('error', reject);
    asked.once('response', async response => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: JSON.parse(Buffer.concat(chunks).toString() || '{}'),
      });
    });
    asked.end(body);
  });
}

const json = { 'content-type': 'application/json' };
const eve = { name: 'eve', extensions: ['1004'], sipResourceIdentifier: 'eve@parley.test' };

const refusal = (code: string, status: number) => (error: unknown) =>
  error instanceof AdminRefused && error.code === code && error.status === status;

test('an object is made, read, changed and removed over the socket, and calls see it at once', () =>
  withAdmin(async ({ dataFolder, objects }) => {
    const client = connectAdmin(dataFolder);
    const made = await client.create('UMMailbox', { ...eve, umEnabled: true });
    assert.equal(made.references.umMailboxPolicy, 'Main Default Policy');
    assert.equal((await objects.directory.mailboxById(made.object.id))?.mailbox.umEnabled, true);
    const changed = await client.change('UMMailbox', 'eve', { etag: made.etag, patch: { displayName: 'Eve Ö' } });
    assert.equal(changed.object.displayName, 'Eve Ö');
    assert.deepEqual(await client.get('UMMailbox', '1004'), changed);
    assert.deepEqual(
      (await client.list('UMMailbox', { text: 'Ö' })).map(each => each.object.name),
      ['eve'],
    );
    const removed = await client.remove('UMMailbox', 'sip:eve@parley.test', changed.etag);
    assert.deepEqual(
      removed.map(each => each.name),
      ['eve'],
    );
    await assert.rejects(client.get('UMMailbox', 'eve'), refusal('OBJECT_NOT_FOUND', 404));
  }));

test('every refusal has a code, a sentence and the properties that are wrong', () =>
  withAdmin(async ({ dataFolder }) => {
    const client = connectAdmin(dataFolder);
    const wrong = client.create('UMMailbox', { ...eve, extensions: ['12x'], nonsense: 1 });
    await assert.rejects(wrong, (error: unknown) => {
      assert.ok(error instanceof AdminRefused && error.status === 422 && error.code === 'OBJECT_INVALID');
      assert.deepEqual(
        error.problems.map(each => each.property),
        ['"nonsense"', 'extensions'],
      );
      assert.match(error.message, /extensions is "12x": it must be digits only/);
      return true;
    });
    await assert.rejects(client.remove('UMDialPlan', 'Main', '*'), refusal('OBJECT_IN_USE', 409));
    const change = { etag: '99', patch: { displayName: 'x' } };
    await assert.rejects(client.change('UMMailbox', 'ann', change), refusal('OBJECT_CHANGED', 412));
  }));

test('a change needs the etag it is based on', () =>
  withAdmin(async ({ dataFolder }) => {
    const patch = (headers: object) =>
      raw(dataFolder, '/v1/mailboxes/ann', {
        method: 'PATCH',
        headers: { ...json, ...headers },
        body: '{"displayName":"A"}',
      });
    const without = await patch({});
    assert.deepEqual([without.status, without.body.code], [428, 'ETAG_REQUIRED']);
    assert.equal((await patch({ 'if-match': 'W/"1"' })).status, 400);
    const { status, headers } = await patch({ 'if-match': '"1"' });
    assert.equal(status, 200);
    const etag = String(headers.etag);
    assert.match(etag, /^"2-[\w-]{12}"$/);
    assert.equal((await patch({ 'if-match': '"1"' })).status, 412);
    assert.equal((await raw(dataFolder, '/v1/mailboxes/ann')).headers.etag, etag);
    assert.equal(
      (await raw(dataFolder, '/v1/mailboxes/ann', { headers: { 'if-none-match': `"x", W/${etag}` } })).status,
      304,
    );
    assert.equal((await raw(dataFolder, '/v1/mailboxes/ann', { headers: { 'if-none-match': '"2"' } })).status, 200);
    assert.equal((await patch({ 'if-match': etag })).status, 200);
  }));

test('hostile requests are refused with a status, and the door stays open', () =>
  withAdmin(async ({ dataFolder }) => {
    const post = (body: string, headers: object = json) =>
      raw(dataFolder, '/v1/mailboxes', { method: 'POST', headers, body });
    const answers = {
      'no json': (await post('{"name":')).status,
      'not an object': (await post('[1,2]')).status,
      'prototype pollution': (await post('{"__proto__":{"umEnabled":true},"name":"x"}')).status,
      'constructor pollution': (await post('{"constructor":{"prototype":{"x":1}}}')).status,
      'too long': (await post(JSON.stringify({ name: 'x'.repeat(300_000) }))).status,
      'other type': (await post('<name/>', { 'content-type': 'text/xml' })).status,
      'deep nesting': (await post(`{"name":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)).status,
      'no such path': (await raw(dataFolder, '/v1/../../etc/passwd')).status,
      'long identity': (await raw(dataFolder, `/v1/mailboxes/${'x'.repeat(1000)}`)).status,
      'bad escape': (await raw(dataFolder, '/v1/mailboxes/%zz')).status,
      'limit that is no number': (await raw(dataFolder, '/v1/call-records?limit=1e9')).status,
      'parameter twice': (await raw(dataFolder, '/v1/mailboxes?text=a&text=b')).status,
    };
    assert.deepEqual(answers, {
      'no json': 400,
      'not an object': 422,
      'prototype pollution': 400,
      'constructor pollution': 400,
      'too long': 413,
      'other type': 415,
      'deep nesting': 400,
      'no such path': 404,
      'long identity': 400,
      'bad escape': 400,
      'limit that is no number': 400,
      'parameter twice': 400,
    });
    assert.equal((await connectAdmin(dataFolder).list('UMMailbox')).length, 3);
  }));

test('every change leaves an audit line without values', () =>
  withAdmin(async ({ dataFolder, log }) => {
    const client = connectAdmin(dataFolder);
    await client.change('UMMailbox', 'ann', { etag: '*', patch: { displayName: 'Secret Name' } });
    await client.remove('UMMailbox', 'bob', '*');
    await client.spoolExport('01ABC', '/tmp');
    assert.deepEqual(
      log.lines.map(line => [line.event, line.fields.kind, line.fields.properties]),
      [
        ['object changed', 'UMMailbox', ['displayName']],
        ['object removed', 'UMMailbox', undefined],
        ['spool item exported', undefined, undefined],
      ],
    );
    assert.doesNotMatch(JSON.stringify(log.lines), /Secret/);
  }));

test('calls, spool and state', () =>
  withAdmin(async ({ dataFolder, callRecords, asked }) => {
    const client = connectAdmin(dataFolder);
    const call = {
      callType: 'None',
      umServerName: 'um',
      callDurationMillis: 1,
      offerResult: 'Answer',
      reasonForCall: 'Direct',
    } as const;
    for (const [index, calleeMailboxAlias] of ['ann', 'bob', 'ann'].entries())
      callRecords.add({ ...call, callStartTime: index, callIdentity: `c${index}`, calleeMailboxAlias });
    const found = await client.callRecords({ mailbox: 'ann', limit: 1 });
    assert.deepEqual(
      found.map(each => each.callIdentity),
      ['c2'],
    );
    assert.deepEqual(
      (await client.spoolList()).map(each => each.id),
      ['01ABC'],
    );
    assert.equal((await client.spoolShow('01ABC')).why, 'no such mailbox');
    assert.deepEqual(await client.spoolExport('01ABC', '/tmp/out'), ['/tmp/out/01ABC.wav']);
    await client.spoolRetry('01ABC');
    await client.spoolDiscard('01ABC');
    assert.deepEqual(asked, ['export 01ABC /tmp/out', 'retry 01ABC', 'discard 01ABC']);
    await assert.rejects(client.spoolDiscard('other'), refusal('SPOOL_NOT_FOUND', 404));
    await assert.rejects(client.spoolRetry('other'), refusal('SPOOL_NOT_FOUND', 404));
    await assert.rejects(client.spoolExport('01ABC', 'relative'), refusal('REQUEST_INVALID', 400));
    assert.deepEqual(await client.status(), { version: '0.1.0', calls: 2 });
    const { body } = await raw(dataFolder, '/v1/schema');
    assert.ok(JSON.stringify(body).includes('Longest recording; less than the longest call.'));
  }));

test('only the owner may use the socket, and it goes with the server', () =>
  withAdmin(async ({ dataFolder, admin }) => {
    const path = adminSocket(dataFolder);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    await admin.close();
    assert.equal(existsSync(path), false);
    await assert.rejects(connectAdmin(dataFolder).status(), {
      code: 'SERVER_NOT_RUNNING',
      message: new RegExp(`no server is running on the data folder ${dataFolder}: start it with "parley serve --data`),
    });
  }));

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-socket-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const another = () =>
  createAdmin({
    objects: memoryObjects({ clock: new FakeClock() }),
    callRecords: memoryCallRecords(),
    spool: {
      list: async () => [],
      show: async () => undefined,
      export: async () => [],
      retry: async () => {},
      discard: async () => {},
    },
    traces: { list: () => [], find: () => ({ kind: 'none', why: 'none are kept' }) },
    status: () => ({}),
    log: silentLog,
  });

test('a socket left behind by a dead server is replaced, a living one is not', () =>
  withAdmin(async ({ dataFolder }) => {
    const second = another();
    await assert.rejects(second.listen(adminSocket(dataFolder)), { code: 'ADMIN_SOCKET_IN_USE' });
    await second.close();
    assert.equal((await connectAdmin(dataFolder).list('UMMailbox')).length, 3);
    await withFolder(async folder => {
      const path = adminSocket(folder);
      // A socket that nobody listens at any more: bound, renamed, its server closed.
      const dead = createServer();
      await new Promise<void>(resolve => dead.listen(`${path}.old`, resolve));
      await rename(`${path}.old`, path);
      await new Promise(resolve => dead.close(resolve));
      assert.equal(existsSync(path), true);
      const third = another();
      await third.listen(path);
      assert.deepEqual(await connectAdmin(folder).list('UMMailbox'), []);
      await third.close();
    });
  }));

test('a file in the way is not removed, and a path that is too long is said', () =>
  withFolder(async folder => {
    await writeFile(adminSocket(folder), 'precious');
    const admin = another();
    await assert.rejects(admin.listen(adminSocket(folder)), { code: 'ADMIN_SOCKET_PATH', message: /not a socket/ });
    await assert.rejects(admin.listen(adminSocket(join(folder, 'x'.repeat(120)))), {
      code: 'ADMIN_SOCKET_PATH',
      message: /too long for a socket \(107 bytes\)/,
    });
    await admin.close();
    assert.equal(existsSync(adminSocket(folder)), true);
  }));

test('what is no server of ours, or does not answer in time, is said', () =>
  withFolder(async folder => {
    const strange = createServer(socket => socket.resume().end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'));
    await new Promise<void>(resolve => strange.listen(adminSocket(folder), resolve));
    await assert.rejects(connectAdmin(folder).status(), {
      code: 'SERVER_UNREACHABLE',
      message: /not a server of Parley/,
    });
    await new Promise(resolve => strange.close(resolve));
    const silent = createServer(socket => socket.resume());
    await new Promise<void>(resolve => silent.listen(adminSocket(folder), resolve));
    const asked = connectAdmin(folder, { timeoutMillis: 50 }).status();
    await assert.rejects(asked, { code: 'SERVER_UNREACHABLE', message: /does not answer/ });
    await new Promise(resolve => silent.close(resolve));
  }));
