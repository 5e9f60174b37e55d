import { createHash, type Hash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { codeOf, type Log, messageOf, ParleyError } from '@parley/base';
import type { Kind } from '@parley/schema';
import type { ObjectStore, StoredRow, StoreTransaction } from '../store/object-store.ts';
import type { Exported } from './configuration-backup.ts';
import { headerLine, objectLine, signedText, trailerLine } from './file-format.ts';
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
  const temporary = `${file}.part`;
  try {
    // As one transaction: what is exported was all there at the same moment.
    return await options.store.transaction(options.organization, async transaction => {
      const exported = await write(temporary, transaction, options);
      await rename(temporary, file);
      return exported;
    });
  } catch (error) {
    await rm(temporary, { force: true });
    if (!/^E[A-Z]+$/.test(codeOf(error) ?? '')) throw error;
    throw new ParleyError('BACKUP_UNWRITABLE', `the export cannot be written: ${messageOf(error)}`, { cause: error });
  }
}

async function write(file: string, transaction: StoreTransaction, options: ExportOptions): Promise<Exported> {
  await rm(file, { force: true });
  const handle = await open(file, 'wx', 0o600);
  try {
    const lines = new Lines(transaction, options);
    await pipeline(lines.all(), createGzip(), async (packed: AsyncIterable<Buffer>) => {
      for await (const chunk of packed) await handle.writeFile(chunk);
    });
    await handle.sync();
    return lines.exported();
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
  #unreadable = 0;
  #sha256 = '';

  constructor(transaction: StoreTransaction, options: ExportOptions) {
    this.#transaction = transaction;
    this.#options = options;
  }

  async *all(): AsyncGenerator<string> {
    const hash = createHash('sha256');
    yield hashed(hash, headerLine(this.#options));
    let chunk = '';
    for await (const line of this.#objects()) {
      chunk += hashed(hash, line);
      if (chunk.length < CHUNK) continue;
      yield chunk;
      chunk = '';
    }
    this.#sha256 = hash.digest('hex');
    const { key } = this.#options;
    const trailer = { counts: Object.fromEntries(this.#counts), sha256: this.#sha256, key: key.publicKey };
    yield `${chunk}${trailerLine({ ...trailer, signature: key.sign(signedText(trailer)) })}\n`;
  }

  exported(): Exported {
    return {
      counts: Object.fromEntries(this.#counts),
      objects: [...this.#counts.values()].reduce((sum, count) => sum + count, 0),
      unreadable: this.#unreadable,
      sha256: this.#sha256,
      key: this.#options.key.publicKey,
    };
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
      this.#unreadable++;
      return undefined;
    }
  }
}

function hashed(hash: Hash, line: string): string {
  const whole = `${line}\n`;
  hash.update(whole);
  return whole;
}
