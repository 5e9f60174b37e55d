import type { Clock, Log } from '@parley/base';
import type { Directory, MailboxInPlan } from '@parley/directory';
import {
  type Courier,
  type DeliveryOptions,
  DeliveryQueue,
  readEnvelope,
  type WaitingItem,
  type Wordings,
} from '@parley/messaging';
import type { Spool, SpoolItem } from '@parley/spool';

/** Jobs at once: enough to overlap disk and encoder, few enough not to crowd calls. */
const AT_ONCE = 4;

export interface DeliveryParts {
  readonly spool: Spool;
  readonly courier: Courier;
  readonly directory: Directory;
  readonly wordings: Wordings;
  readonly clock: Clock;
  readonly log: Log;
  readonly onDelivered: (seconds: number) => void;
}

/** The delivery queue over the spool: what waits there is delivered, and how far it is is written there. */
export function createDelivery(parts: DeliveryParts): DeliveryQueue {
  const { spool, courier, clock, log } = parts;
  return new DeliveryQueue({
    outbox: {
      delivering: async id => void spool.delivering(id),
      delivered: id => spool.delivered(id),
      deferred: async (id, why) => void spool.refused(id, { permanent: false, why }),
      refused: async (id, why) => spool.refused(id, { permanent: true, why }),
      dead: (id, why) => spool.dead(id, why),
    },
    courier,
    jobFor: item => jobFor(item, parts),
    clock,
    log,
    random: Math.random,
    atOnce: AT_ONCE,
    onDelivered: (_, seconds) => parts.onDelivered(seconds),
  });
}

/** An item of the spool as the queue holds it. */
export function waitingItem(item: SpoolItem): WaitingItem {
  return { id: item.id, sealedAt: item.sealedAt, millis: item.millis, repeated: item.maybeDelivered };
}

async function jobFor(
  waiting: WaitingItem,
  { spool, directory, wordings }: DeliveryParts,
): ReturnType<DeliveryOptions['jobFor']> {
  const item = spool.show(waiting.id);
  // Delivered, but the disk failed when that was to be noted: the spool notes it as soon as it can.
  if (!item) return 'over';
  const read = readEnvelope(item.envelope, item.kind === 'too short');
  if (read.kind === 'unreadable') return { refused: read.why };
  const { envelope } = read;
  const found = await directory.mailboxById(envelope.mailbox);
  if (!found) return { refused: `the mailbox ${envelope.mailbox} no longer exists` };
  const { mailbox, policy, organization } = found;
  const wantsNotices = policy.allowMissedCallNotifications && mailbox.missedCallNotificationEnabled;
  // Of a recording that a crash cut off too early; a call that ended in order has asked before.
  if (item.kind === 'too short' && !wantsNotices) return { unwanted: 'missed-call notices are switched off' };
  const address = addressOf(found);
  return {
    id: item.id,
    envelope,
    marks: { urgent: item.urgent, private: item.private, interrupted: item.interrupted },
    format: envelope.type === 'voice' ? envelope.audioCodec : 'Mp3',
    addressee: {
      name: mailbox.displayName || mailbox.name,
      address: mailbox.mailAddress || address,
      from: organization.systemMailAddress,
      timeZone: envelope.timeZone,
      ...(policy.voiceMailText && envelope.type === 'voice' ? { policyText: policy.voiceMailText } : {}),
    },
    wording: wordings(envelope.language),
    mailbox: address,
    ...(mailbox.maildir ? { place: mailbox.maildir } : {}),
    repeated: waiting.repeated,
  };
}

/** The address that names the mailbox's place in the store: its SIP address (a number is none), else its mail address, else its name. */
function addressOf({ mailbox, organization }: MailboxInPlan): string {
  const domain = organization.systemMailAddress.slice(organization.systemMailAddress.lastIndexOf('@') + 1);
  const addresses = [mailbox.sipResourceIdentifier, mailbox.mailAddress];
  return addresses.find(each => each?.includes('@')) ?? `${mailbox.name}@${domain}`;
}
