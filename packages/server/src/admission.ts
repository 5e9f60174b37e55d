/** What is known about the server's state when a request comes in. */
export interface LoadFigures {
  /** The fixed prompts are rendered and everything is open. */
  readonly ready: boolean;
  readonly draining: boolean;
  /** The spool can take recordings: the disk writes and has room. */
  readonly spoolTakes: boolean;
  readonly calls: number;
  /** Calls among them that wait to be answered. */
  readonly waiting: number;
  /** A media thread with calls has told nothing for a while. */
  readonly mediaStuck: boolean;
  /** How late packets leave, 99 of 100, milliseconds; the worst media thread. */
  readonly lateMillis: number;
  /** How late the main thread gets to what is due, and so to SIP messages, milliseconds. */
  readonly signallingMillis: number;
  /** Recorded sound that waits to be encoded, seconds. */
  readonly backlogSeconds: number;
}

export interface AdmissionLimits {
  readonly calls: number;
  readonly waiting: number;
  readonly lateMillis: number;
  readonly signallingMillis: number;
  readonly backlogSeconds: number;
}

/**
 * Calls that are let in however late everything is. So few are not what makes a machine late, so that turning them away would mend
 * nothing: a prompt that stutters is better than no mailbox, and what is recorded stays whole.
 */
const FEW_CALLS = 10;

/** Why a new call is not taken now. */
export type Overload =
  | 'starting'
  | 'draining'
  | 'spool full'
  | 'call limit'
  | 'calls waiting'
  | 'media stuck'
  | 'packets late'
  | 'signalling late'
  | 'encoding backlog';

/** Whether a new call may come in; undefined means yes. */
export function admitCall(figures: LoadFigures, limits: AdmissionLimits): Overload | undefined {
  if (figures.draining) return 'draining';
  if (!figures.ready) return 'starting';
  if (!figures.spoolTakes) return 'spool full';
  if (figures.calls >= limits.calls) return 'call limit';
  if (figures.waiting >= limits.waiting) return 'calls waiting';
  if (figures.mediaStuck) return 'media stuck';
  const few = figures.calls < FEW_CALLS;
  if (!few && figures.lateMillis > limits.lateMillis) return 'packets late';
  if (!few && figures.signallingMillis > limits.signallingMillis) return 'signalling late';
  if (figures.backlogSeconds > limits.backlogSeconds) return 'encoding backlog';
  return undefined;
}

/**
 * Whether OPTIONS is answered 200. Full is not dead: a server at its call limit or late with packets says 200, so that a
 * dispatcher does not take it out; one that drains or cannot record says 503, so that it does.
 */
export function admitProbe(figures: LoadFigures): Overload | undefined {
  if (figures.draining) return 'draining';
  if (!figures.spoolTakes) return 'spool full';
  return undefined;
}
