import { readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const LOOK_EVERY_MILLIS = 100;

/** A message in a mailbox. */
export interface Arrived {
  readonly path: string;
  /** When it was there for good, milliseconds since 1970 (the time of its last link). */
  readonly at: number;
  readonly callId: string;
  /** MIME type and bytes of the attachment; undefined for a notice. */
  readonly attachment?: { readonly type: string; readonly bytes: Uint8Array };
}

/** All mailboxes of a server, seen from outside: files in Maildir folders. */
export class Inbox {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Waits until there are so many messages, or for `patienceMillis` after the last one came. Takes them out. */
  async take(count: number, patienceMillis: number): Promise<readonly Arrived[]> {
    let files = await this.#files();
    let idleSince = performance.now();
    while (files.length < count && performance.now() - idleSince < patienceMillis) {
      await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MILLIS));
      const now = await this.#files();
      if (now.length > files.length) idleSince = performance.now();
      files = now;
    }
    const arrived: Arrived[] = [];
    for (const path of files) {
      const [text, { ctimeMs }] = await Promise.all([readFile(path, 'latin1'), stat(path)]);
      arrived.push({ path, at: ctimeMs, callId: header(text, 'X-CallID') ?? '', ...attachmentOf(text) });
      await unlink(path);
    }
    return arrived;
  }

  async #files(): Promise<string[]> {
    const found: string[] = [];
    for (const domain of await folders(this.#root))
      for (const name of await folders(join(this.#root, domain))) {
        const folder = join(this.#root, domain, name, 'new');
        for (const file of await folders(folder)) found.push(join(folder, file));
      }
    return found;
  }
}

async function folders(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Enough of MIME for messages of our own: the tests of `mail` hold them to the whole of it. */
function attachmentOf(text: string): Pick<Arrived, 'attachment'> {
  const at = text.search(/^Content-Disposition: attachment/im);
  if (at < 0) return {};
  const begin = text.lastIndexOf('\r\n--', at);
  const body = text.indexOf('\r\n\r\n', at) + 4;
  const type = header(text.slice(begin, body), 'Content-Type')?.split(';')[0] ?? '';
  return { attachment: { type, bytes: Buffer.from(text.slice(body, text.indexOf('\r\n--', body)), 'base64') } };
}

function header(text: string, name: string): string | undefined {
  const head = text.slice(0, text.indexOf('\r\n\r\n') + 2).replaceAll(/\r\n[ \t]/g, ' ');
  return new RegExp(`^${name}: *(.*?)\r?$`, 'im').exec(head)?.[1];
}
