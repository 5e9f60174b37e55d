import type { Clock, Log } from '@parley/base';
import type { Peer } from '../transport/peer.ts';
import { BucketTable } from './bucket-table.ts';
import { sourceNetwork } from './source-network.ts';

/** Every rule by which a request is refused before it costs memory. */
export type RefusalReason =
  | 'too many requests'
  | 'too many transactions'
  | 'tables full'
  | 'overload'
  | 'not admitted'
  | 'not authorized'
  | 'malformed'
  | 'not supported'
  | 'no dialog'
  | 'merged';

/** How many requests each rule refused, and how many of all of these got no answer because their source had had enough of them. */
export type RefusalCounts = Readonly<Record<RefusalReason | 'unanswered', number>>;

interface Rule {
  /** Lines of daily life are for who looks for them. */
  readonly level: 'debug' | 'info' | 'warn';
  /** What to change where this refuses somebody who should be served. */
  readonly advice: string;
}

const RULES: Readonly<Record<RefusalReason, Rule>> = {
  'too many requests': {
    level: 'warn',
    advice: 'If this source is one of yours, let the option unlimited say so, or raise the budget requestsPerSecond.',
  },
  'too many transactions': {
    level: 'warn',
    advice:
      'If this source is one of yours, let the option unlimited say so, or raise the budget transactionsPerSource.',
  },
  'tables full': {
    level: 'warn',
    advice:
      'There are more calls than the budgets transactions and dialogs allow: raise them, or spread the calls over more machines.',
  },
  overload: {
    level: 'warn',
    advice:
      'This machine has no room for new calls at the moment; those that it has go on. Spread the calls over more machines.',
  },
  'not admitted': {
    level: 'info',
    advice: 'The rules of admission do not know this source, or do not let it do this.',
  },
  'not authorized': {
    level: 'debug',
    advice: 'A peer without credentials is asked for them; its next request has them.',
  },
  malformed: { level: 'info', advice: 'The sender breaks the grammar of SIP; the reason says where. Mend the sender.' },
  'not supported': { level: 'info', advice: 'The sender needs something that is not done here; the answer names it.' },
  'no dialog': { level: 'debug', advice: 'The call is over, or it was never here.' },
  merged: { level: 'debug', advice: 'The same request came on two ways; the first one is served.' },
};

export interface RefusalsOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Answers without a transaction that one source gets in a second: to what was refused, and to OPTIONS. */
  readonly answersPerSecond: number;
  /** Of these, answers to what is malformed. */
  readonly malformedAnswersPerSecond: number;
  /** Sources that are told apart at once. */
  readonly sources: number;
  /** Sources that are always answered. */
  readonly unlimited: (source: Peer) => boolean;
}

/** What is known of one refused request. */
export interface Refused {
  readonly reason: RefusalReason;
  readonly peer: Peer;
  /** Status that it gets. */
  readonly status: number;
  readonly method?: string;
  /** In words, where the rule alone does not say it. */
  readonly detail?: string;
}

/** Lines about one rule: so many at once, and then one in so many seconds. */
const LINES = 5;
const LINES_PER_SECOND = 0.2;
/** Characters of a method, which is whatever a stranger wrote. */
const LONGEST_METHOD = 20;

/**
 * Counts what is refused, says it in a bounded number of log lines, and bounds what one source gets as answers, so that nobody can
 * make us send more than that to an address that he forged.
 */
export class Refusals {
  readonly #log: Log;
  readonly #unlimited: (source: Peer) => boolean;
  readonly #answers: BucketTable;
  readonly #malformed: BucketTable;
  readonly #lines: BucketTable;
  readonly #counts: Record<RefusalReason | 'unanswered', number> = {
    'too many requests': 0,
    'too many transactions': 0,
    'tables full': 0,
    overload: 0,
    'not admitted': 0,
    'not authorized': 0,
    malformed: 0,
    'not supported': 0,
    'no dialog': 0,
    merged: 0,
    unanswered: 0,
  };
  /** Refusals since the last line, by rule. */
  readonly #unsaid = new Map<RefusalReason, number>();

  constructor(options: RefusalsOptions) {
    const { clock, log, sources: most } = options;
    this.#log = log;
    this.#unlimited = options.unlimited;
    this.#answers = new BucketTable({ clock, perSecond: options.answersPerSecond, most });
    this.#malformed = new BucketTable({ clock, perSecond: options.malformedAnswersPerSecond, most });
    this.#lines = new BucketTable({ clock, perSecond: LINES_PER_SECOND, burst: LINES, most: 64 });
  }

  get counts(): RefusalCounts {
    return { ...this.#counts };
  }

  /** Sources that are remembered. */
  get size(): number {
    return this.#answers.size + this.#malformed.size;
  }

  /** Whether a source may get one more answer that no transaction stands for; counts it. */
  mayAnswer(source: Peer): boolean {
    return this.#may(this.#answers, source);
  }

  /** The same for an answer to something malformed. */
  mayAnswerMalformed(source: Peer): boolean {
    return this.#may(this.#malformed, source) && this.#may(this.#answers, source);
  }

  #may(table: BucketTable, source: Peer): boolean {
    if (table.take(sourceNetwork(source.address)) || this.#unlimited(source)) return true;
    this.#counts.unanswered += 1;
    return false;
  }

  /** One more was refused. */
  count(refused: Refused): void {
    const { reason, peer, status, method, detail } = refused;
    this.#counts[reason] += 1;
    const unsaid = (this.#unsaid.get(reason) ?? 0) + 1;
    this.#unsaid.set(reason, unsaid);
    if (!this.#lines.take(reason)) return;
    this.#unsaid.delete(reason);
    const { level, advice } = RULES[reason];
    const { transport, address: source } = peer;
    this.#log[level]('sip request refused', {
      rule: reason,
      source,
      transport,
      method: method?.slice(0, LONGEST_METHOD),
      status,
      detail,
      times: unsaid,
      advice,
    });
  }
}
