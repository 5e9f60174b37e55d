import { Bug, type Log } from '@parley/base';
import {
  completeOffer,
  type MediaSecurity,
  type MediaSession,
  makeOffer,
  negotiateAnswer,
  parseSdp,
  printSdp,
  type Refused,
  reanswer,
  SdpError,
  type SessionDescription,
  type SessionSettings,
  type WireCodec,
} from '@parley/media';
import type { Body, Peer, Refusal, ReInviteAnswer } from '@parley/sip';

const SDP = 'application/sdp';
const MALFORMED: Refusal = { status: 400, reason: 'Bad Session Description' };

export interface NegotiationOptions {
  readonly media: MediaSession;
  /** The address to put into our descriptions. */
  readonly address: string;
  /** Best first; an offer's own order wins (RFC 3264 section 6.1). */
  readonly codecs: readonly WireCodec[];
  /** Whether media are encrypted (SRTP); not by default. */
  readonly security?: MediaSecurity;
  /** Decimal number that names our descriptions, the same for the whole dialog. */
  readonly sessionId: string;
  /** A second address that media may come from: `source` sent the description, `address` is where it says that its media are. */
  readonly alsoFrom?: (source: Peer, address: string) => string | undefined;
  /** Media may come from elsewhere than a description says, when it is where the description itself came from (`SessionSettings.latch`). */
  readonly latch?: boolean;
  readonly log: Log;
}

/** The offers and answers of one dialog (RFC 3264), and the media session that follows them. */
export class Negotiation {
  readonly #options: NegotiationOptions;
  #description: SessionDescription | undefined;
  /** What media were last told. */
  #agreed: SessionSettings | undefined;
  /** What they are told by `begin`. */
  #awaiting: { readonly settings: SessionSettings; readonly source: Peer } | undefined;

  constructor(options: NegotiationOptions) {
    this.#options = options;
  }

  /** Our answer to the first offer; media are started by `begin`. */
  answer(body: Body, source: Peer): Body | Refusal {
    const offer = this.#read(body);
    if (!offer) return MALFORMED;
    const agreed = negotiateAnswer(offer, { ...this.#own(), version: 1 });
    // Whoever refuses a whole call says so; of what is refused within one nobody else does.
    if (agreed.kind === 'refused') return this.#refused(agreed, 'debug');
    this.#awaiting = { settings: agreed.settings, source };
    this.#description = agreed.answer;
    return sdpBody(agreed.answer);
  }

  /** Starts media by our answer to the first offer, if they are not. */
  begin(): void {
    const { settings, source } = this.#awaiting ?? {};
    this.#awaiting = undefined;
    if (settings) this.#settle(settings, source);
  }

  /** Our offer, the first one or another; it counts when `complete` gets its answer. */
  offer(): Body {
    const previous = this.#description;
    const version = previous ? Number(previous.origin.version) + 1 : 1;
    this.#description = makeOffer({ ...this.#own(), version, ...(previous && { previous }) });
    return sdpBody(this.#description);
  }

  /** The answer to our last offer. When it brings nothing that we can talk: the value of a `Warning` header (RFC 3261 20.43) that says why. */
  complete(body: Body | undefined, source?: Peer): string | undefined {
    if (!this.#description) throw new Bug('an answer came before there was an offer');
    const answer = body && this.#read(body);
    if (!answer) {
      this.#options.log.info('our offer got no answer that can be read');
      return '399 parley "The answer to our offer cannot be read"';
    }
    const completed = completeOffer(this.#description, answer, this.#agreed);
    if (completed.kind === 'agreed') {
      this.#settle(completed.settings, source);
      return undefined;
    }
    this.#refused(completed);
    return completed.warning;
  }

  /** Hold, unhold, another address: a new offer (section 8). Without one we make it; what was agreed before stays until the ACK brings the answer. */
  again(body: Body | undefined, source: Peer): ReInviteAnswer | Refusal {
    const previous = this.#description;
    if (!previous) throw new Bug('an answered call has a description');
    if (!body) return { sdp: this.offer(), acknowledged: answer => void this.complete(answer, source) };
    const offer = this.#read(body);
    if (!offer) return MALFORMED;
    const agreed = reanswer(previous, offer, this.#own());
    if (agreed.kind === 'refused') return this.#refused(agreed);
    this.#description = agreed.answer;
    this.#settle(agreed.settings, source);
    return { sdp: sdpBody(agreed.answer) };
  }

  #settle(settings: SessionSettings, source: Peer | undefined): void {
    const { media, alsoFrom, latch = false } = this.#options;
    const also = source && alsoFrom?.(source, settings.remote.address);
    const settled: SessionSettings = {
      ...settings,
      ...(also !== undefined && { alsoFrom: also }),
      ...(latch && source && { latch: true, signallingAddress: source.address }),
    };
    if (this.#agreed) media.update(settled);
    else media.start(settled);
    this.#agreed = settled;
  }

  /** A description from outside; undefined (and a line in the log) when it cannot be read. */
  #read(body: Body): SessionDescription | undefined {
    try {
      return parseSdp(body.content);
    } catch (error) {
      if (!(error instanceof SdpError)) throw error;
      this.#options.log.info('session description cannot be read', { error: error.message });
      return undefined;
    }
  }

  #refused({ status, warning }: Refused, level: 'debug' | 'info' = 'info'): Refusal {
    this.#options.log[level]('session description refused: it does not fit', { status, warning });
    return { status, headers: [['Warning', warning]] };
  }

  #own() {
    const { address, media, codecs, sessionId, security = 'none' } = this.#options;
    const { identity } = media;
    const agreed = this.#agreed;
    return {
      address,
      port: media.port,
      codecs,
      sessionId,
      security,
      ...(identity && { identity }),
      ...(agreed && { agreed }),
    };
  }
}

function sdpBody(description: SessionDescription): Body {
  return { type: SDP, content: new TextEncoder().encode(printSdp(description)) };
}
