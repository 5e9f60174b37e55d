import { lists, parseRSeq, singleHeader } from '../message/index.ts';
import type { SipResponse } from '../message/message.ts';

/** What a provisional response is to the calling side: unreliable, reliable and new (to be acknowledged), or to be ignored. */
export type Arrival = { readonly kind: 'unreliable' | 'ignored' } | { readonly kind: 'new'; readonly rack: string };

/** Far more than a call that rings for minutes has; each costs a transaction. */
const MOST = 64;

/** The order of the reliable provisional responses of one early dialog (RFC 3262 section 4). */
export class ProvisionalOrder {
  #newest: number | undefined;
  #taken = 0;

  /**
   * Looks at a 101 to 199. Copies, those in front of which one is missing, and those after the 64th are ignored. Throws
   * `SipParseError`.
   */
  take(response: SipResponse): Arrival {
    if (!lists(response, 'require', '100rel')) return { kind: 'unreliable' };
    const value = singleHeader(response, 'RSeq');
    if (value === undefined) return { kind: 'unreliable' };
    const rseq = parseRSeq(value);
    const isNext = this.#newest === undefined || rseq === this.#newest + 1;
    if (!isNext || this.#taken >= MOST) return { kind: 'ignored' };
    this.#newest = rseq;
    this.#taken += 1;
    return { kind: 'new', rack: `${rseq} ${response.cseq.number} ${response.cseq.method}` };
  }
}
