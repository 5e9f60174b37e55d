import { ParleyError } from '@parley/base';
import { standardReason } from '../message/index.ts';
import type { RawHeader, SipResponse } from '../message/message.ts';

/**
 * The other side refused (an INVITE, re-INVITE or UPDATE), redirected us (3xx, see Contact in `headers`), or there was no answer: 408, 487
 * after a cancel, 503 when the request could not be sent. Its code is SIP_CALL_REFUSED.
 */
export class CallRefused extends ParleyError {
  /** 300 to 699. */
  readonly status: number;
  readonly reason: string;
  /** Header fields of the answer; empty when there was none. */
  readonly headers: readonly RawHeader[];

  constructor(status: number, reason: string = standardReason(status), headers: readonly RawHeader[] = []) {
    super('SIP_CALL_REFUSED', `the call was refused: ${status} ${reason}`);
    this.name = 'CallRefused';
    this.status = status;
    this.reason = reason;
    this.headers = headers;
  }

  static by(response: SipResponse): CallRefused {
    return new CallRefused(response.status, response.reason, response.headers);
  }
}
