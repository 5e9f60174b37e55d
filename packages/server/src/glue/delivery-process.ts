import { getPriority, setPriority } from 'node:os';
import { Bug, messageOf } from '@parley/base';
import type { Delivery } from '@parley/mail-store';
import { type MaildirOptions, MaildirStore } from '@parley/mail-store/maildir';
import { createEncoder } from '@parley/media/encode';
import { createCourier, type DeliveryJob } from '@parley/messaging';
import { type AudioLoan, blockingDisk, readAudio } from '@parley/spool';

/** Main process -> delivery process. */
export interface ToDelivery {
  readonly job: DeliveryJob;
  /** Where the sound of a voice message lies; it stays there until this is done. */
  readonly sound?: AudioLoan;
}

/** Delivery process -> main process. */
export type FromDelivery = { readonly say: 'done'; readonly id: string; readonly delivery: Delivery };

/** Steps of niceness by which the process gives way to the server. */
const GIVE_WAY = 10;
const LAST = 19;

/*
 * The process that delivers: decode, encode, compose, write the mailbox. It has nothing of its own: what it is told to deliver
 * stays in the spool until it says "done", and it may be killed at any moment.
 */
if (process.send === undefined) throw new Bug('the delivery process is started by the server');
const send = process.send.bind(process);
setPriority(Math.min(LAST, getPriority() + GIVE_WAY));
const sounds = new Map<string, AudioLoan>();
const encoder = createEncoder();
const options: MaildirOptions = JSON.parse(process.argv[2]);
const courier = createCourier({
  store: new MaildirStore(options),
  encode: job => encoder.encodeRecording({ pieces: readAudio(blockingDisk, need(job.id)), format: job.format }),
});

process.on('message', ({ job, sound }: ToDelivery) => {
  if (sound) sounds.set(job.id, sound);
  void deliver(job);
});
process.on('disconnect', () => process.exit(0));
// A terminal and systemd tell the whole group: the server decides when this process ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

function need(id: string): AudioLoan {
  const sound = sounds.get(id);
  if (!sound) throw new Bug(`nobody said where the sound of ${id} is`);
  return sound;
}

async function deliver(job: DeliveryJob): Promise<void> {
  let delivery: Delivery;
  try {
    delivery = await courier.deliver(job);
  } catch (error) {
    delivery = { outcome: 'deferred', why: messageOf(error) };
  }
  sounds.delete(job.id);
  send({ say: 'done', id: job.id, delivery } satisfies FromDelivery);
}
