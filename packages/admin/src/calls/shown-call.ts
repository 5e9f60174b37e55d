import type { CallRecord } from '@parley/directory';
import { stringify } from 'csv-stringify/sync';
import type { Row } from '../run/ports.ts';

/** A call as `Get-UMCallDataRecord` shows it. */
export function shownCall(call: CallRecord): Row {
  return {
    kind: 'UMCallDataRecord',
    id: call.callIdentity,
    name: call.callIdentity,
    properties: {
      Date: new Date(call.callStartTime).toISOString(),
      Duration: Math.round(call.callDurationMillis / 1000),
      AudioCodec: call.audioCodec ?? null,
      DialPlan: call.dialPlanName ?? null,
      CallType: call.callType,
      CallingNumber: call.callerPhoneNumber ?? null,
      CalledNumber: call.calledPhoneNumber ?? null,
      Gateway: call.ipGatewayName ?? null,
      NMOS: call.nmos ?? null,
      NMOSDegradation: call.nmosDegradation ?? null,
      PercentagePacketLoss: call.packetLoss ?? null,
      Jitter: call.jitter ?? null,
      RoundTripMilliseconds: call.roundTrip ?? null,
      BurstLossDurationMilliseconds: call.burstLossDuration ?? null,
    },
  };
}

/** Columns of the export (section 2.11 of the reference). */
const COLUMNS: Readonly<Record<string, (call: CallRecord) => string | number | undefined>> = {
  CallStartTime: call => new Date(call.callStartTime).toISOString(),
  CallType: call => call.callType,
  CallIdentity: call => call.callIdentity,
  ParentCallIdentity: call => call.parentCallIdentity,
  UMServerName: call => call.umServerName,
  DialPlanName: call => call.dialPlanName,
  CallDuration: call => Math.round(call.callDurationMillis / 1000),
  IPGatewayAddress: call => call.ipGatewayAddress,
  CalledPhoneNumber: call => call.calledPhoneNumber,
  CallerPhoneNumber: call => call.callerPhoneNumber,
  OfferResult: call => call.offerResult,
  DropCallReason: call => call.dropCallReason,
  ReasonForCall: call => call.reasonForCall,
  DialedString: call => call.dialedString,
  CallerMailboxAlias: call => call.callerMailboxAlias,
  CalleeMailboxAlias: call => call.calleeMailboxAlias,
  NMOS: call => call.nmos,
  NMOSDegradation: call => call.nmosDegradation,
  NMOSDegradationPacketLoss: call => call.nmosDegradationPacketLoss,
  Jitter: call => call.jitter,
  PacketLoss: call => call.packetLoss,
  RoundTrip: call => call.roundTrip,
  BurstDensity: call => call.burstDensity,
  BurstGapDuration: call => call.burstGapDuration,
  AudioCodec: call => call.audioCodec,
};

/**
 * A cell that no spreadsheet takes for a formula: numbers with their sign are left as they are, anything else that begins like a formula
 * gets an apostrophe in front.
 */
export function harmless(cell: string): string {
  return /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell) && !/^[+-][0-9]+(?:\.[0-9]+)?$/.test(cell)
    ? `'${cell}`
    : cell;
}

/** Calls as CSV (RFC 4180) with a byte order mark, so that spreadsheets know it is UTF-8. */
export function callsAsCsv(calls: readonly CallRecord[]): string {
  const lines = calls.map(call => Object.values(COLUMNS).map(of => harmless(String(of(call) ?? ''))));
  return stringify([Object.keys(COLUMNS), ...lines], { bom: true, record_delimiter: '\r\n' });
}
