import { type Clock, type Log, messageOf, silentLog, type Timer } from '@parley/base';
import type { DialPlan, HuntGroup, IPGateway } from '@parley/schema';
import type { CallSource, Directory, MailboxInPlan } from '../directory.ts';
import { comparableAddress, storable } from '../lookup/comparable.ts';
import { EVERY_NODE, REPLICATION } from '../replicas/replicas.ts';
import type { ChangedObject, ChangeLog, Changes } from './change-log.ts';
import type { DirectoryRows } from './directory-rows.ts';
import type { CacheBounds } from './mailbox-cache.ts';
import { type LookUpFigures, Mailboxes } from './mailboxes.ts';
import type { Question } from './questions.ts';
import { Reachable } from './reachable.ts';
import { Surroundings } from './surroundings.ts';
import { within } from './within.ts';

/** Where the directory is read from, as a port. */
export interface DirectorySource {
  readonly rows: DirectoryRows;
  readonly changes: ChangeLog;
  /** `hear` is called after every commit that may have changed something, or when one may have been missed. */
  listen(hear: () => void): Disposable;
  /** Whose copy this is. */
  readonly node?: string | undefined;
  /** All that was changed up to this place of `changes` is known to calls. Rejects with the database's failure. */
  tell?(place: number): Promise<void>;
}

export interface CallDirectoryOptions {
  readonly source: DirectorySource;
  readonly clock: Clock;
  readonly log?: Log;
  /** 50,000 mailboxes, 128 MiB and 50,000 unknown questions when not given. */
  readonly bounds?: Partial<CacheBounds>;
  /** Sites of no more mailboxes than that are read whole at the start; 10,000 when not given. */
  readonly readAhead?: number;
  /** Longest wait for the database before an old answer is given or none, milliseconds; 2,000 when not given. */
  readonly lookUpMillis?: number;
  /** How often changes are looked for that were not announced, milliseconds; 1,000 when not given. */
  readonly pollMillis?: number;
}

/** How well calls are answered; counted from the start. */
export interface DirectoryFigures extends Readonly<LookUpFigures> {
  /** Mailboxes in memory, what they are estimated to take there, and questions known to have no answer. */
  readonly mailboxes: number;
  readonly bytes: number;
  readonly absent: number;
  /** All mailboxes are in memory. */
  readonly whole: boolean;
  /** How long the database has not answered; 0 while it does. */
  readonly awayMillis: number;
}

/** The directory as calls ask it: in front of the database, and without it for a while. */
export interface CallDirectory extends Directory {
  readonly figures: DirectoryFigures;
  /** Resolves when everything that is committed now is known to calls, or could not be learnt. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** No address of a mailbox is longer, characters. */
const LONGEST = 512;

const DEFAULT_BOUNDS: CacheBounds = { mailboxes: 50_000, bytes: 128 * 2 ** 20, absent: 50_000 };
const DEFAULTS = { readAhead: 10_000, lookUpMillis: 2000, pollMillis: 1000, log: silentLog };

type Settled = CallDirectoryOptions & Required<Pick<CallDirectoryOptions, keyof typeof DEFAULTS>>;

/**
 * Reads what calls need always, and the mailboxes too where they are few. Changes are heard of as they are announced, and looked for
 * every second. Rejects with the database's failure.
 */
export async function openCallDirectory(options: CallDirectoryOptions): Promise<CallDirectory> {
  const directory = new CachedDirectory({ ...DEFAULTS, ...options });
  await directory.begin();
  return directory;
}

class CachedDirectory implements CallDirectory {
  readonly #options: Settled;
  readonly #surroundings: Surroundings;
  readonly #mailboxes: Mailboxes;
  readonly #reachable: Reachable;
  #looking: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;
  #timer: Timer | undefined;
  #listening: Disposable | undefined;
  #closed = false;

  constructor(options: Settled) {
    const { source, clock, log, readAhead, lookUpMillis } = options;
    const { rows } = source;
    this.#options = options;
    this.#reachable = new Reachable(clock, log);
    this.#surroundings = new Surroundings(rows, log);
    this.#mailboxes = new Mailboxes({
      rows,
      bounds: { ...DEFAULT_BOUNDS, ...options.bounds },
      readAhead,
      lookUpMillis,
      reachable: this.#reachable,
      clock,
      log,
      inPlan: mailbox => this.#surroundings.world.inPlan(mailbox),
      refresh: () => this.refresh(),
    });
  }

  /** The place in the log comes first: what is changed while everything is read is heard of afterwards. */
  async begin(): Promise<void> {
    const { source } = this.#options;
    await source.changes.begin();
    await this.#surroundings.catchUp();
    await this.#mailboxes.begin();
    await this.#tell();
    this.#listening = source.listen(() => void this.refresh());
    this.#poll();
  }

  gatewayFor(source: CallSource): IPGateway | undefined {
    return this.#surroundings.world.gatewayFor(source);
  }

  huntGroupFor(gateway: IPGateway, called: string): HuntGroup | undefined {
    return this.#surroundings.world.huntGroupFor(gateway, called);
  }

  dialPlan(id: string): DialPlan | undefined {
    return this.#surroundings.world.dialPlan(id);
  }

  dialPlanByPhoneContext(organization: string, phoneContext: string): DialPlan | undefined {
    return this.#surroundings.world.dialPlanByPhoneContext(organization, phoneContext);
  }

  mailboxByExtension(dialPlan: DialPlan, extension: string): Promise<MailboxInPlan | undefined> {
    return this.#ask(extension, { by: 'extension', dialPlan: dialPlan.id, extension: storable(extension) });
  }

  mailboxByAddress(dialPlan: DialPlan, address: string): Promise<MailboxInPlan | undefined> {
    const { organization } = dialPlan;
    return this.#ask(address, { by: 'address', organization, address: comparableAddress(address) });
  }

  mailboxById(id: string): Promise<MailboxInPlan | undefined> {
    return this.#ask(id, { by: 'id', id: storable(id) });
  }

  /** @param text as the call has it. */
  #ask(text: string, question: Question): Promise<MailboxInPlan | undefined> {
    return text.length > LONGEST ? Promise.resolve(undefined) : this.#mailboxes.ask(question);
  }

  get figures(): DirectoryFigures {
    return { ...this.#mailboxes.figures, ...this.#mailboxes.kept, awayMillis: this.#reachable.awayMillis };
  }

  refresh(): Promise<void> {
    // A look under way may have read before what the caller wants to see.
    this.#waiting ??= this.#looking.then(() => {
      this.#waiting = undefined;
      this.#looking = this.#look();
      return this.#looking;
    });
    return this.#waiting;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    this.#listening?.[Symbol.dispose]();
    const { clock, lookUpMillis, log } = this.#options;
    try {
      // A database that does not answer keeps nobody from ending.
      await within(this.#waiting ?? this.#looking, lookUpMillis, clock);
    } catch (error) {
      log.warn('directory closed while the database was asked', { why: messageOf(error) });
    }
  }

  #poll(): void {
    const { clock, pollMillis, lookUpMillis } = this.#options;
    this.#timer = clock.after(pollMillis, () => {
      within(this.refresh(), lookUpMillis, clock)
        .catch(error => this.#reachable.failed(error))
        .finally(() => {
          if (!this.#closed) this.#poll();
        });
    });
  }

  /** Never rejects: what could not be learnt is tried again the next time. */
  async #look(): Promise<void> {
    try {
      this.#hear(await this.#options.source.changes.next());
      if (await this.#surroundings.catchUp()) this.#mailboxes.doubtAll();
      await this.#mailboxes.catchUp();
      await this.#tell();
      this.#reachable.succeeded();
    } catch (error) {
      this.#reachable.failed(error);
    }
  }

  async #tell(): Promise<void> {
    const { source } = this.#options;
    await source.tell?.(source.changes.place);
  }

  #hear(changes: Changes): void {
    if (changes === 'anything' || changes.some(change => this.#isReplication(change))) {
      this.#surroundings.doubtAll();
      this.#mailboxes.doubtAll();
      return;
    }
    for (const { kind, id } of changes) if (this.#surroundings.has(kind)) this.#surroundings.doubt(id);
    this.#mailboxes.doubt(changes.filter(({ kind }) => kind === 'UMMailbox').map(({ id }) => id));
  }

  /** Whether somebody wants this node to read everything again. */
  #isReplication({ kind, id }: ChangedObject): boolean {
    return kind === REPLICATION && (id === EVERY_NODE || id === this.#options.source.node);
  }
}
