export type { Delivery, MailStore, OutgoingMessage } from './mail-store.ts';
