import { ParleyError } from '@parley/base';

/** A session description that cannot be read (code `SDP_MALFORMED`). The message says which line and what is allowed there. */
export class SdpError extends ParleyError {
  /** Number of the line, from 1; 0 when it is about the whole. */
  readonly line: number;

  constructor(line: number, problem: string) {
    super('SDP_MALFORMED', line === 0 ? `SDP: ${problem}` : `SDP line ${line}: ${problem}`);
    this.name = 'SdpError';
    this.line = line;
  }
}
