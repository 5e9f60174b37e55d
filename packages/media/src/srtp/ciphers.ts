import { CounterMode } from './counter-mode.ts';
import { GcmMode } from './gcm-mode.ts';
import { type Protocol, sessionKeys } from './key-derivation.ts';
import type { PacketCipher } from './packet-cipher.ts';
import { type SrtpKey, type SrtpSuite, SUITES } from './suites.ts';

/** The cipher of one direction and protocol. Throws `Bug` for a key of the wrong length. */
export function packetCipher(suite: SrtpSuite, master: SrtpKey, protocol: Protocol): PacketCipher {
  const keys = sessionKeys(suite, master, protocol);
  const { mode, tag, rtcpTag } = SUITES[suite];
  if (mode === 'gcm') return new GcmMode(keys, protocol);
  return new CounterMode(keys, protocol, protocol === 'rtp' ? tag : rtcpTag);
}
