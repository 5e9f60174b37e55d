import type { Delivery } from '@parley/mail-store';
import type { AudioCodec, MessageEnvelope } from '../envelope.ts';
import type { Addressee, Marks } from './compose-letter.ts';
import type { Wording } from './wording.ts';

/** One message or notice on its way: plain data, so that a process of low priority can do the work. */
export interface DeliveryJob {
  /** Its id in the spool. */
  readonly id: string;
  readonly envelope: MessageEnvelope;
  readonly marks: Marks;
  readonly format: AudioCodec;
  readonly addressee: Addressee;
  readonly wording: Wording;
  /** Address of the mailbox, for the store. */
  readonly mailbox: string;
  readonly place?: string;
  /** It may be there already. */
  readonly repeated: boolean;
}

/** Whoever carries a job out: encode, compose, put into the mailbox. Rejects only when it could not try at all. */
export interface Courier {
  deliver(job: DeliveryJob): Promise<Delivery>;
}
