export { type MaildirOptions, MaildirStore, type Owner } from './maildir.ts';
export { mailboxFolder, uniqueName } from './names.ts';
