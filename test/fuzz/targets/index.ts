import type { FuzzTarget } from '../target.ts';

/** Every target by name. They are loaded when they are asked for, after the coverage has begun. */
export const TARGETS: Readonly<Record<string, () => Promise<FuzzTarget>>> = {
  'sip-datagram': async () => (await import('./sip-message.ts')).datagram,
  'sip-stream': async () => (await import('./sip-message.ts')).stream,
  'sip-uri': async () => (await import('./sip-values.ts')).uri,
  'sip-headers': async () => (await import('./sip-values.ts')).headers,
  sdp: async () => (await import('./sdp.ts')).sdp,
  rtp: async () => (await import('./rtp.ts')).rtp,
  rtcp: async () => (await import('./rtp.ts')).rtcp,
  'telephone-event': async () => (await import('./rtp.ts')).telephoneEvent,
  srtp: async () => (await import('./srtp.ts')).srtp,
  sdes: async () => (await import('./srtp.ts')).sdes,
  wav: async () => (await import('./wav.ts')).wav,
};
