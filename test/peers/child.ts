import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';

/** A program that runs beside a test, with everything it prints. */
export interface Child {
  readonly process: ChildProcess;
  /** Everything printed so far, both streams. */
  output(): string;
  /** Resolves with the first match in the output, now or later; rejects when the program ends or `seconds` pass first. */
  prints(pattern: RegExp, seconds?: number): Promise<RegExpExecArray>;
  /** Resolves with the exit code (or the signal's name). */
  readonly ended: Promise<number | string>;
  /** Ends it, first politely, and resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<number | string>;
}

interface StartOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: boolean;
  readonly uid?: number;
  readonly gid?: number;
  /** How it is ended with the test; SIGKILL when left out. Programs with children of their own want to be asked. */
  readonly endWith?: NodeJS.Signals;
  /** How long whoever was asked may take to end, before it and its children are killed. 10 s when left out. */
  readonly patienceMillis?: number;
}

/** How long what was printed may still be under way when the program is gone. Its children may hold the pipes for as long as they live. */
const LAST_WORDS_MILLIS = 1000;

/** The processes that `pid` started and that are still there, and theirs. */
function descendants(pid: number): number[] {
  let listed: string;
  try {
    listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  } catch {
    // It is gone, or this system has no such list.
    return [];
  }
  return listed
    .split(' ')
    .filter(Boolean)
    .flatMap(each => [Number(each), ...descendants(Number(each))]);
}

/** Ends a program that did not want to be asked, and whatever it started: a process of Kamailio that hangs outlives its parent. */
function killAll(child: ChildProcess): void {
  const children = child.pid ? descendants(child.pid) : [];
  child.kill('SIGKILL');
  for (const pid of children)
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone by itself meanwhile.
    }
}

/** Starts a program that ends with the test at the latest. Arguments go as they are: there is no shell. */
export function start(
  t: Pick<TestContext, 'after'>,
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): Child {
  const { input, endWith = 'SIGKILL', patienceMillis = 10_000, ...spawnOptions } = options;
  const child = spawn(command, args, { ...spawnOptions, stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  let text = '';
  let over = false;
  const watchers = new Set<() => void>();
  const add = (chunk: Buffer) => {
    text += chunk.toString();
    if (text.length > 4_000_000) text = text.slice(-2_000_000);
    for (const look of watchers) look();
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  const ended = new Promise<number | string>(resolve => {
    const finish = (code: number | string) => {
      over = true;
      for (const look of watchers) look();
      resolve(code);
    };
    child.on('error', error => {
      text += `\n${error.message}`;
      finish('not started');
    });
    child.on('close', (code, signal) => finish(code ?? signal ?? 'gone'));
    child.on('exit', () => {
      const enough = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, LAST_WORDS_MILLIS);
      child.on('close', () => clearTimeout(enough));
    });
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (!over) child.kill(signal);
    const hard = setTimeout(() => killAll(child), patienceMillis);
    const code = await ended;
    clearTimeout(hard);
    return code;
  };
  t.after(() => stop(endWith));
  return {
    process: child,
    output: () => text,
    ended,
    stop,
    prints: (pattern, seconds = 45) =>
      new Promise((resolve, reject) => {
        const fail = (why: string) => {
          settle();
          reject(new Error(`${command} ${why} before it printed ${pattern}:\n${text.slice(-3000)}`));
        };
        const limit = setTimeout(() => fail(`took more than ${seconds} s`), seconds * 1000);
        const settle = () => {
          clearTimeout(limit);
          watchers.delete(look);
        };
        const look = () => {
          const match = pattern.exec(text);
          if (match) {
            settle();
            resolve(match);
          } else if (over) fail('ended');
        };
        watchers.add(look);
        look();
      }),
  };
}
