import type { AdminClient, Progress } from '@parley/admin/client';
import type { CmdletDefinition } from '@parley/schema';
import type { Value } from './values.ts';

/** Answers to a question: this one, this one not, this and all that follow, none that follow. */
export type Consent = 'yes' | 'no' | 'all' | 'none';

/** Files of whoever types; paths are relative to where he is. Every method rejects with a `ParleyError`. */
export interface Files {
  /** `most` bytes at most; `FILE_TOO_BIG` when it has more. */
  read(path: string, most: number): Promise<Uint8Array>;
  /** Writes all of it or, when `keep`, refuses to replace what is there. */
  write(
    path: string,
    content: Uint8Array,
    options?: { readonly keep?: boolean; readonly append?: boolean },
  ): Promise<void>;
}

/** A script of the originals that is a program here: `exchucutil.ps1`. */
export interface ScriptCommand {
  /** With its ending, as people type it. */
  readonly name: string;
  readonly summary: string;
  /** Parameters by name as they were typed, in lower case; gives what goes into the pipeline. Rejects with a `ParleyError`. */
  run(parameters: ReadonlyMap<string, Value>, host: Host): AsyncIterable<Value>;
}

/** What a script works with: the server, the terminal, files. */
export interface Host {
  readonly server: Pick<AdminClient, 'run' | 'importTable'>;
  /** All that the language knows, whether or not whoever asks may run it. */
  readonly cmdlets: readonly CmdletDefinition[];
  readonly scripts: readonly ScriptCommand[];
  readonly files: Files;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Shows how far long work has come, undefined at its end; not given when nobody sees it. */
  readonly progress?: (progress: Progress | undefined) => void;
  /** Asks whoever sits there; not given when nobody does. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<Consent>;
  /** Width of what is printed to, columns. */
  readonly columns: number;
  readonly colours: boolean;
}
