import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Admin, adminSocket, createAdmin, type SpoolEntry, type SpoolOperations } from '@parley/admin';
import { memoryLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { type CallRecords, firstStart, type KeptObjects } from '@parley/directory';
import { memoryCallRecords, memoryObjects } from '@parley/directory/memory';

export interface RunningAdmin {
  readonly dataFolder: string;
  readonly admin: Admin;
  readonly objects: KeptObjects;
  readonly callRecords: CallRecords;
  readonly log: ReturnType<typeof memoryLog>;
  /** What was asked of the spool, a line each. */
  readonly asked: readonly string[];
}

const ITEM: SpoolEntry = {
  id: '01ABC',
  kind: 'message',
  state: 'dead',
  sealedAt: Date.UTC(2026, 0, 5, 9),
  millis: 4200,
  mailbox: 'ann',
  caller: '\u001b[31mEvil\u202e',
  attempts: 3,
  why: 'no such mailbox',
};

function spoolOf(asked: string[]): SpoolOperations {
  return {
    list: async () => [ITEM],
    show: async id => (id === ITEM.id ? ITEM : undefined),
    async export(id, folder) {
      asked.push(`export ${id} ${folder}`);
      return [`${folder}/${id}.wav`];
    },
    retry: async id => void asked.push(`retry ${id}`),
  };
}

/** An admin that listens in a data folder, over the objects of a first start. */
export async function startAdmin(dataFolder: string): Promise<RunningAdmin> {
  const clock = new FakeClock();
  const objects = memoryObjects({ clock, languages: ['en-US', 'fr-FR'] });
  await firstStart(objects, { clock, timeZone: 'UTC' });
  const callRecords = memoryCallRecords();
  const log = memoryLog();
  const asked: string[] = [];
  const status = () => ({ version: '0.1.0', calls: 2 });
  const admin = createAdmin({ objects, callRecords, spool: spoolOf(asked), status, log });
  await admin.listen(adminSocket(dataFolder));
  return { dataFolder, admin, objects, callRecords, log, asked };
}

/** Lends an admin in a data folder of its own. */
export async function withAdmin(use: (running: RunningAdmin) => Promise<void>): Promise<void> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'parley-admin-'));
  const running = await startAdmin(dataFolder);
  try {
    await use(running);
  } finally {
    await running.admin.close();
    await rm(dataFolder, { recursive: true });
  }
}
