import { chmod } from 'node:fs/promises';
import type { Clock, Log } from '@parley/base';
import type { Directory } from '@parley/directory';
import type { DeliveryQueue } from '@parley/messaging';
import { nodeDisk, Spool } from '@parley/spool';
import type { Config } from '../config/settings.ts';
import { type DataFolder, makeFolder } from '../data-folder.ts';
import { CourierProcess } from '../glue/courier-process.ts';
import { createDelivery, waitingItem } from '../glue/delivery.ts';
import { wideWav } from '../glue/wide-wav.ts';
import { loadWordings } from '../glue/wordings.ts';
import { naming } from '../start-failure.ts';

/** Where recordings wait, and who takes them to the mailboxes. */
export interface MailRoom {
  readonly spool: Spool;
  readonly delivery: DeliveryQueue;
  /** Folder of this node in the spool. */
  readonly folder: string;
  readonly fallback: string | undefined;
}

export interface MailRoomParts {
  readonly data: DataFolder;
  readonly config: Config;
  readonly promptsFolder: string;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly log: Log;
  readonly onDelivered: (seconds: number) => void;
}

/** Opens the spool, recovering what an earlier process left, and begins to deliver what waits in it. */
export async function openMailRoom(opened: AsyncDisposableStack, parts: MailRoomParts): Promise<MailRoom> {
  const { data, config, directory, clock, log } = parts;
  const { node, maildir } = config;
  const folder = data.at(`${config.spool.folder}/${node}`);
  const fallback = config.spool.fallback === undefined ? undefined : data.at(`${config.spool.fallback}/${node}`);
  const root = data.at(maildir.root);
  // Whoever serves the mail has to come through here on the way to a mailbox, without seeing which there are, whatever our umask is.
  const made = await naming('maildir.root', () => makeFolder(root));
  if (made) await chmod(root, 0o711);
  const wordings = await loadWordings(parts.promptsFolder, log);
  const spool = opened.adopt(
    await naming(fallback === undefined ? 'spool.folder' : 'spool.folder or spool.fallback', () =>
      Spool.open({
        disk: nodeDisk,
        folder,
        ...(fallback === undefined ? {} : { fallback }),
        node,
        clock,
        log,
        onItem: item => delivery.add(waitingItem(item)),
        wideWav,
      }),
    ),
    each => each.close(),
  );
  const courier = opened.adopt(
    new CourierProcess({
      maildir: { root, mode: maildir.mode, ...(maildir.owner ? { owner: maildir.owner } : {}) },
      lend: id => spool.lend(id),
      clock,
      log,
    }),
    each => each.close(),
  );
  const delivery = opened.adopt(
    createDelivery({ spool, courier, directory, wordings, clock, log, onDelivered: parts.onDelivered }),
    each => each.close(),
  );
  for (const item of spool.list()) if (item.state === 'waiting') delivery.add(waitingItem(item));
  return { spool, delivery, folder, fallback };
}
