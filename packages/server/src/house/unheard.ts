import type { CallRecord } from '@parley/messaging';

/** So long a call has to be, milliseconds: by then every phone has sent something. */
const UNHEARD_MILLIS = 3000;

/** What the log says of a call whose caller sent nothing that could be taken; undefined for every other one. */
export function unheard({
  callId,
  media,
  durationMillis,
}: Pick<CallRecord, 'callId' | 'media' | 'durationMillis'>): { call: string; change: string } | undefined {
  if (media?.packetsReceived !== 0 || durationMillis < UNHEARD_MILLIS) return undefined;
  const change =
    media.srtpRejected > 0
      ? `${media.srtpRejected} packets came that the negotiated keys do not open: what encrypts them, the phone, PBX or SBC, has to use the keys that it offered`
      : `parley trace ${callId} shows below 200 OK where the caller was told to send: he has to reach that address and port (firewall, rtp.ports, rtp.advertise)`;
  return { call: callId, change };
}
