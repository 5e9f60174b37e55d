import { type AdminClient, connectAdmin, type Elsewhere } from '@parley/admin/client';
import { cmdlets } from '@parley/schema';
import { ProgressBar } from '../print/progress-bar.ts';
import type { Host, ScriptCommand } from '../run/host.ts';
import { askOnce } from './consent.ts';
import { localFiles } from './files.ts';

/** The part of `process` that a shell needs; tests give their own. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface TerminalOptions {
  readonly isPlain: boolean;
  /** The data folder of the server, or where else it is. */
  readonly server: string | Elsewhere;
  readonly connect?: (server: string) => AdminClient;
  /** Asks whoever sits there; on a terminal that nothing else reads from when not given. */
  readonly ask?: NonNullable<Host['ask']>;
}

/** Columns of what is no terminal. */
const USUAL_COLUMNS = 120;

/** Programs under the name of a script. They come with what they do. */
const scripts: readonly ScriptCommand[] = [];

/** Colours when a terminal shows them and nobody minds (https://no-color.org). */
export function hasColours({ stdout, environment }: Terminal, isPlain: boolean): boolean {
  return !isPlain && stdout.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
}

/** A host over a terminal, the files of this machine and the server of a data folder. */
export function terminalHost(terminal: Terminal, options: TerminalOptions): Host {
  const { isPlain, server, connect } = options;
  const { stdin, stdout, out, err } = terminal;
  const isAnswered = stdin.isTTY === true && stdout.isTTY === true;
  const ask = options.ask ?? ((question, signal) => askOnce({ input: stdin, output: stdout }, question, signal));
  return {
    server: connect && typeof server === 'string' ? connect(server) : connectAdmin(server),
    cmdlets,
    scripts,
    files: localFiles,
    out,
    err,
    ...(isAnswered ? { ask } : {}),
    ...(stdout.isTTY === true ? { progress: progressOn(err) } : {}),
    get columns() {
      return stdout.columns ?? USUAL_COLUMNS;
    },
    colours: hasColours(terminal, isPlain),
  };
}

function progressOn(err: Terminal['err']): NonNullable<Host['progress']> {
  const bar = new ProgressBar(err);
  return progress => (progress ? bar.show(progress) : bar.end());
}

/** The terminal of this process; what is printed goes where it is said. */
export const processTerminal = (print: Pick<Terminal, 'out' | 'err'>): Terminal => ({
  stdin: process.stdin,
  stdout: process.stdout,
  environment: process.env,
  out: print.out,
  err: print.err,
});
