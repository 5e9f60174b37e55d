import { ParleyError } from '@parley/base';
import type { Entry } from '@parley/directory';
import type { Changes, DirectorySource, ObjectRow, Question } from '@parley/directory/cache';
import type { Kind, Mailbox } from '@parley/schema';

/** A directory to be read from whose owner says when it answers, and counts what it is asked. */
export class MemorySource implements DirectorySource {
  readonly #entries = new Map<string, Entry>();
  readonly #hearers = new Set<() => void>();
  #changes: Changes = [];
  #held: PromiseWithResolvers<void> | undefined;
  /** Every question answers with a failure. */
  failing = false;
  /** Changes are told nobody: only who looks for them sees them. */
  silent = false;
  /** Questions for one mailbox. */
  asked = 0;
  /** Mailboxes that were read. */
  read = 0;

  constructor(entries: Iterable<Entry>) {
    for (const entry of entries) this.#entries.set(entry.object.id, entry);
  }

  put(...entries: readonly Entry[]): void {
    for (const entry of entries) this.#entries.set(entry.object.id, entry);
    this.#tell(entries.map(({ kind, object: { id } }) => ({ kind, id })));
  }

  remove(...ids: readonly string[]): void {
    const gone = ids.flatMap(id => this.#entries.get(id) ?? []);
    for (const id of ids) this.#entries.delete(id);
    this.#tell(gone.map(({ kind, object: { id } }) => ({ kind, id })));
  }

  /** Nobody knows any more what has changed. */
  loseTrack(): void {
    this.#tell('anything');
  }

  /** Questions wait from now on, with the answer they had when they were asked. */
  hold(): void {
    this.#held = Promise.withResolvers<void>();
  }

  release(): void {
    this.#held?.resolve();
    this.#held = undefined;
  }

  readonly rows: DirectorySource['rows'] = {
    find: question => {
      this.asked++;
      const found = this.#mailboxes().find(({ object }) => this.#answers(object, question));
      return this.#answer(found && rowOf(found));
    },
    byIds: ids => this.#answer(this.#read(ids.flatMap(id => this.#entries.get(id) ?? []))),
    page: (kind, after) => {
      const ofKind = this.#ofKind(kind).filter(({ object }) => object.id > after);
      ofKind.sort((a, b) => (a.object.id < b.object.id ? -1 : 1));
      return this.#answer(this.#read(ofKind.slice(0, 7)));
    },
    hasMore: (kind, than) => this.#answer(this.#ofKind(kind).length > than),
  };

  readonly changes: DirectorySource['changes'] = {
    place: 0,
    begin: async () => {
      this.#changes = [];
    },
    next: async () => {
      if (this.failing) throw away();
      const changes = this.#changes;
      this.#changes = [];
      return changes;
    },
  };

  listen(hear: () => void): Disposable {
    this.#hearers.add(hear);
    return { [Symbol.dispose]: () => void this.#hearers.delete(hear) };
  }

  #tell(changes: Changes): void {
    this.#changes =
      changes === 'anything' || this.#changes === 'anything' ? 'anything' : [...this.#changes, ...changes];
    if (!this.silent) for (const hear of this.#hearers) hear();
  }

  async #answer<T>(value: T): Promise<T> {
    await this.#held?.promise;
    if (this.failing) throw away();
    return value;
  }

  #read(entries: readonly Entry[]): ObjectRow[] {
    this.read += entries.filter(({ kind }) => kind === 'UMMailbox').length;
    return entries.map(rowOf);
  }

  #ofKind(kind: Kind): Entry[] {
    return [...this.#entries.values()].filter(entry => entry.kind === kind);
  }

  #mailboxes(): Entry<'UMMailbox'>[] {
    return [...this.#entries.values()].filter(entry => entry.kind === 'UMMailbox');
  }

  #answers(mailbox: Mailbox, question: Question): boolean {
    if (question.by === 'id') return mailbox.id === question.id;
    const plan = this.#planOf(mailbox);
    if (question.by === 'address')
      return (
        mailbox.sipResourceIdentifier?.toLowerCase() === question.address &&
        plan?.organization === question.organization
      );
    const { dialPlan, extension } = question;
    return (
      (plan?.id === dialPlan && mailbox.extensions.includes(extension)) ||
      (mailbox.secondaryDialPlan === dialPlan && mailbox.secondaryExtensions.includes(extension))
    );
  }

  #planOf({ umMailboxPolicy }: Mailbox) {
    const policy = this.#entries.get(umMailboxPolicy);
    const plan = policy?.kind === 'UMMailboxPolicy' ? this.#entries.get(policy.object.umDialPlan) : undefined;
    return plan?.kind === 'UMDialPlan' ? plan.object : undefined;
  }
}

const away = () => new ParleyError('DATABASE_CLOSED', 'the database is away');

function rowOf({ kind, object }: Entry): ObjectRow {
  return { kind, id: object.id, document: JSON.stringify(object) };
}
