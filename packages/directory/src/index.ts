export type { Directory, MailboxInPlan } from './directory.ts';
export { firstStartObjects } from './first-start.ts';
export type { Entry } from './lookup/world.ts';
