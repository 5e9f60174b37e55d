import { constants } from 'node:fs';
import { access, link, mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { codeOf, messageOf, ParleyError } from '@parley/base';

/** Version of what lies in a data folder. Raised when an older program could no longer read it. */
const VERSION = 1;

/** A data folder that this process holds. */
export interface DataFolder {
  readonly path: string;
  /** A path from the configuration: absolute ones stay, others begin here. */
  at(path: string): string;
  release(): Promise<void>;
}

/**
 * Creates or opens the data folder and takes it for this process.
 * @throws ParleyError DATA_UNWRITABLE, DATA_NEWER or DATA_LOCKED, one line each that says what to do.
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const root = resolve(path);
  try {
    await makeFolder(root);
    await access(root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ParleyError(
      'DATA_UNWRITABLE',
      `the data folder ${root} cannot be written: ${messageOf(error)}. Name another one with --data, or give this user the right to it.`,
    );
  }
  await checkVersion(root);
  await lock(root);
  return { path: root, at: name => resolve(root, name), release: () => unlink(join(root, 'lock')) };
}

/** As the system says it. */
const NOT_A_FOLDER = { code: 'ENOTDIR' };

/**
 * A folder and what is missing above it, step by step from the top; resolves with whether it was missing. Node's own `recursive` never comes back from /proc, where
 * nothing can be made below what exists.
 */
export async function makeFolder(path: string): Promise<boolean> {
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    // What cannot be looked at is not there.
    const found = await stat(path).catch(() => undefined);
    if (!found) throw error;
    if (!found.isDirectory()) throw Object.assign(new Error(`${path} is no folder`, { cause: error }), NOT_A_FOLDER);
    return false;
  }
}

async function checkVersion(root: string): Promise<void> {
  const file = join(root, 'version');
  const text = await versionIn(file);
  if (text === '') return writeFile(file, `${VERSION}\n`, { mode: 0o600, flush: true });
  const found = Number.parseInt(text, 10);
  if (found <= VERSION) return;
  throw new ParleyError(
    'DATA_NEWER',
    `the data folder ${root} was written by a newer version of Parley (format ${found}, this program knows ${VERSION}). Start the newer program, or name another folder with --data.`,
  );
}

/** What the file says; '' when there is none yet, or a power cut came while the first one was made. */
async function versionIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

/** The lock is a file with the holder's process number and its start time: a number that was given out anew does not hold it. */
async function lock(root: string): Promise<void> {
  const file = join(root, 'lock');
  const mine = `${file}.${process.pid}`;
  await writeFile(mine, `${process.pid} ${(await startTime(process.pid)) ?? ''}\n`, { mode: 0o600 });
  try {
    for (let tries = 0; tries < 3; tries++) {
      try {
        return await link(mine, file);
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      const holder = await holderOf(file);
      if (holder !== undefined)
        throw new ParleyError(
          'DATA_LOCKED',
          `the data folder ${root} is in use by process ${holder}. Stop that one, or name another folder with --data.`,
        );
      await unlink(file);
    }
    throw new ParleyError('DATA_LOCKED', `the data folder ${root} is being opened by another process.`);
  } finally {
    await unlink(mine);
  }
}

async function holderOf(file: string): Promise<number | undefined> {
  const [pid, started] = (await readFile(file, 'utf8')).trim().split(' ');
  const now = await startTime(Number(pid));
  return now !== undefined && now === started ? Number(pid) : undefined;
}

/** Start time of a process in clock ticks since boot (proc(5), field 22); undefined when there is no such process. */
async function startTime(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return undefined;
    throw error;
  }
}
