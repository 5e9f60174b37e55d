import { usage } from '../failure.ts';

// Regular expressions of scripts are tried on texts of strangers, so they are not JavaScript's: those may take exponential time. This
// is the part of the language that a set of states can follow in one pass (Thompson, 1968): no references back, no looking around.

/** What one place of a pattern is. */
export type Part =
  | { readonly type: 'character'; readonly fits: (character: string) => boolean }
  | { readonly type: 'start' | 'end' | 'boundary' | 'empty' }
  | { readonly type: 'sequence' | 'either'; readonly parts: readonly Part[] }
  | { readonly type: 'repeat'; readonly part: Part; readonly min: number; readonly max: number };

const LONGEST = 512;
const DEEPEST = 20;
const MOST_TIMES = 100;

const isDigit = (c: string) => c >= '0' && c <= '9';
export const isWord = (c: string) => /^[\p{L}\p{N}_]$/u.test(c);
const isSpace = (c: string) => /^\s$/.test(c);

const CLASSES: ReadonlyMap<string, (character: string) => boolean> = new Map([
  ['d', isDigit],
  ['D', (c: string) => !isDigit(c)],
  ['w', isWord],
  ['W', (c: string) => !isWord(c)],
  ['s', isSpace],
  ['S', (c: string) => !isSpace(c)],
]);

const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
]);

const literally = (wanted: string) => {
  const lower = wanted.toLowerCase();
  return (c: string) => c.toLowerCase() === lower;
};

/** Reads a pattern; upper and lower case are equal. Throws a `ShellFailure` for what it does not know. */
export function readPattern(pattern: string): Part {
  if (pattern.length > LONGEST) throw usage(`a pattern has at most ${LONGEST} characters`);
  return new Reader([...pattern]).whole();
}

class Reader {
  readonly #characters: readonly string[];
  #place = 0;
  #depth = 0;

  constructor(characters: readonly string[]) {
    this.#characters = characters;
  }

  whole(): Part {
    const part = this.#either();
    if (this.#next() !== undefined) throw this.#wrong('")" without "("');
    return part;
  }

  #next(): string | undefined {
    return this.#characters[this.#place];
  }

  #take(): string {
    const character = this.#characters[this.#place++];
    if (character === undefined) throw this.#wrong('it ends too early');
    return character;
  }

  #wrong(why: string): Error {
    return usage(
      `the pattern ${JSON.stringify(this.#characters.join(''))} is not understood: ${why} (at character ${this.#place + 1})`,
    );
  }

  #either(): Part {
    this.#depth++;
    if (this.#depth > DEEPEST) throw this.#wrong(`more than ${DEEPEST} groups within one another`);
    const parts = [this.#sequence()];
    while (this.#next() === '|') {
      this.#place++;
      parts.push(this.#sequence());
    }
    this.#depth--;
    return parts.length === 1 && parts[0] ? parts[0] : { type: 'either', parts };
  }

  #sequence(): Part {
    const parts: Part[] = [];
    for (let next = this.#next(); next !== undefined && next !== '|' && next !== ')'; next = this.#next())
      parts.push(this.#repeated(this.#atom()));
    return { type: 'sequence', parts };
  }

  #repeated(part: Part): Part {
    const [min, max] = this.#times() ?? [1, 1];
    // Whether as much or as little as possible is taken makes no difference to whether there is a match.
    if ((min !== 1 || max !== 1) && this.#next() === '?') this.#place++;
    return min === 1 && max === 1 ? part : { type: 'repeat', part, min, max };
  }

  #times(): readonly [number, number] | undefined {
    const next = this.#next();
    if (next === '*' || next === '+' || next === '?') {
      this.#place++;
      return next === '*' ? [0, Number.POSITIVE_INFINITY] : next === '+' ? [1, Number.POSITIVE_INFINITY] : [0, 1];
    }
    const counted =
      next === '{'
        ? /^\{([0-9]{1,3})(,([0-9]{0,3}))?\}/.exec(this.#characters.slice(this.#place, this.#place + 9).join(''))
        : null;
    if (!counted) return undefined;
    this.#place += counted[0].length;
    const min = Number(counted[1]);
    const max = counted[2] === undefined ? min : counted[3] === '' ? Number.POSITIVE_INFINITY : Number(counted[3]);
    if (min > MOST_TIMES || (max > MOST_TIMES && max !== Number.POSITIVE_INFINITY) || max < min)
      throw this.#wrong(`a repetition is from 0 to ${MOST_TIMES}`);
    return [min, max];
  }

  #atom(): Part {
    const character = this.#take();
    if (character === '(') return this.#group();
    if (character === '[') return { type: 'character', fits: this.#set() };
    if (character === '.') return { type: 'character', fits: c => c !== '\n' };
    if (character === '^') return { type: 'start' };
    if (character === '$') return { type: 'end' };
    if (character === '\\') return this.#escaped();
    if ('*+?'.includes(character)) throw this.#wrong(`nothing that "${character}" could repeat`);
    return { type: 'character', fits: literally(character) };
  }

  #group(): Part {
    if (this.#next() === '?') {
      this.#place++;
      if (this.#take() !== ':') throw this.#wrong('of groups that begin with "?", only "(?:" is known');
    }
    const inner = this.#either();
    if (this.#take() !== ')') throw this.#wrong('")" is missing');
    return inner;
  }

  #escaped(): Part {
    const character = this.#take();
    if (character === 'b') return { type: 'boundary' };
    return { type: 'character', fits: CLASSES.get(character) ?? this.#plain(character) };
  }

  #plain(escaped: string): (character: string) => boolean {
    const control = CONTROLS.get(escaped);
    if (control === undefined && /^[\p{L}\p{N}]$/u.test(escaped)) throw this.#wrong(`"\\${escaped}" is not known`);
    return literally(control ?? escaped);
  }

  #set(): (character: string) => boolean {
    const negated = this.#next() === '^';
    if (negated) this.#place++;
    const tests: ((character: string) => boolean)[] = [];
    for (let first = true; first || this.#next() !== ']'; first = false) tests.push(this.#range());
    this.#place++;
    return c => tests.some(fits => fits(c)) !== negated;
  }

  #range(): (character: string) => boolean {
    const from = this.#take();
    if (from === '\\') {
      const escaped = this.#take();
      return CLASSES.get(escaped) ?? this.#plain(escaped);
    }
    const to = this.#characters[this.#place + 1];
    if (this.#next() !== '-' || to === undefined || to === ']') return literally(from);
    this.#place += 2;
    if (to < from) throw this.#wrong(`"${from}-${to}" runs backwards`);
    const within = (c: string) => c >= from && c <= to;
    return c => within(c) || within(c.toLowerCase()) || within(c.toUpperCase());
  }
}
