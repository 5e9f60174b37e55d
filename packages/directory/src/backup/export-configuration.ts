import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { codeOf, type Log, messageOf, ParleyError } from '@parley/base';
import type { Kind } from '@parley/schema';
import type { ObjectStore, StoredRow, StoreTransaction } from '../store/object-store.ts';
import type { Exported } from './configuration-backup.ts';
import { type Header, headerLine, objectLine, signedText } from './file-format.ts';
import type { SigningKey } from './signing-key.ts';
import { OPEN_KINDS, rowsOf } from './walk.ts';

export interface ExportOptions {
  readonly store: ObjectStore;
  readonly key: SigningKey;
  readonly log: Log;
  /** Wall time, milliseconds since 1970. */
  readonly at: number;
  /** Only this one; undefined: everything. */
  readonly organization: string | undefined;
}

/** Writes the file beside its place and moves it there when it is whole and on the disk. See `ConfigurationBackup`. */
export async function exportConfiguration(file: string, options: ExportOptions): Promise<Exported> {
  const [packed, whole] = [`${file}.packed`, `${file}.part`];
  try {
    // As one transaction: what is exported was all there at the same moment.
    const lines = await options.store.transaction(options.organization, async transaction => {
      const all = new Lines(transaction, options);
      const sha256 = await write(packed, () => pack(all.text()));
      return { header: all.header(sha256), unreadable: all.unreadable };
    });
    const { header, unreadable } = lines;
    await write(whole, () => signed(header, options.key, packed));
    await rename(whole, file);
    const objects = Object.values(header.counts).reduce((sum, count) => sum + count, 0);
    return { counts: header.counts, objects, unreadable, sha256: header.sha256, key: header.key };
  } catch (error) {
    if (!/^E[A-Z]+$/.test(codeOf(error) ?? '')) throw error;
    throw new ParleyError('BACKUP_UNWRITABLE', `the export cannot be written: ${messageOf(error)}`, { cause: error });
  } finally {
    for (const each of [packed, whole]) await rm(each, { force: true });
  }
}

const pack = (text: AsyncIterable<string>): AsyncIterable<Buffer> => Readable.from(text).compose(createGzip());

async function* signed(header: Header, key: SigningKey, packed: string): AsyncGenerator<Buffer> {
  yield Buffer.from(`${headerLine({ ...header, signature: key.sign(signedText(header)) })}\n`);
  yield* createReadStream(packed);
}

/** Makes a new file of the octets, which is on the disk then. Resolves with their SHA-256 in hexadecimal. */
async function write(file: string, octets: () => AsyncIterable<Buffer>): Promise<string> {
  await rm(file, { force: true });
  const handle = await open(file, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    for await (const chunk of octets()) {
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

/** Octets that are packed at once. */
const CHUNK = 64 * 1024;

/** The lines of one export, and what they amount to. */
class Lines {
  readonly #transaction: StoreTransaction;
  readonly #options: ExportOptions;
  readonly #counts = new Map<Kind, number>();
  #unpacked = 0;
  unreadable = 0;

  constructor(transaction: StoreTransaction, options: ExportOptions) {
    this.#transaction = transaction;
    this.#options = options;
  }

  async *text(): AsyncGenerator<string> {
    let chunk = '';
    for await (const line of this.#objects()) {
      chunk += `${line}\n`;
      if (chunk.length < CHUNK) continue;
      yield this.#counted(chunk);
      chunk = '';
    }
    yield this.#counted(chunk);
  }

  header(sha256: string): Header {
    const { organization, at, key } = this.#options;
    const counts = Object.fromEntries(this.#counts);
    return { organization, at, counts, unpacked: this.#unpacked, sha256, key: key.publicKey };
  }

  #counted(chunk: string): string {
    this.#unpacked += Buffer.byteLength(chunk);
    return chunk;
  }

  async *#objects(): AsyncGenerator<string> {
    for (const kind of OPEN_KINDS)
      for await (const row of rowsOf(this.#transaction, kind, this.#options.organization)) {
        const line = this.#lineOf(row);
        if (line === undefined) continue;
        this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
        yield line;
      }
  }

  #lineOf(row: StoredRow): string | undefined {
    try {
      if (row.organization === '') throw new SyntaxError('it belongs to nobody');
      return objectLine({ ...row, document: JSON.parse(row.document) });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#options.log.error('stored object unreadable', { kind: row.kind, id: row.id, why: messageOf(error) });
      this.unreadable++;
      return undefined;
    }
  }
}
