export { type CallSource, type Directory, isCertified, type MailboxInPlan } from './directory.ts';
export { type FirstStartOptions, firstStart, firstStartObjects } from './first-start.ts';
export type {
  CallRecord,
  CallRecordFilter,
  CallRecords,
  CallType,
  OfferResult,
  ReasonForCall,
} from './history/call-record.ts';
export { LONGEST_LISTING } from './history/call-record.ts';
export type { KeptObjects } from './life-cycle/kept-objects.ts';
export type { Entry } from './lookup/world.ts';
export {
  ANY_ETAG,
  type Change,
  type ListOptions,
  ObjectInvalid,
  type Objects,
  type Removed,
  type Stored,
} from './objects.ts';
