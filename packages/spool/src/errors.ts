import { messageOf, ParleyError } from '@parley/base';

/** The log could not be written: nothing that waited for it may be confirmed. */
export class SpoolFailed extends ParleyError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('SPOOL_FAILED', message, options);
    this.name = 'SpoolFailed';
  }
}

/** No new message is begun: the reserve of the disk or the budget of memory is used up. Calls under way may finish. */
export class SpoolFull extends ParleyError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('SPOOL_FULL', message, options);
    this.name = 'SpoolFull';
  }
}

/** `SpoolFailed` around anything that a disk threw. */
export function spoolFailed(what: string, cause: unknown): SpoolFailed {
  return cause instanceof SpoolFailed ? cause : new SpoolFailed(`${what}: ${messageOf(cause)}`, { cause });
}
