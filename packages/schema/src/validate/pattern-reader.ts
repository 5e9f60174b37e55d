/** What a part of an expression comes to. */
export interface Shape {
  /** In how many ways it can be tried on a text of the longest length, at most. */
  readonly ways: number;
  /** Groups that catch something. */
  readonly groups: number;
}

interface Wrong {
  readonly wrong: string;
  readonly at: number;
}

/** Groups in groups. */
const DEEPEST = 8;
/** Escapes that mean the same in .NET and in ECMAScript. */
const ESCAPES = /[dDwWsStnr.*+?^$|(){}[\]\\/#;,:=@~!%&'"<> -]/;
const QUANTIFIER = /\{(\d{1,3})(?:(,)(\d{0,3}))?\}/y;

class Refusal {
  readonly wrong: string;

  constructor(wrong: string) {
    this.wrong = wrong;
  }
}

/**
 * Reads the part of .NET's regular expressions that dial plans are made of and that means the same in ECMAScript: characters,
 * classes, groups, alternatives, repetition and anchors. Look-around, references back, atomic groups, options and classes of
 * Unicode are refused by name. It counts the ways in which a backtracking matcher may try the expression.
 */
export class PatternReader {
  readonly #text: string;
  readonly #longest: number;
  #at = 0;
  #groups = 0;
  #depth = 0;

  constructor(text: string, longest: number) {
    this.#text = text;
    this.#longest = longest;
  }

  read(): Shape | Wrong {
    const ways = this.#alternatives();
    if (ways instanceof Refusal) return { wrong: ways.wrong, at: this.#at };
    if (this.#at < this.#text.length) return { wrong: 'a ) closes nothing', at: this.#at };
    return { ways, groups: this.#groups };
  }

  #alternatives(): number | Refusal {
    let sum = 0;
    for (;;) {
      const ways = this.#sequence();
      if (ways instanceof Refusal) return ways;
      sum += ways;
      if (!this.#take('|')) return sum;
    }
  }

  #sequence(): number | Refusal {
    let product = 1;
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at])) {
      const ways = this.#repeated();
      if (ways instanceof Refusal) return ways;
      product *= ways;
    }
    return product;
  }

  /** One item and how often it comes. */
  #repeated(): number | Refusal {
    const isAnchor = '^$'.includes(this.#text[this.#at]);
    const ways = this.#item();
    if (ways instanceof Refusal) return ways;
    const times = this.#quantifier();
    if (times === undefined) return ways;
    if (times instanceof Refusal) return times;
    if (isAnchor) return new Refusal('an anchor is repeated');
    if (this.#quantifier() !== undefined) return new Refusal('a repetition is repeated');
    let sum = 0;
    for (let i = times.least; i <= times.most && sum < Number.MAX_SAFE_INTEGER; i++) sum += ways ** i;
    return sum;
  }

  #item(): number | Refusal {
    const c = this.#text[this.#at];
    if (c === '(') return this.#group();
    if (c === '[') return this.#class();
    if (c === '\\') return this.#escape();
    if ('*+?'.includes(c)) return new Refusal(`a ${c} repeats nothing`);
    if ('{}]'.includes(c)) return new Refusal(`a ${c} has to be written \\${c}`);
    this.#at++;
    return 1;
  }

  #group(): number | Refusal {
    this.#at++;
    if (this.#text.startsWith('?', this.#at)) {
      if (!this.#text.startsWith('?:', this.#at))
        return new Refusal('look-around, names, options and atomic groups are not allowed: only ( and (?:');
      this.#at += 2;
    } else this.#groups++;
    if (++this.#depth > DEEPEST) return new Refusal(`groups are nested more than ${DEEPEST} deep`);
    const ways = this.#alternatives();
    if (ways instanceof Refusal) return ways;
    this.#depth--;
    return this.#take(')') ? ways : new Refusal('a ( is not closed');
  }

  #class(): number | Refusal {
    this.#at++;
    this.#take('^');
    const from = this.#at;
    while (!this.#text.startsWith(']', this.#at) || this.#at === from) {
      const entry = this.#classEntry();
      if (entry) return entry;
    }
    this.#at++;
    return 1;
  }

  /** One character or range of a class. */
  #classEntry(): Refusal | undefined {
    const low = this.#classCharacter();
    if (low instanceof Refusal) return low;
    if (!this.#text.startsWith('-', this.#at) || this.#text.startsWith('-]', this.#at)) return undefined;
    this.#at++;
    const high = this.#classCharacter();
    if (high instanceof Refusal) return high;
    return low.length > 1 || high.length > 1 || low > high
      ? new Refusal('a range of characters is upside down')
      : undefined;
  }

  /** A character of a class, or an escape such as \d, which is no end of a range. */
  #classCharacter(): string | Refusal {
    const c = this.#text[this.#at];
    if (c === undefined) return new Refusal('a [ is not closed');
    if (c === '[') return new Refusal('a [ in a class has to be written \\[');
    if (c === ']') return new Refusal('a class is empty');
    if (c !== '\\') {
      this.#at++;
      return c;
    }
    const read = this.#escape();
    if (read instanceof Refusal) return read;
    const letter = this.#text[this.#at - 1];
    return /[a-z]/i.test(letter) ? `\\${letter}` : letter;
  }

  #escape(): number | Refusal {
    const c = this.#text[this.#at + 1];
    if (c === undefined) return new Refusal('a \\ stands at the end');
    if (/[1-9k]/.test(c)) return new Refusal('references back are not allowed');
    if (!ESCAPES.test(c)) return new Refusal(`\\${c} is not allowed`);
    this.#at += 2;
    return 1;
  }

  /** `*`, `+`, `?`, `{2}`, `{2,}` or `{2,5}`, and the `?` of a reluctant one; undefined when there is none. */
  #quantifier(): { readonly least: number; readonly most: number } | Refusal | undefined {
    const times = this.#simpleQuantifier() ?? this.#counted();
    if (times && !(times instanceof Refusal)) this.#take('?');
    return times;
  }

  #simpleQuantifier(): { readonly least: number; readonly most: number } | undefined {
    if (this.#take('*')) return { least: 0, most: this.#longest };
    if (this.#take('+')) return { least: 1, most: this.#longest };
    return this.#take('?') ? { least: 0, most: 1 } : undefined;
  }

  #counted(): { readonly least: number; readonly most: number } | Refusal | undefined {
    QUANTIFIER.lastIndex = this.#at;
    const found = QUANTIFIER.exec(this.#text);
    if (!found) return undefined;
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] ? Number(found[3]) : Math.max(least, this.#longest);
    if (least > most) return new Refusal('a repetition is upside down');
    if (least > this.#longest) return new Refusal(`more than ${this.#longest} repetitions match no number`);
    this.#at += found[0].length;
    return { least, most: Math.min(most, this.#longest) };
  }

  #take(c: string): boolean {
    if (!this.#text.startsWith(c, this.#at)) return false;
    this.#at++;
    return true;
  }
}
