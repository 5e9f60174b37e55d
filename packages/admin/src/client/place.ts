import type { ClientRequest, RequestOptions } from 'node:http';
import { codeOf, messageOf, ParleyError } from '@parley/base';
import { adminSocket, bindablePath } from '../socket-path.ts';

// An import would read all that these export, WebSocket among it, and so load a library that nothing here uses: a tenth of the time of a
// command that ends at once.
const http = () => process.getBuiltinModule('node:http');
const https = () => process.getBuiltinModule('node:https');

/** A server elsewhere, and what lets us in. */
export interface Elsewhere {
  /** `https://um1.example.org:8443`. */
  readonly url: string;
  /** An API token. */
  readonly token: string;
  /** PEM: authorities of its certificate; those of the system when not given. */
  readonly authorities?: string;
}

/** Where the server is, for whoever asks it something. */
export interface Place {
  ask(options: RequestOptions): ClientRequest;
  /** What a failed connection means to whoever typed the command. */
  unreachable(error: unknown): ParleyError;
}

/** The server that runs on a data folder: its socket. */
export function here(dataFolder: string): Place {
  return {
    ask: options => {
      const headers = { ...options.headers, host: 'localhost' };
      return http().request({ ...options, headers, socketPath: bindablePath(adminSocket(dataFolder)), agent: false });
    },
    unreachable: error => unreachableHere(dataFolder, error),
  };
}

function unreachableHere(dataFolder: string, error: unknown): ParleyError {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR')
    return new ParleyError(
      'SERVER_NOT_RUNNING',
      `no server is running on the data folder ${dataFolder}: start it with "parley serve --data ${dataFolder}", or name another one with --data`,
      { cause: error },
    );
  if (code === 'EACCES' || code === 'EPERM')
    return new ParleyError(
      'SERVER_DENIED',
      `the server of ${dataFolder} belongs to another user: run this command as that user`,
      { cause: error },
    );
  return new ParleyError('SERVER_UNREACHABLE', `the server of ${dataFolder} does not answer: ${messageOf(error)}`, {
    cause: error,
  });
}

/** A server elsewhere, by HTTPS. Throws `SERVER_UNREACHABLE` of a URL that is none. */
export function there({ url, token, authorities }: Elsewhere): Place {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (base?.protocol !== 'https:')
    throw new ParleyError('SERVER_UNREACHABLE', `${JSON.stringify(url)} must be like https://um1.example.org:8443`);
  return {
    ask: options =>
      https().request({
        ...options,
        hostname: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port || 443,
        headers: { ...options.headers, authorization: `Bearer ${token}` },
        agent: false,
        ...(authorities === undefined ? {} : { ca: authorities }),
      }),
    unreachable: error =>
      new ParleyError('SERVER_UNREACHABLE', `${base.host} does not answer: ${messageOf(error)}`, { cause: error }),
  };
}
