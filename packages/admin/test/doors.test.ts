import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Access, adminSocket, createPassOn, type RateLimits } from '@parley/admin';
import { connectAdmin } from '@parley/admin/client';
import { memoryLog, ParleyError, systemClock } from '@parley/base';
import { Authority } from './authority.ts';
import { rawRequest } from './raw-request.ts';
import { type RunningAdmin, withAdmin } from './running-admin.ts';

/** Lets in who shows the token, as a member of the groups that it names: `Bearer UM_Management`. */
const byGroup: Access = {
  async authenticate({ headers: { authorization } }) {
    const group = /^Bearer ([\w-]+)$/.exec(authorization ?? '')?.[1]?.replaceAll('_', ' ');
    if (group === undefined) throw new ParleyError('UNAUTHENTICATED', 'show a token');
    return { name: `member of ${group}`, groups: [group], scopes: [], how: 'token' };
  },
};

interface Doors {
  readonly running: RunningAdmin;
  readonly url: string;
  readonly authorities: string;
}

async function withDoors(
  use: (doors: Doors) => Promise<void>,
  rateLimits: RateLimits = {},
  access?: Access,
): Promise<void> {
  const authority = await Authority.named('CN=Test');
  const { certificate, key } = await authority.issue('CN=127.0.0.1', [{ type: 'ip', value: '127.0.0.1' }]);
  await withAdmin(async running => {
    const door = { host: '127.0.0.1', port: 0, tls: { certificate, key }, rateLimits, ...(access ? { access } : {}) };
    const port = await running.admin.listenHttps(door);
    await use({ running, url: `https://127.0.0.1:${port}`, authorities: authority.certificate });
  });
}

test('by HTTPS rights are those of roles, and what touches the machine is left to the machine', () =>
  withDoors(
    async ({ url, authorities }) => {
      const as = (token: string) => connectAdmin({ url, token, authorities });
      const manager = as('UM_Management');
      assert.equal((await manager.run('Get-UMDialPlan')).objects.length, 1);
      assert.equal((await manager.list('UMMailbox')).length, 3);
      const viewer = as('View-Only_Organization_Management');
      assert.equal((await viewer.list('UMMailbox')).length, 3);
      const change = { etag: '*', patch: { displayName: 'X' } };
      await assert.rejects(viewer.change('UMMailbox', 'ann', change), { code: 'FORBIDDEN' });
      await assert.rejects(viewer.run('Set-UMMailbox', { parameters: { Identity: 'ann', DisplayName: 'X' } }), {
        code: 'FORBIDDEN',
        message: /Set-UMMailbox is for members of/,
      });
      assert.equal((await manager.change('UMMailbox', 'ann', change)).object.displayName, 'X');
      for (const asked of [manager.status(), manager.spoolList(), manager.traces(), manager.callRecords()])
        await assert.rejects(asked, { code: 'FORBIDDEN' });
      // Mailboxes are enabled: making one in another way is not declared, and so nobody's right.
      await assert.rejects(manager.create('UMMailbox', { name: 'eve' }), { code: 'FORBIDDEN' });
      const names = (await viewer.cmdlets()).map(each => each.name);
      assert.ok(names.includes('Get-UMMailbox') && !names.some(name => /^(New|Set|Remove)-/.test(name)));
    },
    {},
    byGroup,
  ));

test('nobody comes in where nobody is known', () =>
  withDoors(async ({ url, authorities }) => {
    const client = connectAdmin({ url, token: 'x', authorities });
    for (const asked of [client.list('UMMailbox'), client.cmdlets(), client.run('Get-UMMailbox'), client.status()])
      await assert.rejects(asked, { code: 'UNAUTHENTICATED' });
    await assert.rejects(connectAdmin({ url, token: 'x' }).cmdlets(), { code: 'SERVER_UNREACHABLE' });
  }));

test('requests are counted by address and by principal', () =>
  withDoors(
    async ({ url, authorities }) => {
      const as = (token: string) => connectAdmin({ url, token, authorities });
      const client = as('UM_Management');
      for (let i = 0; i < 3; i++) await client.list('UMDialPlan');
      await assert.rejects(client.list('UMDialPlan'), {
        code: 'TOO_MANY_REQUESTS',
        message: /more than 3 requests a minute/,
      });
      assert.equal((await as('Organization_Management').list('UMDialPlan')).length, 1);
      await assert.rejects(as('Server_Management').list('UMDialPlan'), { message: /more than 5 requests a minute/ });
    },
    { perAddress: 5, perPrincipal: 3 },
    byGroup,
  ));

test('a node that administers nothing passes its commands on', () =>
  withDoors(
    async ({ url, authorities }) => {
      const folder = await mkdtemp(join(tmpdir(), 'parley-pass-'));
      const node = createPassOn({
        log: memoryLog(),
        clock: systemClock,
        door: { url, authorities, token: 'UM_Management' },
      });
      await node.listen(adminSocket(folder));
      try {
        const client = connectAdmin(folder);
        const ann = await client.get('UMMailbox', 'ann');
        const changed = await client.change('UMMailbox', 'ann', { etag: ann.etag, patch: { displayName: 'Passed' } });
        assert.equal(changed.object.displayName, 'Passed');
        await assert.rejects(client.change('UMMailbox', 'ann', { etag: ann.etag, patch: {} }), {
          code: 'OBJECT_CHANGED',
        });
        await assert.rejects(client.status(), { code: 'FORBIDDEN' });
        // What somebody at this machine says of himself does not count there.
        const sly = await rawRequest(folder, '/v1/status', {
          headers: { authorization: 'Bearer Organization_Management' },
        });
        assert.deepEqual([sly.status, sly.body.code], [403, 'FORBIDDEN']);
        async function* table() {
          yield Buffer.from('Name,Nmae\n');
        }
        await assert.rejects(client.importTable('UMMailbox', table()), { code: 'OBJECT_INVALID' });
      } finally {
        await node.close();
        await rm(folder, { recursive: true });
      }
    },
    {},
    byGroup,
  ));

test('a node whose administering node is gone says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-pass-'));
  const door = { url: 'https://127.0.0.1:9', token: 'x' };
  const node = createPassOn({ log: memoryLog(), clock: systemClock, door });
  await node.listen(adminSocket(folder));
  try {
    await assert.rejects(connectAdmin(folder).cmdlets(), {
      code: 'SERVER_UNREACHABLE',
      message: /127\.0\.0\.1:9 does not answer/,
    });
  } finally {
    await node.close();
    await rm(folder, { recursive: true });
  }
});

/** What the server says to bytes that are no request. */
function sent(dataFolder: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectPlain({ path: adminSocket(dataFolder) });
    let text = '';
    socket.on('data', chunk => {
      text += chunk.toString();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(text));
    socket.write(bytes);
  });
}

test('what is no HTTP is answered with a problem, and nothing of it is said again', () =>
  withAdmin(async ({ dataFolder }) => {
    const smuggled =
      'POST /v1/mailboxes HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    for (const [bytes, status] of [
      ['NONSENSE\r\n\r\n', 400],
      [smuggled, 400],
      ['GET /v1/status HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n', 400],
      [`GET /v1/status HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ] as const) {
      const answer = await sent(dataFolder, bytes);
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
      assert.match(answer, /application\/problem\+json/);
      assert.doesNotMatch(answer, /NONSENSE|yyyy/);
    }
    assert.equal((await rawRequest(dataFolder, '/v1/status')).status, 200);
  }));

test('the id of a request is in answer, problem and log, and a malformed one is replaced', () =>
  withAdmin(async ({ dataFolder, log }) => {
    const ask = (id: string) =>
      rawRequest(dataFolder, '/v1/mailboxes/ann', {
        method: 'DELETE',
        headers: { 'x-request-id': id, 'if-match': '"0"' },
      });
    const mine = await ask('build-42.a_b');
    assert.deepEqual(
      [mine.headers['x-request-id'], mine.body.requestId, mine.status],
      ['build-42.a_b', 'build-42.a_b', 412],
    );
    for (const odd of ['a b', 'x'.repeat(65), '../x', 'é', '%0d%0a'])
      assert.match(String((await ask(odd)).headers['x-request-id']), /^[0-9A-Z]{26}$/);
    await rawRequest(dataFolder, '/v1/mailboxes/ann', {
      method: 'DELETE',
      headers: { 'x-request-id': 'gone', 'if-match': '*' },
    });
    assert.ok(log.lines.some(line => line.fields.requestId === 'gone' && line.event === 'object removed'));
  }));

/** Texts of strangers, as spec S8 has them. */
const PAYLOADS = [
  '\r\nX-Evil: 1',
  '\u0000',
  "' OR 1=1 --",
  '"; DROP TABLE object; --',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '$' + '{7*7}',
  ';$(id)',
  '=HYPERLINK("http://x")',
  '+cmd|x',
  ']]>',
  '../../etc/passwd',
  '%2e%2e%2f',
  '\u202eevil',
  '\ufeff',
  '*)(uid=*',
  '__proto__',
  'constructor',
  '\ud83d\ude00',
  'a'.repeat(5000),
];

test('texts of strangers are values wherever they are put', () =>
  withAdmin(async ({ dataFolder }) => {
    const before = (await rawRequest(dataFolder, '/v1/mailboxes')).body.objects.length;
    for (const payload of PAYLOADS) {
      const text = encodeURIComponent(payload);
      const quoted = encodeURIComponent(`Name -eq '${payload.replaceAll("'", "''")}'`);
      const asked = [
        `/v1/mailboxes/${text}`,
        `/v1/mailboxes?text=${text}`,
        `/v1/mailboxes?filter=${text}`,
        `/v1/mailboxes?filter=${quoted}`,
        `/v1/mailboxes?sort=${text}`,
        `/v1/mailboxes?after=${text}`,
        `/v1/mailboxes?organization=${text}`,
        `/v1/call-records?mailbox=${text}`,
      ];
      for (const path of asked) {
        const { status, headers, body } = await rawRequest(dataFolder, path);
        assert.ok(status === 200 || (status >= 400 && status < 500), `${path.slice(0, 80)}: ${status}`);
        if (status === 200 && !path.includes('after='))
          assert.ok((body.objects ?? body.callRecords).length === 0, path);
        assert.equal(headers['x-evil'], undefined);
      }
      for (const body of [
        { name: payload, extensions: ['1009'] },
        { name: 'x', extensions: [payload] },
        { [payload]: 'x' },
      ]) {
        const { status } = await rawRequest(dataFolder, '/v1/mailboxes', {
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        });
        assert.ok((status >= 400 && status < 500) || status === 201, `${JSON.stringify(body).slice(0, 80)}: ${status}`);
      }
      const run = { parameters: { Identity: payload, [payload]: 1, Filter: payload } };
      const { status } = await rawRequest(dataFolder, '/v1/cmdlets/Get-UMMailbox', { body: run });
      assert.ok(status >= 400 && status < 500, `${payload.slice(0, 40)}: ${status}`);
    }
    assert.equal(Object.hasOwn(Object.prototype, 'x'), false);
    const after = (await rawRequest(dataFolder, '/v1/mailboxes')).body.objects.length;
    assert.ok(after >= before, 'nothing was removed');
  }));

test('a failure of the server says its id and nothing of the inside', () =>
  withAdmin(async ({ dataFolder, objects, log }) => {
    objects.list = async () => {
      throw new TypeError('secret: /var/lib/parley/parley.db is broken');
    };
    const { status, body } = await rawRequest(dataFolder, '/v1/mailboxes');
    assert.deepEqual([status, body.code], [500, 'INTERNAL']);
    assert.doesNotMatch(JSON.stringify(body), /secret|parley\.db|TypeError/);
    const line = log.lines.find(each => each.fields.requestId === body.requestId);
    assert.match(String(line?.fields.why), /parley\.db is broken/);
  }));
