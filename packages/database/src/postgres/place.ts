import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { messageOf, ParleyError } from '@parley/base';

/** Where a PostgreSQL database is and how it is spoken to. */
export interface Place {
  /** A host name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly tls: ConnectionOptions | false;
  /** The URL without its password, for messages. */
  readonly shown: string;
}

/** A URL of the configuration that cannot be right. */
const invalid = (why: string) => new ParleyError('DATABASE_URL_INVALID', `the database URL ${why}`);

const PARAMETERS = ['host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'];

/**
 * Reads `postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE[?PARAMETERS]`, with the parameters that libpq knows by these names: `host`
 * (folder of a Unix socket, HOST being left out), `sslmode` (`disable`; `require`: encrypted, whoever the server is; `verify-full`: with a
 * certificate of that host, which is also what is done when nothing is said and the host is another machine), `sslrootcert`, `sslcert`,
 * `sslkey` (PEM files).
 * @throws ParleyError DATABASE_URL_INVALID. The password is in no message.
 */
export function placeOf(text: string): Place {
  // "postgres://user@/database?host=/run/postgresql" has no host, which URL does not allow.
  const url = URL.parse(text.replace('@/', '@localhost/'));
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) throw invalid('is not of the form postgres://USER@HOST/DATABASE');
  const parameters = parametersOf(url);
  const database = decoded(url.pathname.slice(1), 'database');
  const user = decoded(url.username, 'user');
  if (database === '' || user === '') throw invalid('names no user or no database: postgres://USER@HOST/DATABASE');
  const folder = parameters.get('host');
  if (folder !== undefined && !folder.startsWith('/')) throw invalid('has a host parameter that is no folder');
  const host = folder ?? decoded(url.hostname.replace(/^\[|\]$/g, ''), 'host');
  const port = url.port === '' ? 5432 : Number(url.port);
  const password = url.password === '' ? undefined : decoded(url.password, 'password');
  const shown = `postgres://${user}@${folder ?? url.host}/${database}`;
  return { host, port, user, password, database, shown, tls: tlsOf(parameters, host) };
}

function decoded(text: string, what: string): string {
  try {
    const plain = decodeURIComponent(text);
    if (!/\p{Cc}/u.test(plain)) return plain;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
  throw invalid(`has a ${what} with a wrong escape`);
}

function parametersOf(url: URL): Map<string, string> {
  const parameters = new Map(url.searchParams);
  for (const name of parameters.keys())
    if (!PARAMETERS.includes(name))
      throw invalid(`has the parameter ${JSON.stringify(name.slice(0, 40))}; allowed: ${PARAMETERS.join(', ')}`);
  return parameters;
}

function tlsOf(parameters: ReadonlyMap<string, string>, host: string): ConnectionOptions | false {
  const isHere = host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\.[\d.]+$/.test(host);
  const mode = parameters.get('sslmode') ?? (isHere ? 'disable' : 'verify-full');
  if (!['disable', 'require', 'verify-full'].includes(mode))
    throw invalid(`has sslmode=${JSON.stringify(mode.slice(0, 40))}; allowed: disable, require, verify-full`);
  if (mode === 'disable') return false;
  const file = (name: string) => {
    const path = parameters.get(name);
    return path === undefined ? undefined : contentOf(path);
  };
  const files = { ca: file('sslrootcert'), cert: file('sslcert'), key: file('sslkey') };
  const servername = isIP(host) === 0 && !host.startsWith('/') ? { servername: host } : {};
  return { ...files, ...servername, rejectUnauthorized: mode === 'verify-full', minVersion: 'TLSv1.2' };
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw invalid(`names a file that cannot be read: ${messageOf(error)}`);
  }
}
