import { type AdminClient, AdminRefused, connectAdmin } from '@parley/admin/client';
import { ParleyError } from '@parley/base';
import type { Terminal } from './cli/terminal.ts';
import { InvalidLine } from './command.ts';
import { clean } from './print/clean.ts';

/** Where a command writes, and how it finds the server. Cmdlets and scripts write to the terminal of the process when none is given. */
export interface CommandIo {
  readonly terminal?: Terminal;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** The server of a data folder; its socket when not given. */
  readonly connect?: (dataFolder: string) => AdminClient;
}

/** For the general help: a name and one line. The first ones lead to the language of cmdlets, and so does any word that no noun has. */
export async function commands(): Promise<readonly { readonly name: string; readonly summary: string }[]> {
  const { nouns } = await import('./nouns/nouns.ts');
  return [
    { name: 'shell', summary: 'type cmdlets, with completion and history' },
    { name: 'run', summary: 'run a script of cmdlets: parley run FILE [-Name VALUE]' },
    { name: 'Verb-Noun', summary: 'run one cmdlet: parley Get-UMDialPlan; "parley Get-Command" lists them all' },
    ...nouns.map(({ name, summary }) => ({ name, summary })),
  ];
}

/**
 * Runs one command as it was typed behind `parley`. Resolves with the exit code: 0 done, 1 refused or no server,
 * 2 a line that cannot be understood.
 */
export async function runCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const inLanguage = languageOf(argv[0]);
    if (inLanguage) return await inLanguage(argv, io);
    io.stdout(await (await import('./nouns/run-noun.ts')).runNoun(argv, io.connect ?? connectAdmin));
    return 0;
  } catch (error) {
    if (error instanceof InvalidLine) {
      io.stderr(`parley: ${clean(error.message)}\n`);
      return 2;
    }
    if (!(error instanceof ParleyError)) throw error;
    for (const line of linesOf(error)) io.stderr(`parley: ${clean(line)}\n`);
    return 1;
  }
}

type InLanguage = (argv: readonly string[], io: CommandIo) => Promise<number>;

/** What runs a word of the language of cmdlets; loaded only then. */
function languageOf(word: string | undefined): InLanguage | undefined {
  if (word === 'run')
    return async (argv, io) => (await import('./cli/run-script.ts')).runScript(argv.slice(1), await terminalOf(io), io);
  if (word === 'shell')
    return async (argv, io) =>
      (await import('./interactive/interactive.ts')).runInteractive(argv.slice(1), await terminalOf(io), io);
  if (word !== undefined && isLine(word))
    return async (argv, io) => (await import('./cli/run-line.ts')).runLine(argv, await terminalOf(io), io);
  return undefined;
}

/** The name of a cmdlet or of a script, or a whole line in one word. */
const isLine = (word: string) => /^[A-Za-z]+-[A-Za-z]|[\s|;($]|\.ps1$/i.test(word) && !word.startsWith('-');

const terminalOf = async ({ terminal, stdout: out, stderr: err }: CommandIo) =>
  terminal ?? (await import('./cli/terminal.ts')).processTerminal({ out, err });

/** Each problem on a line of its own. */
function linesOf(error: ParleyError): readonly string[] {
  const problems = error instanceof AdminRefused ? error.problems : [];
  return problems.length > 0 ? problems.map(problem => problem.message) : [error.message];
}
