import type { Log } from '@parley/base';
import type { OpusLibrary } from '../codec/opus.ts';
import type { DtlsFactory } from '../dtls/dtls-endpoint.ts';
import { PressSources } from '../dtmf/press-sources.ts';
import type { GapReason } from '../rtp/jitter-buffer.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import type { SessionSettings, WireCodec } from '../sdp/settings.ts';
import { SrtpLink } from '../srtp/srtp-link.ts';
import type { CallQuality, MediaCommand, MediaEvent, SessionStatistics } from '../worker/protocol.ts';
import { Activities } from './activities.ts';
import type { SocketPair } from './bind-pair.ts';
import { BrowserLink } from './browser-link.ts';
import { callQuality } from './call-quality.ts';
import { Company } from './company.ts';
import { isHeld, maySend } from './hold.ts';
import { InBandKeys } from './in-band-keys.ts';
import { KeyHistory } from './key-history.ts';
import { type Listener, Listening } from './listening.ts';
import type { Moment } from './moment.ts';
import { OpusEdge } from './opus-edge.ts';
import type { Arrival, Endpoint, PacketSocket } from './packet-socket.ts';
import { PeerGate } from './peer-gate.ts';
import { Peers } from './peers.ts';
import type { SourceShelf } from './playing.ts';
import { Reports } from './reports.ts';
import { SoundDetector } from './sound-detector.ts';
import { Speaking } from './speaking.ts';
import { UnheardPeer } from './unheard-peer.ts';

/** More tone than this before a key is not tone, but a timeline that jumped. */
const MOST_TONE_SAMPLES = 40_000;

/** Most ticks that are slept through: so late may be told what no command and no packet brings (a report that is due, a call that went silent). */
const MOST_DOZE = 10;

/** RFC 5761 section 4: where RTP and RTCP share a port, these second octets are RTCP's. Encryption leaves them as they are. */
function isRtcp(bytes: Uint8Array): boolean {
  return bytes.length > 1 && bytes[1] >= 192 && bytes[1] <= 223;
}

function wireCodec({ opus, codec }: SessionSettings): WireCodec {
  return opus ? 'opus' : codec;
}

/** What a session gets from its engine. */
export interface SessionOptions {
  readonly session: number;
  /** The address our sockets are bound to. */
  readonly address: string;
  readonly moment: Moment;
  readonly shelf: SourceShelf;
  readonly opus: OpusLibrary;
  readonly dtls: DtlsFactory;
  readonly silentMillis: number;
  readonly silenceTicks: number;
  readonly log: Log;
  emit(event: MediaEvent): void;
  random(): number;
  wall(): number;
  /** Something threw in here: the session is of no use any more, the others are. */
  broken(error: unknown): void;
}

/** One call's media: hears, speaks, and does what it was told to, on the ticks and packets that the engine gives it. */
export class Session implements Listener {
  readonly rtpGate = new PeerGate((bytes, from) => this.#rtp(bytes, from));
  readonly rtcpGate = new PeerGate((bytes, from) => this.#rtcp(bytes, from));
  readonly #options: SessionOptions;
  readonly #peers: Peers;
  readonly #srtp = new SrtpLink();
  readonly #listening: Listening;
  readonly #speaking: Speaking;
  readonly #reports: Reports;
  readonly #activities: Activities;
  /** Plays that are laid over everything else. */
  readonly #overlays: Activities;
  readonly company: Company;
  readonly #detector = new SoundDetector('PCMU');
  readonly #presses = new PressSources();
  readonly #keys = new KeyHistory();
  /** While the other side sends no RFC 4733 events. */
  #tones: InBandKeys | undefined;
  #sockets: SocketPair | undefined;
  /** To a browser: what says where it is, and brings the keys. */
  #link: BrowserLink | undefined;
  /** While Opus is spoken on the wire. */
  #edge: OpusEdge | undefined;
  #settings: SessionSettings | undefined;
  #startedAt = 0;
  #held = false;
  readonly #unheard: UnheardPeer;
  /** Ticks to sleep through yet, and how many there were when it began. */
  #doze = 0;
  #dozeBegan = 0;

  constructor(options: SessionOptions) {
    const { moment, shelf, log } = options;
    this.#options = options;
    this.#unheard = new UnheardPeer(options.silentMillis);
    const around = { moment, shelf, log, keys: this.#keys, emit: options.emit, at: () => this.at };
    this.#activities = new Activities({ ...around, flush: () => this.#listening.buffer.flush() });
    this.#overlays = new Activities({ ...around, flush: () => undefined });
    this.company = new Company({
      alone: this.#activities,
      over: this.#overlays,
      dial: key => this.#sendKeys(key),
      wantsBoth: () => this.#activities.takesBoth,
      changed: () => this.#wake(),
    });
    this.#listening = new Listening(this, moment);
    this.#peers = new Peers({
      ...{ moment, log, rtpGate: this.rtpGate, rtcpGate: this.rtcpGate, address: options.address },
      ssrc: () => this.#listening.ssrc,
      isProtected: () => this.#srtp.suite !== undefined,
      openRtp: bytes => this.#srtp.openRtp(bytes),
      openRtcp: bytes => this.#srtp.openRtcp(bytes),
      takeRtp: bytes => this.#takeRtp(bytes, bytes.length, moment.now),
      takeRtcp: bytes => this.#takeRtcp(bytes, moment.now),
    });
    const { random, wall, silenceTicks } = options;
    const srtp = this.#srtp;
    this.#speaking = new Speaking(this.company, { random, silenceTicks, srtp });
    this.#reports = new Reports({ listening: this.#listening, speaking: this.#speaking, srtp, random, wall });
  }

  /** The sockets, once they are bound. */
  set sockets(sockets: SocketPair) {
    this.#sockets = sockets;
  }

  /** The first agreement, or a new one. */
  agree(settings: SessionSettings): void {
    this.#wake();
    const { now } = this.#options.moment;
    if (!this.#settings) this.#start(now);
    const held = isHeld(settings.direction, this.#settings?.direction, this.#held);
    this.#settings = settings;
    this.#linkTo(settings);
    this.#srtp.agree(this.#link ? this.#link.security : settings.security);
    this.#peers.agree(settings);
    // What is held back is still in the old codec.
    this.#listening.buffer.flush();
    if (held !== this.#held) this.#hold(held);
    this.#speakOpus(settings);
    this.#listening.agree(settings, this.#edge);
    this.#speaking.agree(settings, this.#edge);
    this.#detector.codec = settings.codec;
    this.#listenForTones(settings);
    this.company.codec = settings.codec;
    this.#activities.codec = settings.codec;
    this.#overlays.codec = settings.codec;
  }

  /** Commands of a session that only its activities care about. */
  perform(command: Extract<MediaCommand, { do: 'play' | 'record' | 'stop' }>): void {
    this.#wake();
    if (command.do === 'stop') {
      this.#activities.stop(command.id);
      this.#overlays.stop(command.id);
    } else if (command.do === 'play' && command.over) this.#overlays.add(command);
    else this.#activities.add(command);
  }

  /** A key that came by SIP INFO. What was recorded while it was pressed may hold its tone. */
  press(key: string, millis: number): void {
    if (this.#presses.isNew(key, 'info', this.#options.moment.now)) this.#key(key, () => Math.min(millis, 1000) * 8);
  }

  dial(keys: string): void {
    if (!this.#sendKeys(keys)) this.#options.log.warn('keys not sent: the other side takes no telephone-event');
  }

  /** A frame of 20 ms: ends what is over, says what is to be said. Most ticks of a call that is being recorded are slept through. */
  tick(): void {
    if (this.#doze > 0) {
      this.#doze -= 1;
      return;
    }
    this.#wake();
    // Whoever talks with somebody is heard at once; and what is waited for may have come, and lie in the socket.
    if (this.company.size > 0 || this.#listening.buffer.waiting) this.drain();
    const { now } = this.#options.moment;
    this.#listening.buffer.elapse(now);
    this.#heedTones();
    this.#activities.elapse(this.#listening.buffer.waiting);
    if (!this.#settings || !this.#sockets) return;
    this.#link?.elapse(now);
    this.#speak(this.#settings, this.#sockets);
    this.#takeBoth();
    const rtcpPeer = this.#rtcpPeer;
    if (rtcpPeer) this.#reports.tick(now, this.#rtcpSocket(this.#sockets), rtcpPeer);
    this.#listenForSilence(now);
    this.#tellOfStrangers(now, this.#settings);
    this.#dozeOff(this.#settings);
  }

  /** Hears what has come by now, and not only what was read. */
  drain(): void {
    this.#sockets?.rtp.drain?.();
  }

  /** Ends what is under way, says BYE and closes the sockets. */
  close(): SessionStatistics {
    this.#wake();
    // What was said last may still be in the socket.
    this.drain();
    this.#activities.close();
    this.#overlays.close();
    const sendFailures = this.#sendFailures;
    this.shut();
    const { buffer, sequences, jitter, wireUnits } = this.#listening;
    const { byeAt, roundTripMillis, theirs } = this.#reports;
    const settings = this.#settings;
    const quality = settings && this.#quality(settings);
    return {
      packetsReceived: sequences.received,
      // RFC 3550 lets duplicates hide losses; those that were mended were lost all the same.
      packetsLost: Math.max(sequences.lost, buffer.bursts.lost - buffer.late),
      packetsSent: this.#speaking.packetsSent,
      jitterMillis: jitter.units / 8,
      foreignPackets: this.rtpGate.foreign + this.rtcpGate.foreign,
      srtpRejected: this.#srtp.rejected,
      srtpReplayed: this.#srtp.replayed,
      ...(settings && { codec: wireCodec(settings) }),
      ...(roundTripMillis !== undefined && { roundTripMillis }),
      ...(quality && { quality }),
      ...(theirs && { peer: { packetsLost: theirs.packetsLost, jitterMillis: theirs.jitterUnits / 8 / wireUnits } }),
      ...(byeAt !== undefined && byeAt >= this.#listening.heardAt && { peerLeft: true as const }),
      ...(sendFailures > 0 && { sendFailures }),
    };
  }

  /** Closes the sockets and nothing else. */
  shut(): void {
    const sockets = this.#sockets;
    this.#edge?.close();
    const rtcpPeer = this.#rtcpPeer;
    if (sockets && rtcpPeer) this.#reports.leave(this.#options.moment.now, this.#rtcpSocket(sockets), rtcpPeer);
    this.#link?.close();
    this.#sockets = undefined;
    sockets?.rtp.close();
    sockets?.rtcp.close();
    this.rtpGate.agree(undefined);
    this.rtcpGate.agree(undefined);
  }

  /** The chain in one line, for people. */
  describe(): string {
    const { buffer, sequences, malformed, unnegotiated, excess, otherSource } = this.#listening;
    const { settings, peer } = { settings: this.#settings, peer: this.rtpGate.peer };
    return [
      `session ${this.#options.session} port ${this.#sockets?.port ?? '-'}`,
      settings
        ? `${wireCodec(settings)}/${settings.payloadType} ${settings.direction}${this.#held ? ' (held)' : ''}`
        : 'not started',
      `peer ${peer ? `${peer.address}:${peer.port}` : '-'}${this.#peers.latched ? ' (latched)' : ''}`,
      `in ${sequences.received} lost ${sequences.lost} late ${buffer.late} doubled ${buffer.duplicates}`,
      `dropped: foreign ${this.rtpGate.foreign + this.rtcpGate.foreign} malformed ${malformed + this.#reports.malformed}` +
        ` unnegotiated ${unnegotiated} other source ${otherSource} excess ${excess}`,
      ...(this.#link ? [this.#link.describe()] : []),
      ...(this.#srtp.suite ? [this.#srtp.describe()] : []),
      `out ${this.#speaking.packetsSent} failed ${this.#sendFailures}`,
      ...(this.#edge ? [`mended from copies ${this.#edge.recovered}`] : []),
      `round trip ${this.#reports.roundTripMillis?.toFixed(1) ?? '-'} ms`,
      this.#activities.describe(),
      ...(this.company.size > 0 ? [`in company of ${this.company.size}`] : []),
    ].join(' | ');
  }

  audio(bytes: Uint8Array, offset: number, length: number): void {
    if (this.#held) return;
    const sounding = this.#detector.hears(bytes, offset, length);
    if (!this.#activities.takesBoth) this.#activities.audio(bytes, offset, length, sounding);
    if (this.#activities.keysMatter) this.#tones?.audio(bytes, offset, length);
    else this.#tones?.gap(length, 'dtx');
  }

  gap(samples: number, reason: GapReason): void {
    if (this.#held) return;
    if (!this.#activities.takesBoth) this.#activities.gap(samples, reason);
    this.#tones?.gap(samples, reason);
  }

  get live(): boolean {
    return this.company.size > 0 || this.#activities.takesBoth;
  }

  /** Who else is on the line hears it at once, whatever is still missing before it. */
  arrived(packet: Readonly<RtpPacket>): void {
    if (!this.#held) this.company.arrived(packet);
  }

  pressed(key: string, timestamp: number): void {
    if (!this.#presses.isNew(key, 'event', this.#options.moment.now)) return;
    this.#key(key, () => {
      const tone = this.#listening.buffer.samplesSince(timestamp);
      return tone > MOST_TONE_SAMPLES ? 0 : tone;
    });
  }

  /**
   * Sleeps until a packet of silence or the end of the recording is due, when nothing else can come of a tick. With thousands of calls a tick costs what it
   * fetches from memory, and this leaves all of it where it is.
   */
  #dozeOff({ direction }: SessionSettings): void {
    if (this.#link || this.#listening.buffer.waiting || !maySend(direction) || !this.rtpGate.peer) return;
    const idle = Math.min(MOST_DOZE, this.#speaking.idleTicks);
    if (idle > 0 && this.company.alone) this.#doze = this.#dozeBegan = Math.min(idle, this.#activities.idleTicks);
  }

  /** Something happens: the ticks slept through so far are made up for, and the next one is a whole one. */
  #wake(): void {
    const slept = this.#dozeBegan - this.#doze;
    this.#doze = this.#dozeBegan = 0;
    if (slept > 0) this.#speaking.rest(slept);
  }

  #listenForTones({ telephoneEvent, codec }: SessionSettings): void {
    if (telephoneEvent !== undefined) this.#tones = undefined;
    else if (this.#tones) this.#tones.codec = codec;
    else this.#tones = new InBandKeys(codec);
  }

  /** What is recorded is mostly speech: a tone in it counts only where it ends the recording. */
  #heedTones(): void {
    while (this.#tones?.waiting) {
      const press = this.#tones.take();
      if (!press || !this.#activities.heeds(press.key)) continue;
      if (this.#presses.isNew(press.key, 'tone', this.#options.moment.now)) this.#key(press.key, () => press.samples);
    }
  }

  #linkTo(settings: SessionSettings): void {
    if (settings.ice && settings.dtls) {
      this.#link ??= this.#openLink();
      this.#link.agree(settings);
    } else if (this.#link) {
      this.#link.close();
      this.#link = undefined;
    }
    this.rtpGate.proof = this.#link;
  }

  #openLink(): BrowserLink {
    const { moment, dtls, log, session } = this.#options;
    return new BrowserLink({
      moment,
      dtls,
      socket: () => this.#sockets?.rtp,
      keyed: security => this.#srtp.agree(security, true),
      failed: why => {
        log.warn('the way to a browser is not there', { session, why, chain: this.describe() });
        this.#tellOfSilence();
      },
    });
  }

  get #sendFailures(): number {
    return (this.#sockets?.rtp.failures ?? 0) + (this.#sockets?.rtcp.failures ?? 0);
  }

  #quality(settings: SessionSettings): CallQuality | undefined {
    const { buffer, jitter } = this.#listening;
    return callQuality({
      codec: wireCodec(settings),
      durationMillis: this.at,
      bursts: buffer.bursts,
      packetsLate: buffer.late,
      packetMillis: buffer.packetSamples / 8,
      jitterMillis: jitter.units / 8,
      roundTripMillis: this.#reports.roundTripMillis,
    });
  }

  #speakOpus({ opus }: SessionSettings): void {
    if (this.#edge && opus) this.#edge.stream.wishes = opus;
    else if (opus) this.#edge = new OpusEdge(this.#options.opus.stream(opus));
    else {
      this.#edge?.close();
      this.#edge = undefined;
    }
  }

  #key(key: string, toneSamples: () => number): void {
    this.#wake();
    if (this.company.relay(key)) return;
    this.#keys.add(key);
    this.#options.emit({ on: 'key', session: this.#options.session, key, at: this.at });
    this.#activities.key(key, toneSamples);
    this.#overlays.key(key, toneSamples);
  }

  #sendKeys(keys: string): boolean {
    this.#wake();
    if (this.#speaking.takesKeys) this.#speaking.keys.add(keys);
    return this.#speaking.takesKeys;
  }

  /** A recording of both sides gets its 20 ms. Hold is no part of it. */
  #takeBoth(): void {
    const both = this.company.mixBoth();
    if (both && !this.#held) this.#activities.audio(both.bytes, 0, both.bytes.length, both.sounding);
  }

  #rtp(bytes: Uint8Array, from: Arrival): void {
    if (this.#settings?.rtcpMux && isRtcp(bytes)) {
      this.#rtcp(bytes, from);
      return;
    }
    const { moment } = this.#options;
    moment.read();
    const length = this.#srtp.openRtp(bytes);
    if (length >= 0) this.#takeRtp(bytes, length, moment.when(from));
  }

  #takeRtp(bytes: Uint8Array, length: number, at: number): boolean {
    try {
      const isRtp = this.#listening.datagram(bytes, length, at);
      if (isRtp) this.#unheard.heard(this.#options.moment.now);
      this.#heedTones();
      return isRtp;
    } catch (error) {
      this.#options.broken(error);
      return false;
    }
  }

  #rtcp(bytes: Uint8Array, from: Arrival): void {
    const { moment } = this.#options;
    moment.read();
    const length = this.#srtp.openRtcp(bytes);
    if (length >= 0) this.#takeRtcp(bytes.subarray(0, length), moment.when(from));
  }

  #takeRtcp(bytes: Uint8Array, at: number): boolean {
    const isRtcp = this.#reports.datagram(bytes, at);
    if (isRtcp) this.#unheard.heard(this.#options.moment.now);
    return isRtcp;
  }

  get #rtcpPeer(): Endpoint | undefined {
    return this.#settings?.rtcpMux ? this.rtpGate.peer : this.rtcpGate.peer;
  }

  #rtcpSocket(sockets: SocketPair): PacketSocket {
    return this.#settings?.rtcpMux ? sockets.rtp : sockets.rtcp;
  }

  #speak(settings: SessionSettings, sockets: SocketPair): void {
    if (maySend(settings.direction) && this.rtpGate.peer) this.#speaking.send(sockets.rtp, this.rtpGate.peer);
    // On hold a prompt waits, or the caller would miss it; a side that never listens must not keep the call from going on.
    // So does what is said before a browser can hear it.
    else this.#speaking.mute(!this.#held && !this.#link?.isWaiting);
  }

  /** The sockets may have been open for hours: what knocked before is none of this call's business. */
  #start(now: number): void {
    this.#startedAt = now;
    this.#unheard.countFrom(now);
    this.#reports.start(now);
    this.#listening.buffer.resume(now);
    this.rtpGate.foreign = this.rtcpGate.foreign = 0;
  }

  #hold(held: boolean): void {
    const { now } = this.#options.moment;
    if (!held) this.#listening.buffer.resume(now);
    this.#held = held;
    this.#activities.held = held;
    this.#unheard.countFrom(now);
  }

  #listenForSilence(now: number): void {
    if (this.#held || !this.#unheard.isSilent(now)) return;
    this.#options.log.info('nothing heard', { session: this.#options.session, chain: this.describe() });
    this.#tellOfSilence();
  }

  #tellOfSilence(): void {
    this.#unheard.told();
    this.#options.emit({ on: 'silent', session: this.#options.session, at: this.at });
  }

  #tellOfStrangers(now: number, { remote }: SessionSettings): void {
    const from = this.#held ? undefined : this.#unheard.stranger(this.rtpGate, now - this.#startedAt);
    if (!from) return;
    this.#options.emit({ on: 'foreign', session: this.#options.session, negotiated: remote, from, at: this.at });
  }

  /** Media time of the present, milliseconds. */
  get at(): number {
    return this.#settings ? Math.round(this.#options.moment.now - this.#startedAt) : 0;
  }
}
