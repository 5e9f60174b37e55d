/** SIP as an endpoint speaks it (RFC 3261): messages, transports, transactions, dialogs, and a user agent that takes and places calls. */
export { CallRefused } from './core/call-refused.ts';
export { createUserAgent } from './core/create-user-agent.ts';
export { defaultBudgets } from './core/default-budgets.ts';
export { type SessionBody, sdpOf, sessionBody } from './core/session-body.ts';
export type {
  Body,
  Dialog,
  Invitation,
  InviteOptions,
  Inviter,
  InviteTarget,
  LegEnd,
  Refusal,
  ReInviteAnswer,
  ReInviteHandler,
  UserAgent,
  UserAgentBudgets,
  UserAgentCounts,
  UserAgentOptions,
} from './core/user-agent.ts';
export {
  buildRequest,
  buildResponse,
  type Diversion,
  type HistoryEntry,
  type NameAddress,
  nameAddress,
  type OtherUri,
  type Parameters,
  type ParseOptions,
  parseDiversion,
  parseHistoryInfo,
  parseMessage,
  parseNameAddress,
  parseNameAddressList,
  parseParameters,
  parseReason,
  parseUri,
  parseVia,
  parseWarning,
  printMessage,
  printNameAddress,
  printUri,
  type RawHeader,
  type Reason,
  type RequestParts,
  type ResponseParts,
  SIP_BUDGETS,
  type SipBudgets,
  type SipMessage,
  SipParseError,
  type SipRequest,
  type SipResponse,
  type SipUri,
  StreamFramer,
  splitList,
  standardReason,
  type TelUri,
  type Uri,
  uriEquals,
  type Via,
  validateRequest,
  type Warning,
} from './message/index.ts';
export { defaultSipTimers, type SipTimers } from './transaction/sip-timers.ts';
export type {
  DatagramHandler,
  DatagramListen,
  DatagramSocket,
  OpenDatagramSocket,
} from './transport/datagram-socket.ts';
export { LocalAddress } from './transport/local-address.ts';
export { isLoopback } from './transport/loopback.ts';
export type { Peer } from './transport/peer.ts';
