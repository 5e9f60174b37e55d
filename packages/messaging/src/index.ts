export { answerCall } from './answering/answer-call.ts';
export type { CallRecord } from './answering/call-record.ts';
export { type FoundMailbox, findMailbox } from './answering/find-mailbox.ts';
export { AFTER_RECORDING, END_OF_RECORDING } from './answering/keys.ts';
export type { AnsweringPorts } from './answering/visit.ts';
export type { AudioCodec, EnvelopeParty, MessageEnvelope, MissedEnvelope, VoiceEnvelope } from './envelope.ts';
export { type Greeted, say } from './say/index.ts';
