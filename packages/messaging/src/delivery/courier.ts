import { ParleyError } from '@parley/base';
import { compose } from '@parley/mail';
import type { Delivery, MailStore } from '@parley/mail-store';
import { missedCallLetter, type Recording, voiceLetter } from './compose-letter.ts';
import { Formats } from './formats.ts';
import type { Courier, DeliveryJob } from './job.ts';

/** Makes the sound of a job what mail programs play. */
export type Encode = (job: DeliveryJob) => Promise<Recording>;

/** The courier that does the work itself: encode, compose, hand to the mail store. */
export function createCourier({ encode, store }: { readonly encode: Encode; readonly store: MailStore }): Courier {
  const formats = new Formats();
  return {
    async deliver(job: DeliveryJob): Promise<Delivery> {
      const writing = { ...job, formats };
      const letter =
        job.envelope.type === 'missed'
          ? missedCallLetter(job.envelope, writing)
          : voiceLetter(job.envelope, await encode(job), writing);
      const raw = await compose(letter);
      if (raw.length > LARGEST_MESSAGE)
        throw new ParleyError(
          'MESSAGE_TOO_LARGE',
          `the message has ${raw.length} octets; at most ${LARGEST_MESSAGE} are sent`,
        );
      return store.deliver({
        messageId: job.envelope.messageId,
        mailbox: job.mailbox,
        ...(job.place === undefined ? {} : { place: job.place }),
        raw,
        repeated: job.repeated,
      });
    },
  };
}

/** 100 minutes of 16-bit sound in base64 are 131 MiB: more than that is a mistake of ours. */
const LARGEST_MESSAGE = 200 * 1024 * 1024;
