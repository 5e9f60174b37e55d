import type { Direction } from '../sdp/settings.ts';

/**
 * Whether the other side holds the call. Not hearing it (our 'inactive' or 'sendonly') always counts as hold. 'recvonly' does when the
 * stream flowed both ways before: that is how RFC 3264 section 8.4 says to hold, and what comes then is music for us, not a message. A
 * sender that never wanted to hear us is 'recvonly' from the beginning, and is heard.
 */
export function isHeld(direction: Direction, before: Direction | undefined, heldBefore: boolean): boolean {
  if (direction === 'sendrecv') return false;
  if (direction === 'recvonly') return heldBefore || before === 'sendrecv';
  return true;
}

/** Whether we may send. */
export function maySend(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}
