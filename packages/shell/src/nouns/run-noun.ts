import type { AdminClient } from '@parley/admin/client';
import { nearest } from '@parley/schema';
import { InvalidLine, type Noun, type Verb } from '../command.ts';
import { checkPositionals, readOptions } from '../options.ts';
import { nounHelp, verbHelp } from './help.ts';
import { nouns } from './nouns.ts';

/** Words that are no nouns. */
const OTHERS = ['serve', 'demo', 'config', 'shell', 'run', 'help'];
const DEFAULT_DATA_FOLDER = './parley-data';
const isHelp = (argument: string | undefined) => argument === '--help' || argument === '-h' || argument === 'help';

/** Runs `mailbox list --json`; resolves with what is printed. Rejects with `InvalidLine`, or with a `ParleyError` of the server. */
export async function runNoun(argv: readonly string[], connect: (dataFolder: string) => AdminClient): Promise<string> {
  const noun = nounOf(argv[0]);
  const only = noun.verbs.length === 1 && noun.verbs[0].name === '' ? noun.verbs[0] : undefined;
  if (!only && (argv.length === 1 || isHelp(argv[1]))) return nounHelp(noun);
  const verb = only ?? verbOf(noun, argv[1]);
  const rest = argv.slice(only ? 1 : 2);
  if (rest.some(argument => argument === '--help' || argument === '-h')) return verbHelp(noun, verb);
  const input = readOptions(rest, verb);
  checkPositionals(input, verb);
  const data = input.values.get('data');
  return verb.run(input, connect(typeof data === 'string' ? data : DEFAULT_DATA_FOLDER));
}

function nounOf(word: string | undefined): Noun {
  const noun = nouns.find(each => each.name === word);
  if (noun) return noun;
  const shown = JSON.stringify((word ?? '').slice(0, 60));
  const near = nearest(word ?? '', [...nouns.map(each => each.name), ...OTHERS]);
  throw new InvalidLine(`there is no command ${shown}: ${near} ("parley help" tells what there is)`);
}

function verbOf(noun: Noun, word: string): Verb {
  const verb = noun.verbs.find(each => each.name === word);
  if (verb) return verb;
  const known = noun.verbs.map(each => each.name).join(', ');
  throw new InvalidLine(`parley ${noun.name} cannot ${JSON.stringify(word.slice(0, 60))}: it has ${known}`);
}
