import { randomInt } from 'node:crypto';
import { Bug, ParleyError } from '@parley/base';
import {
  completeOffer,
  type Direction,
  type MediaSecurity,
  makeOffer,
  negotiateAnswer,
  parseSdp,
  printSdp,
  type Refused,
  reanswer,
  type SessionDescription,
  type SessionSettings,
  type WireCodec,
} from '@parley/media';
import type { Body } from '@parley/sip';

/** Where our media are, for who writes his own session description. */
export interface OwnEndpoint {
  readonly address: string;
  readonly port: number;
}

/** The offer of a call: our codecs, best first, or the whole text of a description. */
export type Offer = readonly WireCodec[] | ((own: OwnEndpoint) => string);

/** What we want to agree on. */
export interface TermsOptions {
  /** Best first; PCMU and PCMA when left out. */
  readonly codecs?: readonly WireCodec[] | undefined;
  /** Whether media are encrypted (SRTP); 'none' when left out. */
  readonly security?: MediaSecurity | undefined;
}

/** What our side of one dialog has offered and answered so far (RFC 3264), with the version of its descriptions. */
export class Terms {
  readonly #address: string;
  readonly #codecs: readonly WireCodec[];
  readonly #sessionId = String(randomInt(1, 2 ** 47));
  readonly #security: MediaSecurity;
  #version = 0;
  #ours: SessionDescription | undefined;

  constructor(address: string, { codecs = ['PCMU', 'PCMA'], security = 'none' }: TermsOptions = {}) {
    this.#address = address;
    this.#codecs = codecs;
    this.#security = security;
  }

  /** An offer for that port; it counts when `complete` gets its answer. */
  offer(port: number, direction: Direction = 'sendrecv'): Body {
    this.#version += 1;
    const previous = this.#ours && { previous: this.#ours };
    this.#ours = makeOffer({ ...this.#own(port), version: this.#version, direction, ...previous });
    return sdpBody(printSdp(this.#ours));
  }

  /** A description that somebody else wrote, as it is. Throws `SdpError` when nobody could read it. */
  offerText(text: string): Body {
    this.#ours = parseSdp(text);
    return sdpBody(text);
  }

  /** What the answer to our last offer comes to. Throws `PHONE_NO_AGREEMENT`, `SdpError`. */
  complete(answer: Body | undefined): SessionSettings {
    if (!this.#ours) throw new Bug('an answer came before there was an offer');
    if (!answer) throw new ParleyError('PHONE_NO_AGREEMENT', 'the answer to our offer has no session description');
    const completed = completeOffer(this.#ours, parseSdp(answer.content));
    if (completed.kind === 'agreed') return completed.settings;
    throw new ParleyError('PHONE_NO_AGREEMENT', `the answer to our offer cannot be used: ${completed.warning}`);
  }

  /** Answers an offer of the other side, the first or a further one. Throws `SdpError`. */
  answer(offer: Body, port: number): { readonly settings: SessionSettings; readonly sdp: Body } | Refused {
    const theirs = parseSdp(offer.content);
    const own = this.#own(port);
    const agreed = this.#ours ? reanswer(this.#ours, theirs, own) : negotiateAnswer(theirs, { ...own, version: 1 });
    if (agreed.kind === 'refused') return agreed;
    this.#ours = agreed.answer;
    this.#version = Number(agreed.answer.origin.version);
    return { settings: agreed.settings, sdp: sdpBody(printSdp(agreed.answer)) };
  }

  #own(port: number) {
    return { address: this.#address, port, codecs: this.#codecs, sessionId: this.#sessionId, security: this.#security };
  }
}

function sdpBody(text: string): Body {
  return { type: 'application/sdp', content: new TextEncoder().encode(text) };
}
