import type { MediaSession, WireCodec } from '@parley/media';
import type { Body, Inviter } from '@parley/sip';

/** What the other side of a call that we place gets to know. */
export interface PlaceOptions {
  /** From: a URI or a name-addr, without tag. */
  readonly from: string;
  /** P-Asserted-Identity (RFC 3325): a URI or a name-addr. */
  readonly identity?: string;
  /** Referred-By (RFC 3892): a URI or a name-addr. */
  readonly referredBy?: string;
  /** The dialog of the other side that is to be replaced (RFC 3891), as the header says it. */
  readonly replaces?: string;
  /** It must go by TLS; where it cannot, it is refused. */
  readonly secured: boolean;
  /** Our offer. */
  readonly body: Body;
}

/** Places calls on behalf of calls that came in. Declared here, filled by the server over its user agent. */
export interface Dialer {
  /** Throws `SipParseError` when the target cannot be read; everything later is told by the `Inviter`. */
  place(target: string, options: PlaceOptions): Inviter;
  /** What SDP calls us towards that target, behind NAT or with media bound to all addresses; the session's own address when left out. */
  mediaAddress?(media: MediaSession, target: string): string;
  /** What is offered, best first; as for calls that come in when left out. */
  readonly codecs?: readonly WireCodec[];
}
