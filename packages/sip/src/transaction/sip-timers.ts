/** The three times every SIP timer is made of (RFC 3261 table 4), milliseconds. One object per stack, never globals. */
export interface SipTimers {
  /** Estimate of the round trip. */
  readonly T1: number;
  /** Longest pause between retransmissions of non-INVITE requests and of INVITE responses. */
  readonly T2: number;
  /** Longest time a message stays in the network. */
  readonly T4: number;
}

/** The values of RFC 3261. */
export const defaultSipTimers: SipTimers = { T1: 500, T2: 4000, T4: 5000 };

export type TimerName = 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M';

/** How long a transaction may take before its other side is given up: 64*T1. */
export const patience = (timers: SipTimers): number => 64 * timers.T1;

/**
 * The first run of a timer, milliseconds; undefined when it is not used on this kind of transport.
 * Timer D is "at least 32 seconds", which is 64*T1 at the default T1 and stays in step with the other side's timer H otherwise.
 */
export function firstRun(name: TimerName, timers: SipTimers, reliable: boolean): number | undefined {
  switch (name) {
    case 'A':
    case 'E':
    case 'G':
      return reliable ? undefined : timers.T1;
    case 'B':
    case 'F':
    case 'H':
    case 'L':
    case 'M':
      return patience(timers);
    case 'D':
    case 'J':
      return reliable ? 0 : patience(timers);
    case 'I':
    case 'K':
      return reliable ? 0 : timers.T4;
  }
}

/** The run after one of `previous` milliseconds: A doubles (17.1.1.2), E and G double up to T2 (17.1.2.2, 17.2.1). */
export function nextRun(name: TimerName, previous: number, timers: SipTimers): number {
  return name === 'A' ? previous * 2 : Math.min(previous * 2, timers.T2);
}
