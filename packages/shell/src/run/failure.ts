import { ParleyError } from '@parley/base';
import type { Span } from '../language/ast.ts';

/** Something that a script could not do, and where. */
export class ShellFailure extends ParleyError {
  readonly at: Span | undefined;
  /** The command that could not. */
  readonly command: string | undefined;
  /** Each problem in a line of its own, when the server told several. */
  readonly lines: readonly string[];
  /** It was not understood, rather than refused. */
  readonly isUsage: boolean;

  constructor(message: string, options: FailureOptions = {}) {
    super(options.code ?? (options.isUsage ? 'USAGE' : 'SCRIPT_FAILED'), message, { cause: options.cause });
    this.name = 'ShellFailure';
    this.at = options.at;
    this.command = options.command;
    this.lines = options.lines ?? [message];
    this.isUsage = options.isUsage ?? false;
  }
}

export interface FailureOptions {
  readonly code?: string;
  readonly at?: Span | undefined;
  readonly command?: string | undefined;
  readonly lines?: readonly string[];
  readonly isUsage?: boolean;
  readonly cause?: unknown;
}

/** A failure of something that was written wrongly. */
export const usage = (message: string, at?: Span, command?: string) =>
  new ShellFailure(message, { at, command, isUsage: true });

/** The script ends here whatever stands behind: `-ErrorAction Stop`, a budget, Ctrl-C. */
export class Stopped extends ShellFailure {}

/** Ctrl-C. */
export const interrupted = () => new Stopped('the command was ended', { code: 'INTERRUPTED' });

/** A failure with the place where it happened and the command that failed, unless it has them; anything else as it is. */
export function placed(error: unknown, at: Span, command?: string): unknown {
  if (!(error instanceof ParleyError) || error instanceof Stopped) return error;
  if (!(error instanceof ShellFailure))
    return new ShellFailure(error.message, { code: error.code, at, command, cause: error });
  const { message, code, lines, isUsage, cause } = error;
  return new ShellFailure(message, {
    code,
    lines,
    isUsage,
    cause,
    at: error.at ?? at,
    command: error.command ?? command,
  });
}

/** `break`, `continue`, `return`, `exit` on their way to where they lead. */
export class Leaving extends Error {
  readonly word: 'break' | 'continue' | 'return' | 'exit';
  /** Of `exit`. */
  readonly exitCode: number;

  constructor(word: 'break' | 'continue' | 'return' | 'exit', exitCode = 0) {
    super(word);
    this.word = word;
    this.exitCode = exitCode;
  }
}
