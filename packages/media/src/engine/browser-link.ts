import type { DtlsEndpoint, DtlsFactory } from '../dtls/dtls-endpoint.ts';
import { kindOf } from '../ice/demultiplex.ts';
import { IceLite } from '../ice/ice-lite.ts';
import type { SessionSettings } from '../sdp/settings.ts';
import type { SrtpSecurity } from '../srtp/suites.ts';
import type { Moment } from './moment.ts';
import type { Endpoint, PacketSocket } from './packet-socket.ts';
import type { Admission, PeerProof } from './peer-gate.ts';

/** From the agreement on so long until there are keys: the browser gathers addresses, checks them and shakes hands, all within a second or two. */
export const KEYS_MILLIS = 20_000;

export interface BrowserLinkOptions {
  readonly moment: Moment;
  readonly dtls: DtlsFactory;
  /** The socket of RTP, while it is open. */
  socket(): PacketSocket | undefined;
  /** Keys of a new association: media can flow. */
  keyed(security: SrtpSecurity): void;
  /** There is nobody to talk to (any more), and why. Told once. */
  failed(why: string): void;
}

/**
 * The way to a browser, through the one port of a session (RFC 7983): checks of ICE say where it is, then the handshake of DTLS says who it is and brings the keys. Before
 * both are done nothing is media, in neither direction.
 */
export class BrowserLink implements PeerProof {
  /** The keys; undefined before the handshake is done. */
  security: SrtpSecurity | undefined;
  readonly #options: BrowserLinkOptions;
  readonly #ice = new IceLite();
  #dtls: DtlsEndpoint | undefined;
  #agreed: SessionSettings['dtls'];
  #dtlsFrom: Endpoint | undefined;
  #strangers = 0;
  #deadline = Number.POSITIVE_INFINITY;
  /** Until then a restart of ICE may find the browser where it is now. */
  #restartUntil = Number.NEGATIVE_INFINITY;
  #failed = false;

  constructor(options: BrowserLinkOptions) {
    this.#options = options;
  }

  /** Where media go; undefined until they may. */
  get peer(): Endpoint | undefined {
    return this.security && !this.#failed ? this.#ice.peer : undefined;
  }

  /** Whether what is said now would be lost, because the other side cannot be heard or reached yet. */
  get isWaiting(): boolean {
    return !this.peer && !this.#failed;
  }

  /** The agreement of now on. The association goes on while both certificates stay the same (RFC 8842 section 4). */
  agree({ ice, dtls }: Pick<SessionSettings, 'ice' | 'dtls'>): void {
    if (ice && this.#ice.agree(ice)) this.#restartUntil = this.#options.moment.now + KEYS_MILLIS;
    if (!dtls || (this.#agreed && isSame(this.#agreed, dtls))) return;
    this.#agreed = dtls;
    this.#dtls?.close();
    this.#deadline = this.#options.moment.now + KEYS_MILLIS;
    this.#dtls = this.#options.dtls({
      ...dtls,
      send: datagram => this.#send(datagram, this.#ice.peer ?? this.#dtlsFrom),
      keyed: security => {
        this.security = security;
        this.#deadline = Number.POSITIVE_INFINITY;
        this.#options.keyed(security);
      },
      failed: why => this.#fail(`DTLS: ${why}`),
    });
  }

  admit(bytes: Uint8Array, address: string, port: number): Admission {
    const kind = kindOf(bytes);
    if (kind === 'stun') return this.#check(bytes, { address, port });
    const isTheirs = !this.#failed && this.#ice.knows(address, port, this.#options.moment.now);
    if (!isTheirs) this.#strangers += 1;
    if (!isTheirs || kind === 'unknown') return 'foreign';
    if (kind === 'media') return this.security ? 'media' : 'foreign';
    this.#dtlsFrom = { address, port };
    this.#dtls?.datagram(bytes, this.#options.moment.read());
    return 'own';
  }

  /** Lets time pass: sends again, and sees who has gone. */
  elapse(now: number): void {
    if (this.#failed) return;
    this.#dtls?.elapse(now);
    this.#ice.elapse(now);
    if (this.#ice.isLost && now >= this.#restartUntil) this.#fail('ICE: no check came for 30 s from where media go to');
    else if (now >= this.#deadline)
      this.#fail(this.#ice.checks === 0 ? 'ICE: no check came' : `DTLS: ${this.#dtls?.problem ?? 'no handshake'}`);
  }

  /** Says goodbye. */
  close(): void {
    this.#dtls?.close();
    this.#dtls = undefined;
  }

  /** For people; no secrets. */
  describe(): string {
    const { checks, refused } = this.#ice;
    const state = this.security ? 'keyed' : (this.#dtls?.problem ?? 'not keyed');
    return `ice checks ${checks} refused ${refused} strangers ${this.#strangers} dtls ${state}`;
  }

  #check(bytes: Uint8Array, from: Endpoint): Admission {
    const response = this.#ice.request(bytes, from, this.#options.moment.read());
    if (!response) return 'foreign';
    this.#send(response, from);
    return 'own';
  }

  #send(datagram: Uint8Array, to: Endpoint | undefined): void {
    if (to) this.#options.socket()?.send(datagram, datagram.length, to);
  }

  #fail(why: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.close();
    this.#options.failed(why);
  }
}

type Dtls = NonNullable<SessionSettings['dtls']>;

function isSame(a: Dtls, b: Dtls): boolean {
  return namesOf(a) === namesOf(b);
}

function namesOf({ identity, fingerprints }: Dtls): string {
  return [identity.fingerprint, ...fingerprints].map(({ hash, bytes }) => `${hash} ${bytes.join(':')}`).join(' ');
}
