import type { RawHeader, SipRequest } from '../message/message.ts';
import type { Peer } from '../transport/peer.ts';

/** A final answer of ours, of any class. */
export interface Answer {
  /** 200 to 699. */
  readonly status: number;
  /** The standard phrase when left out. */
  readonly reason?: string;
  readonly headers?: readonly RawHeader[];
  readonly body?: Uint8Array;
}

/** An answer, and for a refusal how it is told in the log. */
export interface ServiceAnswer extends Answer {
  /** Not sent: which rule has refused it, one of a few constant texts, */
  readonly rule?: string;
  /** and what to change where it should have been served. */
  readonly change?: string;
}

/** Something that answers requests of one method itself, such as a registrar. */
export interface Service {
  /**
   * The answer, at once where that is possible; undefined for a request that is somebody else's. May throw `SipParseError` (400);
   * whatever else is thrown, or rejects, is answered 500 and logged.
   * @param request its top Via has been stamped; headers that only trusted peers may write are gone when `source` is none.
   */
  answer(request: SipRequest, source: Peer): ServiceAnswer | undefined | Promise<ServiceAnswer | undefined>;
}
