import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before } from 'node:test';
import pg from 'pg';

interface Ending {
  after(ending: () => unknown): void;
}

/** Debian keeps the programs of each version apart. */
const ROOT = '/usr/lib/postgresql';

/** Folder of `initdb` and `postgres`, of the newest version there is. */
function programs(): string | undefined {
  if (!existsSync(ROOT)) return undefined;
  const folders = readdirSync(ROOT).toSorted((a, b) => Number(b) - Number(a));
  return folders.map(version => join(ROOT, version, 'bin')).find(bin => existsSync(join(bin, 'initdb')));
}

const missing = 'LEFT OUT: needs PostgreSQL. Install with: apt-get install postgresql';

/**
 * Why tests against PostgreSQL are left out, to be given to `test` as `skip`; false when they are not.
 * @throws Error when they must not be (PARLEY_PEERS=required).
 */
export function withoutPostgres(): string | false {
  if (programs() !== undefined) return false;
  if (process.env.PARLEY_PEERS === 'required') throw new Error(missing);
  process.stderr.write(`${missing}\n`);
  return missing;
}

/** A server of its own in a temporary folder, on a free loopback port, that ends with the test. */
export interface PostgresServer {
  readonly port: number;
  /** Makes an empty database that the ordinary user `parley` owns; resolves with its URL. */
  database(options?: { readonly encoding?: string }): Promise<string>;
  /** Runs statements as the superuser. */
  asSuperuser(sql: string, database?: string): Promise<pg.QueryResult>;
  /** Ends every connection and the server, as an administrator in a hurry does. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Starts again; everybody but the superuser needs a password from now on. */
  requirePasswords(): Promise<void>;
  /** Starts again with TLS; resolves with the file of the certificate, which is of localhost and 127.0.0.1. */
  useTls(): Promise<string>;
}

/** postgres refuses to run as root. */
function userOf(name: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

export async function startPostgres(t: Ending): Promise<PostgresServer> {
  const bin = programs();
  if (bin === undefined) throw new Error(missing);
  const folder = mkdtempSync('/tmp/parley-postgres-');
  const user = userOf('postgres');
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const run = { cwd: folder, ...user, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '--encoding=UTF8'], {
    ...run,
    stdio: 'pipe',
  });
  const port = await freePort();
  const options = ['fsync=off', 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, `port=${port}`];
  const args = ['-D', data, ...options.flatMap(option => ['-c', option])];
  let server: ReturnType<typeof spawn> | undefined;
  const start = async () => {
    const started = spawn(join(bin, 'postgres'), args, { ...run, stdio: ['ignore', 'ignore', 'pipe'] });
    server = started;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      started.stderr?.on('data', chunk => {
        said = `${said}${chunk}`.slice(-10_000);
        if (said.includes('ready to accept connections')) resolve();
      });
      started.once('exit', () => reject(new Error(`postgres did not start: ${said}`)));
    });
  };
  const stop = async (signal: NodeJS.Signals) => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
  };
  t.after(async () => {
    // Immediate: nothing of it is needed again.
    await stop('SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  });
  await start();
  const asSuperuser = async (sql: string, database = 'postgres') => {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database });
    await client.connect();
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await asSuperuser('create role parley login');
  let made = 0;
  return {
    port,
    asSuperuser,
    start,
    stop: () => stop('SIGINT'),
    async requirePasswords() {
      const rules = ['host all postgres 127.0.0.1/32 trust', 'host all all 127.0.0.1/32 scram-sha-256', ''];
      writeFileSync(join(data, 'pg_hba.conf'), rules.join('\n'));
      await stop('SIGINT');
      await start();
    },
    async useTls() {
      const certificate = join(folder, 'server.crt');
      const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-days', '2'];
      const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      const files = ['-keyout', join(folder, 'server.key'), '-out', certificate];
      execFileSync('openssl', ['req', ...made, ...files, ...names], { ...run, stdio: 'pipe' });
      await asSuperuser(`alter system set ssl_cert_file = '${certificate}'`);
      await asSuperuser(`alter system set ssl_key_file = '${join(folder, 'server.key')}'`);
      await asSuperuser('alter system set ssl = on');
      await stop('SIGINT');
      await start();
      return certificate;
    },
    async database({ encoding = 'UTF8' } = {}) {
      const name = `test${++made}`;
      await asSuperuser(
        `create database ${name} owner parley template template0 encoding '${encoding}' lc_collate 'C' lc_ctype 'C'`,
      );
      return `postgres://parley@127.0.0.1:${port}/${name}`;
    },
  };
}

/** One server for all tests of the suite (or file) that calls this; nothing happens when they are left out. */
export function postgresOfSuite(skip: string | false): () => PostgresServer {
  const endings: (() => unknown)[] = [];
  let server: PostgresServer | undefined;
  before(async () => {
    if (skip === false) server = await startPostgres({ after: ending => void endings.push(ending) });
  });
  after(async () => {
    for (const ending of endings) await ending();
  });
  return () => {
    if (!server) throw new Error('PostgreSQL has not been started');
    return server;
  };
}
