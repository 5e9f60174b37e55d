export {
  type AskOptions,
  type BargeIn,
  type BridgeEnd,
  type BridgeOptions,
  type Call,
  type CallRefusal,
  type CallStage,
  type HangUpCause,
  type HostedCall,
  HungUp,
  type MenuOptions,
  type Recorded,
  type RecordOptions,
  type RequiredEncryption,
  type TransferManner,
  type TransferOptions,
  type TransferOutcome,
} from './call.ts';
export { type CalledParty, type CalledPartyOptions, calledParty } from './called-party/called-party.ts';
export type { CalledCandidate, CallFacts, CallReason, Party } from './facts.ts';
export type { Prompt, PromptValue, Segment } from './prompt.ts';
export type { Prompter } from './prompter.ts';
export {
  type CallOutcome,
  type FinishedCall,
  type Flow,
  type OutcomeKind,
  outcomeOf,
  type RunOptions,
  runFlow,
} from './run-flow.ts';
export type { Dialer, PlaceOptions } from './sip-call/dialer.ts';
export { SipCall, type SipCallOptions } from './sip-call/sip-call.ts';
export { describeBridge, describePrompt, describeRecording, describeTransfer, soundOf } from './transcript.ts';
