import { request } from 'node:http';
import { adminSocket } from '@parley/admin';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer is what it asserts.
  readonly body: any;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown;
}

/** One request over the socket as a hostile or careless client would send it. */
export function rawRequest(
  dataFolder: string,
  path: string,
  { method, headers = {}, body }: RawRequest = {},
): Promise<RawAnswer> {
  const isJson = body !== undefined && typeof body !== 'string';
  const content = isJson ? JSON.stringify(body) : typeof body === 'string' ? body : undefined;
  const type: Record<string, string> = isJson ? { 'content-type': 'application/json' } : {};
  return new Promise((resolve, reject) => {
    const asked = request({
      socketPath: adminSocket(dataFolder),
      path,
      method: method ?? (content === undefined ? 'GET' : 'POST'),
      agent: false,
      headers: { ...type, ...headers },
    });
    asked.once('error', reject);
    asked.once('response', async response => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const isParsed = String(response.headers['content-type']).includes('json') && !text.includes('\n');
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: isParsed ? JSON.parse(text || '{}') : text,
      });
    });
    asked.end(content);
  });
}
