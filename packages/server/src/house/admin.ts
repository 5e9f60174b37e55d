import {
  adminSocket,
  createAdmin,
  type SpoolEntry,
  type SpoolOperations,
  type Status,
  type TraceOperations,
} from '@parley/admin';
import { codeOf, type Log } from '@parley/base';
import type { CallRecords, Directory, Objects } from '@parley/directory';
import { readEnvelope } from '@parley/messaging';
import type { Spool, SpoolItem } from '@parley/spool';

export interface AdminParts {
  /** The data folder. */
  readonly data: string;
  readonly objects: Objects;
  readonly directory: Directory;
  readonly records: CallRecords;
  readonly spool: Spool;
  /** Tries an item that waits at once. */
  readonly hurry: (id: string) => void;
  readonly traces: TraceOperations;
  readonly status: () => Status;
  readonly log: Log;
}

/** Opens the administrators' door in the data folder. */
export async function serveAdmin(parts: AdminParts): Promise<{ close(): Promise<void> }> {
  const { data, objects, records, traces, status, log } = parts;
  const admin = createAdmin({ objects, callRecords: records, spool: spoolOperations(parts), traces, status, log });
  await admin.listen(adminSocket(data));
  return admin;
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

function spoolOperations({ spool, directory, hurry }: AdminParts): SpoolOperations {
  return {
    list: () => Promise.all(spool.list().map(item => entryOf(item, directory))),
    show: async id => {
      const item = spool.show(id);
      return item && (await entryOf(item, directory));
    },
    export: (id, folder) => spool.exportItem(id, folder),
    async retry(id) {
      await spool.retry(id);
      hurry(id);
    },
  };
}

async function entryOf(item: SpoolItem, directory: Directory): Promise<SpoolEntry> {
  const read = readEnvelope(item.envelope, item.kind === 'too short');
  const { id, kind, state, sealedAt, millis, attempts, why } = item;
  const details = {
    where: item.where,
    urgent: item.urgent,
    private: item.private,
    interrupted: item.interrupted,
    refusals: item.refusals,
  };
  const common = { id, kind, state, sealedAt, millis, attempts, ...(why === undefined ? {} : { why }), details };
  if (read.kind === 'unreadable') return { ...common, why: read.why };
  const { envelope } = read;
  return {
    ...common,
    messageId: envelope.messageId,
    mailbox: await nameOf(envelope.mailbox, directory),
    caller: envelope.anonymous ? 'anonymous' : envelope.caller.name || envelope.caller.user,
  };
}
