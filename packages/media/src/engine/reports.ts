import { randomBytes } from 'node:crypto';
import { parseRtcp, RtcpFacts } from '../rtp/rtcp-parse.ts';
import { LONGEST_REPORT, ntpMiddle, ReportFacts, writeReport } from '../rtp/rtcp-write.ts';
import type { SrtpLink } from '../srtp/srtp-link.ts';
import { SRTCP_ROOM } from '../srtp/suites.ts';
import type { Listening } from './listening.ts';
import type { Endpoint, PacketSocket } from './packet-socket.ts';
import type { Speaking } from './speaking.ts';

/** RFC 3550 section 6.2: at least five seconds on average, each between half and one and a half of that, so that sessions spread. */
const INTERVAL_MILLIS = 5000;
const BUFFERS = 2;
/** What a clock that runs 1 % too fast makes of the time between two reports, at most. */
const CLOCK_ERROR_MILLIS = 75;
/** Sender reports of ours that may still be echoed. */
const REMEMBERED = 4;

export interface ReportOptions {
  readonly listening: Listening;
  readonly speaking: Speaking;
  readonly srtp: SrtpLink;
  /** 0 to 1. */
  random(): number;
  /** Milliseconds since 1970. */
  wall(): number;
}

/** What the other side hears of us (section 6.4.1). */
export interface PeerReport {
  readonly packetsLost: number;
  /** Interarrival jitter in units of the wire's RTP clock. */
  readonly jitterUnits: number;
}

/** RTCP of a session: writes reports when they are due, reads those of the other side. No timer, the tick asks. */
export class Reports {
  malformed = 0;
  /** When the source that is heard said BYE, on the clock of `datagram`; undefined when it did not. */
  byeAt: number | undefined;
  /** By what the other side echoed last (section 6.4.1); undefined before. */
  roundTripMillis: number | undefined;
  /** What the other side said last of what it hears; undefined before. */
  theirs: PeerReport | undefined;
  readonly #options: ReportOptions;
  readonly #facts = new ReportFacts();
  readonly #heard = new RtcpFacts();
  readonly #buffers = Array.from({ length: BUFFERS }, () => new Uint8Array(LONGEST_REPORT + SRTCP_ROOM));
  #turn = 0;
  #due = Number.POSITIVE_INFINITY;
  #sentBefore = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  /** The newest sender report: of whom, the middle of its NTP time, and when it came. */
  #sender = -1;
  #senderReport = 0;
  #senderReportAt = 0;
  /** Our newest sender reports: their NTP time as it is echoed, and when they went out. */
  readonly #echoes = new Uint32Array(REMEMBERED);
  readonly #sentAt = new Float64Array(REMEMBERED);
  #reports = 0;

  constructor(options: ReportOptions) {
    this.#options = options;
    this.#facts.ssrc = options.speaking.ssrc;
    this.#facts.cname = randomBytes(12).toString('base64');
  }

  /** The session begins; before that no report is due. The first one comes after half the time (section 6.2). */
  start(now: number): void {
    this.#due = now + this.#interval() / 2;
  }

  /** One datagram from the peer. False when it was no RTCP. */
  datagram(bytes: Uint8Array, now: number): boolean {
    const heard = this.#heard;
    if (!parseRtcp(bytes, this.#facts.ssrc, heard)) {
      this.malformed += 1;
      return false;
    }
    if (heard.bye && heard.left === this.#options.listening.ssrc) this.byeAt = now;
    if (heard.senderReport !== 0) {
      this.#sender = heard.sender;
      this.#senderReport = heard.senderReport;
      this.#senderReportAt = now;
    }
    if (heard.reported) this.#reported(heard, now);
    return true;
  }

  /** Sends a report when one is due. */
  tick(now: number, socket: PacketSocket, to: Endpoint): void {
    if (now < this.#due) return;
    this.#due = now + this.#interval();
    this.#send(now, socket, to);
  }

  /** The last report, with BYE. */
  leave(now: number, socket: PacketSocket, to: Endpoint): void {
    this.#facts.bye = true;
    this.#send(now, socket, to);
  }

  #reported(heard: RtcpFacts, now: number): void {
    const lost = Math.max(0, heard.cumulativeLost);
    this.theirs = { packetsLost: lost, jitterUnits: heard.jitter };
    if (heard.lastSenderReport === 0) return;
    // An echo of what we never sent is made up, or somebody else's.
    const sent = this.#echoes.indexOf(heard.lastSenderReport);
    if (sent < 0 || sent >= this.#reports) return;
    const millis = now - this.#sentAt[sent] - (heard.delaySinceLastSenderReport * 1000) / 65536;
    // Their clock may be a little faster than ours.
    if (millis > -CLOCK_ERROR_MILLIS) this.roundTripMillis = Math.max(0, millis);
  }

  #interval(): number {
    return INTERVAL_MILLIS * (0.5 + this.#options.random());
  }

  #send(now: number, socket: PacketSocket, to: Endpoint): void {
    this.#gatherSpeaking(now);
    this.#gatherListening(now);
    const buffer = this.#buffers[this.#turn];
    this.#turn = (this.#turn + 1) % BUFFERS;
    const size = this.#options.srtp.sealRtcp(buffer, writeReport(this.#facts, buffer));
    if (size >= 0) socket.send(buffer, size, to);
  }

  #gatherSpeaking(now: number): void {
    const { speaking, wall } = this.#options;
    const facts = this.#facts;
    facts.sending = speaking.packetsSent > this.#sentBefore;
    this.#sentBefore = speaking.packetsSent;
    facts.wallMillis = wall();
    facts.timestamp = speaking.timestamp;
    facts.packetsSent = speaking.packetsSent;
    facts.bytesSent = speaking.bytesSent;
    if (!facts.sending) return;
    const place = this.#reports % REMEMBERED;
    this.#reports += 1;
    this.#echoes[place] = ntpMiddle(facts.wallMillis);
    this.#sentAt[place] = now;
  }

  #gatherListening(now: number): void {
    const { sequences, jitter, ssrc, wireUnits } = this.#options.listening;
    const facts = this.#facts;
    facts.hearing = ssrc >= 0;
    facts.source = ssrc;
    facts.cumulativeLost = sequences.lostInRun;
    facts.highestSequence = sequences.highestReported;
    facts.jitter = Math.floor(jitter.smoothed * wireUnits);
    // Appendix A.3: the share lost since the last report, of 256.
    const expected = sequences.expected - this.#expectedBefore;
    const lost = expected - (sequences.received - this.#receivedBefore);
    this.#expectedBefore = sequences.expected;
    this.#receivedBefore = sequences.received;
    facts.fractionLost = expected <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected));
    // Zero until there is a report of the source that is heard now (section 6.4.1): that of another one is not its own.
    const isTheirs = this.#senderReport !== 0 && this.#sender === ssrc;
    facts.lastSenderReport = isTheirs ? this.#senderReport : 0;
    facts.delaySinceLastSenderReport = isTheirs ? Math.round(((now - this.#senderReportAt) * 65536) / 1000) : 0;
  }
}
