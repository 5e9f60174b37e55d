import { plainText } from '@parley/base';
import type { Tables } from '@parley/database';
import type { CallRecord, CallType, OfferResult, ReasonForCall } from '../history/call-record.ts';

type Row = Tables['call_record'];

const LONGEST_TEXT = 256;

/** Text from a stranger, fit to be kept and printed; null for none. */
const text = (untrusted: string | undefined) => (untrusted === undefined ? null : plainText(untrusted, LONGEST_TEXT));
const number = (value: number | undefined) => (value === undefined || !Number.isFinite(value) ? null : value);

/** A record as a row. */
export function rowOf(id: string, record: CallRecord): Row {
  return {
    id,
    call_start_time: Math.round(record.callStartTime),
    call_type: record.callType,
    call_identity: text(record.callIdentity) ?? '',
    parent_call_identity: text(record.parentCallIdentity),
    um_server_name: text(record.umServerName) ?? '',
    organization: record.organization ?? null,
    dial_plan_name: text(record.dialPlanName),
    ip_gateway_address: text(record.ipGatewayAddress),
    ip_gateway_name: text(record.ipGatewayName),
    call_duration: Math.max(0, Math.round(number(record.callDurationMillis) ?? 0)),
    called_phone_number: text(record.calledPhoneNumber),
    caller_phone_number: text(record.callerPhoneNumber),
    dialed_string: text(record.dialedString),
    offer_result: record.offerResult,
    drop_call_reason: text(record.dropCallReason),
    reason_for_call: record.reasonForCall,
    caller_mailbox_alias: text(record.callerMailboxAlias),
    callee_mailbox_alias: text(record.calleeMailboxAlias),
    audio_codec: text(record.audioCodec),
    jitter: number(record.jitter),
    packet_loss: number(record.packetLoss),
    round_trip: number(record.roundTrip),
    nmos: number(record.nmos),
    nmos_degradation: number(record.nmosDegradation),
    nmos_degradation_jitter: number(record.nmosDegradationJitter),
    nmos_degradation_packet_loss: number(record.nmosDegradationPacketLoss),
    burst_density: number(record.burstDensity),
    burst_loss_duration: number(record.burstLossDuration),
    burst_gap_duration: number(record.burstGapDuration),
  };
}

const given = <T>(value: T | null): T | undefined => value ?? undefined;

/** A row as a record; the words in it were written by `rowOf`. */
export function recordOf(row: Row): CallRecord {
  return {
    callStartTime: Number(row.call_start_time),
    callType: row.call_type as CallType,
    callIdentity: row.call_identity,
    parentCallIdentity: given(row.parent_call_identity),
    umServerName: row.um_server_name,
    organization: given(row.organization ?? null),
    dialPlanName: given(row.dial_plan_name),
    ipGatewayAddress: given(row.ip_gateway_address),
    ipGatewayName: given(row.ip_gateway_name),
    callDurationMillis: Number(row.call_duration),
    calledPhoneNumber: given(row.called_phone_number),
    callerPhoneNumber: given(row.caller_phone_number),
    dialedString: given(row.dialed_string),
    offerResult: row.offer_result as OfferResult,
    dropCallReason: given(row.drop_call_reason),
    reasonForCall: row.reason_for_call as ReasonForCall,
    callerMailboxAlias: given(row.caller_mailbox_alias),
    calleeMailboxAlias: given(row.callee_mailbox_alias),
    audioCodec: given(row.audio_codec),
    jitter: given(row.jitter),
    packetLoss: given(row.packet_loss),
    roundTrip: given(row.round_trip),
    nmos: given(row.nmos),
    nmosDegradation: given(row.nmos_degradation),
    nmosDegradationJitter: given(row.nmos_degradation_jitter),
    nmosDegradationPacketLoss: given(row.nmos_degradation_packet_loss),
    burstDensity: given(row.burst_density),
    burstLossDuration: given(row.burst_loss_duration),
    burstGapDuration: given(row.burst_gap_duration),
  };
}
