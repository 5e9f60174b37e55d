import { memoryLog, seeded } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import { encodeG711 } from '../src/codec/g711.ts';
import { silenceByte } from '../src/codec/silence.ts';
import { type EngineOptions, MediaEngine } from '../src/engine/engine.ts';
import { type Datagram, MemoryNetwork } from '../src/engine/memory-network.ts';
import { MemoryRecorder } from '../src/engine/memory-recorder.ts';
import { parseRtp, RtpPacket, writeRtpHeader } from '../src/rtp/packet.ts';
import type { SessionSettings } from '../src/sdp/settings.ts';
import type { ClipAudio, MediaCommand, MediaEvent } from '../src/worker/protocol.ts';

export const HERE = '127.0.0.1';
export const PHONE = { address: '127.0.0.9', port: 4000 };
export const PHONE_RTCP = { address: '127.0.0.9', port: 4001 };
export const SETTINGS: SessionSettings = {
  remote: PHONE,
  remoteRtcp: PHONE_RTCP,
  codec: 'PCMU',
  payloadType: 0,
  telephoneEvent: 101,
  direction: 'sendrecv',
};

/** What distinguishes a packet from the next ordinary one. */
export interface PacketOptions {
  readonly sequence?: number;
  readonly timestamp?: number;
  readonly payloadType?: number;
  readonly marker?: boolean;
  readonly ssrc?: number;
}

/** An RTP datagram. */
export function rtp(payload: Uint8Array, options: PacketOptions = {}): Uint8Array {
  const packet = new RtpPacket();
  packet.payloadType = options.payloadType ?? 0;
  packet.marker = options.marker ?? false;
  packet.sequence = (options.sequence ?? 0) & 0xffff;
  packet.timestamp = (options.timestamp ?? 0) >>> 0;
  packet.ssrc = options.ssrc ?? 0x5ca1ab1e;
  const bytes = new Uint8Array(12 + payload.length);
  writeRtpHeader(packet, bytes);
  bytes.set(payload, 12);
  return bytes;
}

/** A packet as a reader of the network sees it. */
export function read(bytes: Uint8Array): RtpPacket & { payload: Uint8Array } {
  const packet = new RtpPacket();
  if (!parseRtp(bytes, packet)) throw new Error('not RTP');
  return Object.assign(packet, {
    payload: bytes.slice(packet.payloadStart, packet.payloadStart + packet.payloadLength),
  });
}

/** Coded samples of a sine. */
export function tone(
  millis: number,
  options: { hertz?: number; decibels?: number; codec?: 'PCMU' | 'PCMA' } = {},
): Uint8Array {
  const { hertz = 1000, decibels = -10, codec = 'PCMU' } = options;
  const peak = 32767 * 10 ** (decibels / 20);
  const samples = Int16Array.from({ length: millis * 8 }, (_, i) => peak * Math.sin((2 * Math.PI * hertz * i) / 8000));
  const bytes = new Uint8Array(samples.length);
  encodeG711(codec, samples, bytes);
  return bytes;
}

/** White noise at a level in dBFS (rms against a full-scale sine's). */
export function noise(millis: number, decibels: number, seed: number): Uint8Array {
  const random = seeded(seed);
  const width = (32767 / Math.SQRT2) * 10 ** (decibels / 20) * Math.sqrt(3);
  const samples = Int16Array.from({ length: millis * 8 }, () => Math.round(width * (2 * random() - 1)));
  const bytes = new Uint8Array(samples.length);
  encodeG711('PCMU', samples, bytes);
  return bytes;
}

export function silence(millis: number): Uint8Array {
  return new Uint8Array(millis * 8).fill(silenceByte('PCMU'));
}

/** Bytes that can be told apart: sample i is `i % 251` plus 1. */
export function marks(samples: number, from = 0): Uint8Array {
  return Uint8Array.from({ length: samples }, (_, i) => ((from + i) % 251) + 1);
}

export function clip(bytes: Uint8Array): ClipAudio {
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return { pcmu: shared, pcma: shared };
}

/** An engine on a fake clock and a memory network with one session, and a phone that talks to it. */
export class Lab {
  readonly clock = new FakeClock();
  readonly network = new MemoryNetwork();
  readonly recorder = new MemoryRecorder();
  readonly log = memoryLog();
  readonly events: MediaEvent[] = [];
  readonly engine: MediaEngine;
  port = 0;
  /** The phone's next sequence number and timestamp. */
  sequence = 1000;
  timestamp = 50_000;

  constructor(options: Partial<EngineOptions> = {}) {
    this.engine = new MediaEngine({
      sockets: this.network,
      clock: this.clock,
      recorder: this.recorder,
      emit: event => void this.events.push(event),
      ports: { from: 20_000, to: 20_099 },
      address: HERE,
      log: this.log,
      random: seeded(1),
      ...options,
    });
  }

  /** A lab whose session 1 is open and started. */
  static async started(settings: Partial<SessionSettings> = {}, options: Partial<EngineOptions> = {}): Promise<Lab> {
    const lab = new Lab(options);
    await lab.open(1);
    lab.start(settings);
    return lab;
  }

  async open(session: number): Promise<void> {
    this.engine.handle({ do: 'open', session });
    await settle();
    this.port = this.of('opened').at(-1)?.port ?? 0;
  }

  start(settings: Partial<SessionSettings> = {}): void {
    this.engine.handle({ do: 'start', session: 1, settings: { ...SETTINGS, ...settings } });
  }

  do(command: MediaCommand): void {
    this.engine.handle(command);
  }

  /** Begins a recording with the limits given; id 1, draft 'd', take 1. */
  record(limits: Partial<Extract<MediaCommand, { do: 'record' }>> = {}): void {
    this.engine.handle({
      do: 'record',
      session: 1,
      id: 1,
      into: { draft: 'd', take: 1 },
      maxMillis: 60_000,
      idleMillis: 0,
      endKeys: '#',
      keysSeen: 0,
      ...limits,
    });
  }

  play(clipNumber: number, options: Partial<Extract<MediaCommand, { do: 'play' }>> = {}): void {
    const sources = [{ kind: 'clip', clip: clipNumber } as const];
    this.engine.handle({ do: 'play', session: 1, id: 1, sources, bargeIn: '', keysSeen: 0, ...options });
  }

  /** Lets so many ticks of 20 ms pass. */
  tick(count = 1): void {
    for (let i = 0; i < count; i++) {
      this.clock.advance(20);
      this.engine.tick();
    }
  }

  /** A datagram from the phone's RTP port, or from elsewhere. */
  send(bytes: Uint8Array, from: Datagram['from'] = PHONE): void {
    this.network.deliver({
      bytes,
      from,
      to: { address: HERE, port: from.port === PHONE_RTCP.port ? this.port + 1 : this.port },
    });
  }

  /** The phone says these bytes in packets of `ptime`, with time passing as it does. */
  say(bytes: Uint8Array, ptime = 20): void {
    for (let at = 0; at < bytes.length; at += ptime * 8) {
      const payload = bytes.subarray(at, at + ptime * 8);
      this.clock.advance(ptime);
      this.send(rtp(payload, { sequence: this.sequence++, timestamp: this.timestamp }));
      this.timestamp += payload.length;
      if (Math.floor((at / 8 + ptime) / 20) > Math.floor(at / 8 / 20)) this.engine.tick();
    }
  }

  /** The phone presses a key for 100 ms: five updates and three ends, 20 ms apart. */
  press(code: number, options: { readonly repeatedEnds?: number } = {}): void {
    const start = this.timestamp;
    for (let i = 1; i <= 5 + (options.repeatedEnds ?? 2); i++) {
      const duration = Math.min(i, 5) * 160;
      const payload = Uint8Array.of(code, i >= 5 ? 0x8a : 0x0a, duration >> 8, duration);
      this.clock.advance(20);
      this.send(rtp(payload, { payloadType: 101, sequence: this.sequence++, timestamp: start, marker: i === 1 }));
      this.engine.tick();
    }
    this.timestamp += 7 * 160;
  }

  of<On extends MediaEvent['on']>(on: On): Extract<MediaEvent, { on: On }>[] {
    return this.events.filter((event): event is Extract<MediaEvent, { on: On }> => event.on === on);
  }

  /** What the phone received on its RTP port. */
  heard(): (RtpPacket & { payload: Uint8Array })[] {
    return this.network.undelivered.filter(({ to }) => to.port === PHONE.port).map(({ bytes }) => read(bytes));
  }

  /** The recorded take's bytes. */
  recorded(): Uint8Array {
    return Uint8Array.from(this.recorder.take('d', 1)?.bytes ?? []);
  }
}
