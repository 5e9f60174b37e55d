import { Bug, codeOf, type Log, ParleyError } from '@parley/base';
import { definitionOf, type Kind, kinds } from '@parley/schema';
import { checkAmongOthers } from '../life-cycle/checks.ts';
import { idsAt } from '../life-cycle/comparable.ts';
import { referencePlaces } from '../life-cycle/declared.ts';
import { indexRowsOf, prefetchUnique } from '../life-cycle/index-rows.ts';
import { type Kept, rowOf, wordAndName } from '../life-cycle/kept.ts';
import { Workspace } from '../life-cycle/workspace.ts';
import { type By, ObjectInvalid } from '../objects.ts';
import type { ObjectStore, StoredRow, StoreTransaction } from '../store/object-store.ts';
import { checkObjects, FOREIGN, invalid, keptOfLine } from './checked-objects.ts';
import type { Imported, ImportOptions } from './configuration-backup.ts';
import { type Difference, differences } from './differences.ts';
import type { ObjectLine } from './file-format.ts';
import type { FileBudgets } from './file-lines.ts';
import type { VerifiedFile } from './verified-file.ts';
import { verifyFile } from './verified-file.ts';
import { OPEN_KINDS, pageOf, rowsOf } from './walk.ts';

export interface ImportContext extends ImportOptions {
  readonly store: ObjectStore;
  readonly by: By;
  readonly log: Log;
  /** Wall time, milliseconds since 1970. */
  readonly now: number;
  readonly trusted: readonly string[];
  readonly budgets?: FileBudgets;
}

/** How a transaction is undone that was only a trial. */
class TrialEnded extends Error {}

/** See `ConfigurationBackup`. */
export async function importConfiguration(path: string, context: ImportContext): Promise<Imported> {
  const { store, by, trusted, budgets } = context;
  const file = await verifyFile(path, { trusted, budgets });
  const { organization } = file.header;
  if (by.organization !== undefined && organization !== by.organization)
    throw FOREIGN('the file is not of your organisation');
  await checkObjects(file);
  let outcome: Imported | undefined;
  try {
    return await store.transaction(organization, async transaction => {
      outcome = await new Import(file, transaction, context).run();
      if (by.trial) throw new TrialEnded();
      return outcome;
    });
  } catch (error) {
    if (error instanceof TrialEnded && outcome) return outcome;
    if (codeOf(error) !== 'DATABASE_CONFLICT') throw error;
    throw new ParleyError('BACKUP_INVALID', 'the file has ids or unique values that somebody else has', {
      cause: error,
    });
  }
}

/** One import inside its transaction. The objects are handled in portions, each with a workspace of its own that is forgotten after it. */
class Import {
  readonly #file: VerifiedFile;
  readonly #transaction: StoreTransaction;
  readonly #context: ImportContext;
  readonly #counts = { created: 0, changed: 0, removed: 0, unchanged: 0 };

  constructor(file: VerifiedFile, transaction: StoreTransaction, context: ImportContext) {
    this.#file = file;
    this.#transaction = transaction;
    this.#context = context;
  }

  async run(): Promise<Imported> {
    await this.#makeRoom();
    await this.#put();
    await this.#check();
    const { at: madeAt, sha256 } = this.#file.header;
    return { ...this.#counts, madeAt, sha256 };
  }

  /** Removes what is not in the file, and frees the unique values of what will change: two objects may exchange theirs. */
  async #makeRoom(): Promise<void> {
    await this.#inPortions(async (difference, workspace) => {
      this.#counts[difference.what]++;
      if (difference.what === 'removed') await this.#remove(difference.row, workspace);
      if (difference.what === 'changed' && difference.row)
        await this.#transaction.update({ row: difference.row, index: [] }, difference.row.etag);
      return difference.what === 'removed';
    });
  }

  async #remove(row: StoredRow, workspace: Workspace): Promise<void> {
    const kept = workspace.read(row);
    if (!kept) return this.#transaction.remove([row.id]);
    for (const secret of await this.#secretsOf(kept, workspace)) await workspace.remove(secret);
    await workspace.remove(kept);
  }

  /** What is never exported goes with what it belongs to: the PIN with its mailbox. */
  async #secretsOf(kept: Kept, workspace: Workspace): Promise<readonly Kept[]> {
    const by = SECRET_KINDS.flatMap(kind =>
      referencePlaces(kind).flatMap(({ property, to }) => (to === kept.kind ? [{ kind, property }] : [])),
    );
    if (by.length === 0) return [];
    const secrets: Kept[] = [];
    for (const { kind, id } of await workspace.referrers(kept, { limit: 100, by })) {
      const secret = await workspace.get(kind, id);
      if (secret) secrets.push(secret);
    }
    return secrets;
  }

  async #put(): Promise<void> {
    let done = 0;
    await this.#inPortions(async (difference, workspace) => {
      if (difference.what === 'created') await this.#create(difference.line, workspace);
      if (difference.what === 'changed' && difference.row)
        await this.#change(difference.line, difference.row, workspace);
      if (++done % 1000 === 0) this.#context.onProgress?.(done);
      return difference.what !== 'unchanged';
    });
    this.#context.onProgress?.(done);
  }

  async #create(line: ObjectLine, workspace: Workspace): Promise<void> {
    const kept = keptOfLine(line, line.id);
    await workspace.put(kept, await indexRowsOf(kept, workspace));
  }

  async #change(line: ObjectLine, row: StoredRow, workspace: Workspace): Promise<void> {
    const before = workspace.read(row);
    const next = { ...keptOfLine(line, line.id), etag: String(Number(row.etag) + 1) };
    const index = await indexRowsOf(next, workspace);
    if (before) return workspace.put(next, index, before);
    await this.#transaction.update({ row: rowOf(next, this.#context.now), index }, row.etag);
  }

  /** Now that everything is there: references, unique values and the rules of each kind. */
  async #check(): Promise<void> {
    for (const kind of OPEN_KINDS) {
      let portion: StoredRow[] = [];
      for await (const row of rowsOf(this.#transaction, kind, this.#file.header.organization)) {
        portion.push(row);
        if (portion.length < pageOf(kind)) continue;
        await this.#checkPortion(kind, portion);
        portion = [];
      }
      await this.#checkPortion(kind, portion);
    }
  }

  async #checkPortion(kind: Kind, rows: readonly StoredRow[]): Promise<void> {
    const workspace = this.#workspace();
    const all = rows.flatMap(row => workspace.read(row) ?? []);
    const documents = all.map(({ document }) => document);
    await prefetchUnique(kind, documents, workspace);
    await workspace.load(referencePlaces(kind).flatMap(place => documents.flatMap(document => idsAt(document, place))));
    for (const kept of all) {
      try {
        // As one that has not changed: rules about what may become what are no matter of a restored object.
        await checkAmongOthers(kept, kept, workspace);
      } catch (error) {
        if (error instanceof ObjectInvalid) throw invalid(wordAndName(kept), error.problems);
        throw error;
      }
    }
  }

  /** `work` says whether it has used the workspace. */
  async #inPortions(work: (difference: Difference, workspace: Workspace) => Promise<boolean>): Promise<void> {
    let workspace = this.#workspace();
    let used = 0;
    for await (const difference of differences(this.#file, this.#transaction, this.#file.header.organization)) {
      const { kind } = 'line' in difference ? difference.line : difference.row;
      if (await work(difference, workspace)) used++;
      if (used < pageOf(kind)) continue;
      await workspace.finish();
      workspace = this.#workspace();
      used = 0;
    }
    await workspace.finish();
  }

  #workspace(): Workspace {
    const { by, log, now } = this.#context;
    const newId = () => {
      throw new Bug('an import makes no ids');
    };
    return new Workspace(this.#transaction, {
      by,
      log,
      now,
      newId,
      settings: {},
      taken: new Set(),
      remembersAll: false,
    });
  }
}

const SECRET_KINDS: readonly Kind[] = kinds.filter(kind => definitionOf(kind).secret);
