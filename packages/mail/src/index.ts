export { compose } from './compose.ts';
export { mailDate } from './date.ts';
export type { Attachment, Letter, MailAddress } from './letter.ts';
export { strictCheck } from './strict-check.ts';
