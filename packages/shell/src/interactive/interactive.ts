import { createInterface, type Interface } from 'node:readline';
import { messageOf, systemClock } from '@parley/base';
import { askOn } from '../cli/consent.ts';
import { lineOptions } from '../cli/line-options.ts';
import type { Connect } from '../cli/run-line.ts';
import { serverOf } from '../cli/server.ts';
import { hasColours, type Terminal, terminalHost } from '../cli/terminal.ts';
import { InvalidLine } from '../command.ts';
import { interrupted } from '../run/failure.ts';
import { coloured } from '../run/layout.ts';
import type { Session } from '../run/session.ts';
import { createShell, type Shell } from '../shell.ts';
import type { Completion } from './completion.ts';
import { historyPath, readHistory, writeHistory } from './history.ts';
import { Typed } from './typed.ts';

export const SHELL_HELP = [
  'Usage: parley shell [--data DIR] [--no-color]',
  '',
  'Cmdlets, typed. Tab completes names, parameters, values and identities; Ctrl-C ends what runs; "exit" or Ctrl-D leaves.',
  'Without a terminal it runs the lines that come: parley shell < script.ps1',
  '',
  'Example:',
  '  parley shell --data /var/lib/parley',
  '',
].join('\n');

const PROMPT = 'parley> ';
/** Something is still open. */
const MORE = '>> ';

/** `parley shell`. Resolves with the exit code when whoever types leaves: what `exit` said, or what the last line gave without a terminal. */
export async function runInteractive(
  argv: readonly string[],
  terminal: Terminal,
  { connect }: Connect = {},
): Promise<number> {
  const options = lineOptions(argv);
  const { help, isPlain, words, json } = options;
  if (help) {
    terminal.out(SHELL_HELP);
    return 0;
  }
  if (words.length > 0)
    throw new InvalidLine(
      `shell takes no words: "parley ${words[0]?.slice(0, 60)}" is one line, "parley run FILE" a script`,
    );
  if (json) throw new InvalidLine('shell has no --json: a line says itself what it prints, with ConvertTo-Json');
  const isTerminal = terminal.stdin.isTTY === true && terminal.stdout.isTTY === true;
  const path = isTerminal ? historyPath(terminal.environment) : undefined;
  const history = path === undefined ? [] : await readHistory(path);
  const lines = createInterface({
    input: terminal.stdin,
    output: isTerminal ? terminal.stdout : undefined,
    terminal: isTerminal,
    history: [...history],
    historySize: 1000,
    removeHistoryDuplicates: true,
    completer: (before: string, done: (error: Error | null, result: [string[], string]) => void) => {
      completed(buffer.with(before), shell.session).then(
        ({ words, replaced }) => done(null, [[...words], replaced]),
        error => done(error, [[], '']),
      );
    },
  });
  const typed = new Typed(lines);
  const ask = (question: string, signal: AbortSignal) => askOn(promised(lines), question, signal);
  const shell = createShell(
    terminalHost(terminal, {
      isPlain,
      server: await serverOf(options, terminal.environment),
      ask,
      ...(connect ? { connect } : {}),
    }),
  );
  const buffer = new Buffered();
  const colours = hasColours(terminal, isPlain);
  const tell = (text: string) => terminal.err(`${coloured(text, 'red', { colours })}\n`);
  const say = (text: string) => terminal.err(`${coloured(text, 'grey', { colours })}\n`);
  let kept = history;
  lines.on('history', (now: string[]) => {
    kept = now;
  });
  const code = await new Conversation({ shell, lines, typed, buffer, isTerminal, tell: say }).whole();
  lines.close();
  if (path !== undefined)
    await writeHistory(path, kept).catch((error: unknown) => tell(`the history was not kept: ${messageOf(error)}`));
  return code;
}

/** Loaded when somebody presses the key: it reads lines as the grammar does. */
async function completed(before: string, session: Session): Promise<Completion> {
  const { complete } = await import('./completion.ts');
  return complete(before, session, systemClock);
}

/** readline's question as a promise, which rejects with `INTERRUPTED` when somebody leaves instead. */
const promised = (lines: Interface) => ({
  question: (query: string, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise<string>((resolve, reject) => {
      const gone = () => reject(interrupted());
      lines.once('close', gone);
      lines.question(query, { ...(signal ? { signal } : {}) }, answer => {
        lines.off('close', gone);
        resolve(answer);
      });
    }),
});

type Language = typeof import('../language/parse.ts');

/** Lines that belong together until everything is closed. */
class Buffered {
  #lines: string[] = [];

  /** All that was typed, with a line that is still being typed. */
  with(line: string): string {
    return [...this.#lines, line].join('\n');
  }

  /** The whole when it is complete, else it waits for more. */
  add(line: string, { parse, LONGEST_SCRIPT }: Language): string | undefined {
    const source = this.with(line);
    const parsed = parse(source);
    if (source.length < LONGEST_SCRIPT && 'problems' in parsed && parsed.incomplete) {
      this.#lines.push(line);
      return undefined;
    }
    this.#lines = [];
    return source;
  }

  /** What never became complete. */
  rest(): string {
    const source = this.#lines.join('\n');
    this.#lines = [];
    return source;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }
}

interface Parts {
  readonly shell: Shell;
  readonly lines: Interface;
  readonly typed: Typed;
  readonly buffer: Buffered;
  readonly isTerminal: boolean;
  /** Says something about the shell itself. */
  readonly tell: (text: string) => void;
}

/** Line by line until somebody leaves. */
class Conversation {
  readonly #parts: Parts;
  #running: AbortController | undefined;
  #isExplained = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async whole(): Promise<number> {
    const { shell, lines, typed, buffer, isTerminal, tell } = this.#parts;
    let code = 0;
    lines.on('SIGINT', () => this.#interrupt());
    if (isTerminal) tell('Type "help" for help, "exit" to leave.');
    this.#prompt();
    // The grammar takes longer to be made than all the rest, but not as long as somebody takes to type; who is faster loses nothing.
    const language = await import('../language/parse.ts');
    for await (const line of typed) {
      const source = buffer.add(line, language);
      if (source === undefined) this.#explain();
      else {
        const ended = await this.#run(source);
        if (shell.session.hasEnded) return ended;
        // A script that comes through a pipe has failed when any of it has.
        if (!isTerminal) code ||= ended;
      }
      this.#prompt();
    }
    const rest = buffer.rest();
    return rest === '' ? code : (await this.#run(rest)) || code;
  }

  /** Somebody who forgot a quote wonders what the other prompt means; once is enough. */
  #explain(): void {
    if (!this.#parts.isTerminal || this.#isExplained) return;
    this.#isExplained = true;
    this.#parts.tell('Something is still open: a quote, a bracket or a statement. Go on, or drop it with Ctrl-C.');
  }

  #prompt(): void {
    const { lines, typed, buffer, isTerminal } = this.#parts;
    if (!isTerminal || typed.hasEnded) return;
    lines.setPrompt(buffer.isEmpty ? PROMPT : MORE);
    lines.prompt();
  }

  async #run(source: string): Promise<number> {
    this.#running = new AbortController();
    try {
      return await this.#parts.shell.execute(source, { signal: this.#running.signal });
    } finally {
      this.#running = undefined;
    }
  }

  /** Ctrl-C ends the command that runs, or drops what was typed. */
  #interrupt(): void {
    const { lines, buffer } = this.#parts;
    if (this.#running) {
      this.#running.abort();
      return;
    }
    buffer.rest();
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
    this.#prompt();
  }
}
