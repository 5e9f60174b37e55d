import type { CodecName } from '../sdp/settings.ts';

/**
 * 0xff is amplitude 0 in mu-law, 0xd5 the faintest amplitude of A-law (8 of 32,768). In G.722 an octet means a change: 0xfc is none in the
 * lower band and the smaller one in the higher, so a decoder at rest gives zeros, and any other comes to rest.
 */
const SILENCE = { PCMU: 0xff, PCMA: 0xd5, G722: 0xfc } as const satisfies Record<CodecName, number>;

/** The octet that stands for silence when it is repeated. */
export function silenceByte(codec: CodecName): number {
  return SILENCE[codec];
}
