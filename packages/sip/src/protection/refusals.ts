import type { Clock, Log } from '@parley/base';
import type { Peer } from '../transport/peer.ts';
import { BucketTable } from './bucket-table.ts';
import { refusalWords } from './refusal-words.ts';
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
  readonly callId?: string;
  /** The application's own rule, one of a few constant texts, and what to change; the words for `reason` when left out. */
  readonly rule?: string;
  readonly change?: string;
  /** In words, where the rule alone does not say it. */
  readonly detail?: string;
}

/** Lines about one rule: so many at once, and then one in so many seconds. */
const LINES = { burst: 5, perSecond: 0.2 };
/** The same about those without limits, who are known: each of their refused calls is to be found, and a mistake that repeats itself fills no disk. */
const LINES_OF_KNOWN = { burst: 100, perSecond: 20 };
/** Rules that lines are counted for. */
const MOST_RULES = 64;
/** Sent away because there is no room, as many are at once then: one line stands for them. */
const NO_ROOM = 503;
/** Characters of a method and of a Call-ID, which are whatever a stranger wrote. */
const LONGEST_METHOD = 20;
const LONGEST_CALL_ID = 128;

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
  readonly #linesOfKnown: BucketTable;
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
  readonly #unsaid = new Map<string, number>();

  constructor(options: RefusalsOptions) {
    const { clock, log, sources: most } = options;
    this.#log = log;
    this.#unlimited = options.unlimited;
    this.#answers = new BucketTable({ clock, perSecond: options.answersPerSecond, most });
    this.#malformed = new BucketTable({ clock, perSecond: options.malformedAnswersPerSecond, most });
    this.#lines = new BucketTable({ clock, ...LINES, most: MOST_RULES });
    this.#linesOfKnown = new BucketTable({ clock, ...LINES_OF_KNOWN, most: MOST_RULES });
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
    const { reason, peer, status, method, callId, detail } = refused;
    this.#counts[reason] += 1;
    const words = refusalWords(reason, status);
    const { rule = words.rule, change = words.change } = refused;
    const times = (this.#unsaid.get(rule) ?? 0) + 1;
    const lines = status !== NO_ROOM && this.#unlimited(peer) ? this.#linesOfKnown : this.#lines;
    if (!lines.take(rule)) {
      this.#unsaid.set(rule, times);
      return;
    }
    this.#unsaid.delete(rule);
    const { transport, address: source } = peer;
    // A rule that somebody has named is none of daily life.
    const level = refused.rule !== undefined && words.level === 'debug' ? 'info' : words.level;
    this.#log[level]('sip request refused', {
      rule,
      status,
      source,
      transport,
      method: method?.slice(0, LONGEST_METHOD),
      callId: callId?.slice(0, LONGEST_CALL_ID),
      detail,
      times,
      change,
    });
  }
}
