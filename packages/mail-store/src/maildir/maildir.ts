import { constants } from 'node:fs';
import { chmod, chown, type FileHandle, link, mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { Bug, codeOf, messageOf } from '@parley/base';
import type { Delivery, MailStore, OutgoingMessage } from '../mail-store.ts';
import { mailboxFolder, uniqueName } from './names.ts';

/** Owner of everything that is written; needs the right to give files away. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface MaildirOptions {
  /** The folder that holds `<domain>/<name>/{tmp,new,cur}`. */
  readonly root: string;
  /** Mode of files, for example 0o600; folders get the matching search bits. */
  readonly mode: number;
  /** Dovecot refuses mail that belongs to root, so a server run as root needs this. */
  readonly owner?: Owner;
}

/** Failures that a person has to mend but that lose nothing: everything is tried again. */
const DEFERRED = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EROFS',
  'EACCES',
  'EPERM',
  'EMFILE',
  'ENFILE',
  'ESTALE',
  'ENOTDIR',
  'EBUSY',
]);

/**
 * Messages as files, one folder a mailbox, as every mail server and reader knows them (maildir(5), Maildir++ sub-folders).
 * A delivery is durable when it resolves: file synced, linked into `new`, folder synced. It is idempotent: the file's name is
 * made of the Message-ID, so the second link meets the first.
 */
export class MaildirStore implements MailStore {
  readonly #options: MaildirOptions;
  readonly #known = new Set<string>();
  #attempts = 0;

  constructor(options: MaildirOptions) {
    this.#options = options;
  }

  /** The folder of a mailbox, whether it exists or not. */
  folderOf(mailbox: string): string {
    return join(this.#options.root, mailboxFolder(mailbox));
  }

  async deliver(message: OutgoingMessage): Promise<Delivery> {
    const folder = message.place ?? this.folderOf(message.mailbox);
    const name = uniqueName(message.messageId);
    try {
      await this.#prepare(folder);
      const there = message.repeated ? await findMessage(folder, name) : undefined;
      return { outcome: 'delivered', path: there ?? (await this.#write(folder, name, message.raw)) };
    } catch (error) {
      const code = codeOf(error);
      this.#known.delete(folder);
      if (code !== undefined && (DEFERRED.has(code) || code === 'ENOENT'))
        return { outcome: 'deferred', why: `${folder}: ${messageOf(error)}` };
      throw new Bug(`the Maildir ${folder} failed in an unknown way`, { cause: error });
    }
  }

  async #write(folder: string, name: string, raw: Uint8Array): Promise<string> {
    const temporary = join(
      folder,
      'tmp',
      `${name}.${hostname().replace(/[/:]/g, '_')}.${process.pid}.${++this.#attempts}`,
    );
    const final = join(folder, 'new', name);
    // A leftover of an earlier process with this number (a crash between write and link) is ours to replace.
    const file = await open(
      temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW,
      this.#options.mode,
    );
    try {
      await this.#fill(file, raw);
      await linkUnlessThere(temporary, final);
      await syncFolder(join(folder, 'new'));
    } finally {
      // Also of what failed: on a full disk every try would leave a part of the message.
      await unlink(temporary);
    }
    return final;
  }

  async #fill(file: FileHandle, raw: Uint8Array): Promise<void> {
    try {
      await file.writeFile(raw);
      await file.chmod(this.#options.mode);
      if (this.#options.owner) await file.chown(this.#options.owner.uid, this.#options.owner.gid);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Makes the mailbox's folders, durably, once. */
  async #prepare(folder: string): Promise<void> {
    if (this.#known.has(folder)) return;
    for (const path of [dirname(folder), folder, join(folder, 'tmp'), join(folder, 'new'), join(folder, 'cur')])
      await this.#makeFolder(path);
    this.#known.add(folder);
  }

  async #makeFolder(path: string): Promise<void> {
    const { mode, owner } = this.#options;
    try {
      await mkdir(path, { mode: 0o700 });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (!(await this.#isUnfinished(path))) return;
    }
    await chmod(path, mode | ((mode & 0o444) >> 2) | 0o700);
    if (owner) await chown(path, owner.uid, owner.gid);
    await syncFolder(dirname(path));
  }

  /** Below our root, a folder that still belongs to ourselves was made by a process that died before it gave it away. */
  async #isUnfinished(path: string): Promise<boolean> {
    const { root, owner } = this.#options;
    const self = process.getuid?.();
    if (!owner || owner.uid === self || !path.startsWith(`${root}/`)) return false;
    return (await stat(path)).uid === self;
  }
}

/** Looks for a message under whatever flags a mail reader gave it: in `new`, `cur` and the same of every Maildir++ sub-folder. */
async function findMessage(folder: string, name: string): Promise<string | undefined> {
  const folders = [folder];
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory() && entry.name.startsWith('.')) folders.push(join(folder, entry.name));
  for (const place of folders.flatMap(each => [join(each, 'new'), join(each, 'cur')])) {
    const found = (await namesIn(place)).find(
      entry => entry === name || entry.startsWith(`${name}:`) || entry.startsWith(`${name},`),
    );
    if (found) return join(place, found);
  }
  return undefined;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function linkUnlessThere(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
