import { lists, parseRSeq, singleHeader } from '../message/index.ts';
import type { SipResponse } from '../message/message.ts';

/** What a provisional response is to the calling side: unreliable, reliable and new (to be acknowledged), or to be ignored. */
export type Arrival = { readonly kind: 'unreliable' | 'ignored' } | { readonly kind: 'new'; readonly rack: string };

/** The order of the reliable provisional responses of one early dialog (RFC 3262 section 4). */
export class ProvisionalOrder {
  #newest: number | undefined;

  /** Looks at a 101 to 199. Copies, and those in front of which one is missing, are ignored. Throws `SipParseError`. */
  take(response: SipResponse): Arrival {
    if (!lists(response, 'require', '100rel')) return { kind: 'unreliable' };
    const value = singleHeader(response, 'RSeq');
    if (value === undefined) return { kind: 'unreliable' };
    const rseq = parseRSeq(value);
    if (this.#newest !== undefined && rseq !== this.#newest + 1) return { kind: 'ignored' };
    this.#newest = rseq;
    return { kind: 'new', rack: `${rseq} ${response.cseq.number} ${response.cseq.method}` };
  }
}
