import type { Directory, CallRecord as StoredRecord } from '@parley/directory';
import type { CallQuality, SessionStatistics } from '@parley/media';
import type { CallRecord } from '@parley/messaging';

/** A call record as the history keeps it: names instead of object ids, so that it can be read when the objects are gone. */
export function storedRecord(
  record: CallRecord,
  { directory, node }: { readonly directory: Directory; readonly node: string },
): StoredRecord {
  const { media } = record;
  const dialPlan = record.dialPlan === undefined ? undefined : directory.dialPlan(record.dialPlan)?.name;
  const mailbox = record.calleeMailboxName;
  return {
    callStartTime: record.startedAt,
    callType: record.callType,
    callIdentity: record.callId,
    umServerName: node,
    ...(record.organization === undefined ? {} : { organization: record.organization }),
    ...(dialPlan === undefined ? {} : { dialPlanName: dialPlan }),
    ipGatewayName: record.gateway,
    callDurationMillis: record.durationMillis,
    calledPhoneNumber: record.calledNumber,
    callerPhoneNumber: record.callerNumber,
    dialedString: record.dialledString,
    offerResult: record.offerResult,
    dropCallReason: record.dropCallReason,
    reasonForCall: record.reasonForCall,
    ...(mailbox === undefined ? {} : { calleeMailboxAlias: mailbox }),
    ...(media && measured(media)),
  };
}

/** What was measured: where nothing was heard there is no loss and no jitter, and no 0 % that would look like a good call. */
function measured(media: SessionStatistics): Partial<StoredRecord> {
  const { codec, packetsReceived, packetsLost, jitterMillis, roundTripMillis, quality } = media;
  return {
    ...(codec && { audioCodec: AUDIO_CODECS[codec] }),
    ...(packetsReceived > 0 && {
      jitter: jitterMillis,
      packetLoss: (100 * packetsLost) / (packetsReceived + packetsLost),
    }),
    ...(roundTripMillis !== undefined && { roundTrip: roundTripMillis }),
    ...(quality && scores(quality)),
  };
}

/** As the reports of the originals name them. */
const AUDIO_CODECS = { PCMU: 'G.711', PCMA: 'G.711', G722: 'G.722', opus: 'Opus' } as const satisfies Readonly<
  Record<NonNullable<SessionStatistics['codec']>, string>
>;

/** Scores have two digits behind the point, like those of the originals. */
const rounded = (score: number) => Math.round(100 * score) / 100;

function scores(quality: CallQuality): Partial<StoredRecord> {
  return {
    nmos: rounded(quality.nmos),
    nmosDegradation: rounded(quality.degradation),
    nmosDegradationJitter: rounded(quality.degradationByJitter),
    nmosDegradationPacketLoss: rounded(quality.degradationByLoss),
    burstDensity: quality.burstDensityPercent,
    burstLossDuration: quality.burstMillis,
    burstGapDuration: quality.gapMillis,
  };
}
