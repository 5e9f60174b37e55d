import type { SpoolEntry, SpoolOperations } from '@parley/admin';
import { type Clock, codeOf } from '@parley/base';
import type { Directory } from '@parley/directory';
import { type DeliveryQueue, readEnvelope } from '@parley/messaging';
import type { Spool, SpoolItem } from '@parley/spool';

export interface SpoolOperationsParts {
  readonly spool: Spool;
  readonly delivery: Pick<DeliveryQueue, 'dueMillis' | 'hurry'>;
  readonly directory: Directory;
  readonly clock: Clock;
}

/** The id where the name cannot be told: what waits in the spool is shown whatever state the directory is in. */
async function nameOf(mailbox: string, directory: Directory): Promise<string> {
  try {
    return (await directory.mailboxById(mailbox))?.mailbox.name ?? mailbox;
  } catch (error) {
    if (codeOf(error) === 'DIRECTORY_UNAVAILABLE') return mailbox;
    throw error;
  }
}

/** What administrators see and do of the spool: what lies in it, for whom, and when it is tried again. */
export function spoolOperations(parts: SpoolOperationsParts): SpoolOperations {
  const { spool, delivery } = parts;
  return {
    list: () => Promise.all(spool.list().map(item => entryOf(item, parts))),
    show: async id => {
      const item = spool.show(id);
      return item && (await entryOf(item, parts));
    },
    export: (id, folder) => spool.exportItem(id, folder),
    async retry(id) {
      await spool.retry(id);
      delivery.hurry(id);
    },
    discard: id => spool.discard(id),
  };
}

async function entryOf(item: SpoolItem, { directory, delivery, clock }: SpoolOperationsParts): Promise<SpoolEntry> {
  const dueMillis = delivery.dueMillis(item.id);
  const read = readEnvelope(item.envelope, item.kind === 'too short');
  const { id, kind, state, sealedAt, millis, attempts, why } = item;
  const details = {
    where: item.where,
    urgent: item.urgent,
    private: item.private,
    interrupted: item.interrupted,
    refusals: item.refusals,
  };
  const common = {
    id,
    kind,
    state,
    sealedAt,
    millis,
    attempts,
    ...(why !== undefined && { why }),
    ...(dueMillis !== undefined && { nextTryAt: clock.wall() + dueMillis }),
    details,
  };
  if (read.kind === 'unreadable') return { ...common, why: read.why };
  const { envelope } = read;
  return {
    ...common,
    messageId: envelope.messageId,
    mailbox: await nameOf(envelope.mailbox, directory),
    caller: envelope.anonymous ? 'anonymous' : envelope.caller.name || envelope.caller.user,
  };
}
