import { defineObject, type ObjectOf } from '../define/object.ts';
import { integer, list, ref, text } from '../define/property.ts';

/** What is kept of a mailbox's PIN, apart from the mailbox, so that nothing that shows mailboxes can show it. */
export const mailboxPin = defineObject({
  kind: 'UMMailboxPIN',
  path: 'mailbox-pins',
  word: 'pin',
  summary: "A mailbox's PIN as it is kept: salted slow hashes, and when it was made.",
  ownedBy: 'umMailbox',
  goesWith: 'umMailbox',
  foundBy: ['umMailbox'],
  numerous: true,
  secret: true,
  properties: {
    umMailbox: ref({ required: true, to: 'UMMailbox', fixedAfterCreate: true, help: 'The mailbox it opens.' }),
    hash: text({ required: true, max: 256, help: 'The present PIN, hashed.' }),
    former: list({
      of: text({ max: 256, help: 'A PIN, hashed.' }),
      default: [],
      max: 20,
      help: 'PINs before that, the latest first.',
    }),
    changedAt: integer({
      required: true,
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      unit: 'milliseconds',
      help: 'When it was made, since 1970.',
    }),
    failures: integer({ default: 0, min: 0, max: 1_000_000, help: 'Wrong PINs in a row.' }),
  },
});

export type MailboxPin = ObjectOf<typeof mailboxPin>;
