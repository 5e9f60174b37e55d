import type { Log } from '@parley/base';
import type { SessionSettings } from '../sdp/settings.ts';
import { reachable } from './address.ts';
import { LATCH_MILLIS, ReportLatch, RtpLatch } from './latch.ts';
import type { Moment } from './moment.ts';
import type { Endpoint } from './packet-socket.ts';
import { PayloadTypes } from './payload-types.ts';
import type { PeerGate } from './peer-gate.ts';

/** What of a session its peers are made of. */
export interface PeersOptions {
  readonly rtpGate: PeerGate;
  readonly rtcpGate: PeerGate;
  /** The address our sockets are bound to. */
  readonly address: string;
  readonly moment: Moment;
  readonly log: Log;
  /** The source that is heard; negative before there is one. */
  ssrc(): number;
  /** Whether packets are protected. */
  isProtected(): boolean;
  /** Open a packet in place: the length that is left, negative when it is not what was agreed on. */
  openRtp(bytes: Uint8Array): number;
  openRtcp(bytes: Uint8Array): number;
  /** Get what was opened. False when it was no RTP, or no RTCP. */
  takeRtp(bytes: Uint8Array): boolean;
  takeRtcp(bytes: Uint8Array): boolean;
}

/** Where the two sockets of a session listen to and speak to: as was negotiated, or, behind a NAT, as it was learnt. */
export class Peers {
  readonly #options: PeersOptions;
  /** Where the other side said that it is. */
  #negotiated: Endpoint | undefined;
  readonly #types = new PayloadTypes();
  #latch: RtpLatch | undefined;
  #latched = false;

  constructor(options: PeersOptions) {
    this.#options = options;
  }

  /** The agreement of now on. What was learnt stays while the other side says the same; another address of it is learnt anew. */
  agree(settings: SessionSettings): void {
    const { remote } = settings;
    const isSame = this.#negotiated?.address === remote.address && this.#negotiated.port === remote.port;
    this.#negotiated = remote;
    this.#types.agree(settings);
    if (settings.latch && isSame && this.#latch) return;
    this.#latched = false;
    this.#latch = undefined;
    this.#listenTo(settings);
    if (settings.latch) this.#arm(settings);
  }

  /** Whether the other side was found to be elsewhere than it said. */
  get latched(): boolean {
    return this.#latched;
  }

  #listenTo({ remote, remoteRtcp, rtcpMux, alsoFrom }: SessionSettings): void {
    const { address: local, rtpGate, rtcpGate } = this.#options;
    const also = alsoFrom && reachable({ address: alsoFrom, port: remote.port }, local)?.address;
    rtpGate.agree(reachable(remote, local), also);
    // RTCP that was told to be elsewhere (RFC 3605) is not what the second address was granted for.
    if (rtcpMux) rtcpGate.agree(undefined);
    else rtcpGate.agree(reachable(remoteRtcp, local), remoteRtcp.address === remote.address ? also : undefined);
  }

  #arm(settings: SessionSettings): void {
    const { rtpGate, moment, address, isProtected, openRtp: open, takeRtp: take } = this.#options;
    const { signallingAddress, rtcpMux } = settings;
    const signalling = signallingAddress && reachable({ address: signallingAddress, port: 1 }, address);
    // An address that cannot be one of ours to talk to is nobody's: better no latch than one for everybody.
    if (signallingAddress && !signalling) return;
    const from = signalling ? signalling.address : undefined;
    const until = moment.now + LATCH_MILLIS;
    this.#latch = new RtpLatch({ from, until, types: this.#types, now: () => moment.now, isProtected, open, take });
    rtpGate.learn(this.#latch, peer => this.#follow(peer, rtcpMux === true));
  }

  /** RTP was found to come from there: RTCP is the port after it, or shows itself. */
  #follow(peer: Endpoint, rtcpMux: boolean): void {
    const { rtcpGate, log, ssrc, openRtcp: open, takeRtcp: take } = this.#options;
    this.#latched = true;
    log.info('media latched', { negotiated: this.#negotiated, from: peer });
    if (rtcpMux) return;
    rtcpGate.agree(peer.port < 65535 ? { ...peer, port: peer.port + 1 } : undefined);
    rtcpGate.learn(new ReportLatch({ from: peer.address, ssrc, open, take }), () => undefined);
  }
}
