import { setPriority } from 'node:os';
import { Bug, messageOf } from '@parley/base';
import type { Delivery } from '@parley/mail-store';
import { type MaildirOptions, MaildirStore } from '@parley/mail-store/maildir';
import { createEncoder, type RecordingPiece } from '@parley/media/encode';
import { createCourier, type DeliveryJob } from '@parley/messaging';

/** Main process -> delivery process. A job's sound follows it piece by piece; `end` closes it. */
export type ToDelivery =
  | { readonly say: 'job'; readonly job: DeliveryJob }
  | { readonly say: 'piece'; readonly id: string; readonly piece: RecordingPiece }
  | { readonly say: 'end'; readonly id: string; readonly failed?: string };

/** Delivery process -> main process. */
export type FromDelivery = { readonly say: 'done'; readonly id: string; readonly delivery: Delivery };

/** How much the process gives way to all others (nice value). */
const GIVE_WAY = 10;

/** The pieces of one recording as they come in. */
class Incoming {
  readonly pieces: RecordingPiece[] = [];
  over: string | true | undefined;
  wake: () => void = () => {};

  async *read(): AsyncGenerator<RecordingPiece> {
    for (;;) {
      const piece = this.pieces.shift();
      if (piece) yield piece;
      else if (this.over === true) return;
      else if (this.over !== undefined) throw new Error(this.over);
      else
        await new Promise<void>(resolve => {
          this.wake = resolve;
        });
    }
  }
}

/*
 * The process that delivers: decode, encode, compose, write the mailbox. It has nothing of its own: what it is told to deliver
 * stays in the spool until it says "done", and it may be killed at any moment.
 */
if (process.send === undefined) throw new Bug('the delivery process is started by the server');
const send = process.send.bind(process);
setPriority(GIVE_WAY);
const incoming = new Map<string, Incoming>();
const encoder = createEncoder();
const options: MaildirOptions = JSON.parse(process.argv[2]);
const courier = createCourier({
  store: new MaildirStore(options),
  encode: job => encoder.encodeRecording({ pieces: need(job.id).read(), format: job.format }),
});

process.on('message', (message: ToDelivery) => {
  if (message.say === 'job') {
    incoming.set(message.job.id, new Incoming());
    void deliver(message.job);
    return;
  }
  // A job that failed early may still have pieces under way.
  const recording = incoming.get(message.id);
  if (!recording) return;
  if (message.say === 'piece') recording.pieces.push(message.piece);
  else recording.over = message.failed ?? true;
  recording.wake();
});
process.on('disconnect', () => process.exit(0));
// A terminal and systemd tell the whole group: the server decides when this process ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

function need(id: string): Incoming {
  const recording = incoming.get(id);
  if (!recording) throw new Bug(`no recording ${id} is under way`);
  return recording;
}

async function deliver(job: DeliveryJob): Promise<void> {
  let delivery: Delivery;
  try {
    delivery = await courier.deliver(job);
  } catch (error) {
    delivery = { outcome: 'deferred', why: messageOf(error) };
  }
  incoming.delete(job.id);
  send({ say: 'done', id: job.id, delivery } satisfies FromDelivery);
}
