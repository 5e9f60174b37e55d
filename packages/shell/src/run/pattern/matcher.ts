import { usage } from '../failure.ts';
import { isWord, type Part, readPattern } from './expression.ts';

/** One state: a character that leads on, a fork, something that must hold here, or the end. */
type State =
  | { readonly type: 'character'; readonly fits: (character: string) => boolean; next: number }
  | { readonly type: 'fork'; next: number; other: number }
  | { readonly type: 'start' | 'end' | 'boundary'; next: number }
  | { readonly type: 'match' };

const MOST_STATES = 4000;
/** Steps of one search: characters times states. */
const MOST_STEPS = 20_000_000;

/** Where in a text a pattern fits, in characters. */
export interface Found {
  readonly start: number;
  readonly end: number;
}

/** A pattern, ready to be tried: takes time in proportion to the length of the text. */
export class Pattern {
  readonly #states: State[] = [{ type: 'match' }];
  readonly #first: number;

  /** Throws a `ShellFailure` for a pattern that is not understood or too big. */
  constructor(pattern: string) {
    this.#first = this.#add(readPattern(pattern), 0);
  }

  /** The first place where it fits, and there the longest, from a character on. */
  find(text: readonly string[], from = 0): Found | undefined {
    let found: Found | undefined;
    let steps = 0;
    // State -> where the match began that is in this state; the earliest one counts.
    let present = new Map<number, number>();
    for (let i = from; i <= text.length; i++) {
      if (!found) this.#enter(present, { state: this.#first, start: i, place: i, text });
      const ended = present.get(0);
      if (ended !== undefined && (!found || ended <= found.start)) found = { start: ended, end: i };
      if (present.size === 0 && found) return found;
      const next = new Map<number, number>();
      for (const [index, start] of present) {
        const state = this.#states[index];
        if (state?.type !== 'character' || i >= text.length || (found && start > found.start)) continue;
        if (state.fits(text[i] ?? '')) this.#enter(next, { state: state.next, start, place: i + 1, text });
      }
      steps += present.size + 1;
      if (steps > MOST_STEPS) throw usage('the pattern takes too long on this text');
      present = next;
    }
    return found;
  }

  /** Puts a state and what it leads to without a character into a set. */
  #enter(set: Map<number, number>, at: { state: number; start: number; place: number; text: readonly string[] }): void {
    const todo = [at.state];
    for (let index = todo.pop(); index !== undefined; index = todo.pop()) {
      const before = set.get(index);
      if (before !== undefined && before <= at.start) continue;
      set.set(index, at.start);
      const state = this.#states[index];
      if (state?.type === 'fork') todo.push(state.other, state.next);
      else if (state && state.type !== 'character' && state.type !== 'match' && holds(state.type, at.place, at.text))
        todo.push(state.next);
    }
  }

  #state(state: State): number {
    if (this.#states.length >= MOST_STATES) throw usage('the pattern is too big');
    return this.#states.push(state) - 1;
  }

  /** The states of a part, before those that follow it; gives the first. */
  #add(part: Part, next: number): number {
    switch (part.type) {
      case 'character':
        return this.#state({ ...part, next });
      case 'sequence':
        return part.parts.reduceRight((following, each) => this.#add(each, following), next);
      case 'either':
        return part.parts
          .map(each => this.#add(each, next))
          .reduce((other, first) => this.#state({ type: 'fork', next: first, other }));
      case 'repeat':
        return this.#repeat(part, next);
      case 'empty':
        return next;
      default:
        return this.#state({ type: part.type, next });
    }
  }

  #repeat({ part, min, max }: Part & { readonly type: 'repeat' }, next: number): number {
    let first = next;
    if (max === Number.POSITIVE_INFINITY) {
      const loop: State = { type: 'fork', next: 0, other: next };
      first = this.#state(loop);
      loop.next = this.#add(part, first);
    } else
      for (let i = min; i < max; i++) first = this.#state({ type: 'fork', next: this.#add(part, first), other: next });
    for (let i = 0; i < min; i++) first = this.#add(part, first);
    return first;
  }
}

function holds(what: 'start' | 'end' | 'boundary', place: number, text: readonly string[]): boolean {
  if (what === 'start') return place === 0;
  if (what === 'end') return place === text.length;
  return isWord(text[place - 1] ?? '') !== isWord(text[place] ?? '');
}

/** Whether a pattern fits somewhere in a text. */
export function fitsIn(pattern: string, text: string): boolean {
  return new Pattern(pattern).find([...text]) !== undefined;
}

/** The text with everything that fits replaced; in the replacement `$0` and `$&` are what fitted, `$$` is a dollar. */
export function replaced(text: string, pattern: string, replacement: string): string {
  const characters = [...text];
  const compiled = new Pattern(pattern);
  let result = '';
  let from = 0;
  for (let found = compiled.find(characters); found; found = compiled.find(characters, from)) {
    const whole = characters.slice(found.start, found.end).join('');
    result +=
      characters.slice(from, found.start).join('') +
      replacement.replace(/\$([0&$])/g, (_, sign) => (sign === '$' ? '$' : whole));
    from = found.end;
    if (found.end === found.start) result += characters[from++] ?? '';
    if (from > characters.length || result.length > LONGEST_RESULT) break;
  }
  if (result.length > LONGEST_RESULT) throw usage('the replaced text is too long');
  return result + characters.slice(from).join('');
}

const LONGEST_RESULT = 1024 * 1024;
