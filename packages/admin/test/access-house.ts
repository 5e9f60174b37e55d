import { Agent, request } from 'node:https';
import { createServer } from 'node:net';
import { type AccessDoor, type Admin, createAccess, createAdmin, type OidcOptions } from '@parley/admin';
import { memoryLog, systemClock } from '@parley/base';
import type { AccessRecords, AuditLog } from '@parley/directory';
import { memoryAccessRecords, memoryCallRecords, memoryObjects } from '@parley/directory/memory';
import { Authority, type Issued } from './authority.ts';

/** One entry of the audit, as far as these tests look. */
interface Told {
  readonly who: string;
  readonly cmdlet: string;
  readonly outcome: string;
  readonly how?: unknown;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The client's certificate. */
  readonly as?: Issued;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Of an answer that is JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The cookies that it sets, as a browser sends them back. */
  readonly cookies: string;
}

/** A door on loopback, over HTTPS, with an authority of its own. */
export interface AccessHouse {
  readonly origin: string;
  readonly door: AccessDoor;
  readonly records: AccessRecords;
  readonly authority: Authority;
  readonly told: readonly Told[];
  ask(path: string, asked?: Asked): Promise<Answer>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** Lends one. `oidc` is asked for when the origin is known, since the sign-in service has to know it. */
export async function withAccess(
  use: (house: AccessHouse) => Promise<void>,
  oidc?: (origin: string) => Promise<OidcOptions>,
): Promise<void> {
  const port = await freePort();
  const origin = `https://127.0.0.1:${port}`;
  const authority = await Authority.named('CN=Authority of the test');
  const server = await authority.issue('CN=127.0.0.1', [{ type: 'ip', value: '127.0.0.1' }]);
  const records = memoryAccessRecords();
  const agent = new Agent({ keepAlive: true, maxSockets: 2, ca: authority.certificate });
  const told: Told[] = [];
  const log = memoryLog();
  const objects = memoryObjects({ clock: systemClock });
  const auditLog: AuditLog = {
    ...objects.audit,
    append(record) {
      const { who, cmdlet, outcome, detail } = record;
      told.push({ who, cmdlet, outcome, how: detail?.parameters?.how });
      return objects.audit.append(record);
    },
  };
  const door = createAccess({
    records,
    clock: systemClock,
    log,
    origin,
    auditLog,
    ...(oidc ? { oidc: await oidc(origin) } : {}),
  });
  const admin: Admin = createAdmin({
    objects,
    actions: door.actions,
    callRecords: memoryCallRecords(),
    spool: {
      list: async () => [],
      show: async () => undefined,
      export: async () => [],
      retry: async () => undefined,
      discard: async () => undefined,
    },
    traces: { list: () => [], find: () => ({ kind: 'none', why: 'none is kept' }) },
    status: () => ({}),
    log,
  });
  const tls = { certificate: server.certificate, key: server.key, clientAuthorities: authority.certificate };
  await admin.listenHttps({ host: '127.0.0.1', port, tls, access: door });
  const ask = (path: string, asked: Asked = {}) =>
    exchange(`${origin}${path}`, { ...asked, ca: authority.certificate, agent });
  try {
    await use({ origin, door, records, authority, told, ask });
  } finally {
    agent.destroy();
    await admin.close();
  }
}

/** Without a certificate connections are used again; whoever shows one has a connection of his own. */
function exchange(
  url: string,
  { method = 'GET', headers = {}, body, as, ca, agent }: Asked & { ca: string; agent: Agent },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const client = as ? { agent: false, ca, cert: as.certificate, key: as.key } : { agent };
    const typed = body === undefined ? {} : { 'content-type': 'application/json' };
    const asked = request(url, { method, ...client, headers: { ...typed, ...headers } });
    asked.once('error', reject);
    asked.once('response', async response => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const isJson = String(response.headers['content-type']).includes('json');
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text,
        body: isJson ? JSON.parse(text) : {},
        cookies: (response.headers['set-cookie'] ?? []).map(cookie => cookie.split(';')[0]).join('; '),
      });
    });
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
