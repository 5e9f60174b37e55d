import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '@parley/base';

/** Lines that are kept. */
const MOST_LINES = 1000;
const MOST_BYTES = 1024 * 1024;

/** Parameters and commands whose values nobody may find in a file. */
const SECRET =
  /(?:^|[\s;|({])-(?:pin|pass|pwd|cred|secret|token|key\b|privatek)|-as?plaintext|SecureString|password|UMMailboxPIN/i;

/** Whether a line may be written to the history. */
export const isKept = (line: string) => line.trim() !== '' && !line.startsWith(' ') && !SECRET.test(line);

/** Where the history is, as the XDG Base Directory specification says. Undefined for somebody without a home. */
export function historyPath({
  XDG_STATE_HOME: state,
  HOME: home,
}: Readonly<Record<string, string | undefined>>): string | undefined {
  const folder = state?.startsWith('/') ? state : home?.startsWith('/') ? join(home, '.local/state') : undefined;
  return folder === undefined ? undefined : join(folder, 'parley', 'shell-history');
}

/** Lines of former times, the newest first, as readline wants them. A file that is not there has none. */
export async function readHistory(path: string): Promise<string[]> {
  try {
    const text = (await readFile(path, 'utf8')).slice(-MOST_BYTES);
    return text.split('\n').filter(isKept).slice(-MOST_LINES).map(unescaped).toReversed();
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/** Replaces the file, readable by its owner only. `lines` are the newest first. */
export async function writeHistory(path: string, lines: readonly string[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const kept = lines.filter(isKept).slice(0, MOST_LINES).toReversed().map(escaped);
  const next = `${path}.${process.pid}`;
  {
    await using file = await open(next, 'w', 0o600);
    // The file of an earlier attempt keeps its own mode.
    await file.chmod(0o600);
    await file.writeFile(kept.length > 0 ? `${kept.join('\n')}\n` : '');
  }
  await rename(next, path);
}

const escaped = (line: string) =>
  line.replace(/[\\\n\r]/g, each => (each === '\\' ? '\\\\' : each === '\n' ? '\\n' : '\\r'));
const unescaped = (line: string) =>
  line.replace(/\\([\\nr])/g, (_, each) => (each === 'n' ? '\n' : each === 'r' ? '\r' : '\\'));
