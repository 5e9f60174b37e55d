import type { LossBursts } from '../rtp/loss-bursts.ts';
import { meanOpinionScore, rating } from '../rtp/voice-quality.ts';
import type { WireCodec } from '../sdp/settings.ts';
import type { CallQuality } from '../worker/protocol.ts';

/** Shorter calls say nothing about a network. */
const SHORTEST_MILLIS = 10_000;
/** A packet is 20 ms long before it can be sent. */
const PACKET_MILLIS = 20;

/** What is known of what came from the other side. */
export interface HeardCall {
  readonly codec: WireCodec;
  readonly durationMillis: number;
  /** What came in time and what did not. */
  readonly bursts: LossBursts;
  /** Packets of those lost that came after all, when their place was given up. */
  readonly packetsLate: number;
  /** Length of a packet. */
  readonly packetMillis: number;
  readonly jitterMillis: number;
  readonly roundTripMillis: number | undefined;
}

/** How good the sound of a call was; undefined when it was too short to tell, or nothing came. */
export function callQuality(heard: HeardCall): CallQuality | undefined {
  const { codec, bursts, durationMillis, packetMillis } = heard;
  const packets = bursts.received + bursts.lost;
  if (durationMillis < SHORTEST_MILLIS || bursts.received === 0) return undefined;
  const late = (100 * Math.min(heard.packetsLate, bursts.lost)) / packets;
  const lost = (100 * bursts.lost) / packets - late;
  // G.107 section 7.4: runs of random losses are 1 / (1 - P) long.
  const burstRatio = bursts.runs === 0 ? 1 : (bursts.lost / bursts.runs) * (1 - bursts.lost / packets);
  // Who listens has to hold packets back for about twice the jitter.
  const waiting = 2 * heard.jitterMillis;
  const delay = (heard.roundTripMillis ?? 0) / 2 + PACKET_MILLIS + waiting;
  const score = (lossPercent: number, delayMillis: number) =>
    meanOpinionScore(rating({ codec, lossPercent, delayMillis, burstRatio }));
  const best = score(0, 0);
  const { density, burstPackets, gapPackets } = bursts.figures;
  const nmos = score(lost + late, delay);
  return {
    nmos,
    degradation: best - nmos,
    degradationByJitter: best - score(late, waiting),
    degradationByLoss: best - score(lost, 0),
    burstDensityPercent: 100 * density,
    burstMillis: burstPackets * packetMillis,
    gapMillis: gapPackets * packetMillis,
  };
}
