import type { Script } from './language/ast.ts';
import type { Parsed } from './language/parse.ts';
import { described } from './language/problem.ts';
import { clean } from './print/clean.ts';
import type { Limits } from './run/budget.ts';
import { commandNamed } from './run/commands.ts';
import { Leaving, ShellFailure, Stopped } from './run/failure.ts';
import type { Host } from './run/host.ts';
import { coloured } from './run/layout.ts';
import { printed } from './run/print-values.ts';
import { Runner } from './run/script.ts';
import { Session } from './run/session.ts';
import type { Value } from './run/values.ts';

export interface ExecuteOptions {
  /** Ends what is running. */
  readonly signal?: AbortSignal;
  readonly limits?: Limits;
  /** What stands behind a script's name, as it is written behind a command. */
  readonly behind?: string;
  /** The source, when it has been read already. */
  readonly script?: Script;
}

/** Exit codes: done; something was refused or failed; something was not understood. */
export type ExitCode = number;

/** Whoever runs lines and scripts of one person: variables stay from line to line. */
export interface Shell {
  readonly session: Session;
  /**
   * Reads a script or a line, runs it and prints what it gives, failures with their place. Resolves with the exit code: 0 done, 1 something
   * failed, 2 something was not understood, or what `exit` says. Rejects only for mistakes of the program itself.
   */
  execute(source: string, options?: ExecuteOptions): Promise<ExitCode>;
}

export function createShell(host: Host): Shell {
  const session = new Session(host, async () => (await import('./run/built-ins.ts')).builtIns);
  const runner = new Runner(session, commandNamed);
  const tell = (text: string) => host.err(`${coloured(text, 'red', host)}\n`);
  return {
    session,
    async execute(source, { behind = '', script, ...options } = {}) {
      const parsed: Parsed = script ? { script } : await read(source);
      if ('problems' in parsed) {
        for (const problem of parsed.problems) tell(described(problem, source));
        return 2;
      }
      session.begin(failure => tell(wording(failure, source)), options);
      try {
        if (behind !== '' || parsed.script.parameters.length > 0)
          await runner.parameters(parsed.script, await read(`script ${behind}`));
        for await (const statement of runner.eachStatement(parsed.script)) await print(session, statement);
      } catch (error) {
        if (error instanceof Leaving) {
          if (error.word !== 'exit') return codeOf(session);
          session.end();
          return error.exitCode;
        }
        if (!(error instanceof ShellFailure)) throw error;
        session.fail(error);
        return error instanceof Stopped && error.code === 'INTERRUPTED' ? INTERRUPTED : codeOf(session);
      }
      return codeOf(session);
    },
  };
}

/** The grammar takes a while to be made, and not everything that is run was written in it. */
async function read(source: string): Promise<Parsed> {
  return (await import('./language/parse.ts')).parse(source);
}

/** As shells tell that Ctrl-C ended something: 128 + SIGINT. */
const INTERRUPTED = 130;

const codeOf = ({ failed }: Session): ExitCode => (failed === undefined ? 0 : failed === 'usage' ? 2 : 1);

/** Values that are printed at once: a table needs them all, but not more than fit into the memory. */
const MOST_TOGETHER = 10_000;

async function print(session: Session, values: AsyncIterable<Value>): Promise<void> {
  let together: Value[] = [];
  const flush = () => {
    if (together.length > 0) session.print(printed(together, session.host));
    together = [];
  };
  try {
    for await (const value of values) {
      together.push(value);
      if (together.length >= MOST_TOGETHER) flush();
    }
  } finally {
    flush();
  }
}

/** A failure for people: the command, what is wrong, and where it stands. */
function wording({ command, lines, at }: ShellFailure, source: string): string {
  const said = lines.map(line => (command ? `${clean(command)}: ${clean(line)}` : clean(line)));
  if (!at || at.end > source.length + 1) return said.join('\n');
  const [first = '', ...more] = said;
  const [place = '', ...marked] = described({ message: first, at }, source).split('\n');
  return [place, ...more, ...marked].join('\n');
}
