import { X509Certificate } from 'node:crypto';
import type { TestContext } from 'node:test';
import { memoryLog, systemClock } from '@parley/base';
import { type DtlsKeys, MediaStreamTrack, type PeerConfig, RTCPeerConnection, RTCRtpCodecParameters } from 'werift';
import type { DtlsFactory } from '../src/dtls/dtls-endpoint.ts';
import { DtlsIdentities, makeIdentity } from '../src/dtls/identity.ts';
import { DgramSockets } from '../src/engine/dgram-sockets.ts';
import { MemoryRecorder } from '../src/engine/memory-recorder.ts';
import { TimedEngine } from '../src/engine/timed-engine.ts';
import { negotiateAnswer } from '../src/sdp/negotiate.ts';
import { parseSdp } from '../src/sdp/parse.ts';
import { printSdp } from '../src/sdp/print.ts';
import type { SessionSettings } from '../src/sdp/settings.ts';
import type { MediaEvent } from '../src/worker/protocol.ts';

/** An address of loopback that other tests have no ports on. */
const HERE = '127.0.0.77';
const PORTS = { from: 21_000, to: 21_199 };

/** An engine on real sockets and a real clock; its sessions are opened and started by number. */
export class BrowserHouse {
  readonly log = memoryLog();
  readonly recorder = new MemoryRecorder();
  readonly events: MediaEvent[] = [];
  readonly identities = new DtlsIdentities(systemClock);
  readonly engine: TimedEngine;
  readonly #waiting = new Set<{ matches(event: MediaEvent): boolean; resolve(event: MediaEvent): void }>();

  constructor(t: TestContext, dtls?: DtlsFactory) {
    this.engine = new TimedEngine({
      sockets: new DgramSockets(),
      clock: systemClock,
      recorder: this.recorder,
      emit: event => this.#emit(event),
      ports: PORTS,
      address: HERE,
      log: this.log,
      ...(dtls && { dtls }),
    });
    t.after(() => this.engine.close());
  }

  /** The first event of that name of a session, that came or is to come. */
  async event<On extends MediaEvent['on']>(on: On, session = 1): Promise<Extract<MediaEvent, { on: On }>> {
    const isIt = (event: MediaEvent): event is Extract<MediaEvent, { on: On }> =>
      event.on === on && 'session' in event && event.session === session;
    const came = this.events.find(isIt);
    if (came) return came;
    return new Promise(resolve => {
      this.#waiting.add({ matches: isIt, resolve: event => void (isIt(event) && resolve(event)) });
    });
  }

  /** Opens a session and answers an offer with it; returns the answer, its port and what was agreed on. */
  async answer(offer: string, session = 1): Promise<{ answer: string; port: number; settings: SessionSettings }> {
    this.engine.handle({ do: 'open', session });
    const { port } = await this.event('opened', session);
    const own = { address: HERE, port, codecs: ['PCMU'], sessionId: '7', version: 1, security: 'optional' } as const;
    const agreed = negotiateAnswer(parseSdp(offer), { ...own, identity: this.identities.current });
    if (agreed.kind === 'refused') throw new Error(agreed.warning);
    this.engine.handle({ do: 'start', session, settings: agreed.settings });
    return { answer: printSdp(agreed.answer), port, settings: agreed.settings };
  }

  #emit(event: MediaEvent): void {
    this.events.push(event);
    for (const waiting of this.#waiting)
      if (waiting.matches(event)) {
        this.#waiting.delete(waiting);
        waiting.resolve(event);
      }
  }
}

/** werift as a browser: a peer connection with one audio track of PCMU. */
export class WeriftBrowser {
  readonly connection: RTCPeerConnection;
  readonly track = new MediaStreamTrack({ kind: 'audio' });
  readonly #heard: Buffer[] = [];

  constructor(t: TestContext, config: Partial<PeerConfig> = {}) {
    const codec = new RTCRtpCodecParameters({ mimeType: 'audio/PCMU', clockRate: 8000, channels: 1, payloadType: 0 });
    this.connection = new RTCPeerConnection({
      codecs: { audio: [codec] },
      iceServers: [],
      iceAdditionalHostAddresses: ['127.0.0.1'],
      iceUseIpv6: false,
      iceTcpPassive: false,
      ...config,
    });
    this.connection.addTransceiver(this.track, { direction: 'sendrecv' });
    t.after(() => this.connection.close());
  }

  /** All that it heard, coded. */
  get heard(): Uint8Array {
    return Buffer.concat(this.#heard);
  }

  /** Its offer, with all its candidates. */
  async offer(): Promise<string> {
    await this.connection.setLocalDescription(await this.connection.createOffer());
    while (this.connection.iceGatheringState !== 'complete') await this.connection.iceGatheringStateChange.asPromise();
    return this.connection.localDescription?.sdp ?? '';
  }

  /** Takes our answer; resolves when it is connected. */
  async connect(answer: string): Promise<void> {
    for (const transport of this.connection.dtlsTransports)
      transport.onRtp.subscribe(packet => void this.#heard.push(packet.payload));
    await this.connection.setRemoteDescription({ type: 'answer', sdp: answer });
    await this.reaches('connected');
  }

  async reaches(state: string): Promise<void> {
    while (this.connection.connectionState !== state) await this.connection.connectionStateChange.asPromise();
  }
}

/** A certificate with its key, as werift wants them. */
export function certificateOf(): DtlsKeys {
  const { certificate, privateKey } = makeIdentity(Date.now());
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  // SHA-256 with ECDSA, by their numbers in TLS.
  return { certPem: new X509Certificate(certificate).toString(), keyPem, signatureHash: { hash: 4, signature: 3 } };
}
