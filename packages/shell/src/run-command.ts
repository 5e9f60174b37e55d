import { type AdminClient, AdminRefused, connectAdmin } from '@parley/admin/client';
import { ParleyError } from '@parley/base';
import { nearest } from '@parley/schema';
import { InvalidLine, type Noun, type Verb } from './command.ts';
import { callsNoun } from './nouns/calls.ts';
import { nounHelp, verbHelp } from './nouns/help.ts';
import { objectNouns } from './nouns/objects.ts';
import { spoolNoun } from './nouns/spool.ts';
import { statusNoun } from './nouns/status.ts';
import { traceNoun } from './nouns/trace.ts';
import { checkPositionals, readOptions } from './options.ts';
import { clean } from './print/clean.ts';

/** Where a command writes, and how it finds the server. */
export interface CommandIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** The server of a data folder; its socket when not given. */
  readonly connect?: (dataFolder: string) => AdminClient;
}

/** Every word of the command line that is a client of the server. */
export const nouns: readonly Noun[] = [...objectNouns, callsNoun, traceNoun, spoolNoun, statusNoun];

/** The same for the general help: a name and one line. */
export const commands: readonly { readonly name: string; readonly summary: string }[] = nouns.map(
  ({ name, summary }) => ({
    name,
    summary,
  }),
);

const DEFAULT_DATA_FOLDER = './parley-data';
const isHelp = (argument: string | undefined) => argument === '--help' || argument === '-h' || argument === 'help';

/**
 * Runs one command as it was typed behind `parley`. Resolves with the exit code: 0 done, 1 refused or no server,
 * 2 a line that cannot be understood.
 */
export async function runCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    io.stdout(await resultOf(argv, io));
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

/** Each problem on a line of its own. */
function linesOf(error: ParleyError): readonly string[] {
  const problems = error instanceof AdminRefused ? error.problems : [];
  return problems.length > 0 ? problems.map(problem => problem.message) : [error.message];
}

async function resultOf(argv: readonly string[], io: CommandIo): Promise<string> {
  const noun = nounOf(argv[0]);
  const only = noun.verbs.length === 1 && noun.verbs[0].name === '' ? noun.verbs[0] : undefined;
  if (!only && (argv.length === 1 || isHelp(argv[1]))) return nounHelp(noun);
  const verb = only ?? verbOf(noun, argv[1]);
  const rest = argv.slice(only ? 1 : 2);
  if (rest.some(argument => argument === '--help' || argument === '-h')) return verbHelp(noun, verb);
  const input = readOptions(rest, verb);
  checkPositionals(input, verb);
  const data = input.values.get('data');
  const connect = io.connect ?? connectAdmin;
  return verb.run(input, connect(typeof data === 'string' ? data : DEFAULT_DATA_FOLDER));
}

function nounOf(word: string | undefined): Noun {
  const noun = nouns.find(each => each.name === word);
  if (noun) return noun;
  const shown = JSON.stringify((word ?? '').slice(0, 60));
  throw new InvalidLine(
    `there is no command ${shown}: ${nearest(
      word ?? '',
      nouns.map(each => each.name),
    )}`,
  );
}

function verbOf(noun: Noun, word: string): Verb {
  const verb = noun.verbs.find(each => each.name === word);
  if (verb) return verb;
  const known = noun.verbs.map(each => each.name).join(', ');
  throw new InvalidLine(`parley ${noun.name} cannot ${JSON.stringify(word.slice(0, 60))}: it has ${known}`);
}
