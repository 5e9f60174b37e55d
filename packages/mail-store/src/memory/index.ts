import type { Delivery, MailStore, OutgoingMessage } from '../mail-store.ts';

/** Messages in memory: the whole port, for tests and for what talks to it. */
export class MemoryStore implements MailStore {
  /** Mailbox -> Message-ID -> bytes, in the order they came. */
  readonly mailboxes = new Map<string, Map<string, Uint8Array>>();
  /** What the next deliveries answer instead, oldest first; empty: they are taken. */
  readonly refusals: Delivery[] = [];

  async deliver(message: OutgoingMessage): Promise<Delivery> {
    const refusal = this.refusals.shift();
    if (refusal) return refusal;
    let mailbox = this.mailboxes.get(message.mailbox);
    if (!mailbox) {
      mailbox = new Map();
      this.mailboxes.set(message.mailbox, mailbox);
    }
    if (!mailbox.has(message.messageId)) mailbox.set(message.messageId, message.raw);
    return { outcome: 'delivered', path: `memory:${message.mailbox}/${message.messageId}` };
  }
}
