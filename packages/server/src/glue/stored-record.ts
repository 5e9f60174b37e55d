import type { Directory, CallRecord as StoredRecord } from '@parley/directory';
import type { CallRecord } from '@parley/messaging';

/** A call record as the history keeps it: names instead of object ids, so that it can be read when the objects are gone. */
export function storedRecord(
  record: CallRecord,
  { directory, node }: { readonly directory: Directory; readonly node: string },
): StoredRecord {
  const { media } = record;
  const expected = media ? media.packetsReceived + media.packetsLost : 0;
  const dialPlan = record.dialPlan === undefined ? undefined : directory.dialPlan(record.dialPlan)?.name;
  const mailbox =
    record.calleeMailbox === undefined ? undefined : directory.mailboxById(record.calleeMailbox)?.mailbox.name;
  return {
    callStartTime: record.startedAt,
    callType: record.callType,
    callIdentity: record.callId,
    umServerName: node,
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
    ...(media
      ? {
          audioCodec: 'G.711',
          jitter: media.jitterMillis,
          packetLoss: expected > 0 ? (100 * media.packetsLost) / expected : 0,
        }
      : {}),
  };
}
