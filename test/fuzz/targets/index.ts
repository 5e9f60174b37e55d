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
  stun: async () => (await import('./browser.ts')).stun,
  'stun-keep-alive': async () => (await import('./stun-keep-alive.ts')).stunKeepAlive,
  dtls: async () => (await import('./browser.ts')).dtls,
  wav: async () => (await import('./wav.ts')).wav,
  digest: async () => (await import('./digest.ts')).digest,
  registration: async () => (await import('./registration.ts')).registration,
  dns: async () => (await import('./dns.ts')).dns,
  'subject-alt-name': async () => (await import('./subject-alt-name.ts')).subjectAltName,
  'dtmf-info': async () => (await import('./info.ts')).info,
  opus: async () => (await import('./codec.ts')).opus,
  g722: async () => (await import('./codec.ts')).g722,
  gsm: async () => (await import('./codec.ts')).gsm,
};
