import { G722Decoder, G722Encoder } from '../src/codec/g722.ts';
import { OpusLibrary, type OpusStream, type OpusWishes } from '../src/codec/opus.ts';
import type { SessionSettings } from '../src/sdp/settings.ts';
import { type Lab, rtp } from './lab.ts';

export const WISHES: OpusWishes = { fec: true, maxBitrate: 32_000, constantBitrate: false };
/** What is agreed on with a wideband phone. */
export const WIDE: Record<'G722' | 'opus', Partial<SessionSettings>> = {
  G722: { codec: 'G722', payloadType: 9 },
  opus: { codec: 'G722', opus: WISHES, payloadType: 111, telephoneEvent: 110, eventRate: 48_000 },
};

interface Coder {
  readonly payloadType: number;
  /** Timestamp units of a frame. */
  readonly step: number;
  encode(samples: Int16Array): Uint8Array;
  decode(payload: Uint8Array): Int16Array;
}

const library = new OpusLibrary();

/** The telephone of a wideband caller in a lab: 16 kHz both ways. */
export class WidePhone {
  readonly #lab: Lab;
  readonly #coder: Coder;

  constructor(lab: Lab, codec: 'G722' | 'opus') {
    this.#lab = lab;
    this.#coder = codec === 'G722' ? g722() : opus(library.stream(WISHES));
  }

  /** Packets of 20 ms, and their timestamps; none of them is sent. */
  packets(samples: Int16Array): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (let at = 0; at + 320 <= samples.length; at += 320) {
      const payload = this.#coder.encode(samples.subarray(at, at + 320));
      packets.push(this.packet(payload));
    }
    return packets;
  }

  packet(payload: Uint8Array): Uint8Array {
    const { payloadType, step } = this.#coder;
    const packet = rtp(payload, { payloadType, sequence: this.#lab.sequence++, timestamp: this.#lab.timestamp });
    this.#lab.timestamp = (this.#lab.timestamp + step) >>> 0;
    return packet;
  }

  /** Says 16 kHz sound, with time passing as it does; `lose` says which packets never arrive. */
  say(samples: Int16Array, lose: (packet: number) => boolean = () => false): void {
    this.packets(samples).forEach((packet, i) => {
      this.#lab.clock.advance(20);
      if (!lose(i)) this.#lab.send(packet);
      this.#lab.engine.tick();
    });
  }

  /** What was heard so far, 16 kHz. */
  heard(): Int16Array {
    const { payloadType } = this.#coder;
    const pieces = this.#lab.heard().filter(packet => packet.payloadType === payloadType);
    return Int16Array.from(pieces.flatMap(({ payload }) => [...this.#coder.decode(payload)]));
  }
}

function g722(): Coder {
  const encoder = new G722Encoder();
  const decoder = new G722Decoder();
  return {
    payloadType: 9,
    step: 160,
    encode(samples) {
      const octets = new Uint8Array(160);
      encoder.encode(samples, octets);
      return octets;
    },
    decode(payload) {
      const samples = new Int16Array(2 * payload.length);
      decoder.decode(payload, samples);
      return samples;
    },
  };
}

function opus(stream: OpusStream): Coder {
  return {
    payloadType: 111,
    step: 960,
    encode(samples) {
      const into = new Uint8Array(320);
      return into.subarray(0, stream.encode(samples, into, 0));
    },
    decode(payload) {
      const samples = new Int16Array(1920);
      return samples.subarray(0, stream.decode(payload, 0, payload.length, samples));
    },
  };
}
