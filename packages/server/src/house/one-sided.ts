import type { CallRecord } from '@parley/messaging';

/** So long a call has to be, milliseconds: by then every phone has sent something. */
const UNHEARD_MILLIS = 3000;

/** What the log says of a call that went one way only. */
export interface OneSided {
  readonly event: string;
  readonly change: string;
}

/** Tells a call whose answer, or whose sound, went one way only; undefined for every other one. */
export function oneSided(
  record: Pick<CallRecord, 'callId' | 'media' | 'durationMillis' | 'dropCallReason'>,
): OneSided | undefined {
  const { callId, media, durationMillis, dropCallReason } = record;
  // It had no chance to be heard, perhaps.
  if (dropCallReason === 'No Acknowledgement')
    return {
      event: 'the answer was never acknowledged',
      change: `200 OK does not arrive at the caller, or his ACK goes elsewhere than here: sip.advertise behind NAT, a firewall, or a proxy that does not pass it on (parley trace ${callId})`,
    };
  if (media?.packetsReceived !== 0 || durationMillis < UNHEARD_MILLIS) return undefined;
  const change =
    media.srtpRejected > 0
      ? `${media.srtpRejected} packets came that the negotiated keys do not open: what encrypts them, the phone, PBX or SBC, has to use the keys that it offered`
      : `parley trace ${callId} shows below 200 OK where the caller was told to send: he has to reach that address and port (firewall, rtp.ports, rtp.advertise)`;
  return { event: 'nothing was heard of the caller', change };
}
