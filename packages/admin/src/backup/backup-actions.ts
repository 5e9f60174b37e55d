import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { ParleyError } from '@parley/base';
import { type ConfigurationBackup, type Exported, type Imported, ObjectInvalid } from '@parley/directory';
import { remark } from '@parley/schema';
import { textIn } from '../run/bind.ts';
import type { Action, ActionRequest, AnsweredFile, Row, RunResult } from '../run/ports.ts';

export interface BackupParts {
  readonly backup: ConfigurationBackup;
  /** A folder for files that are on their way. */
  readonly folder: string;
}

/** Longest file that is answered or given within JSON; longer ones go by way of the disk of the machine. */
const LONGEST_WITHIN = 16 * 1024 * 1024;
const LONGEST_INPUT = 200_000;

/** What the cmdlets about the whole configuration do, by `does` of their declarations. */
export function backupActions(parts: BackupParts): Readonly<Record<string, Action>> {
  return {
    'export-configuration': request => exportConfiguration(request, parts),
    'import-configuration': request => importConfiguration(request, parts),
  };
}

/** A path that whoever is at the machine itself may have the server use; from elsewhere the server's disk is nobody's business. */
function pathIn({ bound, principal }: ActionRequest): string | undefined {
  const path = textIn(bound, 'FileName');
  return path !== undefined && isAbsolute(path) && principal.how === 'socket' ? path : undefined;
}

async function exportConfiguration(
  request: ActionRequest,
  { backup, folder }: BackupParts,
): Promise<Partial<RunResult>> {
  const path = pathIn(request);
  if (path !== undefined) return { rows: [exportedRow(await backup.exportConfiguration(path, request.by))] };
  return inPassing(folder, async file => {
    const exported = await backup.exportConfiguration(file, request.by);
    return { rows: [exportedRow(exported)], file: await answered(file) };
  });
}

async function answered(file: string): Promise<AnsweredFile> {
  if ((await stat(file)).size > LONGEST_WITHIN)
    throw new ParleyError(
      'REQUEST_TOO_LARGE',
      'the configuration is too large for an answer: give an absolute path at the machine itself',
    );
  return { name: 'parley-configuration.json', type: 'application/octet-stream', content: await readFile(file) };
}

async function importConfiguration(
  request: ActionRequest,
  { backup, folder }: BackupParts,
): Promise<Partial<RunResult>> {
  const onProgress = (done: number) => request.asked.onProgress?.({ done, step: 'importing' });
  const path = pathIn(request);
  if (path !== undefined)
    return { rows: [importedRow(await backup.importConfiguration(path, request.by, { onProgress }))] };
  const bytes = textIn(request.bound, 'ByteInput', LONGEST_INPUT);
  if (bytes === undefined)
    throw new ObjectInvalid([
      remark(
        'FileName',
        undefined,
        'FileName must be an absolute path, at the machine itself; from elsewhere give ByteInput',
      ),
    ]);
  return inPassing(folder, async file => {
    await writeFile(file, Buffer.from(bytes, 'base64'), { mode: 0o600 });
    return { rows: [importedRow(await backup.importConfiguration(file, request.by, { onProgress }))] };
  });
}

/** Lends a file that is gone afterwards. */
async function inPassing<T>(folder: string, use: (file: string) => Promise<T>): Promise<T> {
  const own = await mkdtemp(join(folder, 'configuration-'));
  try {
    return await use(join(own, 'configuration'));
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

const exportedRow = ({ objects, unreadable, sha256, key }: Exported): Row => ({
  kind: 'CsConfiguration',
  id: sha256,
  name: '',
  properties: { Objects: objects, Unreadable: unreadable, Sha256: sha256, Key: key },
});

const importedRow = ({ created, changed, removed, unchanged, madeAt, sha256 }: Imported): Row => ({
  kind: 'CsConfiguration',
  id: sha256,
  name: '',
  properties: {
    Created: created,
    Changed: changed,
    Removed: removed,
    Unchanged: unchanged,
    MadeAt: new Date(madeAt).toISOString(),
    Sha256: sha256,
  },
});
