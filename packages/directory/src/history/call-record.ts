/** What kind of call it was (section 2.11 of the reference): the words that the reports of the originals use. */
export type CallType =
  | 'Call Answering Voice Message'
  | 'Call Answering Missed Call'
  | 'Unauthenticated Pilot Number'
  | 'Subscriber Access'
  | 'Auto Attendant'
  | 'Fax'
  | 'PlayOnPhone'
  | 'Find Me'
  | 'None';

/** What became of the offer of the call. */
export type OfferResult = 'Answer' | 'Failed' | 'Rejected' | 'Redirected' | 'None';

/** Why the call came here. */
export type ReasonForCall = 'Direct' | 'DivertForward' | 'DivertBusy' | 'DivertNoAnswer' | 'Outbound' | 'None';

/** One call. Texts may come from strangers: they are cleaned when they are added. */
export interface CallRecord {
  /** Wall time of the INVITE, milliseconds since 1970. */
  readonly callStartTime: number;
  readonly callType: CallType;
  /** SIP Call-ID. */
  readonly callIdentity: string;
  readonly parentCallIdentity?: string;
  readonly umServerName: string;
  /** Id of the organisation whose dial plan took the call; undefined: nobody's, and only the whole system's administrators see it. */
  readonly organization?: string;
  readonly dialPlanName?: string;
  readonly ipGatewayAddress?: string;
  readonly ipGatewayName?: string;
  readonly callDurationMillis: number;
  readonly calledPhoneNumber?: string;
  readonly callerPhoneNumber?: string;
  readonly dialedString?: string;
  readonly offerResult: OfferResult;
  /** For example "Graceful Hangup". */
  readonly dropCallReason?: string;
  readonly reasonForCall: ReasonForCall;
  readonly callerMailboxAlias?: string;
  /** `name` of the mailbox that was called. */
  readonly calleeMailboxAlias?: string;
  /** For example "G.711". */
  readonly audioCodec?: string;
  /** Milliseconds. */
  readonly jitter?: number;
  /** Percent of the packets expected, 0 to 100. */
  readonly packetLoss?: number;
  /** Milliseconds. */
  readonly roundTrip?: number;
  /** Mean opinion score of the network, 1 to 5; with `nmosDegradation` it is the best there could have been. Not of calls under ten seconds. */
  readonly nmos?: number;
  readonly nmosDegradation?: number;
  /** What jitter alone, and losses alone would have taken. */
  readonly nmosDegradationJitter?: number;
  readonly nmosDegradationPacketLoss?: number;
  /** Percent of the packets within bursts of losses that were lost. */
  readonly burstDensity?: number;
  /** Mean lengths of bursts of losses, and of what lies between them, milliseconds. */
  readonly burstLossDuration?: number;
  readonly burstGapDuration?: number;
}

export interface CallRecordFilter {
  /** Most records returned, 1 to 10,000; 50 by default. */
  readonly limit?: number;
  /** Only calls that started at or after this moment, milliseconds since 1970. */
  readonly since?: number;
  /** Only calls of this organisation: nothing of another is ever seen then. Undefined: the whole system. */
  readonly organization?: string;
  /** Only calls for the mailbox of this name. */
  readonly mailbox?: string;
}

/** The history of calls, as a port. */
export interface CallRecords {
  /** Remembers a call; returns at once and never fails: writing happens later, in batches. */
  add(record: CallRecord): void;
  /** The newest first, those not yet written included. Rejects with the database's failure. */
  list(filter?: CallRecordFilter): Promise<readonly CallRecord[]>;
  /** Records that were lost because the database failed for too long. */
  readonly lost: number;
  /** Writes what is waiting, and stops. */
  close(): Promise<void>;
}

/** Most records that one listing returns. */
export const LONGEST_LISTING = 10_000;

/** A limit within its bounds. */
export function boundedLimit(limit = 50): number {
  return Math.min(LONGEST_LISTING, Math.max(1, Math.floor(limit)));
}
