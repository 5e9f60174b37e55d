/** SIP as an endpoint speaks it (RFC 3261): messages, transports, transactions, dialogs, and a user agent that takes and places calls. */
export type { DigestAlgorithm } from './auth/algorithm.ts';
export { type DigestCredentials, parseCredentials } from './auth/credentials.ts';
export { ha1Of, type Secret } from './auth/digest.ts';
export type { CredentialsFor, CredentialsTarget, UserCredentials } from './auth/digest-client.ts';
export {
  type ChallengeRefusal,
  DigestServer,
  type DigestServerOptions,
  type Unauthorized,
  type Verdict as DigestVerdict,
} from './auth/digest-server.ts';
export { CallRefused } from './core/call-refused.ts';
export { createUserAgent } from './core/create-user-agent.ts';
export { defaultBudgets } from './core/default-budgets.ts';
export { createProxy, defaultProxyBudgets } from './core/proxy/create-proxy.ts';
export type {
  ProxyBudgets,
  ProxyCounts,
  ProxyOptions,
  ProxyTarget,
  RouteDecision,
  SipProxy,
} from './core/proxy/proxy.ts';
export { addressOfRecord } from './core/registrar/address-of-record.ts';
export type { Binding, Bindings, Eventually } from './core/registrar/bindings.ts';
export { createRegistrar } from './core/registrar/create-registrar.ts';
export { MemoryBindings, type MemoryBindingsOptions } from './core/registrar/memory-bindings.ts';
export {
  defaultRegistrarLimits,
  type Registrar,
  type RegistrarOptions,
  type RegistrationClaim,
} from './core/registrar/registrar.ts';
export type { RegistrarLimits } from './core/registrar/registration.ts';
export type { Answer, Service, ServiceAnswer } from './core/service.ts';
export { sdpOf } from './core/session-body.ts';
export type {
  Body,
  Dialog,
  Invitation,
  InviteOptions,
  Inviter,
  InviteTarget,
  LegEnd,
  OfferHandler,
  Overload,
  Refusal,
  ReInviteAnswer,
  ReInviteHandler,
  RequestOptions,
  UserAgent,
  UserAgentBudgets,
  UserAgentCounts,
  UserAgentOptions,
} from './core/user-agent.ts';
export type {
  EndReason,
  EventPackage,
  EventsOptions,
  Notification,
  NotifyOptions,
  ReferGrant,
  ReferHandler,
  ReferOptions,
  ReferOutcome,
  ReferProgress,
  Referral,
  SentRefer,
  SubscribeGrant,
  SubscribeOptions,
  SubscribeRequest,
  Subscriber,
  SubscriberEnd,
  Subscription,
  SubscriptionEnd,
  UnsolicitedHandler,
} from './events/events.ts';
export {
  MESSAGE_SUMMARY,
  MESSAGE_SUMMARY_TYPE,
  type MessageCounts,
  type MessageSummary,
  parseMessageSummary,
  printMessageSummary,
} from './events/message-summary.ts';
export { parseStatusFragment, printStatusFragment, type StatusFragment } from './events/sipfrag.ts';
export {
  buildRequest,
  buildResponse,
  type Diversion,
  type Event,
  type HistoryEntry,
  type NameAddress,
  nameAddress,
  type OtherUri,
  type Parameters,
  type ParseOptions,
  parseDiversion,
  parseEvent,
  parseHistoryInfo,
  parseIdentities,
  parseMessage,
  parseMinSe,
  parseNameAddress,
  parseNameAddressList,
  parsePrivacy,
  parseRAck,
  parseReason,
  parseReferredBy,
  parseReferTo,
  parseReplaces,
  parseRSeq,
  parseSessionExpires,
  parseSubscriptionState,
  parseUri,
  parseVia,
  parseWarning,
  printEvent,
  printMessage,
  printNameAddress,
  printReason,
  printReferredBy,
  printReferTo,
  printReplaces,
  printSubscriptionState,
  printUri,
  type RAck,
  type RawHeader,
  type Reason,
  type ReasonParts,
  type ReferredBy,
  type ReferTo,
  type ReferToParts,
  type Refresher,
  type Replaces,
  type RequestParts,
  type ResponseParts,
  type SessionExpires,
  SIP_BUDGETS,
  type SipBudgets,
  type SipMessage,
  SipParseError,
  type SipRequest,
  type SipResponse,
  type SipUri,
  StreamFramer,
  type SubscriptionState,
  splitList,
  type TelUri,
  type Uri,
  uriEquals,
  type Via,
  validateRequest,
  type Warning,
} from './message/index.ts';
export type { RefusalCounts, RefusalReason } from './protection/refusals.ts';
export { DnsResolver, type DnsResolverOptions } from './resolve/dns-resolver.ts';
export { HostsFile } from './resolve/hosts-file.ts';
export { type Located, Locator, type LocatorOptions } from './resolve/locator.ts';
export type { AddressRecord, NaptrRecord, Resolver, SrvRecord } from './resolve/resolver.ts';
export { ResolverCache, type ResolverCacheOptions } from './resolve/resolver-cache.ts';
export type { Target } from './resolve/services.ts';
export { defaultSipTimers, type SipTimers } from './transaction/sip-timers.ts';
export { type CertificateIdentity, identityOf, proves } from './transport/certificate-identity.ts';
export type {
  DatagramHandler,
  DatagramListen,
  DatagramSocket,
  OpenDatagramSocket,
} from './transport/datagram-socket.ts';
export type { KeepAlive } from './transport/keep-alive.ts';
export { LocalAddress } from './transport/local-address.ts';
export { isLoopback } from './transport/loopback.ts';
export type { Peer, TransportName } from './transport/peer.ts';
export type { Traffic, TrafficHandler } from './transport/tapped-channel.ts';
export type { TlsOptions } from './transport/tls-options.ts';
export { hostPort } from './transport/via.ts';
export type { WebSocketOptions } from './transport/web-socket-options.ts';
