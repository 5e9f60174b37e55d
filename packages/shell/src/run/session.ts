import { waitOrAbort } from '@parley/base';
import type { CmdletDefinition } from '@parley/schema';
import { variableName } from '../language/variable-name.ts';
import { Budget, LIMITS, type Limits } from './budget.ts';
import type { BuiltIn } from './command.ts';
import { textOf } from './convert.ts';
import { interrupted, ShellFailure, Stopped } from './failure.ts';
import type { Consent, Host } from './host.ts';
import type { Value } from './values.ts';

/** What happens behind something that failed. */
export type ErrorAction = 'stop' | 'continue' | 'silentlycontinue' | 'ignore';

const ERROR_ACTIONS: readonly ErrorAction[] = ['stop', 'continue', 'silentlycontinue', 'ignore'];

/** The word as an error action; undefined when it is none. */
export function errorAction(word: string): ErrorAction | undefined {
  return ERROR_ACTIONS.find(each => each === word.toLowerCase());
}

/** How a failure is told: its place needs the script. */
export type Tell = (failure: ShellFailure) => void;

const FIXED: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Most variables of a session. */
const MOST_VARIABLES = 10_000;

/** One script, or all lines of one interactive shell: its variables, what it may spend, and what went wrong. */
export class Session {
  readonly host: Host;
  readonly #load: () => Promise<readonly BuiltIn[]>;
  #language: Promise<Language> | undefined;
  readonly #variables = new Map<string, Value>();
  readonly #cmdlets: ReadonlyMap<string, CmdletDefinition>;
  #budget = new Budget();
  #signal = new AbortController().signal;
  #tell: Tell = () => undefined;
  #consent: Consent | undefined;
  #failed: 'usage' | 'refused' | undefined;
  #hasEnded = false;

  /** `load` gives the commands of the language itself; it is called when one of them is asked for first. */
  constructor(host: Host, load: () => Promise<readonly BuiltIn[]>) {
    this.host = host;
    this.#load = load;
    this.#cmdlets = byName(host.cmdlets);
  }

  /** Before a script or a line: it may spend everything again. */
  begin(
    tell: Tell,
    { signal, limits = LIMITS }: { readonly signal?: AbortSignal | undefined; readonly limits?: Limits } = {},
  ): void {
    this.#budget = new Budget(limits, signal);
    this.#signal = signal ?? this.#signal;
    this.#tell = tell;
    this.#consent = undefined;
    this.#failed = undefined;
  }

  get budget(): Budget {
    return this.#budget;
  }

  get signal(): AbortSignal {
    return this.#signal;
  }

  /** What was the first to go wrong since `begin`. */
  get failed(): 'usage' | 'refused' | undefined {
    return this.#failed;
  }

  /** Commands of the language itself. */
  async language(): Promise<readonly BuiltIn[]> {
    return (await this.#loaded()).all;
  }

  async builtIn(name: string): Promise<BuiltIn | undefined> {
    return (await this.#loaded()).byName.get(name.toLowerCase());
  }

  #loaded(): Promise<Language> {
    this.#language ??= this.#load().then(all => ({ all, byName: byName(all) }));
    return this.#language;
  }

  /** Waits for something that takes long, until Ctrl-C. */
  async wait<T>(work: Promise<T>): Promise<T> {
    try {
      return await waitOrAbort(work, this.#signal);
    } catch (error) {
      if (this.#signal.aborted) throw interrupted();
      throw error;
    }
  }

  /** A script or a line said `exit`. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  end(): void {
    this.#hasEnded = true;
  }

  cmdlet(name: string): CmdletDefinition | undefined {
    return this.#cmdlets.get(name.toLowerCase());
  }

  variable(written: string): Value {
    const name = variableName(written);
    return FIXED.get(name) ?? this.#variables.get(name) ?? null;
  }

  setVariable(written: string, value: Value): void {
    const name = variableName(written);
    if (FIXED.has(name) || name.startsWith('env:'))
      throw new ShellFailure(`$${name} cannot be changed`, { isUsage: true });
    if (this.#variables.size >= MOST_VARIABLES && !this.#variables.has(name))
      throw new Stopped(`the script has more than ${MOST_VARIABLES} variables`, { code: 'BUDGET' });
    this.#variables.set(name, value);
  }

  variableNames(): string[] {
    return [...FIXED.keys(), ...this.#variables.keys()];
  }

  print(text: string): void {
    this.#budget.output(text.length);
    this.host.out(text);
  }

  /** What failed is told, and the script goes on, unless it must not. */
  report(failure: ShellFailure, action?: ErrorAction): void {
    if (failure instanceof Stopped) throw failure;
    const does = action ?? errorAction(textOf(this.variable('erroractionpreference'))) ?? 'continue';
    if (does === 'silentlycontinue' || does === 'ignore') return;
    if (does === 'stop') throw stopped(failure);
    this.fail(failure);
  }

  /** Tells a failure and remembers that there was one. */
  fail(failure: ShellFailure): void {
    this.#failed ??= failure.isUsage ? 'usage' : 'refused';
    this.#tell(failure);
  }

  /** Whether to do what a question is about. Rejects when nobody can be asked. */
  async consents(question: string, failure: () => ShellFailure): Promise<boolean> {
    if (this.#consent === 'all' || this.#consent === 'none') return this.#consent === 'all';
    if (!this.host.ask) throw failure();
    const answer = await this.wait(this.host.ask(question, this.#signal));
    if (answer === 'all' || answer === 'none') this.#consent = answer;
    return answer === 'yes' || answer === 'all';
  }
}

interface Language {
  readonly all: readonly BuiltIn[];
  readonly byName: ReadonlyMap<string, BuiltIn>;
}

interface Called {
  readonly name: string;
  readonly aliases?: readonly string[];
}

/** By every name that each goes by, in lower case. */
function byName<C extends Called>(all: readonly C[]): ReadonlyMap<string, C> {
  return new Map(
    all.flatMap(each => [each.name, ...(each.aliases ?? [])].map(name => [name.toLowerCase(), each] as const)),
  );
}

function stopped(failure: ShellFailure): Stopped {
  const { message, code, at, command, lines, isUsage } = failure;
  return new Stopped(message, { code, at, command, lines, isUsage, cause: failure });
}
