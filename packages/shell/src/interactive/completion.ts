import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Clock, codeOf, ParleyError, waitOrAbort } from '@parley/base';
import type { CmdletDefinition, Property } from '@parley/schema';
import { takenBy } from '../cmdlets/parameters.ts';
import { COMMON, parameterNamed, type Taken } from '../run/bind.ts';
import type { Session } from '../run/session.ts';
import { type Place, placeIn } from './place.ts';

/** Longest wait for names from the server, milliseconds: somebody's finger is on the key. */
const PATIENCE = 700;
/** Most names that are asked for. */
const MOST_NAMES = 50;

export interface Completion {
  /** Whole words that could stand there. */
  readonly words: readonly string[];
  /** What of the line they replace. */
  readonly replaced: string;
}

/** What could be written at the end of a line. Never rejects because of the server: then there are no names. */
export async function complete(before: string, session: Session, clock: Clock): Promise<Completion> {
  const place = placeIn(before);
  if (place.type === 'nothing') return { words: [], replaced: '' };
  const words = await wordsFor(place, session, clock);
  return { words: [...new Set(words)].toSorted(), replaced: place.word };
}

const beginning = (words: readonly string[], word: string) =>
  words.filter(each => each.toLowerCase().startsWith(word.toLowerCase()));

async function wordsFor(
  place: Exclude<Place, { type: 'nothing' }>,
  session: Session,
  clock: Clock,
): Promise<readonly string[]> {
  switch (place.type) {
    case 'command':
      return commandsLike(place.word, session);
    case 'variable': {
      const names = session.variableNames().map(name => `$${name}`);
      return beginning(names, place.word);
    }
    case 'parameter': {
      const given = new Set(place.given.map(each => each.slice(1).toLowerCase()));
      const taken = await takenFor(place.command, session);
      const names = taken.filter(({ name }) => !given.has(name.toLowerCase()));
      return beginning(
        names.map(({ name }) => `-${name}`),
        place.word,
      );
    }
    case 'value':
      return valuesFor(place, session, clock);
  }
}

async function commandsLike(word: string, session: Session): Promise<string[]> {
  const { host } = session;
  const language = await session.language();
  const names = [...host.cmdlets, ...language, ...host.scripts].map(({ name }) => name);
  const aliases = language.flatMap(each => each.aliases ?? []);
  return beginning(word === '' ? names : [...names, ...aliases], word);
}

async function takenFor(command: string, session: Session): Promise<readonly Taken[]> {
  const cmdlet = session.cmdlet(command);
  return [...(cmdlet ? takenBy(cmdlet) : ((await session.builtIn(command))?.takes ?? [])), ...COMMON];
}

type ValuePlace = Place & { readonly type: 'value' };

async function valuesFor(place: ValuePlace, session: Session, clock: Clock): Promise<readonly string[]> {
  const { command, word } = place;
  const taken = parameterAt(place, await takenFor(command, session));
  if (taken === undefined) return [];
  if (/^(?:path|filename|literalpath|filepath)$/i.test(taken.name)) return filesLike(unquoted(word));
  if (/^(?:name)$/i.test(taken.name) && /^(?:get-help|help|man|get-command|gcm)$/i.test(command))
    return commandsLike(word, session);
  if (taken.name === 'ErrorAction') return beginning(['Stop', 'Continue', 'SilentlyContinue'], word);
  const cmdlet = session.cmdlet(command);
  const property = cmdlet?.parameters[taken.name]?.property;
  return cmdlet && property ? ofProperty({ cmdlet, property, word }, session, clock) : [];
}

/** The parameter whose value is being written. */
function parameterAt({ command, parameter, position }: ValuePlace, taken: readonly Taken[]): Taken | undefined {
  if (parameter !== undefined) {
    const named = nameOrNothing(command, taken, parameter);
    if (named && !named.isSwitch) return named;
  }
  return taken.find(each => each.position === position);
}

function nameOrNothing(command: string, taken: readonly Taken[], name: string): Taken | undefined {
  try {
    return parameterNamed(command, { taken, name, at: { start: 0, end: 0 } });
  } catch (error) {
    if (error instanceof ParleyError) return undefined;
    throw error;
  }
}

interface Wanted {
  readonly cmdlet: CmdletDefinition;
  readonly property: Property;
  readonly word: string;
}

async function ofProperty({ property, word }: Wanted, session: Session, clock: Clock): Promise<readonly string[]> {
  const of = property.type === 'list' ? property.of : property;
  switch (of.type) {
    case 'flag':
      return beginning(['$true', '$false'], word);
    case 'choice':
      return beginning(of.values, word);
    case 'integer':
      return of.orUnlimited ? beginning(['Unlimited'], word) : [];
    case 'ref':
      return (await namesLike(of.to, unquoted(word), { session, clock })).map(quoted);
    default:
      return [];
  }
}

const unquoted = (word: string) => word.replace(/^["']/, '').replace(/["']$/, '');
const quoted = (name: string) => (/^[\p{L}\p{N}_.:@/\\+-]+$/u.test(name) ? name : `'${name.replaceAll("'", "''")}'`);

interface Around {
  readonly session: Session;
  readonly clock: Clock;
}

/** Names of objects of a kind, as the server has them, if it answers soon. */
async function namesLike(kind: string, word: string, { session, clock }: Around): Promise<readonly string[]> {
  const get = session.host.cmdlets.find(each => each.kind === kind && each.does === 'get');
  if (!get) return [];
  const patience = new AbortController();
  const timer = clock.after(PATIENCE, () => patience.abort());
  try {
    const asked = session.host.server.run(get.name, {
      parameters: { Identity: `${word}*`, ResultSize: String(MOST_NAMES) },
    });
    const { objects } = await waitOrAbort(asked, patience.signal);
    return beginning(
      objects.map(({ name }) => name),
      word,
    );
  } catch (error) {
    // No server, no right to see them, no answer in time: there is nothing to propose.
    if (error instanceof ParleyError || patience.signal.aborted) return [];
    throw error;
  } finally {
    timer.cancel();
  }
}

async function filesLike(word: string): Promise<readonly string[]> {
  const folder = word.endsWith('/') ? word : dirname(word);
  const start = word.endsWith('/') ? '' : basename(word);
  try {
    const entries = await readdir(folder === '' ? '.' : folder, { withFileTypes: true });
    return entries
      .filter(({ name }) => name.startsWith(start) && (start.startsWith('.') || !name.startsWith('.')))
      .slice(0, 200)
      .map(entry => quoted(`${prefixed(word, folder, entry.name)}${entry.isDirectory() ? '/' : ''}`));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return [];
  }
}

const prefixed = (word: string, folder: string, name: string) => (word.includes('/') ? join(folder, name) : name);
