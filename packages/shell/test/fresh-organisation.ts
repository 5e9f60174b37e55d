import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectAdmin } from '@parley/admin/client';
import { cmdlets } from '@parley/schema';
import { localFiles } from '../src/cli/files.ts';
import type { Host } from '../src/run/host.ts';
import { createShell } from '../src/shell.ts';

/** What came of a line. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A shell on an organisation that nobody has touched. */
export interface Fresh {
  type(line: string): Promise<Outcome>;
}

/** Real doors in a process of their own, one after the other. */
export class Organisations implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #folder: string;
  #count = 0;

  private constructor(process: ChildProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
    this.#answers = createInterface({ input: process.stdout! })[Symbol.asyncIterator]();
  }

  static async start(): Promise<Organisations> {
    const program = join(import.meta.dirname, '../../admin/test/fresh-organisations.ts');
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    return new Organisations(child, await mkdtemp(join(tmpdir(), 'parley-fresh-')));
  }

  /** Files of scripts are in a folder of their own; `options` replace parts of the host. */
  async fresh(options: Partial<Host> = {}): Promise<Fresh> {
    this.#count++;
    const folder = await mkdtemp(join(this.#folder, `${this.#count}-`));
    this.#process.stdin!.write(`${folder}\n`);
    const { done } = await this.#answers.next();
    if (done) throw new Error('the server of the test has ended');
    return shellOn(folder, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.stdin!.end();
    await ended;
    await rm(this.#folder, { recursive: true });
  }
}

function shellOn(folder: string, options: Partial<Host>): Fresh {
  let [out, err] = ['', ''];
  const within = (path: string) => join(folder, path);
  const shell = createShell({
    server: connectAdmin(folder),
    cmdlets,
    scripts: [],
    files: {
      read: (path, most) => localFiles.read(within(path), most),
      write: (path, content, how) => localFiles.write(within(path), content, how),
    },
    out: text => {
      out += text;
    },
    err: text => {
      err += text;
    },
    columns: 120,
    colours: false,
    ...options,
  });
  return {
    async type(line) {
      [out, err] = ['', ''];
      const code = await shell.execute(line);
      return { code, out, err };
    },
  };
}
