/** The project's own telephone: places and takes calls with the real stack, speaks, presses keys, and tells what it heard. */
export type { Clip, SaidRate } from './clip.ts';
export type { HearingTest } from './ear.ts';
export { heardItem, isSilent, recordToneOver, silentFor, toneOver } from './heard.ts';
export { Lateness } from './lateness.ts';
export type { OwnLateness } from './media-desk.ts';
export { openPhone } from './open-phone.ts';
export type { AnswerOptions, CallOptions, Dialling, Phone, PhoneOptions, Ringing } from './phone.ts';
export type { CallStatistics, HearsOptions, PhoneCall } from './phone-call.ts';
export type { Offer, OwnEndpoint } from './terms.ts';
export type { Trunk } from './trunk.ts';
